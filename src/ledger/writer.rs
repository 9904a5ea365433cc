//! The one writer: groups of notes, each one synced commit.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use rusqlite::{Connection, Transaction, TransactionBehavior};
use serde::{Deserialize, Serialize};

use crate::ledger::apply::Book;
use crate::ledger::entry::{Claim, EntryId, EntryState, KnownRow, RowClaims, RowPrints};
use crate::ledger::history::{self, Round, RunEnd, RunId, RunStart};
use crate::ledger::keys::{LedgerKeys, Print};
use crate::ledger::ledger_error::LedgerError;
use crate::ledger::ledger_scope::LedgerScope;
use crate::ledger::memory::Memory;
use crate::ledger::merging::LeadNumbers;
use crate::ledger::recent_claims::RecentClaims;
use crate::ledger::reserve::Reserve;
use crate::ledger::run_lock::RunLock;
use crate::ledger::schema;
use crate::ledger::store::LedgerReader;
use crate::ledger::taking_over::take_over;
use crate::model::{Code, Digest, LeadId};

/// A row that is about to be sent.
///
/// The ledger's log keeps it as it stands here: **another field makes a new version of ledgers**.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    Intend(Arc<Intent>),
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
    /// `None` after a commit that failed, until the next one.
    memory: Option<Memory>,
    lead_numbers: LeadNumbers,
    reserve: Reserve,
    /// Held as long as the ledger is open.
    _lock: RunLock,
}

impl Ledger {
    /// Opens the ledger at `path`, which `lock` protects, and makes or updates it if need be.
    ///
    /// Rows that an earlier run was about to send when it was killed are unknown from now on.
    pub fn open(path: &Path, scope: &LedgerScope, lock: RunLock) -> Result<Self, LedgerError> {
        let mut connection = schema::open(path, scope)?;
        let reserve = Reserve::prepare(path).map_err(|cause| LedgerError::of_file(path, cause))?;
        let keys = schema::keys_of(&connection, path)?;
        let failed = |cause| LedgerError::of(path, cause);
        take_over(&mut connection, &keys).map_err(failed)?;
        let memory = Memory::load(&connection).map_err(failed)?;
        let lead_numbers = LeadNumbers::of(&connection).map_err(failed)?;
        Ok(Self {
            connection,
            path: path.to_owned(),
            keys,
            run: RunId(0),
            run_name: String::new(),
            next_entry: memory.next_entry(),
            memory: Some(memory),
            lead_numbers,
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
        LedgerReader::beside_writer(&self.path)
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
        // That there is no room for it does no harm: whoever opens the ledger next does it.
        let _ = self.fold_claims();
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
        let (run, memory) = (self.run, self.memory.take());
        let lead_numbers = &mut self.lead_numbers;
        let written = in_transaction(&mut self.connection, |transaction| {
            let mut memory = match memory {
                Some(memory) => memory,
                None => Memory::load(transaction)?,
            };
            let mut merged = Vec::new();
            let mut book = Book::new(transaction, keys, run, &mut memory)?;
            for note in group {
                merged.extend(lead_numbers.merged_by(&mut book, note)?);
                book.apply(note)?;
            }
            book.finish()?;
            Ok((merged, memory))
        });
        let written = written.map_err(|cause| LedgerError::of(&self.path, cause));
        self.lead_numbers.end_group(written.is_ok());
        if matches!(written, Err(LedgerError::Full { .. })) {
            // If that fails too there is nothing left to try.
            let _ = self.reserve.release();
        }
        let (merged, memory) = written?;
        self.memory = Some(memory);
        Ok(merged)
    }

    /// Does what need not be done before a commit is answered. No error: what finds no room now is
    /// done later.
    pub fn tidy(&mut self) {
        let memory = self.memory.as_mut();
        let Some(memory) = memory.filter(|memory| memory.claims.wants_to_fold()) else {
            return;
        };
        let folded = in_transaction(&mut self.connection, |transaction| {
            memory.claims.fold_some(transaction)
        });
        if folded.is_ok() {
            memory.claims.note_folded();
        }
    }

    /// Gives all of the newest claims their places in the big table.
    fn fold_claims(&mut self) -> Result<(), LedgerError> {
        let Some(memory) = &mut self.memory else {
            return Ok(());
        };
        let folded = in_transaction(&mut self.connection, |transaction| {
            memory.claims.fold(transaction)
        });
        folded.map_err(|cause| LedgerError::of(&self.path, cause))?;
        memory.claims = RecentClaims::default();
        Ok(())
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

#[cfg(test)]
mod tests;
