//! What was sent, remembered across runs, so that the same command never sends a row twice.
//!
//! One SQLite database for each API address and tenant. A run holds the database's [`RunLock`] from
//! before its first look until its last word, and keeps a [`Reserve`] of disk space beside it for
//! the outcomes of requests that are on their way when the disk fills up.

mod private_file;
mod reserve;
mod run_lock;

pub use private_file::create_private;
pub use reserve::{Reserve, is_disk_full};
pub use run_lock::{LockError, LockHolder, RunLock, Waiting};
