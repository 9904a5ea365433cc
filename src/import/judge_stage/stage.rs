//! Judges batches on a thread of its own.

use tokio::sync::mpsc::Sender;

use crate::import::checked_row::CheckedRow;
use crate::import::judge_stage::decision::JudgedRow;
use crate::import::judge_stage::judge::Judge;
use crate::import::known_rows::identity_of;
use crate::import::lanes::Collector;
use crate::import::ready_row::ReadyRow;
use crate::import::stop::{StopReason, StopSwitch};
use crate::ledger::Note;
use crate::model::{Outcome, RowRecord, Status};

/// Judged rows in input order, and what the ledger is to be told of them.
#[derive(Debug, Default)]
pub(in crate::import) struct JudgedBatch {
    pub(in crate::import) settled: Vec<RowRecord>,
    pub(in crate::import) ready: Vec<ReadyRow>,
    pub(in crate::import) notes: Vec<Note>,
}

/// Judges until there are no more rows, or until nobody listens. When that becomes impossible the
/// run is stopped and the rest of what was read is pending.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the channel closes when the sender is dropped"
)]
pub(in crate::import) fn judge_rows(
    judge: Judge<'_>,
    mut input: Collector<Vec<CheckedRow>>,
    output: Sender<JudgedBatch>,
    stop: &StopSwitch,
) {
    let mut works = true;
    while let Some(batch) = input.blocking_next() {
        let mut judged = JudgedBatch::default();
        for row in batch {
            works = judged.take(&judge, row, works, stop);
        }
        if output.blocking_send(judged).is_err() {
            break;
        }
    }
}

impl JudgedBatch {
    /// Judges a row into the batch, if judging still `works`; returns whether it does.
    pub(in crate::import) fn take(
        &mut self,
        judge: &Judge<'_>,
        row: CheckedRow,
        works: bool,
        stop: &StopSwitch,
    ) -> bool {
        if !works {
            self.settled.push(unjudged(row));
            return false;
        }
        match judge.judge(&row) {
            Ok(decision) => {
                match decision.apply(row) {
                    JudgedRow::Settled(record, notes) => {
                        self.settled.push(record);
                        self.notes.extend(notes);
                    }
                    JudgedRow::Ready(row) => self.ready.push(row),
                }
                true
            }
            Err(error) => {
                stop.stop(StopReason::CannotJudge(error));
                self.settled.push(unjudged(row));
                false
            }
        }
    }
}

/// Nobody can tell whether the row was sent before, so it is not sent.
fn unjudged(checked: CheckedRow) -> RowRecord {
    RowRecord {
        sequence: checked.row.sequence,
        row_number: checked.row.number,
        line: checked.row.line,
        identity: identity_of(&checked.marks, 0),
        cells: checked.row.cells,
        outcome: Outcome::unsent(Status::Pending, Vec::new()),
    }
}
