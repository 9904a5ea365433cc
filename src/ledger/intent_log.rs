//! Rows about to be sent, as they stand in the log: one blob for each commit.
//!
//! An intent matters only after a kill. So it gets no rows of its own in the tables, and is there only
//! until the row's fate is known. Each commit writes down which intents are new and which are closed. What
//! is open is what the log says from its oldest group on, so groups go out of it in their order only.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use rusqlite::Connection;
use serde::{Deserialize, Serialize};

use crate::ledger::entry::{EntryId, RowPrints};
use crate::ledger::history::RunId;
use crate::ledger::writer::Intent;
use crate::model::ByNumber;

/// So many groups the log has at most. One row that waits long for its fate would keep all later
/// groups from going.
///
/// Few in tests, so that those of whole runs come so far.
const MOST_GROUPS: usize = if cfg!(test) { 4 } else { 64 };

/// A row about to be sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct OpenIntent {
    /// The run that sends it.
    pub(super) run: RunId,
    /// When its request key was first used, in milliseconds since 1970.
    pub(super) key_since: i64,
    pub(super) intent: Arc<Intent>,
    group: i64,
}

/// What one commit says. What is closed comes first: a row can be withdrawn and intended anew in one.
#[derive(Debug, Serialize, Deserialize)]
struct Notes<I> {
    closed: Vec<EntryId>,
    /// Each with the time at which its request key was first used.
    intended: Vec<(i64, I)>,
}

#[derive(Debug)]
struct LoggedGroup {
    id: i64,
    open: usize,
}

/// The log, as the database has it, and the notes of the commit that is being made.
#[derive(Debug, Default)]
pub(super) struct IntentLog {
    open: HashMap<EntryId, OpenIntent, ByNumber>,
    /// The oldest first.
    groups: VecDeque<LoggedGroup>,
    intended: Vec<EntryId>,
    closed: Vec<EntryId>,
    /// Room for the notes of a commit, used again and again.
    buffer: Vec<u8>,
}

impl IntentLog {
    /// All that the database holds.
    pub(super) fn load(connection: &Connection) -> rusqlite::Result<Self> {
        let mut log = Self::default();
        let mut statement = connection.prepare("SELECT id, run, notes FROM intents ORDER BY id")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let notes = postcard::from_bytes(row.get_ref(2)?.as_blob()?);
            let notes = notes.map_err(|error| {
                let blob = rusqlite::types::Type::Blob;
                rusqlite::Error::FromSqlConversionFailure(2, blob, error.into())
            })?;
            log.replay(row.get(0)?, RunId(row.get(1)?), notes);
        }
        log.count_open();
        Ok(log)
    }

    fn replay(&mut self, group: i64, run: RunId, notes: Notes<Intent>) {
        for entry in notes.closed {
            self.open.remove(&entry);
        }
        for (key_since, intent) in notes.intended {
            let open = OpenIntent {
                run,
                key_since,
                intent: Arc::new(intent),
                group,
            };
            self.open.insert(open.intent.entry, open);
        }
        self.groups.push_back(LoggedGroup { id: group, open: 0 });
    }

    fn count_open(&mut self) {
        for group in &mut self.groups {
            let open = self.open.values();
            group.open = open.filter(|open| open.group == group.id).count();
        }
    }

    /// Whether the row is about to be sent, or was.
    pub(super) fn is_open(&self, entry: EntryId) -> bool {
        self.open.contains_key(&entry)
    }

    /// What is kept of the content of a row that is about to be sent.
    pub(super) fn prints_of(&self, entry: EntryId) -> Option<RowPrints> {
        self.open.get(&entry).map(|open| open.intent.prints)
    }

    /// Whether another row that is about to be sent can be the same person.
    pub(super) fn has_another_called_like(&self, entry: EntryId, prints: &RowPrints) -> bool {
        let mut open = self.open.values().map(|open| &open.intent);
        open.any(|other| other.entry != entry && other.prints.may_be_same_person(prints))
    }

    /// How many rows a run is about to send.
    pub(super) fn count_of_run(&self, run: RunId) -> u64 {
        let open = self.open.values();
        open.filter(|open| open.run == run).count() as u64
    }

    /// Takes everything out, in the order of entries.
    pub(super) fn close_all(&mut self) -> Vec<OpenIntent> {
        let all = self.open.keys().copied().collect();
        self.close_each(all)
    }

    fn close_each(&mut self, mut entries: Vec<EntryId>) -> Vec<OpenIntent> {
        entries.sort_unstable();
        let entries = entries.into_iter();
        entries.filter_map(|entry| self.close(entry)).collect()
    }

    /// A row is about to be sent, by `run` and at `now`. An earlier intent of the same row is closed
    /// by that; what its key was used for stays known.
    pub(super) fn open(&mut self, intent: &Arc<Intent>, run: RunId, now: i64) {
        let earlier = self.close(intent.entry);
        let is_same_key = |earlier: &OpenIntent| earlier.intent.request_key == intent.request_key;
        let key_since = earlier.filter(is_same_key).map(|earlier| earlier.key_since);
        let open = OpenIntent {
            run,
            key_since: key_since.unwrap_or(now),
            intent: Arc::clone(intent),
            group: self.next_group(),
        };
        self.intended.push(intent.entry);
        self.open.insert(intent.entry, open);
    }

    /// Takes a row out of the log.
    pub(super) fn close(&mut self, entry: EntryId) -> Option<OpenIntent> {
        let open = self.open.remove(&entry)?;
        let index = self.groups.binary_search_by_key(&open.group, |it| it.id);
        // Otherwise it is of this very commit, which then says nothing of it.
        if let Ok(index) = index {
            self.groups[index].open -= 1;
            self.closed.push(entry);
        }
        Some(open)
    }

    /// What keeps the oldest group in a log that has grown too long.
    pub(super) fn take_overdue(&mut self) -> Vec<OpenIntent> {
        let Some(oldest) = self.groups.front() else {
            return Vec::new();
        };
        if self.groups.len() < MOST_GROUPS {
            return Vec::new();
        }
        let of_oldest = self.open.values().filter(|open| open.group == oldest.id);
        let overdue = of_oldest.map(|open| open.intent.entry).collect();
        self.close_each(overdue)
    }

    /// Writes down what is new, and removes groups of which nothing is open any more.
    pub(super) fn write(&mut self, connection: &Connection, run: RunId) -> rusqlite::Result<()> {
        let next = self.next_group();
        self.remove_closed_groups(connection)?;
        let closed = std::mem::take(&mut self.closed);
        let intended = self.take_intended(next);
        // What is closed was in groups that are gone.
        if self.groups.is_empty() && intended.is_empty() {
            return Ok(());
        }
        let open = intended.len();
        let intended = intended.iter().map(|entry| &self.open[entry]);
        let intended = intended.map(|open| (open.key_since, &*open.intent));
        let notes = Notes {
            closed,
            intended: intended.collect(),
        };
        let mut buffer = std::mem::take(&mut self.buffer);
        buffer.clear();
        let notes = postcard::to_extend(&notes, buffer)
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
        let sql = "INSERT INTO intents (id, run, notes) VALUES (?1, ?2, ?3)";
        let mut statement = connection.prepare_cached(sql)?;
        statement.execute((next, run.0, &notes))?;
        self.buffer = notes;
        self.groups.push_back(LoggedGroup { id: next, open });
        Ok(())
    }

    /// Of the rows intended in this commit those that still are, each once.
    fn take_intended(&mut self, group: i64) -> Vec<EntryId> {
        let mut intended = std::mem::take(&mut self.intended);
        let is_open =
            |entry: &EntryId| self.open.get(entry).is_some_and(|open| open.group == group);
        intended.retain(is_open);
        intended.sort_unstable();
        intended.dedup();
        intended
    }

    fn remove_closed_groups(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        let mut last = None;
        while let Some(group) = self.groups.pop_front_if(|group| group.open == 0) {
            last = Some(group.id);
        }
        let Some(last) = last else {
            return Ok(());
        };
        let mut statement = connection.prepare_cached("DELETE FROM intents WHERE id <= ?1")?;
        statement.execute([last]).map(|_| ())
    }

    /// The number of the group of the commit that is being made.
    fn next_group(&self) -> i64 {
        self.groups.back().map_or(1, |group| group.id + 1)
    }
}

#[cfg(test)]
mod tests;
