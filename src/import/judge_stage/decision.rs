//! What was decided of a row, and how it becomes a record or a row to be sent.

use crate::import::checked_row::{CheckedRow, Finding};
use crate::import::ready_row::{Contest, LedgerSide, ReadyRow};
use crate::ledger::Note;
use crate::model::{LeadId, Outcome, Problem, RowIdentity, RowRecord, Status};

/// A row after judging.
#[derive(Debug)]
pub(in crate::import) enum JudgedRow {
    /// Its fate is known. The ledger may have to be told of it.
    Settled(RowRecord, Vec<Note>),
    /// It is to be sent.
    Ready(Box<ReadyRow>),
}

/// What was decided of a row.
pub(in crate::import) enum Decision {
    /// Its fate is known.
    Settled(RowIdentity, Fate),
    /// It is to be sent.
    Ready(Box<ReadySide>),
}

impl Decision {
    /// Carries the decision out on the row that it is about.
    pub(in crate::import) fn apply(self, checked: CheckedRow) -> JudgedRow {
        match self {
            Self::Settled(identity, fate) => settled(checked, identity, fate),
            Self::Ready(side) => side.finish(checked),
        }
    }
}

/// What a step has decided.
pub(in crate::import) struct Fate {
    pub(super) status: Status,
    pub(super) lead_id: Option<LeadId>,
    /// Said before what the mapping found.
    pub(super) said: Vec<Problem>,
    pub(super) notes: Vec<Note>,
}

impl Fate {
    pub(super) fn plain(status: Status) -> Self {
        Self {
            status,
            lead_id: None,
            said: Vec::new(),
            notes: Vec::new(),
        }
    }

    pub(super) fn because(status: Status, problem: Problem) -> Self {
        Self {
            said: vec![problem],
            ..Self::plain(status)
        }
    }
}

/// Everything about a row to be sent that its check does not tell.
pub(in crate::import) struct ReadySide {
    pub(super) identity: RowIdentity,
    pub(super) ledger: Option<LedgerSide>,
    pub(super) contest: Contest,
    pub(super) warning: Option<Problem>,
}

impl ReadySide {
    fn finish(self, checked: CheckedRow) -> JudgedRow {
        let Finding::Ready { body, mut warnings } = checked.finding else {
            unreachable!("a row that is filtered or rejected is settled");
        };
        warnings.extend(self.warning);
        JudgedRow::Ready(Box::new(ReadyRow {
            sequence: checked.row.sequence,
            row_number: checked.row.number,
            cells: checked.row.cells,
            identity: self.identity,
            body,
            warnings,
            ledger: self.ledger,
            contest: self.contest,
            attempts: 0,
            tries_used: 0,
            back_off: None,
        }))
    }
}

fn settled(checked: CheckedRow, identity: RowIdentity, fate: Fate) -> JudgedRow {
    let mut problems = fate.said;
    problems.extend(match checked.finding {
        // A row that is held was not left out, whatever the filter says.
        Finding::Filtered(_) if fate.status != Status::Filtered => Vec::new(),
        Finding::Filtered(found) | Finding::Rejected(found) => found,
        Finding::Ready { warnings, .. } => warnings,
    });
    let record = RowRecord {
        sequence: checked.row.sequence,
        row_number: checked.row.number,
        identity,
        cells: checked.row.cells,
        outcome: Outcome {
            lead_id: fate.lead_id,
            ..Outcome::unsent(fate.status, problems)
        },
    };
    JudgedRow::Settled(record, fate.notes)
}
