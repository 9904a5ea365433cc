//! What was sent, remembered across runs, so that the same command never sends a row twice.
//!
//! One SQLite database for each API address and tenant, in a [`StateFolder`] on a local disk. A run
//! holds the database's [`RunLock`] from before its first look until its last word, and keeps a
//! [`Reserve`] of disk space beside it for the outcomes of requests that are on their way when the
//! disk fills up.

mod ledger_scope;
mod network_mount;
mod private_file;
mod reserve;
mod run_lock;
mod state_folder;

pub use ledger_scope::LedgerScope;
pub use private_file::create_private;
pub use reserve::{Reserve, is_disk_full};
pub use run_lock::{LockError, LockHolder, RunLock, Waiting};
pub use state_folder::{StateFolder, StateFolderError};
