//! Entries that a commit adds.

use std::sync::{Arc, LazyLock};

use rusqlite::Connection;
use rusqlite::types::Value;

use crate::ledger::entry::{EntryId, EntryState};
use crate::ledger::history::RunId;
use crate::ledger::many_rows::{Insertion, Values};
use crate::ledger::writer::Intent;

static INSERTION: LazyLock<Insertion> = LazyLock::new(|| {
    let into = "INSERT INTO entry (id, state, lead, run, row, refusals, source, cells, content, name, \
                email, phone)";
    Insertion::new(into, 12, "")
});

/// Entries that are not in their table yet, so that many are written at a time and in the order of their
/// numbers.
#[derive(Debug, Default)]
pub(super) struct NewEntries {
    entries: Vec<NewEntry>,
}

/// A row whose first fate is known.
#[derive(Debug)]
pub(super) struct NewEntry {
    pub(super) intent: Arc<Intent>,
    pub(super) run: RunId,
    pub(super) state: EntryState,
    /// The lead's id, as the database keeps it.
    pub(super) lead: Value,
}

impl NewEntries {
    pub(super) fn push(&mut self, entry: NewEntry) {
        self.entries.push(entry);
    }

    /// The state of an entry that the table has not got yet.
    pub(super) fn state_of(&self, id: EntryId) -> Option<EntryState> {
        let mut entries = self.entries.iter();
        let entry = entries.find(|entry| entry.intent.entry == id)?;
        Some(entry.state)
    }

    /// Gives them to the table. Before this nobody may ask it for anything that they could be.
    pub(super) fn write(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        self.entries
            .sort_unstable_by_key(|entry| entry.intent.entry);
        INSERTION.insert(connection, &self.entries, NewEntry::bind)?;
        self.entries.clear();
        Ok(())
    }
}

impl NewEntry {
    fn bind(values: &mut Values<'_, '_>, entry: &Self) -> rusqlite::Result<()> {
        let Intent { row, prints, .. } = &*entry.intent;
        values.push(entry.intent.entry.0)?;
        values.push(entry.state.number())?;
        values.push(&entry.lead)?;
        values.push(entry.run.0)?;
        values.push(row)?;
        values.push(i64::from(entry.state == EntryState::Refused))?;
        values.push(prints.source.map(|print| print.0))?;
        values.push(prints.cells.0)?;
        values.push(prints.content.0)?;
        for print in [prints.name, prints.email, prints.phone] {
            values.push(print.map(|print| print.0))?;
        }
        Ok(())
    }
}
