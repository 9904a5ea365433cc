//! What can go wrong with a ledger.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

use crate::ledger::reserve::is_disk_full;

/// Why the ledger cannot be used, or not any more.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// The file is damaged or no database at all.
    #[error("the ledger `{}` is damaged", path.display())]
    Damaged {
        /// The database.
        path: PathBuf,
        /// What SQLite says, where it was asked.
        #[source]
        cause: Option<rusqlite::Error>,
    },
    /// The file is not there any more.
    #[error("the ledger `{}` is gone, but `{}` shows that there was one", path.display(), trace.display())]
    Gone {
        /// The database.
        path: PathBuf,
        /// What is left of it.
        trace: PathBuf,
    },
    /// A database that leadferry did not make, or the ledger of another API or tenant.
    #[error("`{}` is not the ledger of {wanted}", path.display())]
    Foreign {
        /// The database.
        path: PathBuf,
        /// What it should be the ledger of.
        wanted: String,
    },
    /// A newer leadferry has changed it.
    #[error(
        "the ledger `{}` has version {found}, and this program knows up to version {known}",
        path.display()
    )]
    Newer {
        /// The database.
        path: PathBuf,
        /// Its version.
        found: i64,
        /// The newest version known here.
        known: i64,
    },
    /// There is no room on the disk, or a quota is used up.
    #[error("there is no room to write the ledger `{}`", path.display())]
    Full {
        /// The database.
        path: PathBuf,
        /// What the system says.
        #[source]
        cause: Box<dyn std::error::Error + Send + Sync>,
    },
    /// Anything else that SQLite says.
    #[error("cannot use the ledger `{}`", path.display())]
    Database {
        /// The database.
        path: PathBuf,
        /// What SQLite says.
        #[source]
        cause: rusqlite::Error,
    },
    /// A file of the ledger cannot be made or read.
    #[error("cannot use the ledger `{}`", path.display())]
    File {
        /// The database.
        path: PathBuf,
        /// What the system says.
        #[source]
        cause: std::io::Error,
    },
}

impl LedgerError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Damaged { .. } | Self::Foreign { .. } => {
                "put back a copy made with `leadferry runs backup`, or name another place with \
                 `--state-dir`; without a ledger every row counts as never sent, so do not remove \
                 it to go on with a file that was imported in part"
            }
            Self::Gone { .. } => {
                "put it back where it was, or a copy made with `leadferry runs backup`; only if every row \
                 is to count as never sent, remove what is left of it too"
            }
            Self::Newer { .. } => "use the version of leadferry that wrote it, or a newer one",
            Self::Full { .. } => "make room on the disk that holds the state folder",
            Self::Database { .. } | Self::File { .. } => {
                "see that the state folder can be written, or name another with `--state-dir`"
            }
        }
    }

    /// Sorts what SQLite says by what can be done about it.
    pub(super) fn of(path: &Path, cause: rusqlite::Error) -> Self {
        let path = path.to_owned();
        match cause.sqlite_error_code() {
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged {
                path,
                cause: Some(cause),
            },
            Some(ErrorCode::DiskFull) => Self::Full {
                path,
                cause: cause.into(),
            },
            // A limit on the size of files shows only as a write that failed.
            _ if is_failed_write(&cause) => Self::Full {
                path,
                cause: cause.into(),
            },
            _ => Self::Database { path, cause },
        }
    }

    pub(super) fn of_file(path: &Path, cause: std::io::Error) -> Self {
        let path = path.to_owned();
        if is_disk_full(&cause) || cause.kind() == std::io::ErrorKind::FileTooLarge {
            let cause = cause.into();
            return Self::Full { path, cause };
        }
        Self::File { path, cause }
    }
}

fn is_failed_write(cause: &rusqlite::Error) -> bool {
    cause.sqlite_error().is_some_and(|error| {
        matches!(
            error.extended_code,
            rusqlite::ffi::SQLITE_IOERR_WRITE
                | rusqlite::ffi::SQLITE_IOERR_FSYNC
                | rusqlite::ffi::SQLITE_IOERR_TRUNCATE
                | rusqlite::ffi::SQLITE_IOERR_SHMSIZE
        )
    })
}
