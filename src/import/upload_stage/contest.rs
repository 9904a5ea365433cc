//! What rows of one file do to each other: only one of those that share an identity or key is sent.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};

use crate::import::judge_stage::JudgeError;
use crate::import::judge_stage::wording::{Owner, duplicate_identity, duplicate_key, owner_open};
use crate::import::notes::{Fate, Notes, NotesError};
use crate::import::ready_row::ReadyRow;
use crate::import::row_spool::RowSpool;
use crate::import::upload_stage::contest::queue::{Left, Queue};
use crate::model::{ByDigest, ByNumber, Digest, Problem, RowRecord, Status};

/// So many rows wait in memory for another one. Further ones wait on disk.
const ROWS_WAITING: usize = 1024;

/// What is to be done with a row.
#[derive(Debug)]
pub(in crate::import) enum Admission {
    /// It may be sent.
    Send(ReadyRow),
    /// It is not sent.
    Settled(Box<RowRecord>),
}

/// Rows that share something queue for it in input order: whoever is at the head of all its queues
/// is looked at, and leaves them when its fate is known. So do rows with equal bodies, of which each
/// is sent all the same.
#[derive(Debug)]
pub(in crate::import) struct Contests {
    queues: HashMap<Digest, Queue, ByDigest>,
    /// Rows that are not at the head, by their sequence.
    waiting: HashMap<u64, ReadyRow, ByNumber>,
    /// Rows that found no room, in input order, and what they queue for, each with the number of
    /// them. Rows that come later and share it go behind them.
    beyond: RowSpool<ReadyRow>,
    queues_beyond: HashMap<Digest, u32, ByDigest>,
    /// What a row that is yet to come has had before, and what such rows that have come have had.
    awaited: HashSet<Digest, ByDigest>,
    arrived: HashSet<Digest, ByDigest>,
    fates: Notes,
    key_fields: String,
}

impl Contests {
    /// `key_fields` is how messages call the key.
    pub(in crate::import) fn new(key_fields: String) -> Result<Self, NotesError> {
        Ok(Self {
            queues: HashMap::default(),
            waiting: HashMap::default(),
            beyond: RowSpool::default(),
            queues_beyond: HashMap::default(),
            awaited: HashSet::default(),
            arrived: HashSet::default(),
            fates: Notes::new()?,
            key_fields,
        })
    }

    /// Whether no row waits for another.
    pub(in crate::import) fn is_idle(&self) -> bool {
        self.waiting.is_empty() && self.beyond.is_empty()
    }

    /// Whether a row that waits on disk may queue now.
    pub(in crate::import) fn has_room_for_next_beyond(&self) -> bool {
        !self.beyond.is_empty() && self.waiting.len() < ROWS_WAITING
    }

    /// Takes a row whose turn it is. `None`: it waits.
    pub(in crate::import) fn admit(
        &mut self,
        row: ReadyRow,
    ) -> Result<Option<Admission>, JudgeError> {
        if row.contest.queues().next().is_none() {
            return Ok(Some(Admission::Send(row)));
        }
        if row.open.is_some() {
            return Ok(self.admit_owner(row));
        }
        let is_beyond = |stake| self.queues_beyond.contains_key(&stake);
        let has_room = self.waiting.len() < ROWS_WAITING || !self.must_wait(&row);
        if !has_room || row.contest.queues().any(is_beyond) {
            for stake in row.contest.queues() {
                *self.queues_beyond.entry(stake).or_default() += 1;
            }
            self.beyond.push(row)?;
            return Ok(None);
        }
        self.queue(row)
    }

    /// No row is yet to come: whoever waits for one that has not waits no longer.
    pub(in crate::import) fn await_nobody(&mut self) -> Result<Vec<Admission>, JudgeError> {
        let mut admissions = Vec::new();
        let mut stakes: Vec<Digest> = std::mem::take(&mut self.awaited).into_iter().collect();
        stakes.sort_unstable_by_key(|stake| *stake.as_bytes());
        for stake in stakes {
            let head = self.queues.get(&stake).map(Queue::head);
            if let Some(sequence) = head
                && let Some(row) = self.take_if_at_head(sequence)
            {
                admissions.extend(self.look_at_head(row)?);
            }
        }
        Ok(admissions)
    }

    /// Whether the row must leave something to one that is yet to come.
    pub(in crate::import) fn awaits_any(&self, row: &ReadyRow) -> bool {
        self.awaits(row).next().is_some()
    }

    /// Takes a row that an earlier run has left open, and that stays so.
    pub(in crate::import) fn admit_and_leave_open(
        &mut self,
        row: &ReadyRow,
    ) -> Result<(), JudgeError> {
        self.arrived.extend(row.contest.queues());
        self.note_fate(&ContestedRow::of(row), Status::InDoubt)?;
        Ok(())
    }

    /// A row that an earlier run has left open goes before all that share something with it, but not
    /// before one with an equal body that is at work.
    fn admit_owner(&mut self, row: ReadyRow) -> Option<Admission> {
        for stake in row.contest.queues() {
            self.awaited.remove(&stake);
            self.arrived.insert(stake);
            match self.queues.entry(stake) {
                Entry::Vacant(entry) => {
                    entry.insert(Queue::of(row.sequence));
                }
                Entry::Occupied(mut entry) => {
                    let queue = entry.get_mut();
                    if self.waiting.contains_key(&queue.head()) {
                        queue.push_front(row.sequence);
                    } else {
                        // The head is at work.
                        queue.push_second(row.sequence);
                    }
                }
            }
        }
        if self.is_at_head(&row) {
            return Some(Admission::Send(row));
        }
        self.waiting.insert(row.sequence, row);
        None
    }

    /// Whether others are before the row.
    fn must_wait(&self, row: &ReadyRow) -> bool {
        let is_taken = |stake| self.queues.contains_key(&stake);
        row.contest.queues().any(is_taken) || self.awaits(row).next().is_some()
    }

    /// What the row must leave to one that is yet to come.
    fn awaits<'a>(&'a self, row: &'a ReadyRow) -> impl Iterator<Item = Digest> + use<'a> {
        let awaited = row.contest.awaited.into_iter().flatten();
        awaited.filter(|stake| !self.arrived.contains(stake))
    }

    /// Takes the next row from the disk.
    pub(in crate::import) fn admit_next_beyond(&mut self) -> Result<Option<Admission>, JudgeError> {
        let Some(row) = self.beyond.pop()? else {
            return Ok(None);
        };
        for stake in row.contest.queues() {
            if let Some(rows) = self.queues_beyond.get_mut(&stake) {
                *rows -= 1;
                if *rows == 0 {
                    self.queues_beyond.remove(&stake);
                }
            }
        }
        self.queue(row)
    }

    /// The row has its fate, and those behind it move up. Returns what becomes of them.
    pub(in crate::import) fn note_fate(
        &mut self,
        row: &ContestedRow,
        status: Status,
    ) -> Result<Vec<Admission>, JudgeError> {
        let fate = match status {
            Status::Created | Status::AlreadyCreated => Some(Fate::Created),
            Status::InDoubt => Some(Fate::Open),
            _ => None,
        };
        for stake in row.stakes() {
            if let Some(fate) = fate {
                self.fates.set_fate(stake, fate, row.row_number)?;
            }
        }
        self.leave(row)
    }

    /// Gives back every row that waits, in no particular order.
    pub(in crate::import) fn take_all(&mut self) -> Result<Vec<ReadyRow>, JudgeError> {
        self.queues.clear();
        self.queues_beyond.clear();
        let mut rows: Vec<ReadyRow> = self.waiting.drain().map(|(_, row)| row).collect();
        while let Some(row) = self.beyond.pop()? {
            rows.push(row);
        }
        Ok(rows)
    }

    fn queue(&mut self, row: ReadyRow) -> Result<Option<Admission>, JudgeError> {
        let awaited: Vec<Digest> = self.awaits(&row).collect();
        self.awaited.extend(awaited);
        for stake in row.contest.queues() {
            self.queues
                .entry(stake)
                .and_modify(|queue| queue.push_back(row.sequence))
                .or_insert_with(|| Queue::of(row.sequence));
        }
        if !self.is_at_head(&row) {
            self.waiting.insert(row.sequence, row);
            return Ok(None);
        }
        let contested = ContestedRow::of(&row);
        let admission = self.look_at(row)?;
        if matches!(admission, Admission::Settled(_)) {
            // Nobody is behind a row that has only just come.
            self.leave(&contested)?;
        }
        Ok(Some(admission))
    }

    fn is_at_head(&self, row: &ReadyRow) -> bool {
        row.contest.queues().all(|stake| {
            let head = self.queues.get(&stake).map(Queue::head);
            head == Some(row.sequence) && !self.awaited.contains(&stake)
        })
    }

    /// Decides about a row that is at the head of its queues.
    fn look_at(&self, row: ReadyRow) -> Result<Admission, JudgeError> {
        if row.open.is_some() {
            // Whatever others are: it may be in the CRM.
            return Ok(Admission::Send(row));
        }
        let by_identity = match self.fate_of(row.contest.identity)? {
            Some(fate) => Some(fate),
            None => self.fate_of(row.contest.columns)?,
        };
        let by_key = self.fate_of(row.contest.key)?;
        let (status, problem) = match (by_identity, by_key) {
            (Some((Fate::Created, owner)), _) => {
                (Status::Duplicate, duplicate_identity(Some(owner)))
            }
            (Some((Fate::Open, owner)), _) | (None, Some((Fate::Open, owner))) => {
                (Status::InDoubt, owner_open(Some(owner)))
            }
            (None, Some((Fate::Created, owner))) => self.duplicate_by_key(&row, owner),
            (None, None) => return Ok(Admission::Send(row)),
        };
        let record = row.settle(status, None, Some(problem));
        Ok(Admission::Settled(Box::new(record)))
    }

    fn duplicate_by_key(&self, row: &ReadyRow, owner: u64) -> (Status, Problem) {
        let status = if row.contest.key_rejects {
            Status::Rejected
        } else {
            Status::Duplicate
        };
        (status, duplicate_key(&self.key_fields, Owner::Row(owner)))
    }

    fn fate_of(&self, stake: Option<Digest>) -> Result<Option<(Fate, u64)>, NotesError> {
        stake.map_or(Ok(None), |stake| self.fates.fate_of(stake))
    }

    /// Takes a row out of its queues and looks at those that come to the head by that.
    fn leave(&mut self, row: &ContestedRow) -> Result<Vec<Admission>, JudgeError> {
        let mut admissions = Vec::new();
        // Nearly always nobody is behind, and nothing has to be remembered.
        let mut leaving = Vec::new();
        let mut next_to_leave = Some(row.clone());
        while let Some(row) = next_to_leave {
            for stake in row.queues() {
                let Some(next) = self.next_in_queue(stake, row.sequence) else {
                    continue;
                };
                let contested = ContestedRow::of(&next);
                let admission = self.look_at(next)?;
                if matches!(admission, Admission::Settled(_)) {
                    leaving.push(contested);
                }
                admissions.push(admission);
            }
            next_to_leave = leaving.pop();
        }
        Ok(admissions)
    }

    /// Looks at a row that has come to the head of its queues, and at those behind it if it leaves.
    fn look_at_head(&mut self, row: ReadyRow) -> Result<Vec<Admission>, JudgeError> {
        let contested = ContestedRow::of(&row);
        let admission = self.look_at(row)?;
        let mut admissions = Vec::new();
        if matches!(admission, Admission::Settled(_)) {
            admissions = self.leave(&contested)?;
        }
        admissions.insert(0, admission);
        Ok(admissions)
    }

    /// Removes `sequence` from a queue; returns the next row if it is now at the head of all of its
    /// own.
    fn next_in_queue(&mut self, stake: Digest, sequence: u64) -> Option<ReadyRow> {
        let queue = self.queues.get_mut(&stake)?;
        match queue.remove(sequence) {
            Left::Head(next) => self.take_if_at_head(next),
            Left::Nobody => {
                self.queues.remove(&stake);
                None
            }
        }
    }

    fn take_if_at_head(&mut self, sequence: u64) -> Option<ReadyRow> {
        let row = self.waiting.get(&sequence)?;
        if !self.is_at_head(row) {
            return None;
        }
        self.waiting.remove(&sequence)
    }
}

/// What is needed of a row to note its fate once the row itself has become a record.
#[derive(Debug, Clone)]
pub(in crate::import) struct ContestedRow {
    sequence: u64,
    row_number: u64,
    stakes: [Option<Digest>; 3],
    body: Option<Digest>,
}

impl ContestedRow {
    pub(in crate::import) fn of(row: &ReadyRow) -> Self {
        Self {
            sequence: row.sequence,
            row_number: row.row_number,
            stakes: [row.contest.identity, row.contest.columns, row.contest.key],
            body: row.contest.body,
        }
    }

    fn stakes(&self) -> impl Iterator<Item = Digest> + use<> {
        self.stakes.into_iter().flatten()
    }

    fn queues(&self) -> impl Iterator<Item = Digest> + use<> {
        self.stakes().chain(self.body)
    }

    /// Whether the row shares nothing with others.
    pub(in crate::import) fn is_alone(&self) -> bool {
        self.queues().next().is_none()
    }
}

mod queue;
#[cfg(test)]
mod tests;
