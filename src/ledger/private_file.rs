//! Files that only their owner may read.

use std::io;
use std::path::{Path, PathBuf};

/// Opens the file at `path` for reading and writing, and makes it if there is none: empty and, on
/// Unix, with mode 0600. Elsewhere the folder's own permissions decide.
///
/// A file that exists keeps its text and its mode. SQLite gives the files that it puts beside a
/// database the database's mode, so a database made here first is private as a whole.
///
/// # Errors
///
/// Names the path.
pub fn create_private(path: &Path) -> io::Result<fs_err::File> {
    let mut options = fs_err::OpenOptions::new();
    options.read(true).write(true).create(true).truncate(false);
    #[cfg(unix)]
    fs_err::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// The path of `file` with `ending` behind its whole name.
pub(super) fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut path = file.to_owned().into_os_string();
    path.push(ending);
    path.into()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::{beside, create_private};

    #[test]
    fn an_ending_goes_behind_the_whole_name() {
        assert_eq!(
            beside(Path::new("a/b.sqlite"), ".lock"),
            Path::new("a/b.sqlite.lock")
        );
    }

    #[test]
    fn a_file_that_exists_keeps_its_text() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        fs_err::write(&path, "text").unwrap();
        create_private(&path).unwrap();
        assert_eq!(fs_err::read_to_string(&path).unwrap(), "text");
    }

    #[cfg(unix)]
    #[test]
    fn a_new_file_is_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt;

        let folder = tempfile::tempdir().unwrap();
        let file = create_private(&folder.path().join("token")).unwrap();
        let mode = file.metadata().unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }
}
