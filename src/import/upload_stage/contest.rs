//! What rows of one file do to each other: only one of those that share an identity or key is sent.

use std::collections::{HashMap, VecDeque};

use crate::import::judge_stage::JudgeError;
use crate::import::judge_stage::wording::{Owner, duplicate_identity, duplicate_key, owner_open};
use crate::import::notes::{Fate, Notes, NotesError};
use crate::import::ready_row::ReadyRow;
use crate::import::upload_stage::row_spool::RowSpool;
use crate::model::{Digest, Problem, RowRecord, Status};

/// So many rows wait in memory for another one. Further ones wait on disk.
const ROWS_WAITING: usize = 1024;

/// What is to be done with a row.
#[derive(Debug)]
pub(in crate::import) enum Admission {
    /// It may be sent.
    Send(Box<ReadyRow>),
    /// It is not sent.
    Settled(RowRecord),
}

/// Rows that share something queue for it in input order: whoever is at the head of all its queues
/// is looked at, and leaves them when its fate is known.
#[derive(Debug)]
pub(in crate::import) struct Contests {
    queues: HashMap<Digest, VecDeque<u64>>,
    /// Rows that are not at the head, by their sequence.
    waiting: HashMap<u64, ReadyRow>,
    /// Rows that found no room, in input order. Rows that come later go behind them.
    beyond: RowSpool,
    fates: Notes,
    key_fields: String,
}

impl Contests {
    /// `key_fields` is how messages call the key.
    pub(in crate::import) fn new(key_fields: String) -> Result<Self, NotesError> {
        Ok(Self {
            queues: HashMap::new(),
            waiting: HashMap::new(),
            beyond: RowSpool::default(),
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
        if row.contest.stakes().next().is_none() {
            return Ok(Some(Admission::Send(Box::new(row))));
        }
        if !self.beyond.is_empty() || self.waiting.len() >= ROWS_WAITING {
            self.beyond.push(row)?;
            return Ok(None);
        }
        self.queue(row)
    }

    /// Takes the next row from the disk.
    pub(in crate::import) fn admit_next_beyond(&mut self) -> Result<Option<Admission>, JudgeError> {
        match self.beyond.pop()? {
            Some(row) => self.queue(row),
            None => Ok(None),
        }
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
        for stake in &row.stakes {
            if let Some(fate) = fate {
                self.fates.set_fate(*stake, fate, row.row_number)?;
            }
        }
        self.leave(row.sequence, &row.stakes)
    }

    /// Gives back every row that waits, in no particular order.
    pub(in crate::import) fn take_all(&mut self) -> Result<Vec<ReadyRow>, JudgeError> {
        self.queues.clear();
        let mut rows: Vec<ReadyRow> = self.waiting.drain().map(|(_, row)| row).collect();
        while let Some(row) = self.beyond.pop()? {
            rows.push(row);
        }
        Ok(rows)
    }

    fn queue(&mut self, row: ReadyRow) -> Result<Option<Admission>, JudgeError> {
        for stake in row.contest.stakes() {
            self.queues
                .entry(stake)
                .or_default()
                .push_back(row.sequence);
        }
        if !self.is_at_head(&row) {
            self.waiting.insert(row.sequence, row);
            return Ok(None);
        }
        let contested = ContestedRow::of(&row);
        let admission = self.look_at(row)?;
        if matches!(admission, Admission::Settled(_)) {
            // Nobody is behind a row that has only just come.
            self.leave(contested.sequence, &contested.stakes)?;
        }
        Ok(Some(admission))
    }

    fn is_at_head(&self, row: &ReadyRow) -> bool {
        row.contest
            .stakes()
            .all(|stake| self.queues.get(&stake).and_then(VecDeque::front) == Some(&row.sequence))
    }

    /// Decides about a row that is at the head of its queues.
    fn look_at(&self, row: ReadyRow) -> Result<Admission, JudgeError> {
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
            (None, None) => return Ok(Admission::Send(Box::new(row))),
        };
        Ok(Admission::Settled(row.settle(status, None, Some(problem))))
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
    fn leave(&mut self, sequence: u64, stakes: &[Digest]) -> Result<Vec<Admission>, JudgeError> {
        let mut admissions = Vec::new();
        let mut leaving = vec![(sequence, stakes.to_vec())];
        while let Some((sequence, stakes)) = leaving.pop() {
            for stake in stakes {
                let Some(row) = self.next_in_queue(stake, sequence) else {
                    continue;
                };
                let contested = ContestedRow::of(&row);
                let admission = self.look_at(row)?;
                if matches!(admission, Admission::Settled(_)) {
                    leaving.push((contested.sequence, contested.stakes));
                }
                admissions.push(admission);
            }
        }
        Ok(admissions)
    }

    /// Removes `sequence` from a queue; returns the next row if it is now at the head of all of its
    /// own.
    fn next_in_queue(&mut self, stake: Digest, sequence: u64) -> Option<ReadyRow> {
        let queue = self.queues.get_mut(&stake)?;
        queue.retain(|waiting| *waiting != sequence);
        let Some(next) = queue.front().copied() else {
            self.queues.remove(&stake);
            return None;
        };
        let row = self.waiting.get(&next)?;
        if !self.is_at_head(row) {
            return None;
        }
        self.waiting.remove(&next)
    }
}

/// What is needed of a row to note its fate once the row itself has become a record.
#[derive(Debug, Clone)]
pub(in crate::import) struct ContestedRow {
    sequence: u64,
    row_number: u64,
    stakes: Vec<Digest>,
}

impl ContestedRow {
    pub(in crate::import) fn of(row: &ReadyRow) -> Self {
        Self {
            sequence: row.sequence,
            row_number: row.row_number,
            stakes: row.contest.stakes().collect(),
        }
    }

    /// Whether the row shares nothing with others.
    pub(in crate::import) fn is_alone(&self) -> bool {
        self.stakes.is_empty()
    }
}

#[cfg(test)]
mod tests;
