//! Copies of ledgers that can take their place.

use std::io;
use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::ledger::ledger_error::LedgerError;
use crate::ledger::private_file::create_private;
use crate::ledger::schema;
use crate::ledger::state_folder::{LEDGERS, create_folders, sync_names_in};

/// Why there is no backup. Nothing was left behind.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BackupError {
    /// The place is taken.
    #[error("`{}` exists and is not an empty folder", path.display())]
    Taken {
        /// Where the backup was to be.
        path: PathBuf,
    },
    /// A ledger cannot be read.
    #[error("not every ledger can be read, and a backup without one would not be whole")]
    Unreadable(#[from] LedgerError),
    /// A copy cannot be written.
    #[error("cannot copy the ledger `{}`", ledger.display())]
    CannotCopy {
        /// The ledger.
        ledger: PathBuf,
        /// What SQLite says.
        #[source]
        cause: rusqlite::Error,
    },
    /// The folder or a file in it cannot be written.
    #[error("cannot write the backup `{}`", path.display())]
    CannotWrite {
        /// Where the backup was to be.
        path: PathBuf,
        /// What the system says.
        #[source]
        cause: io::Error,
    },
}

impl BackupError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Taken { .. } => "name a folder that does not exist; no backup is ever replaced",
            Self::Unreadable(error) => error.hint(),
            Self::CannotCopy { .. } | Self::CannotWrite { .. } => {
                "see that there is room and that you may write to the folder that is to hold the \
                 backup"
            }
        }
    }
}

/// Copies `ledgers` into the new folder `target`, which can then be used as a state folder.
///
/// Each copy shows one moment of its ledger, while a run goes on as well, and holds nothing that
/// was removed from it. Everything is on the disk when this returns. The folder appears as a whole
/// (on Unix with mode 0700, its files with 0600); one that exists must be empty.
pub fn back_up(ledgers: &[PathBuf], target: &Path) -> Result<(), BackupError> {
    let in_target = |cause| BackupError::CannotWrite {
        path: target.to_owned(),
        cause,
    };
    refuse_taken(target)?;
    let parent = match target.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    };
    let draft = private_folder_in(parent).map_err(in_target)?;
    let folder = draft.path().join(LEDGERS);
    create_folders(&folder).map_err(in_target)?;
    for ledger in ledgers {
        copy(ledger, &folder).map_err(|error| match error {
            CopyError::Backup(error) => error,
            CopyError::Io(cause) => in_target(cause),
        })?;
    }
    sync_names_in(&folder);
    sync_names_in(draft.path());
    put_in_place(draft, target).map_err(in_target)?;
    sync_names_in(parent);
    Ok(())
}

/// A folder for its owner only, which is gone with the value.
fn private_folder_in(parent: &Path) -> io::Result<tempfile::TempDir> {
    let mut builder = tempfile::Builder::new();
    builder.prefix(".leadferry-backup-");
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    builder.tempdir_in(parent)
}

fn refuse_taken(target: &Path) -> Result<(), BackupError> {
    let is_free = match fs_err::read_dir(target) {
        Ok(mut entries) => entries.next().is_none(),
        Err(error) => error.kind() == io::ErrorKind::NotFound && !target.is_symlink(),
    };
    if is_free {
        return Ok(());
    }
    Err(BackupError::Taken {
        path: target.to_owned(),
    })
}

enum CopyError {
    Backup(BackupError),
    Io(io::Error),
}

fn copy(ledger: &Path, folder: &Path) -> Result<(), CopyError> {
    let name = ledger.file_name().unwrap_or(ledger.as_os_str());
    let copy = folder.join(name);
    let (connection, _) = schema::open_read_only(ledger)
        .map_err(|error| CopyError::Backup(BackupError::Unreadable(error)))?;
    // SQLite fills a file that exists if it is empty, and keeps its mode.
    let file = create_private(&copy).map_err(CopyError::Io)?;
    let path = copy.to_str().ok_or_else(|| {
        let words = "the path of a backup must be valid Unicode";
        CopyError::Io(io::Error::new(io::ErrorKind::InvalidInput, words))
    })?;
    let copied = connection.execute("VACUUM INTO ?1", [path]);
    copied.map_err(|cause| CopyError::Backup(copy_error(ledger, cause)))?;
    file.sync_all().map_err(CopyError::Io)
}

fn copy_error(ledger: &Path, cause: rusqlite::Error) -> BackupError {
    match cause.sqlite_error_code() {
        Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => {
            BackupError::Unreadable(LedgerError::of(ledger, cause))
        }
        _ => BackupError::CannotCopy {
            ledger: ledger.to_owned(),
            cause,
        },
    }
}

/// Not every system moves a folder onto an empty one, so that one goes first. It cannot be removed
/// if somebody has put something into it meanwhile.
fn put_in_place(draft: tempfile::TempDir, target: &Path) -> io::Result<()> {
    match fs_err::remove_dir(target) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    fs_err::rename(draft.path(), target)?;
    // It has moved, so there is nothing to clean up.
    let _ = draft.keep();
    Ok(())
}

#[cfg(test)]
mod tests;
