//! One run at a time for each ledger.

use std::fs::TryLockError;
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::private_file::{beside, create_private};
use crate::model::shorten;

/// Who holds a lock, as one JSON object in the lock's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockHolder {
    /// The process.
    pub process_id: u32,
    /// The file that it imports, as the user named it.
    pub importing: String,
    /// When it took the lock.
    pub since: Timestamp,
}

impl LockHolder {
    /// This process, from now on.
    pub fn this_process(importing: impl Into<String>) -> Self {
        let now = Timestamp::now();
        Self {
            process_id: std::process::id(),
            importing: importing.into(),
            // Nobody wants to read fractions of a second in a message.
            since: Timestamp::from_second(now.as_second()).unwrap_or(now),
        }
    }
}

/// What to do when another run holds the ledger.
pub enum Waiting<'a> {
    /// Fail at once.
    No,
    /// Wait for as long as it takes.
    Yes {
        /// Called once before the wait, with the error that would have been.
        on_wait: &'a mut dyn FnMut(&LockError),
    },
}

/// Why a run does not get its ledger.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LockError {
    /// Another run has it.
    #[error("another run holds the ledger{}", described(holder.as_ref()))]
    Held {
        /// Who, if the lock's file tells.
        holder: Option<LockHolder>,
    },
    /// The file system knows no locks.
    #[error(
        "the file system of `{}` offers no locks, so two runs could send the same rows",
        path.display()
    )]
    Unsupported {
        /// The lock's file.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// The lock's file cannot be opened or locked.
    #[error("the ledger cannot be locked by `{}`", path.display())]
    Io {
        /// The lock's file.
        path: PathBuf,
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
}

impl LockError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Held { .. } => {
                "let that run end, or wait for it with `--wait`; then run the same command again"
            }
            Self::Unsupported { .. } => {
                "name a folder on a disk of this machine with `--state-dir`"
            }
            Self::Io { .. } => "make sure that you may write to the state folder",
        }
    }

    fn of(path: &Path, source: io::Error) -> Self {
        let path = path.into();
        if source.kind() == io::ErrorKind::Unsupported {
            Self::Unsupported { path, source }
        } else {
            Self::Io { path, source }
        }
    }
}

fn described(holder: Option<&LockHolder>) -> String {
    let Some(holder) = holder else {
        return String::new();
    };
    format!(
        ": it imports `{}` (process {}, since {})",
        shorten(&holder.importing),
        holder.process_id,
        holder.since
    )
}

/// The right to write to a ledger, for as long as this value or the process lives.
///
/// The lock is the operating system's, on a file beside the ledger; what the file says is only for
/// people. So the file of an owner that died is no obstacle. The file is never removed: between
/// somebody's opening and locking it, it could be removed and made anew, and then two runs would
/// hold locks on two files of one name.
#[derive(Debug)]
pub struct RunLock {
    file: fs_err::File,
}

impl RunLock {
    /// Takes the lock of the ledger at `ledger`, whose folder must exist, and writes `holder` into
    /// its file (mode 0600 on Unix).
    ///
    /// Blocks when told to wait: Ctrl-C then ends the process unless somebody else listens to it.
    ///
    /// # Errors
    ///
    /// [`LockError::Held`] only when told not to wait. Its holder is `None` if the text cannot be
    /// read: the other run has only just begun, or the system lets nobody read a locked file, as
    /// Windows does.
    pub fn take(
        ledger: &Path,
        holder: &LockHolder,
        waiting: Waiting<'_>,
    ) -> Result<Self, LockError> {
        let path = beside(ledger, ".lock");
        let error = |source| LockError::of(&path, source);
        let mut file = create_private(&path).map_err(error)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => wait(&file, waiting)?,
            Err(TryLockError::Error(source)) => return Err(error(source)),
        }
        // A courtesy that may fail, on a full disk for one; the lock holds without it.
        let _ = write_holder(&mut file, holder);
        Ok(Self { file })
    }
}

impl Drop for RunLock {
    fn drop(&mut self) {
        // A text that stays is no obstacle either; the lock ends when the file is closed.
        let _ = self.file.set_len(0);
    }
}

fn wait(file: &fs_err::File, waiting: Waiting<'_>) -> Result<(), LockError> {
    let held = LockError::Held {
        holder: read_holder(file.path()),
    };
    let Waiting::Yes { on_wait } = waiting else {
        return Err(held);
    };
    on_wait(&held);
    loop {
        match file.lock() {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            locked => return locked.map_err(|source| LockError::of(file.path(), source)),
        }
    }
}

fn read_holder(path: &Path) -> Option<LockHolder> {
    serde_json::from_slice(&fs_err::read(path).ok()?).ok()
}

fn write_holder(file: &mut fs_err::File, holder: &LockHolder) -> io::Result<()> {
    let mut text = serde_json::to_string(holder)?;
    text.push('\n');
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(text.as_bytes())
}

#[cfg(test)]
mod tests;
