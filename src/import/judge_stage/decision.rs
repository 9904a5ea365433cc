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

/// What was decided of a row, and what is to be said of it last, whatever its fate.
pub(in crate::import) struct Decision {
    pub(super) what: Decided,
    pub(super) warning: Option<Problem>,
}

/// What was decided of a row.
pub(super) enum Decided {
    /// Its fate is known.
    Settled(RowIdentity, Fate),
    /// It is to be sent.
    Ready(Box<ReadySide>),
}

impl Decision {
    /// Carries the decision out on the row that it is about.
    pub(in crate::import) fn apply(self, mut checked: CheckedRow) -> JudgedRow {
        if let Finding::Ready { warnings, .. } = &mut checked.finding {
            warnings.extend(self.warning);
        }
        match self.what {
            Decided::Settled(identity, fate) => settled(checked, identity, fate),
            Decided::Ready(side) => side.finish(checked),
        }
    }
}

/// What a step has decided.
pub(super) struct Fate {
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
pub(super) struct ReadySide {
    pub(super) identity: RowIdentity,
    pub(super) ledger: Option<LedgerSide>,
    pub(super) contest: Contest,
}

impl ReadySide {
    fn finish(self, checked: CheckedRow) -> JudgedRow {
        let Finding::Ready { body, warnings } = checked.finding else {
            unreachable!("a row that is filtered or rejected is settled");
        };
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
