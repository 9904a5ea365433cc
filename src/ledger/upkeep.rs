//! Changing a ledger while no run does: deciding rows in doubt, forgetting, purging.

mod forget;
mod purge;
mod settle;

use std::path::{Path, PathBuf};

use rusqlite::{Connection, Transaction};

use crate::ledger::ledger_error::LedgerError;
use crate::ledger::run_lock::RunLock;
use crate::ledger::schema;
use crate::ledger::taking_over::take_over;
use crate::ledger::writer::in_transaction;

pub use forget::Forgotten;
pub use purge::Purged;
pub use settle::{Decision, Settled};

/// A ledger that is open to be kept in order; nobody else can write to it meanwhile.
///
/// Whatever a method has returned `Ok` for survives a loss of power; when it fails, nothing of it
/// was done.
#[derive(Debug)]
pub struct Upkeep {
    connection: Connection,
    path: PathBuf,
    /// Held as long as the ledger is open.
    _lock: RunLock,
}

impl Upkeep {
    /// Opens the ledger at `path`, which must exist and which `lock` protects. An older one is
    /// brought up to date.
    ///
    /// Rows that a killed run was about to send are unknown from now on.
    pub fn open(path: &Path, lock: RunLock) -> Result<Self, LedgerError> {
        let mut connection = schema::open_for_writing(path)?;
        let keys = schema::keys_of(&connection, path)?;
        let ready = take_over(&mut connection, &keys).and_then(|()| {
            // What is removed here is people's data, or was asked to be forgotten.
            connection.pragma_update(None, "secure_delete", true)
        });
        ready.map_err(|cause| LedgerError::of(path, cause))?;
        Ok(Self {
            connection,
            path: path.to_owned(),
            _lock: lock,
        })
    }

    fn in_transaction<T>(
        &mut self,
        write: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, LedgerError> {
        let written = in_transaction(&mut self.connection, write);
        written.map_err(|cause| LedgerError::of(&self.path, cause))
    }
}

#[cfg(test)]
mod tests;
