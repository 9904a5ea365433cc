//! Disk space kept back for the time when there is none left.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::private_file::{beside, create_private};

/// Bytes kept back: room for some 250 pages of SQLite's write-ahead log. Outcomes are committed in
/// groups, so those of the requests in flight change far fewer.
const RESERVE_BYTES: usize = 1024 * 1024;

/// A file beside a ledger that takes up space and is given up when the disk is full, so that what
/// became of the requests already sent can still be recorded.
///
/// For the holder of the ledger's lock: two runs would take it from each other.
#[derive(Debug)]
pub struct Reserve {
    path: PathBuf,
}

impl Reserve {
    /// How its name goes on behind the ledger's.
    pub(super) const ENDING: &str = ".reserve";

    /// Makes the reserve of the ledger at `ledger` (mode 0600 on Unix), or leaves a whole one
    /// alone. It is on the disk when this returns.
    ///
    /// # Errors
    ///
    /// Names the file. [`is_disk_full`] tells whether there was no room for it; the part that was
    /// written is then gone again.
    pub fn prepare(ledger: &Path) -> io::Result<Self> {
        let path = beside(ledger, Self::ENDING);
        if !is_whole(&path) {
            write_reserve(&path).inspect_err(|_| {
                // The first error is the one to tell.
                let _ = fs_err::remove_file(&path);
            })?;
        }
        Ok(Self { path })
    }

    /// Gives the space back. No error if that was done before.
    pub fn release(&self) -> io::Result<()> {
        match fs_err::remove_file(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed,
        }
    }
}

/// Whether an error says that the disk, or what its user may have of it, is used up.
pub fn is_disk_full(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded
    )
}

/// A reserve is written from front to back, so one of full length is whole.
fn is_whole(path: &Path) -> bool {
    fs_err::metadata(path).is_ok_and(|metadata| metadata.len() >= RESERVE_BYTES as u64)
}

fn write_reserve(path: &Path) -> io::Result<()> {
    let mut file = create_private(path)?;
    file.write_all(&filling(path))?;
    file.sync_all()
}

/// Bytes that no file system can make less of: neither a hole, nor compressible, nor the same as
/// in another ledger's reserve.
fn filling(path: &Path) -> Vec<u8> {
    let mut bytes = vec![0; RESERVE_BYTES];
    let mut hasher = blake3::Hasher::new();
    hasher.update(path.as_os_str().as_encoded_bytes());
    hasher.finalize_xof().fill(&mut bytes);
    bytes
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::{RESERVE_BYTES, Reserve, is_disk_full};

    #[test]
    fn a_reserve_takes_its_space_and_gives_it_back() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = folder.path().join("crm.sqlite");
        let file = folder.path().join("crm.sqlite.reserve");
        let reserve = Reserve::prepare(&ledger).unwrap();
        assert_eq!(fs_err::read(&file).unwrap().len(), RESERVE_BYTES);
        reserve.release().unwrap();
        assert!(!file.exists());
        reserve.release().unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn the_space_is_really_taken_and_the_file_private() {
        use std::os::unix::fs::MetadataExt;

        let folder = tempfile::tempdir().unwrap();
        let reserve = Reserve::prepare(&folder.path().join("crm.sqlite")).unwrap();
        let metadata = fs_err::metadata(&reserve.path).unwrap();
        assert!(metadata.blocks() * 512 >= RESERVE_BYTES as u64);
        assert_eq!(metadata.mode() & 0o777, 0o600);
    }

    #[test]
    fn a_whole_reserve_is_left_alone_and_a_part_of_one_completed() {
        let folder = tempfile::tempdir().unwrap();
        let ledger = folder.path().join("crm.sqlite");
        let file = folder.path().join("crm.sqlite.reserve");
        for (length, is_kept) in [
            (0, false),
            (RESERVE_BYTES - 1, false),
            (RESERVE_BYTES, true),
        ] {
            let before = vec![7; length];
            fs_err::write(&file, &before).unwrap();
            Reserve::prepare(&ledger).unwrap();
            let after = fs_err::read(&file).unwrap();
            assert_eq!(after.len(), RESERVE_BYTES);
            assert_eq!(after == before, is_kept, "{length}");
        }
    }

    #[test]
    fn each_ledger_has_a_reserve_of_its_own_bytes() {
        let folder = tempfile::tempdir().unwrap();
        let [one, other] = ["one", "other"].map(|name| {
            let reserve = Reserve::prepare(&folder.path().join(name)).unwrap();
            fs_err::read(reserve.path).unwrap()
        });
        assert!(one != other);
    }

    /// `/dev/full` answers every write as a full disk does.
    #[cfg(target_os = "linux")]
    #[test]
    fn a_full_disk_is_told_and_nothing_left_behind() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("crm.sqlite.reserve");
        fs_err::os::unix::fs::symlink("/dev/full", &file).unwrap();
        let error = Reserve::prepare(&folder.path().join("crm.sqlite")).unwrap_err();
        assert!(is_disk_full(&error), "{error:?}");
        assert!(error.to_string().contains("crm.sqlite.reserve"), "{error}");
        assert!(!file.is_symlink());
    }

    #[test]
    fn a_full_disk_and_a_used_up_quota_are_told_from_other_errors() {
        for (kind, expected) in [
            (io::ErrorKind::StorageFull, true),
            (io::ErrorKind::QuotaExceeded, true),
            (io::ErrorKind::PermissionDenied, false),
        ] {
            assert_eq!(is_disk_full(&kind.into()), expected);
        }
    }
}
