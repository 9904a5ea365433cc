//! Taking over from a run that may have been killed.

use std::path::Path;

use rusqlite::{Connection, OptionalExtension};

use crate::ledger::apply::Book;
use crate::ledger::entry::{EntryId, EntryState};
use crate::ledger::history::{self, RunId};
use crate::ledger::keys::LedgerKeys;
use crate::ledger::ledger_error::LedgerError;
use crate::ledger::memory::Memory;
use crate::ledger::run_lock::{LockError, LockHolder, RunLock, Waiting};
use crate::ledger::schema;
use crate::ledger::store::VERSION_WITH_LOG;
use crate::ledger::writer::in_transaction;

/// Rows that a killed run was about to send are unknown from now on, and known by everything. Afterwards
/// the tables hold all that is known.
pub(super) fn take_over(connection: &mut Connection, keys: &LedgerKeys) -> rusqlite::Result<()> {
    in_transaction(connection, |transaction| {
        let mut memory = Memory::load(transaction)?;
        leave_old_intents_open(transaction, keys, &mut memory)?;
        leave_logged_intents_open(transaction, keys, &mut memory)?;
        if !memory.claims.is_empty() {
            memory.claims.fold(transaction)?;
        }
        history::note_killed_runs(transaction)
    })
}

/// So often the lock is asked for that another command holds, which puts the ledger in order itself
/// before it does anything else.
const TRIES: u32 = 20;

/// Takes over for somebody who only wants to read, if a run has left something behind and none goes on.
///
/// What is in blobs cannot be asked for, and rows in doubt must be seen: it is an error when it cannot be
/// written.
pub(super) fn put_in_order_if_abandoned(path: &Path) -> Result<(), LedgerError> {
    for _ in 0..TRIES {
        if !has_something_left_over(path)? || RunLock::is_held_by_run(path) {
            return Ok(());
        }
        // `leadferry check` says so too; it is over before anybody has read it.
        let holder = LockHolder::this_command("runs");
        match RunLock::take(path, &holder, Waiting::No) {
            Ok(lock) => return put_in_order(path, &lock),
            Err(LockError::Held { .. }) => {}
            Err(LockError::Unsupported { source, .. } | LockError::Io { source, .. }) => {
                return Err(LedgerError::of_file(path, source));
            }
        }
    }
    Ok(())
}

fn has_something_left_over(path: &Path) -> Result<bool, LedgerError> {
    let (connection, version) = schema::open_read_only(path)?;
    if version < VERSION_WITH_LOG {
        return Ok(false);
    }
    let sql = "SELECT EXISTS (SELECT 1 FROM intents) OR EXISTS (SELECT 1 FROM recent_claims)";
    let asked = connection.query_row(sql, [], |row| row.get(0));
    asked.map_err(|cause| LedgerError::of(path, cause))
}

fn put_in_order(path: &Path, _lock: &RunLock) -> Result<(), LedgerError> {
    let mut connection = schema::open_for_writing(path)?;
    let keys = schema::keys_of(&connection, path)?;
    take_over(&mut connection, &keys).map_err(|cause| LedgerError::of(path, cause))
}

/// Rows that have their intents in the tables: those that were known before, and all of a ledger of
/// version 2.
fn leave_old_intents_open(
    connection: &Connection,
    keys: &LedgerKeys,
    memory: &mut Memory,
) -> rusqlite::Result<()> {
    for (entry, run) in intents_in_tables(connection)? {
        let keys = keys_of_run(connection, keys, run)?;
        let mut book = Book::new(connection, &keys, run, memory)?;
        book.leave_open(entry, EntryState::Unknown)?;
        book.finish()?;
    }
    Ok(())
}

fn intents_in_tables(connection: &Connection) -> rusqlite::Result<Vec<(EntryId, RunId)>> {
    let sql = "SELECT entry.id, entry.run FROM unsettled \
               JOIN entry ON entry.id = unsettled.entry WHERE entry.state = ?1";
    let mut statement = connection.prepare(sql)?;
    let read = |row: &rusqlite::Row<'_>| Ok((EntryId(row.get(0)?), RunId(row.get(1)?)));
    let rows = statement.query_map([EntryState::Intended.number()], read)?;
    rows.collect()
}

fn leave_logged_intents_open(
    connection: &Connection,
    keys: &LedgerKeys,
    memory: &mut Memory,
) -> rusqlite::Result<()> {
    for open in memory.log.close_all() {
        let keys = keys_of_run(connection, keys, open.run)?;
        let mut book = Book::new(connection, &keys, open.run, memory)?;
        book.write_out(&open, EntryState::Unknown, None)?;
        book.finish()?;
    }
    // Groups of which nothing was open.
    memory.log.write(connection, RunId(0))
}

/// The keys under which a run has claimed what its rows are known by. A run whose round is finished
/// writes outside of it.
fn keys_of_run(
    connection: &Connection,
    keys: &LedgerKeys,
    run: RunId,
) -> rusqlite::Result<LedgerKeys> {
    let sql = "SELECT round.name FROM run JOIN round ON round.name = run.round \
               WHERE run.id = ?1 AND NOT round.finished";
    let mut statement = connection.prepare_cached(sql)?;
    let round: Option<String> = statement.query_row([run.0], |row| row.get(0)).optional()?;
    Ok(round.map_or_else(|| keys.clone(), |round| keys.in_round(&round)))
}

#[cfg(test)]
mod tests;
