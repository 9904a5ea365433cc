//! Removing what is no longer needed and is about people, or about long ago.

use jiff::Timestamp;
use rusqlite::{Connection, Row};

use crate::ledger::history::RunId;
use crate::ledger::ledger_error::LedgerError;
use crate::ledger::upkeep::Upkeep;

/// What was purged.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Purged {
    /// Runs whose history is gone.
    pub runs: u64,
    /// Rows in doubt for which it is no longer known what was sent.
    pub bodies: u64,
}

const PURGE_BODIES: &str = "UPDATE unsettled SET body = NULL WHERE body IS NOT NULL \
                            AND (SELECT run FROM entry WHERE id = unsettled.entry) = ?1";

/// A warning that a run gave which did not go through its file is given again, as it would be if
/// the history were still there.
const PURGE_CHANGED: &str = "DELETE FROM changed WHERE run = ?1 AND \
                             (SELECT ended_as FROM run WHERE id = ?1) IS NOT 'finished'";

impl Upkeep {
    /// Removes the histories of runs that ended before `before`, and what they sent for rows that
    /// are still in doubt. What is known of rows that were created stays, and rows in doubt stay in
    /// doubt.
    ///
    /// A run that was killed told no end: its beginning counts.
    pub fn purge(&mut self, before: Timestamp) -> Result<Purged, LedgerError> {
        self.in_transaction(|transaction| {
            let mut purged = Purged::default();
            for run in runs_before(transaction, before)? {
                purged.bodies += transaction.execute(PURGE_BODIES, [run.0])? as u64;
                transaction.execute(PURGE_CHANGED, [run.0])?;
                transaction.execute("DELETE FROM run WHERE id = ?1", [run.0])?;
                purged.runs += 1;
            }
            Ok(purged)
        })
    }

    /// Writes the whole database anew, so that nothing that was ever removed is left in its unused
    /// parts. Needs room for a second one.
    pub fn compact(&mut self) -> Result<(), LedgerError> {
        let written = self.connection.execute_batch("VACUUM");
        written.map_err(|cause| LedgerError::of(&self.path, cause))
    }
}

/// Times are compared as times: as texts they would not always be in order.
fn runs_before(connection: &Connection, before: Timestamp) -> rusqlite::Result<Vec<RunId>> {
    let sql = "SELECT id, coalesce(ended, started) FROM run ORDER BY id";
    let mut statement = connection.prepare(sql)?;
    let read = |row: &Row<'_>| Ok((RunId(row.get(0)?), row.get::<_, String>(1)?));
    let mut runs = Vec::new();
    for found in statement.query_map([], read)? {
        let (run, ended) = found?;
        // A time that cannot be read is no reason to remove anything.
        if ended.parse().is_ok_and(|ended: Timestamp| ended < before) {
            runs.push(run);
        }
    }
    Ok(runs)
}
