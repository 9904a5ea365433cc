//! Rows that wait for an attempt.

use std::collections::{BTreeMap, VecDeque};

use tokio::time::Instant;

use crate::import::ready_row::ReadyRow;
use crate::pacing::BackOff;

/// Rows before their first attempt and between two attempts.
#[derive(Debug, Default)]
pub(super) struct WaitingRows {
    /// Not sent yet, in input order.
    fresh: VecDeque<ReadyRow>,
    /// Not sent yet; they have waited for another row that is no longer in their way.
    admitted: VecDeque<ReadyRow>,
    /// To be sent again now.
    again: VecDeque<ReadyRow>,
    /// To be sent again at a time of their own; the row's sequence tells equal times apart.
    delayed: BTreeMap<(Instant, u64), ReadyRow>,
}

/// The row whose turn it is.
#[derive(Debug)]
pub(super) enum NextRow {
    /// It would go out for the first time, and other rows may be in its way.
    Fresh(ReadyRow),
    /// It would go out for the first time, and no other row is in its way.
    Admitted(ReadyRow),
    /// It has been sent before.
    Again(ReadyRow),
}

impl WaitingRows {
    pub(super) fn push_fresh(&mut self, row: ReadyRow) {
        self.fresh.push_back(row);
    }

    pub(super) fn push_admitted(&mut self, row: ReadyRow) {
        self.admitted.push_back(row);
    }

    pub(super) fn push_again(&mut self, row: ReadyRow) {
        self.again.push_back(row);
    }

    /// Keeps a row until its own back-off is over.
    pub(super) fn delay(&mut self, mut row: ReadyRow) {
        let wait = row
            .back_off
            .get_or_insert_with(BackOff::new)
            .next_wait(None);
        self.delayed
            .insert((Instant::now() + wait, row.sequence), row);
    }

    /// Lets go the rows whose wait is over.
    pub(super) fn wake_due(&mut self) {
        let now = Instant::now();
        while let Some(entry) = self.delayed.first_entry() {
            if entry.key().0 > now {
                break;
            }
            self.again.push_back(entry.remove());
        }
    }

    /// When the next wait is over.
    pub(super) fn next_due(&self) -> Option<Instant> {
        self.delayed.first_key_value().map(|((when, _), _)| *when)
    }

    /// Takes the row whose turn it is; rows that were sent before go first.
    pub(super) fn next(&mut self) -> Option<NextRow> {
        let again = self.again.pop_front().map(NextRow::Again);
        again
            .or_else(|| self.admitted.pop_front().map(NextRow::Admitted))
            .or_else(|| self.fresh.pop_front().map(NextRow::Fresh))
    }

    /// Whether a row could go out now.
    pub(super) fn has_row(&self) -> bool {
        !self.again.is_empty() || !self.admitted.is_empty() || !self.fresh.is_empty()
    }

    pub(super) fn delayed(&self) -> usize {
        self.delayed.len()
    }

    pub(super) fn is_empty(&self) -> bool {
        !self.has_row() && self.delayed.is_empty()
    }

    /// Takes out the rows that have not been sent yet.
    pub(super) fn take_unsent(&mut self) -> Vec<ReadyRow> {
        let admitted = self.admitted.drain(..);
        admitted.chain(self.fresh.drain(..)).collect()
    }

    pub(super) fn has_unsent(&self) -> bool {
        !self.admitted.is_empty() || !self.fresh.is_empty()
    }

    /// Takes out every row.
    pub(super) fn take_all(&mut self) -> Vec<ReadyRow> {
        let unsent = self.take_unsent();
        let delayed = std::mem::take(&mut self.delayed).into_values();
        self.again.drain(..).chain(delayed).chain(unsent).collect()
    }
}
