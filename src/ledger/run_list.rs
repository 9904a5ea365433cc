//! Which runs there were, and what the ledger holds of each.

use std::collections::BTreeMap;

use rusqlite::{OptionalExtension, Row};

use crate::ledger::entry::EntryState;
use crate::ledger::history::{RunId, RunStart};
use crate::ledger::ledger_error::LedgerError;
use crate::ledger::run_lock::RunLock;
use crate::ledger::store::LedgerReader;

/// A run, as the ledger remembers it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunRecord {
    /// Its number.
    pub id: RunId,
    /// Its name.
    pub name: String,
    /// What was known of it when it began.
    pub start: RunStart,
    /// When it began, RFC 3339 in UTC.
    pub started: String,
    /// When it ended; `None` while it goes on, and for ever when it was killed.
    pub ended: Option<String>,
    /// How it ended.
    pub ending: RunEnding,
    /// Rows by status; `None` where it never told.
    pub counts: Option<BTreeMap<String, u64>>,
}

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunEnding {
    /// It goes on.
    Running,
    /// It went through its whole file.
    Finished,
    /// It stopped early.
    Stopped {
        /// Why.
        reason: String,
    },
    /// It ended without a word.
    Killed,
}

impl RunEnding {
    /// One word for it.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Finished => "finished",
            Self::Stopped { .. } => "stopped",
            Self::Killed => "killed",
        }
    }
}

const HISTORY: &str = "SELECT id, name, file, file_hash, mapping_hash, program, round, started, \
                       ended, ended_as, reason, counts FROM run ORDER BY id";

impl LedgerReader {
    /// All runs whose history was not purged, in the order in which they began.
    pub fn history(&self) -> Result<Vec<RunRecord>, LedgerError> {
        let (read, is_held) = self.while_watching_lock(|| {
            let mut statement = self.connection.prepare(HISTORY)?;
            statement
                .query_map([], run_record)?
                .collect::<rusqlite::Result<Vec<_>>>()
        });
        let mut runs = read.map_err(|cause| LedgerError::of(&self.path, cause))?;
        // There is one run at a time, and it has noted which earlier ones were killed.
        for run in &mut runs {
            if run.ending == RunEnding::Running && !is_held {
                run.ending = RunEnding::Killed;
            }
        }
        Ok(runs)
    }

    /// The run that goes on, if one does.
    pub fn running(&self) -> Result<Option<RunId>, LedgerError> {
        let sql = "SELECT id FROM run WHERE ended_as IS NULL ORDER BY id DESC LIMIT 1";
        let (read, is_held) = self.while_watching_lock(|| {
            let read = |row: &Row<'_>| row.get(0).map(RunId);
            self.connection.query_row(sql, [], read).optional()
        });
        let run = read.map_err(|cause| LedgerError::of(&self.path, cause))?;
        Ok(run.filter(|_| is_held))
    }

    /// The run called `name` whatever the case, or numbered so where its history was purged.
    pub fn find_run(&self, name: &str) -> Result<Option<RunId>, LedgerError> {
        let ask = |sql: &str, value: &dyn rusqlite::ToSql| {
            let found = self.connection.query_row(sql, [value], |row| row.get(0));
            let found = found.optional();
            found.map_err(|cause| LedgerError::of(&self.path, cause))
        };
        let name = name.to_lowercase();
        let named = ask("SELECT id FROM run WHERE name = ?1", &name)?;
        let found = match (named, name.parse::<i64>()) {
            (None, Ok(number)) => ask(
                "SELECT run FROM entry WHERE run = ?1 \
                 AND NOT EXISTS (SELECT 1 FROM run WHERE id = ?1) LIMIT 1",
                &number,
            )?,
            (named, _) => named,
        };
        Ok(found.map(RunId))
    }

    /// How many rows that a run was the last to send stand in which state.
    pub fn states_of_run(&self, run: RunId) -> Result<Vec<(EntryState, u64)>, LedgerError> {
        let count = || {
            let sql = "SELECT state, count(*) FROM entry WHERE run = ?1 GROUP BY state";
            let mut statement = self.connection.prepare(sql)?;
            let read = |row: &Row<'_>| Ok((row.get(0)?, row.get(1)?));
            let counts = statement.query_map([run.0], read)?;
            counts.collect::<rusqlite::Result<Vec<(i64, u64)>>>()
        };
        let failed = |cause| LedgerError::of(&self.path, cause);
        let known = |(state, count)| Some((EntryState::from_number(state)?, count));
        let counts = count().map_err(failed)?.into_iter().filter_map(known);
        let mut counts: Vec<_> = counts.collect();
        let logged = self.log().map_err(failed)?.count_of_run(run);
        match counts.first_mut() {
            _ if logged == 0 => {}
            Some((EntryState::Intended, count)) => *count += logged,
            _ => counts.insert(0, (EntryState::Intended, logged)),
        }
        Ok(counts)
    }

    /// What `read` finds, and whether a run held the ledger before or after: one that ended or
    /// began meanwhile must not look as if it had been killed.
    fn while_watching_lock<T>(&self, read: impl FnOnce() -> T) -> (T, bool) {
        let held_before = RunLock::is_held_by_run(&self.path);
        let found = read();
        (found, held_before || RunLock::is_held_by_run(&self.path))
    }
}

fn run_record(row: &Row<'_>) -> rusqlite::Result<RunRecord> {
    let ended_as: Option<String> = row.get(9)?;
    let reason: Option<String> = row.get(10)?;
    let counts: Option<String> = row.get(11)?;
    Ok(RunRecord {
        id: RunId(row.get(0)?),
        name: row.get(1)?,
        start: RunStart {
            file: row.get(2)?,
            file_hash: row.get(3)?,
            mapping_hash: row.get(4)?,
            program: row.get(5)?,
            round: row.get(6)?,
        },
        started: row.get(7)?,
        ended: row.get(8)?,
        ending: match ended_as.as_deref() {
            Some("finished") => RunEnding::Finished,
            Some("stopped") => RunEnding::Stopped {
                reason: reason.unwrap_or_default(),
            },
            Some(_) => RunEnding::Killed,
            None => RunEnding::Running,
        },
        counts: counts.and_then(|counts| serde_json::from_str(&counts).ok()),
    })
}

#[cfg(test)]
mod tests;
