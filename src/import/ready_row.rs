//! A row that passed every check, on its way to the CRM.

use bytes::Bytes;

use crate::model::{Cells, LeadId, Outcome, Problem, RowRecord, Status};
use crate::pacing::BackOff;

/// A row to be sent, with what its earlier attempts came to.
#[derive(Debug)]
pub(super) struct ReadyRow {
    pub(super) sequence: u64,
    pub(super) row_number: u64,
    pub(super) cells: Cells,
    /// The request body, shared by all attempts.
    pub(super) body: Bytes,
    pub(super) warnings: Vec<Problem>,
    /// Attempts so far.
    pub(super) attempts: u32,
    /// Attempts that count against `--tries`.
    pub(super) tries_used: u32,
    /// The row's own waits, once it needs one.
    pub(super) back_off: Option<BackOff>,
}

impl ReadyRow {
    /// Gives the row its fate. `problem` goes before the warnings, as it explains the status.
    pub(super) fn settle(
        self,
        status: Status,
        lead_id: Option<LeadId>,
        problem: Option<Problem>,
    ) -> RowRecord {
        let mut problems: Vec<Problem> = problem.into_iter().collect();
        problems.extend(self.warnings);
        let outcome = Outcome {
            status,
            lead_id,
            attempts: self.attempts,
            problems,
        };
        RowRecord {
            sequence: self.sequence,
            row_number: self.row_number,
            cells: self.cells,
            outcome,
        }
    }

    /// The row stays unsent because the run stopped.
    pub(super) fn leave_pending(self) -> RowRecord {
        self.settle(Status::Pending, None, None)
    }
}
