//! What was decided of a row, and how it becomes a record or a row to be sent.

use bytes::Bytes;

use crate::import::checked_row::{CheckedRow, Finding};
use crate::import::ready_row::{Contest, LedgerSide, OpenEntry, ReadyRow, RowParts};
use crate::ledger::Note;
use crate::model::{LeadId, Outcome, Problem, RowIdentity, RowRecord, Status};

/// A row after judging.
#[derive(Debug)]
pub(in crate::import) enum JudgedRow {
    /// Its fate is known. The ledger may have to be told of it.
    Settled(RowRecord, Vec<Note>),
    /// It is to be sent.
    Ready(ReadyRow),
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
    /// It is to be looked up.
    Open(Box<OpenDecision>),
}

/// A row that an earlier run has left open.
pub(super) enum OpenSide {
    /// What was sent is known.
    Sent(Box<OpenEntry>),
    /// What was sent was purged, so that nothing can be looked up.
    Lost(Fate),
}

/// A row that is to be looked up, and what is decided of it if its lead is absent.
pub(super) struct OpenDecision {
    pub(super) open: OpenEntry,
    pub(super) otherwise: Decided,
    pub(super) side: ReadySide,
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
            Decided::Open(decision) => decision.finish(checked),
        }
    }
}

impl OpenDecision {
    fn finish(self, checked: CheckedRow) -> JudgedRow {
        let Self {
            mut open,
            otherwise,
            side,
        } = self;
        open.when_absent = match otherwise {
            Decided::Settled(_, fate) => {
                let problems = problems_of(fate.status, fate.said, &checked.finding);
                Some((fate.status, problems))
            }
            Decided::Ready(_) | Decided::Open(_) => None,
        };
        // What a filter says is of no interest while the row may be in the CRM.
        let said = problems_of(Status::InDoubt, Vec::new(), &checked.finding);
        let mut row = side.row(checked);
        row.warnings = said;
        row.open = Some(Box::new(open));
        JudgedRow::Ready(row)
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
        JudgedRow::Ready(self.row(checked))
    }

    /// The row; one that is no lead has no body.
    fn row(self, checked: CheckedRow) -> ReadyRow {
        let (body, warnings) = match checked.finding {
            Finding::Ready { body, warnings } => (body, warnings),
            Finding::Filtered(_) | Finding::Rejected(_) => (Bytes::new(), Vec::new()),
        };
        ReadyRow::from(RowParts {
            sequence: checked.row.sequence,
            row_number: checked.row.number,
            line: checked.row.line,
            cells: checked.row.cells,
            identity: self.identity,
            body,
            warnings,
            ledger: self.ledger,
            contest: self.contest,
            open: None,
            attempts: 0,
            tries_used: 0,
            faults: 0,
            unsettled: None,
            back_off: None,
        })
    }
}

fn settled(checked: CheckedRow, identity: RowIdentity, fate: Fate) -> JudgedRow {
    let problems = problems_of(fate.status, fate.said, &checked.finding);
    let record = RowRecord {
        sequence: checked.row.sequence,
        row_number: checked.row.number,
        line: checked.row.line,
        identity,
        cells: checked.row.cells,
        outcome: Outcome {
            lead_id: fate.lead_id,
            ..Outcome::unsent(fate.status, problems)
        },
    };
    JudgedRow::Settled(record, fate.notes)
}

/// What is said of a row of this status, before what its check has found.
fn problems_of(status: Status, said: Vec<Problem>, finding: &Finding) -> Vec<Problem> {
    let found: &[Problem] = match finding {
        // A row that is held was not left out, whatever the filter says.
        Finding::Filtered(_) if status != Status::Filtered => &[],
        Finding::Filtered(found) | Finding::Rejected(found) => found,
        Finding::Ready { warnings, .. } => warnings,
    };
    said.into_iter().chain(found.iter().cloned()).collect()
}
