//! Rows in doubt: what became of them is open.

use bytes::Bytes;
use rusqlite::Row;

use crate::ledger::entry::{EntryId, EntryState};
use crate::ledger::history::RunId;
use crate::ledger::ledger_error::LedgerError;
use crate::ledger::store::LedgerReader;
use crate::model::Code;

/// A row in doubt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRow {
    /// Its entry.
    pub entry: EntryId,
    /// The run that sent it last.
    pub run: RunId,
    /// Its row in that run's file.
    pub row: u64,
    /// [`EntryState::Taken`] or [`EntryState::Unknown`].
    pub state: EntryState,
    /// What came in place of an answer; `None` when the run ended before that.
    pub doubt: Option<Code>,
    /// What is left of the run's history, unless it was purged.
    pub history: Option<OpenRowHistory>,
    /// What was sent, unless it was purged.
    pub body: Option<Bytes>,
}

/// What helps people to find a row in doubt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenRowHistory {
    /// The run's name.
    pub run: String,
    /// Its file, as it was named.
    pub file: String,
    /// When it began, RFC 3339 in UTC.
    pub started: String,
}

impl OpenRow {
    /// How commands call the row: a run without a history is called by its number.
    pub fn address(&self) -> String {
        match &self.history {
            Some(history) => format!("{}:{}", history.run, self.row),
            None => format!("{}:{}", self.run.0, self.row),
        }
    }
}

/// So many rows are read at once. Between two reads nothing keeps a run from tidying its log, however
/// slowly somebody takes the rows.
const ROWS_AT_ONCE: usize = 256;

const OPEN_ROWS: &str = "SELECT entry.id, entry.run, entry.row, entry.state, run.name, run.file, \
     run.started, unsettled.body, unsettled.doubt FROM unsettled CROSS JOIN entry ON entry.id = unsettled.entry \
     LEFT JOIN run ON run.id = entry.run WHERE unsettled.entry > ?1 \
     AND (?2 IS NULL OR entry.run = ?2) AND entry.run IS NOT ?3 \
     ORDER BY unsettled.entry LIMIT ?4";

impl LedgerReader {
    /// Rows in doubt in the order of sending, of one run or of all. Those of a run that goes on are
    /// not among them: it has not had its last word.
    ///
    /// Stops at the first error of `take`.
    pub fn each_open_row<E: From<LedgerError>>(
        &self,
        of: Option<RunId>,
        take: &mut dyn FnMut(OpenRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let running = self.running()?;
        let mut last = EntryId(0);
        loop {
            let rows = self.open_rows_after(last, of, running)?;
            let Some(row) = rows.last() else {
                return Ok(());
            };
            last = row.entry;
            rows.into_iter().try_for_each(&mut *take)?;
        }
    }

    fn open_rows_after(
        &self,
        last: EntryId,
        of: Option<RunId>,
        running: Option<RunId>,
    ) -> Result<Vec<OpenRow>, LedgerError> {
        let number = |run: Option<RunId>| run.map(|run| run.0);
        let read = || {
            let mut statement = self.connection.prepare_cached(OPEN_ROWS)?;
            let values = (last.0, number(of), number(running), ROWS_AT_ONCE);
            statement
                .query_map(values, open_row)?
                .collect::<rusqlite::Result<Vec<_>>>()
        };
        read().map_err(|cause| LedgerError::of(&self.path, cause))
    }
}

fn open_row(row: &Row<'_>) -> rusqlite::Result<OpenRow> {
    let run: Option<String> = row.get(4)?;
    let history = match run {
        Some(run) => Some(OpenRowHistory {
            run,
            file: row.get(5)?,
            started: row.get(6)?,
        }),
        None => None,
    };
    let state: i64 = row.get(3)?;
    let body: Option<Vec<u8>> = row.get(7)?;
    let doubt: Option<String> = row.get(8)?;
    Ok(OpenRow {
        doubt: doubt.as_deref().and_then(Code::from_text),
        entry: EntryId(row.get(0)?),
        run: RunId(row.get(1)?),
        row: row.get(2)?,
        // What a run that is over was about to send may have been sent.
        state: match EntryState::from_number(state) {
            Some(EntryState::Taken) => EntryState::Taken,
            _ => EntryState::Unknown,
        },
        history,
        body: body.map(Bytes::from),
    })
}

#[cfg(test)]
mod tests;
