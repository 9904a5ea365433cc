//! Outcomes on their way to the record stage.

use crate::model::RowRecord;

/// So many outcomes wait for the record stage before nothing new is sent.
const OUTCOMES_WAITING: usize = 4096;

/// So much text of their cells may wait with them.
const OUTCOME_BYTES_WAITING: usize = 4 * 1024 * 1024;

/// Collects outcomes until the record stage takes them, and knows when it is full.
#[derive(Debug, Default)]
pub(super) struct Outbox {
    records: Vec<RowRecord>,
    bytes: usize,
}

impl Outbox {
    pub(super) fn push(&mut self, record: RowRecord) {
        self.bytes += record.cells.text_bytes();
        self.records.push(record);
    }

    pub(super) fn extend(&mut self, records: impl IntoIterator<Item = RowRecord>) {
        records.into_iter().for_each(|record| self.push(record));
    }

    /// Everything that waits, as one batch.
    pub(super) fn take_batch(&mut self) -> Vec<RowRecord> {
        self.bytes = 0;
        std::mem::take(&mut self.records)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Whether more may be sent, or taken in, before the record stage has caught up; `others` are
    /// on their way here.
    pub(super) fn has_room_beside(&self, others: usize) -> bool {
        self.records.len() + others < OUTCOMES_WAITING && self.bytes < OUTCOME_BYTES_WAITING
    }
}
