//! One run at a time for each ledger.

use std::fs::TryLockError;
use std::io::{self, Seek, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::private_file::{beside, create_private};
use crate::model::shorten;

/// Who holds a lock, as one JSON object in the lock's file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LockHolder {
    /// The process.
    pub process_id: u32,
    /// What it does.
    #[serde(flatten)]
    pub task: LockTask,
    /// When it took the lock.
    pub since: Timestamp,
}

/// What a ledger is locked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LockTask {
    /// A run, with the file that it imports as the user named it.
    Importing(String),
    /// A command that keeps the ledger in order, such as `runs settle`.
    Running(String),
}

impl LockHolder {
    /// This process, which imports a file, from now on.
    pub fn this_process(importing: impl Into<String>) -> Self {
        Self::doing(LockTask::Importing(importing.into()))
    }

    /// This process, which runs a command that is no import, from now on.
    pub fn this_command(command: impl Into<String>) -> Self {
        Self::doing(LockTask::Running(command.into()))
    }

    fn doing(task: LockTask) -> Self {
        let now = Timestamp::now();
        Self {
            process_id: std::process::id(),
            task,
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
    /// Another run has it, or a command that keeps it in order.
    #[error("another {}", described(holder.as_ref()))]
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
        return "run holds the ledger".to_owned();
    };
    let who = match &holder.task {
        LockTask::Importing(file) => {
            format!("run holds the ledger: it imports `{}`", shorten(file))
        }
        LockTask::Running(command) => {
            format!("command holds the ledger: `leadferry {}`", shorten(command))
        }
    };
    format!(
        "{who} (process {}, since {})",
        holder.process_id, holder.since
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
        match try_lock(&file) {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => wait(&file, waiting)?,
            Err(TryLockError::Error(source)) => return Err(error(source)),
        }
        // A courtesy that may fail, on a full disk for one; the lock holds without it.
        let _ = write_holder(&mut file, holder);
        Ok(Self { file })
    }

    /// Whether a run holds the ledger at `ledger` right now. A command that keeps it in order is
    /// no run.
    ///
    /// Makes nothing, and takes the lock for a moment if it is free.
    pub fn is_held_by_run(ledger: &Path) -> bool {
        let path = beside(ledger, ".lock");
        let held = fs_err::File::open(&path).map(|file| file.try_lock_shared());
        match held {
            Ok(Err(TryLockError::WouldBlock)) => {
                let task = read_holder(&path).map(|holder| holder.task);
                !matches!(task, Some(LockTask::Running(_)))
            }
            _ => false,
        }
    }
}

/// So often a lock is tried that somebody else has, and this long between two tries.
///
/// [`RunLock::is_held_by_run`] has it for some microseconds, and that must not turn a run away.
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(10);

fn try_lock(file: &fs_err::File) -> Result<(), TryLockError> {
    for _ in 1..TRIES {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
            tried => return tried,
        }
    }
    file.try_lock()
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
