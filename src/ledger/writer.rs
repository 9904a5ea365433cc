//! The one writer: groups of notes, each one synced commit.

use std::path::{Path, PathBuf};

use bytes::Bytes;
use rusqlite::{Connection, Transaction, TransactionBehavior};

use crate::ledger::apply::{apply, leave_intent_open};
use crate::ledger::entry::{Claim, EntryId, EntryState, KnownRow, RowClaims, RowPrints};
use crate::ledger::history::{self, Round, RunEnd, RunId, RunStart};
use crate::ledger::keys::{LedgerKeys, Print};
use crate::ledger::ledger_error::LedgerError;
use crate::ledger::ledger_scope::LedgerScope;
use crate::ledger::reserve::Reserve;
use crate::ledger::run_lock::RunLock;
use crate::ledger::schema;
use crate::ledger::store::{LedgerReader, highest_lead, owner_of_lead};
use crate::model::{Code, Digest, LeadId};

/// A row that is about to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intent {
    /// Its entry: a new one, or the one it has from an earlier attempt.
    pub entry: EntryId,
    /// Its row in the file of this run.
    pub row: u64,
    /// What leads to it.
    pub claims: RowClaims,
    /// What is kept of its content.
    pub prints: RowPrints,
    /// The request body; kept until the row's fate is known.
    pub body: Bytes,
    /// The `Idempotency-Key` of the attempt.
    pub request_key: Digest,
    /// A row that was created before this one is sent, if any is known.
    pub known_before: Option<EntryId>,
}

/// What became of a row that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settlement {
    /// The CRM has it under this id. The row claims everything that it is known by.
    Created(LeadId, RowClaims),
    /// A look-up has found it under this id, after its fate had been left open: the row claims already
    /// what it is known by.
    Found(LeadId),
    /// The server said no.
    Refused,
    /// The server kept failing and the lead is proven absent.
    Failed,
    /// A row in doubt is proven absent: it is as if it had never been sent, but for refusals.
    Absent,
    /// The lead may or may not exist, for this reason; its body is kept.
    Unknown(Code),
    /// The CRM has it under an id that it did not tell; its body is kept.
    Taken,
}

/// One thing to write down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Note {
    /// A row is about to be sent.
    Intend(Box<Intent>),
    /// It is known what became of it.
    Settle(EntryId, Settlement),
    /// It was surely not sent: its entry becomes what it was, or nothing if it was new.
    Withdraw {
        /// The entry.
        entry: EntryId,
        /// What it was before.
        before: Option<EntryState>,
        /// What the intent had claimed.
        claims: RowClaims,
    },
    /// The lead of a row in doubt was looked for in vain by a run whose file does not hold the row.
    LookedInVain(EntryId),
    /// One more thing leads to a known row.
    Claim(EntryId, Claim),
    /// A created row stands in the file with other content than was sent, and this run tells.
    Changed(EntryId, Print),
}

/// Notes that become durable together.
pub type Group = Vec<Note>;

/// A row that was given the lead of another one: the CRM merges leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merged {
    /// The row's entry.
    pub entry: EntryId,
    /// The row that had the lead before.
    pub owner: KnownRow,
}

/// A ledger that is open for a run; nobody else can open it for one.
///
/// Whatever a method has returned `Ok` for survives a loss of power.
#[derive(Debug)]
pub struct Ledger {
    connection: Connection,
    path: PathBuf,
    keys: LedgerKeys,
    run: RunId,
    run_name: String,
    next_entry: i64,
    /// The highest number among the ids of leads. A higher one is nobody's yet.
    highest_lead: i64,
    reserve: Reserve,
    /// Held as long as the ledger is open.
    _lock: RunLock,
}

impl Ledger {
    /// Opens the ledger at `path`, which `lock` protects, and makes or updates it if need be.
    ///
    /// Rows that an earlier run was about to send when it was killed are unknown from now on.
    pub fn open(path: &Path, scope: &LedgerScope, lock: RunLock) -> Result<Self, LedgerError> {
        let connection = schema::open(path, scope)?;
        let reserve = Reserve::prepare(path).map_err(|cause| LedgerError::of_file(path, cause))?;
        let keys = schema::keys_of(&connection, path)?;
        let next_entry =
            take_over(&connection, &keys).map_err(|cause| LedgerError::of(path, cause))?;
        let highest_lead =
            highest_lead(&connection).map_err(|cause| LedgerError::of(path, cause))?;
        Ok(Self {
            connection,
            path: path.to_owned(),
            keys,
            run: RunId(0),
            run_name: String::new(),
            next_entry,
            highest_lead,
            reserve,
            _lock: lock,
        })
    }

    /// Where the database is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The keys of the ledger's base.
    pub fn keys(&self) -> &LedgerKeys {
        &self.keys
    }

    /// Opens the ledger a second time, for looking rows up beside this writer.
    pub fn reader(&self) -> Result<LedgerReader, LedgerError> {
        LedgerReader::at(&self.path)
    }

    /// The number that the next new entry must have; those after it follow.
    pub fn next_entry(&self) -> EntryId {
        EntryId(self.next_entry)
    }

    /// The run that is going on; before [`Self::begin_run`] none that was.
    pub fn run(&self) -> RunId {
        self.run
    }

    /// The name of the run that is going on.
    pub fn run_name(&self) -> &str {
        &self.run_name
    }

    /// Begins a run. With a round, everything that it claims is claimed there, and the round is
    /// opened unless it was before.
    pub fn begin_run(
        &mut self,
        start: &RunStart,
        round: Option<&Round>,
    ) -> Result<(), LedgerError> {
        let begin = |transaction: &Transaction<'_>| {
            if let (Some(name), Some(round)) = (&start.round, round)
                && history::find_round(transaction, name)?.is_none()
            {
                history::open_round(transaction, name, round)?;
            }
            history::begin_run(transaction, start)
        };
        (self.run, self.run_name) = self.in_transaction(begin)?;
        Ok(())
    }

    /// Ends the run.
    pub fn end_run(&mut self, end: &RunEnd) -> Result<(), LedgerError> {
        let run = self.run;
        self.in_transaction(|transaction| history::end_run(transaction, run, end))
    }

    /// Writes a group down under `keys`, which are those of the base or of the run's round. Returns
    /// the rows of which an answer says that they are a lead that another row has.
    ///
    /// # Errors
    ///
    /// Nothing of the group was written then. When the disk is full, what was held in reserve for
    /// this moment is given back to it, so that a smaller group may still find room.
    pub fn commit(&mut self, keys: &LedgerKeys, group: &Group) -> Result<Vec<Merged>, LedgerError> {
        let (run, mut highest) = (self.run, self.highest_lead);
        let written = self.in_transaction(|transaction| {
            let mut merged = Vec::new();
            for note in group {
                merged.extend(merged_by(transaction, note, &mut highest)?);
                apply(transaction, keys, run, note)?;
            }
            Ok(merged)
        });
        if written.is_ok() {
            self.highest_lead = highest;
        }
        if matches!(written, Err(LedgerError::Full { .. })) {
            // If that fails too there is nothing left to try.
            let _ = self.reserve.release();
        }
        written
    }

    fn in_transaction<T>(
        &mut self,
        write: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T, LedgerError> {
        let written = in_transaction(&mut self.connection, write);
        written.map_err(|cause| LedgerError::of(&self.path, cause))
    }

    /// Lets the database grow to so many pages only, as on a disk that is full.
    #[cfg(test)]
    pub(super) fn limit_pages(&self, pages: u32) {
        let sql = format!("PRAGMA max_page_count = {pages}");
        let set = self.connection.query_row(&sql, [], |_| Ok(()));
        set.expect("a limit can always be set");
    }
}

/// Whether a row is now said to be the lead of another one. Leads are mostly given ids in ascending
/// order, and then nothing has to be looked up.
fn merged_by(
    connection: &Connection,
    note: &Note,
    highest: &mut i64,
) -> rusqlite::Result<Option<Merged>> {
    let Note::Settle(entry, Settlement::Created(lead_id, _)) = note else {
        return Ok(None);
    };
    if let Ok(number) = lead_id.0.parse::<i64>()
        && number > *highest
    {
        *highest = number;
        return Ok(None);
    }
    let owner = owner_of_lead(connection, lead_id)?.filter(|owner| owner.entry != *entry);
    Ok(owner.map(|owner| Merged {
        entry: *entry,
        owner,
    }))
}

/// All of what `write` does is durable when this returns, or nothing of it is done.
pub(super) fn in_transaction<T>(
    connection: &mut Connection,
    write: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let value = write(&transaction)?;
    transaction.commit()?;
    Ok(value)
}

#[cfg(test)]
impl Ledger {
    /// For tests that do to a ledger what a disk does.
    pub(crate) fn connection(&self) -> &Connection {
        &self.connection
    }
}

/// Takes over from a run that may have been killed. Returns the number of the next entry.
pub(super) fn take_over(connection: &Connection, keys: &LedgerKeys) -> rusqlite::Result<i64> {
    let transaction = connection.unchecked_transaction()?;
    for (entry, round) in left_over_intents(&transaction)? {
        let keys = round.map_or_else(|| keys.clone(), |round| keys.in_round(&round));
        leave_intent_open(&transaction, &keys, entry)?;
    }
    history::note_killed_runs(&transaction)?;
    transaction.commit()?;
    let sql = "SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'entry'";
    connection.query_row(sql, [], |row| row.get(0))
}

/// Rows that were about to be sent, each with the round in which its run claimed what it is known
/// by. A run whose round is finished writes outside of it.
fn left_over_intents(connection: &Connection) -> rusqlite::Result<Vec<(EntryId, Option<String>)>> {
    let sql = "SELECT entry.id, round.name FROM unsettled JOIN entry ON entry.id = unsettled.entry \
               LEFT JOIN run ON run.id = entry.run \
               LEFT JOIN round ON round.name = run.round AND NOT round.finished \
               WHERE entry.state = ?1";
    let mut statement = connection.prepare(sql)?;
    let read = |row: &rusqlite::Row<'_>| Ok((EntryId(row.get(0)?), row.get(1)?));
    let rows = statement.query_map([EntryState::Intended.number()], read)?;
    rows.collect()
}

#[cfg(test)]
mod tests;
