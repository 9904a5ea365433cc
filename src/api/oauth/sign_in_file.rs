//! The file that keeps a sign-in, and the lock of whoever changes it.

use std::fs::TryLockError;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use secrecy::{ExposeSecret, SecretString};

use super::KeptSignIn;
use crate::model::Digest;

/// The folder of the sign-ins within the state folder.
const FOLDER: &str = "tokens";

/// The longest wait for another process that gets a new token: two exchanges that time out.
const PATIENCE: Duration = Duration::from_mins(1);

/// A lock that somebody else has is tried again after this.
const PAUSE: Duration = Duration::from_millis(10);

/// Room that is taken on the disk before a token is asked for, in bytes, beyond what is there.
const ROOM_BYTES: usize = 8 * 1024;

/// Where the sign-in for one API address is kept: a file that only its owner may read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignInFile {
    path: PathBuf,
}

/// Why a kept sign-in cannot be used or changed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SignInFileError {
    /// It cannot be read.
    #[error("the kept sign-in cannot be read")]
    Unreadable(#[source] io::Error),
    /// Others may read it, and that cannot be changed.
    #[error("the kept sign-in can be read by others, and its mode cannot be changed")]
    Open(#[source] io::Error),
    /// Its text is not what was written.
    #[error("the kept sign-in in `{}` is damaged: {what}", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        what: String,
    },
    /// It cannot be locked.
    #[error("the kept sign-in cannot be locked")]
    NoLock(#[source] io::Error),
    /// Another process has it locked for too long.
    #[error(
        "another leadferry is getting a new token and does not come to an end (lock `{}`)",
        path.display()
    )]
    Busy {
        /// The lock.
        path: PathBuf,
    },
    /// It cannot be written.
    #[error("the sign-in cannot be kept")]
    CannotKeep(#[source] io::Error),
}

impl SignInFileError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Damaged { .. } => "run `leadferry login` to sign in again",
            Self::Busy { .. } => "end the other process, then run the same command again",
            Self::Unreadable(_) | Self::Open(_) | Self::NoLock(_) | Self::CannotKeep(_) => {
                "see that the state folder (`--state-dir`) is yours and has room"
            }
        }
    }
}

impl SignInFile {
    /// The file for the API at `api` in the state folder `state`. Looks at nothing.
    pub fn of(state: &Path, api: &str) -> Self {
        let name = Digest::of("leadferry sign-in", [api.as_bytes()]).to_hex();
        Self {
            path: state.join(FOLDER).join(name + ".json"),
        }
    }

    /// Its path.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// What is kept; `None` when nobody has signed in. A file that others may read is made private.
    pub fn read(&self) -> Result<Option<KeptSignIn>, SignInFileError> {
        let text = match fs_err::read_to_string(&self.path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                return Err(self.damaged("it is no text".into()));
            }
            text => SecretString::from(text.map_err(SignInFileError::Unreadable)?),
        };
        make_private(&self.path).map_err(SignInFileError::Open)?;
        let kept = KeptSignIn::from_text(text.expose_secret());
        kept.map(Some).map_err(|what| self.damaged(what))
    }

    fn damaged(&self, what: String) -> SignInFileError {
        let path = self.path.clone();
        SignInFileError::Damaged { path, what }
    }

    /// Takes the right to change the file, waiting a minute for whoever has it. Makes the folder.
    ///
    /// The lock is the operating system's, so that a process that died holds none. Its file is never
    /// removed: two processes would hold locks on two files of one name.
    pub fn lock(&self) -> Result<SignInLock, SignInFileError> {
        self.lock_within(PATIENCE)
    }

    fn lock_within(&self, patience: Duration) -> Result<SignInLock, SignInFileError> {
        let path = self.path.with_extension("lock");
        let folder = path.parent().expect("a file is in a folder");
        create_private_folder(folder).map_err(SignInFileError::CannotKeep)?;
        let mut options = private_file();
        let lock = options.create(true).truncate(false).open(&path);
        let lock = lock.map_err(SignInFileError::NoLock)?;
        let began = Instant::now();
        loop {
            match lock.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if began.elapsed() < patience => {
                    std::thread::sleep(PAUSE);
                }
                Err(TryLockError::WouldBlock) => return Err(SignInFileError::Busy { path }),
                Err(TryLockError::Error(error)) => return Err(SignInFileError::NoLock(error)),
            }
        }
        Ok(SignInLock {
            file: self.clone(),
            _lock: lock,
        })
    }
}

/// The right to change a kept sign-in, for as long as this value or the process lives.
#[derive(Debug)]
pub struct SignInLock {
    file: SignInFile,
    _lock: fs_err::File,
}

impl SignInLock {
    /// Makes sure that a sign-in can be kept, before a token is asked for that must not be lost.
    pub fn prepare(&self) -> Result<(), SignInFileError> {
        let old = fs_err::metadata(&self.file.path).map_or(0, |metadata| metadata.len());
        let room = usize::try_from(old).unwrap_or(0) + ROOM_BYTES;
        self.write_beside(&vec![b' '; room])
            .map_err(SignInFileError::CannotKeep)
    }

    /// Keeps a sign-in in place of the one before. When this returns it outlasts a loss of power.
    pub fn keep(&self, sign_in: KeptSignIn) -> Result<(), SignInFileError> {
        let text = sign_in.into_text();
        self.write_beside(text.expose_secret().as_bytes())
            .and_then(|()| fs_err::rename(self.beside(), &self.file.path))
            .map_err(SignInFileError::CannotKeep)?;
        if let Some(folder) = self.file.path.parent() {
            // Windows has no such request.
            let _ = fs_err::File::open(folder).and_then(|folder| folder.sync_all());
        }
        Ok(())
    }

    /// Removes the sign-in. Whether there was one.
    pub fn remove(&self) -> Result<bool, SignInFileError> {
        // What a process that was killed has left may hold tokens, too.
        let paths = [self.beside(), self.file.path.clone()];
        let mut was_there = false;
        for path in paths {
            match fs_err::remove_file(&path) {
                Ok(()) => was_there = path == self.file.path,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(SignInFileError::CannotKeep(error)),
            }
        }
        Ok(was_there)
    }

    /// Always of one name, so that none is left behind by each process that is killed.
    fn beside(&self) -> PathBuf {
        self.file.path.with_extension("new")
    }

    /// Writes a private file beside the sign-in. Room that was taken for it is used.
    fn write_beside(&self, bytes: &[u8]) -> io::Result<()> {
        let path = self.beside();
        let mut file = private_file().create(true).truncate(false).open(&path)?;
        make_private(&path)?;
        file.write_all(bytes)?;
        file.set_len(bytes.len() as u64)?;
        file.sync_all()
    }
}

fn private_file() -> fs_err::OpenOptions {
    let mut options = fs_err::OpenOptions::new();
    options.read(true).write(true);
    #[cfg(unix)]
    fs_err::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

fn create_private_folder(path: &Path) -> io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Takes a file away from everybody but its owner. Elsewhere than on Unix the folder's own
/// permissions decide.
fn make_private(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;

        let mut permissions = fs_err::metadata(path)?.permissions();
        if permissions.mode() & 0o077 != 0 {
            permissions.set_mode(0o600);
            fs_err::set_permissions(path, permissions)?;
        }
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::api::oauth::kept_sign_in::tests::kept;

    fn place() -> (tempfile::TempDir, SignInFile) {
        let folder = tempfile::tempdir().unwrap();
        let file = SignInFile::of(folder.path(), "https://crm.example.com/api");
        (folder, file)
    }

    #[test]
    fn a_sign_in_is_kept_replaced_and_removed() {
        let (_folder, file) = place();
        assert!(file.read().unwrap().is_none());
        let lock = file.lock().unwrap();
        assert!(!lock.remove().unwrap());
        lock.prepare().unwrap();
        assert!(file.read().unwrap().is_none(), "nothing is kept yet");
        lock.keep(kept(Duration::from_mins(1))).unwrap();
        let mut second = kept(Duration::from_mins(1));
        second.scopes = vec!["a".into()];
        lock.keep(second).unwrap();
        assert_eq!(file.read().unwrap().unwrap().scopes, ["a"]);
        assert!(lock.remove().unwrap());
        assert!(file.read().unwrap().is_none());
        let other = SignInFile::of(Path::new("/"), "https://crm.example.com/api/v2");
        assert_ne!(other.path().file_name(), file.path().file_name());
    }

    #[test]
    fn damage_is_told_with_the_way_out() {
        let (_folder, file) = place();
        drop(file.lock().unwrap());
        for text in [&b"{\"access_token\": \"s3cret\""[..], b"", b"\xff\xfe"] {
            fs_err::write(file.path(), text).unwrap();
            let error = file.read().unwrap_err();
            assert!(matches!(error, SignInFileError::Damaged { .. }), "{error}");
            assert!(!error.to_string().contains("s3cret"));
            assert!(error.hint().contains("leadferry login"));
        }
    }

    #[test]
    fn one_at_a_time_has_the_lock() {
        let (_folder, file) = place();
        let lock = file.lock().unwrap();
        let busy = file.lock_within(Duration::ZERO).unwrap_err();
        assert!(matches!(busy, SignInFileError::Busy { .. }), "{busy}");
        let waiting = std::thread::spawn({
            let file = file.clone();
            move || drop(file.lock().unwrap())
        });
        drop(lock);
        waiting.join().unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_what_is_kept() {
        use std::os::unix::fs::PermissionsExt;

        let (_folder, file) = place();
        let mode = |path: &Path| fs_err::metadata(path).unwrap().permissions().mode() & 0o777;
        let lock = file.lock().unwrap();
        lock.keep(kept(Duration::from_mins(1))).unwrap();
        assert_eq!(mode(file.path().parent().unwrap()), 0o700);
        assert_eq!(mode(file.path()), 0o600);
        assert_eq!(mode(&file.path().with_extension("lock")), 0o600);
        let open = std::fs::Permissions::from_mode(0o644);
        fs_err::set_permissions(file.path(), open).unwrap();
        file.read().unwrap();
        assert_eq!(mode(file.path()), 0o600);
    }
}
