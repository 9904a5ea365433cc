//! What the ledger keeps of rows in doubt so that their leads can be looked for.

use bytes::Bytes;
use rusqlite::{OptionalExtension, Row};

use crate::ledger::entry::{EntryId, EntryState, KnownRow, RowPrints};
use crate::ledger::history::RunId;
use crate::ledger::ledger_error::LedgerError;
use crate::ledger::store::{LedgerReader, known_row, lead_id};
use crate::model::{Digest, LeadId};

/// What was sent for a row in doubt, and what bounds the search for its lead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unsettled {
    /// Its entry.
    pub entry: EntryId,
    /// The run that sent it last.
    pub run: RunId,
    /// The CRM has said that it took the lead.
    pub is_taken: bool,
    /// The body, unless it was purged.
    pub body: Option<Bytes>,
    /// The `Idempotency-Key` of the attempt.
    pub request_key: Digest,
    /// When that key was first used, in milliseconds since 1970.
    pub key_since: Option<i64>,
    /// The lead of a row that was created before this one was sent.
    pub known_before: Option<LeadId>,
}

/// So many runs of other files look for a lead; after that only people do.
///
/// Source: the contract's rule for rows of other files.
const MOST_LOOKS: i64 = 3;

/// The version of the tables that has what is read here.
const VERSION_THAT_KNOWS: i64 = 2;

macro_rules! unsettled_columns {
    () => {
        "SELECT entry.id, entry.run, entry.state, unsettled.body, unsettled.request_key, \
         unsettled.key_since, before.lead FROM unsettled JOIN entry ON entry.id = unsettled.entry \
         LEFT JOIN entry AS before ON before.id = unsettled.known_before "
    };
}

const OF_ENTRY: &str = concat!(unsettled_columns!(), "WHERE unsettled.entry = ?1");

const TO_LOOK_FOR: &str = concat!(
    unsettled_columns!(),
    "WHERE entry.run < ?1 AND unsettled.looks < ?2 AND unsettled.body IS NOT NULL \
     ORDER BY unsettled.entry LIMIT ?3"
);

impl LedgerReader {
    /// What is kept of a row in doubt; `None` when it is settled, or the ledger too old to know: whoever
    /// only reads it cannot look up either.
    pub fn unsettled(&self, entry: EntryId) -> Result<Option<Unsettled>, LedgerError> {
        if self.version < VERSION_THAT_KNOWS {
            return Ok(None);
        }
        let find = || {
            let mut statement = self.connection.prepare_cached(OF_ENTRY)?;
            statement.query_row([entry.0], unsettled).optional()
        };
        find().map_err(|cause| LedgerError::of(&self.path, cause))
    }

    /// Rows in doubt that were last sent before run `run` and have not been looked for too often, in
    /// the order of sending, at most `most`.
    pub fn unsettled_before(&self, run: RunId, most: usize) -> Result<Vec<Unsettled>, LedgerError> {
        let read = || {
            let mut statement = self.connection.prepare_cached(TO_LOOK_FOR)?;
            let rows = statement.query_map((run.0, MOST_LOOKS, most), unsettled)?;
            rows.collect::<rusqlite::Result<_>>()
        };
        read().map_err(|cause| LedgerError::of(&self.path, cause))
    }

    /// Whether another row in doubt has the e-mail, phone or name that the row of `entry` has.
    pub fn is_called_like_another_in_doubt(&self, entry: EntryId) -> Result<bool, LedgerError> {
        // The log first: what goes from it into the tables meanwhile is met there.
        let log = self.log();
        let log = log.map_err(|cause| LedgerError::of(&self.path, cause))?;
        let logged = log.prints_of(entry);
        let known = || Ok(self.entry(entry)?.map(|known| known.prints));
        let Some(prints) = logged.map_or_else(known, |prints| Ok(Some(prints)))? else {
            return Ok(false);
        };
        Ok(log.has_another_called_like(entry, &prints)
            || self.tables_have_another_called_like(entry, &prints)?)
    }

    fn tables_have_another_called_like(
        &self,
        entry: EntryId,
        prints: &RowPrints,
    ) -> Result<bool, LedgerError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM unsettled CROSS JOIN entry AS other \
                   ON other.id = unsettled.entry WHERE other.id <> ?1 \
                   AND (other.email = ?2 OR other.phone = ?3 OR other.name = ?4))";
        let [email, phone, name] =
            [prints.email, prints.phone, prints.name].map(|print| print.map(|print| print.0));
        let ask = || {
            let mut statement = self.connection.prepare_cached(sql)?;
            statement.query_row((entry.0, email, phone, name), |row| row.get(0))
        };
        ask().map_err(|cause| LedgerError::of(&self.path, cause))
    }

    /// The row that was created last, as far as the order of sending tells.
    pub fn last_created(&self) -> Result<Option<KnownRow>, LedgerError> {
        let sql = "SELECT id, state, lead, run, row, refusals, source, cells, content, name, email, \
                   phone FROM entry WHERE state = ?1 AND lead IS NOT NULL ORDER BY id DESC LIMIT 1";
        let find = || {
            let mut statement = self.connection.prepare_cached(sql)?;
            let created = EntryState::Created.number();
            statement.query_row([created], known_row).optional()
        };
        find().map_err(|cause| LedgerError::of(&self.path, cause))
    }

    /// How many leads the rows that were first sent after `entry` are known to be.
    pub fn leads_after(&self, entry: EntryId) -> Result<u64, LedgerError> {
        let sql = "SELECT count(DISTINCT lead) FROM entry WHERE id > ?1 AND state = ?2";
        let count = || {
            let mut statement = self.connection.prepare_cached(sql)?;
            let created = EntryState::Created.number();
            statement.query_row((entry.0, created), |row| row.get(0))
        };
        count().map_err(|cause| LedgerError::of(&self.path, cause))
    }
}

fn unsettled(row: &Row<'_>) -> rusqlite::Result<Unsettled> {
    let state: i64 = row.get(2)?;
    let body: Option<Vec<u8>> = row.get(3)?;
    Ok(Unsettled {
        entry: EntryId(row.get(0)?),
        run: RunId(row.get(1)?),
        is_taken: EntryState::from_number(state) == Some(EntryState::Taken),
        body: body.map(Bytes::from),
        request_key: Digest::from_bytes(row.get(4)?),
        key_since: row.get(5)?,
        known_before: lead_id(row.get_ref(6)?)?,
    })
}

#[cfg(test)]
mod tests;
