//! Forgetting rows whose leads were deleted by hand.

use rusqlite::{Row, Transaction, params};

use crate::ledger::entry::EntryState;
use crate::ledger::history::RunId;
use crate::ledger::ledger_error::LedgerError;
use crate::ledger::upkeep::Upkeep;

/// What was forgotten, and what was not.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Forgotten {
    /// Rows that were created.
    pub created: u64,
    /// Rows that the server had said no to, or kept failing for.
    pub refused_or_failed: u64,
    /// Rows in doubt, which are still there.
    pub in_doubt: u64,
    /// The round that the run was in. It counts as unfinished again, so that the same command sends
    /// what was forgotten.
    pub round: Option<String>,
}

impl Forgotten {
    /// How many rows were forgotten.
    pub fn rows(&self) -> u64 {
        self.created + self.refused_or_failed
    }
}

/// The entries that can be forgotten: of run `?1`, of row `?2` or all, neither in doubt.
macro_rules! settled_entries {
    () => {
        "SELECT id FROM entry WHERE run = ?1 AND (?2 IS NULL OR row = ?2) AND state IN (?3, ?4, ?5)"
    };
}

const FORGET: [&str; 3] = [
    concat!(
        "DELETE FROM claim WHERE entry IN (",
        settled_entries!(),
        ")"
    ),
    concat!(
        "DELETE FROM changed WHERE entry IN (",
        settled_entries!(),
        ")"
    ),
    concat!("DELETE FROM entry WHERE id IN (", settled_entries!(), ")"),
];

impl Upkeep {
    /// Forgets the rows that run `run` was the last to send, or one of them: the next run that holds
    /// them sends them as if they had never been sent. Rows in doubt stay.
    ///
    /// Takes time with the size of the ledger, not with what is forgotten.
    pub fn forget(&mut self, run: RunId, row: Option<u64>) -> Result<Forgotten, LedgerError> {
        self.in_transaction(|transaction| forget(transaction, run, row))
    }
}

fn forget(
    transaction: &Transaction<'_>,
    run: RunId,
    row: Option<u64>,
) -> rusqlite::Result<Forgotten> {
    let mut forgotten = count(transaction, run, row)?;
    if forgotten.rows() == 0 {
        return Ok(forgotten);
    }
    let [created, refused, failed] =
        [EntryState::Created, EntryState::Refused, EntryState::Failed].map(EntryState::number);
    for sql in FORGET {
        transaction.execute(sql, params![run.0, row, created, refused, failed])?;
    }
    forgotten.round = reopen_round(transaction, run)?;
    Ok(forgotten)
}

fn count(
    transaction: &Transaction<'_>,
    run: RunId,
    row: Option<u64>,
) -> rusqlite::Result<Forgotten> {
    let sql = "SELECT state, count(*) FROM entry WHERE run = ?1 AND (?2 IS NULL OR row = ?2) \
               GROUP BY state";
    let mut statement = transaction.prepare(sql)?;
    let read = |row: &Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, u64>(1)?));
    let mut counted = Forgotten::default();
    for found in statement.query_map(params![run.0, row], read)? {
        let (state, rows) = found?;
        match EntryState::from_number(state) {
            Some(EntryState::Created) => counted.created += rows,
            Some(EntryState::Refused | EntryState::Failed) => counted.refused_or_failed += rows,
            _ => counted.in_doubt += rows,
        }
    }
    Ok(counted)
}

fn reopen_round(transaction: &Transaction<'_>, run: RunId) -> rusqlite::Result<Option<String>> {
    let sql = "UPDATE round SET finished = 0 WHERE name = (SELECT round FROM run WHERE id = ?1) \
               RETURNING name";
    let mut statement = transaction.prepare(sql)?;
    let mut names = statement.query_map([run.0], |row| row.get(0))?;
    names.next().transpose()
}
