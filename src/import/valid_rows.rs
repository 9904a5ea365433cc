//! In place of sending: a lead that would be sent is valid.

use tokio::sync::mpsc::Sender;

use crate::import::checked_row::CheckedRow;
use crate::import::judge_stage::wording::owner_open;
use crate::import::judge_stage::{Judge, JudgeError, JudgedBatch};
use crate::import::lanes::Collector;
use crate::import::plan::ImportPlan;
use crate::import::ready_row::ReadyRow;
use crate::import::stop::{StopReason, StopSwitch};
use crate::import::upload_stage::{Admission, ContestedRow, Contests};
use crate::model::{RowRecord, Status};

/// Judges rows as an import does, and takes every one that would be sent for created.
pub(super) fn pass_on_as_valid(
    plan: &ImportPlan,
    judge: &Judge<'_>,
    mut input: Collector<Vec<CheckedRow>>,
    output: &Sender<Vec<RowRecord>>,
    stop: &StopSwitch,
) {
    let mut contests = match Contests::new(plan.key_fields()) {
        Ok(contests) => contests,
        Err(error) => return stop.stop(StopReason::CannotJudge(error.into())),
    };
    let mut works = true;
    while let Some(batch) = input.blocking_next() {
        let mut judged = JudgedBatch::default();
        for row in batch {
            works = judged.take(judge, row, works, stop);
        }
        let mut records = judged.settled;
        for row in judged.ready {
            match valid(&mut contests, row) {
                Ok(record) => records.push(record),
                Err(error) => stop.stop(StopReason::CannotJudge(error)),
            }
        }
        if output.blocking_send(records).is_err() {
            break;
        }
    }
}

/// Every row is decided before the next one comes, so none ever waits for another.
fn valid(contests: &mut Contests, row: ReadyRow) -> Result<RowRecord, JudgeError> {
    let contested = ContestedRow::of(&row);
    if let Some(open) = &row.open {
        // Nobody looks it up here.
        let problem = open.problem(None);
        contests.admit_and_leave_open(&row)?;
        return Ok(row.settle(Status::InDoubt, None, Some(problem)));
    }
    if contests.awaits_any(&row) {
        return Ok(row.settle(Status::InDoubt, None, Some(owner_open(None))));
    }
    match contests.admit(row)? {
        Some(Admission::Settled(record)) => Ok(*record),
        Some(Admission::Send(row)) => {
            contests.note_fate(&contested, Status::Created)?;
            Ok(row.settle(Status::Valid, None, None))
        }
        None => unreachable!("no row is before this one"),
    }
}
