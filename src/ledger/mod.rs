//! What was sent, across runs: one SQLite database for each API address and tenant.
//!
//! A row that is sent has an *entry*. *Claims* lead to it: keyed hashes of everything that makes
//! the row the same row tomorrow. An entry is `intended` before its first byte leaves, and then
//! `created`, `refused`, `failed` or `unknown`; what a run left `intended` is unknown to the next.
//!
//! As long as a new row is intended, it stands in a log of blobs only (`intent_log`), and its claims are
//! kept apart until they are many (`recent_claims`). `memory` has both while a run goes on, and `taking_over`
//! puts in order what a killed run has left of them.
//!
//! [`Ledger`] is the one writer; a [`Group`] of notes is one synced commit. [`LedgerReader`] looks
//! rows up beside it, and [`Upkeep`] changes what there is between two runs. They live in a
//! [`StateFolder`] on a local disk, and whoever writes holds the ledger's [`RunLock`]: a run from
//! before its first look until its last word. `schema` has the tables, `docs/ledger.md` what is kept
//! of people's data.

mod apply;
mod backup;
mod claiming;
mod entry;
mod history;
mod intent_log;
mod keys;
mod ledger_error;
mod ledger_scope;
mod many_rows;
mod memory;
mod merging;
mod network_mount;
mod new_entries;
mod open_rows;
mod private_file;
mod recent_claims;
mod reserve;
mod run_list;
mod run_lock;
mod schema;
mod state_folder;
mod store;
mod taking_over;
#[cfg(test)]
mod test_support;
mod unsettled;
mod upkeep;
mod writer;

pub use backup::{BackupError, back_up};
pub use entry::{Claim, EntryId, EntryState, KnownRow, RowClaims, RowPrints};
pub use history::{Round, RunEnd, RunId, RunStart};
pub use keys::{LedgerKeys, Print, ShortPrint};
pub use ledger_error::LedgerError;
pub use ledger_scope::LedgerScope;
pub use open_rows::{OpenRow, OpenRowHistory};
pub use private_file::create_private;
pub use reserve::{Reserve, is_disk_full};
pub use run_list::{RunEnding, RunRecord};
pub use run_lock::{LockError, LockHolder, LockTask, RunLock, Waiting};
pub use state_folder::{StateFolder, StateFolderError};
pub use store::LedgerReader;
pub use unsettled::Unsettled;
pub use upkeep::{Decision, Forgotten, Purged, Settled, Upkeep};
pub use writer::{Group, Intent, Ledger, Merged, Note, Settlement};
