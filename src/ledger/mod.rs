//! What was sent, remembered across runs, so that the same command never sends a row twice.
//!
//! One SQLite database for each API address and tenant. A run holds the database's [`RunLock`] from
//! before its first look until its last word.

mod private_file;
mod run_lock;

pub use private_file::create_private;
pub use run_lock::{LockError, LockHolder, RunLock, Waiting};
