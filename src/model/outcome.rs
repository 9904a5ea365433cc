//! A row's one fate.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Cells, Problem, RowIdentity};

/// What became of a row. Every row that was read ends in exactly one of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Status {
    /// The CRM has it; the lead's id is known.
    Created,
    /// An earlier run created it.
    AlreadyCreated,
    /// Our checks found it wanting; it was never sent.
    Rejected,
    /// The server said no.
    Refused,
    /// The server kept failing, and the lead is proven absent.
    Failed,
    /// Another row is the same lead.
    Duplicate,
    /// A rule in the mapping left it out.
    Filtered,
    /// The lead may or may not exist.
    InDoubt,
    /// Read but not sent, because the run stopped early.
    Pending,
    /// It would be sent; only `check` says so.
    Valid,
}

impl Status {
    /// Every status, in the order of the summary.
    pub const ALL: [Self; 10] = [
        Self::Created,
        Self::AlreadyCreated,
        Self::Valid,
        Self::Filtered,
        Self::Duplicate,
        Self::Rejected,
        Self::Refused,
        Self::Failed,
        Self::InDoubt,
        Self::Pending,
    ];

    /// The word in the results file.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Created => "created",
            Self::AlreadyCreated => "already_created",
            Self::Rejected => "rejected",
            Self::Refused => "refused",
            Self::Failed => "failed",
            Self::Duplicate => "duplicate",
            Self::Filtered => "filtered",
            Self::InDoubt => "in_doubt",
            Self::Pending => "pending",
            Self::Valid => "valid",
        }
    }

    /// Whether the row goes into the rejects file, to be mended and given back.
    pub fn is_for_mending(self) -> bool {
        matches!(self, Self::Rejected | Self::Refused)
    }

    /// Whether the row is in the CRM or was left out by a rule, so that nobody has to act.
    pub fn is_settled_well(self) -> bool {
        match self {
            Self::Created
            | Self::AlreadyCreated
            | Self::Duplicate
            | Self::Filtered
            | Self::Valid => true,
            Self::Rejected | Self::Refused | Self::Failed | Self::InDoubt | Self::Pending => false,
        }
    }
}

impl fmt::Display for Status {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.as_str())
    }
}

/// A lead's id as the CRM wrote it: digits or any other text.
///
/// The API's pages show whole numbers in one place and texts in another, so neither is assumed.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct LeadId(pub String);

impl fmt::Display for LeadId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What became of a row, and all that is to be said about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The fate.
    pub status: Status,
    /// The lead's id where the CRM has told it.
    pub lead_id: Option<LeadId>,
    /// POSTs for this row in this run.
    pub attempts: u32,
    /// Problems and warnings, in the order they were found.
    pub problems: Vec<Problem>,
}

impl Outcome {
    /// The outcome of a row that was never sent.
    pub fn unsent(status: Status, problems: Vec<Problem>) -> Self {
        Self {
            status,
            lead_id: None,
            attempts: 0,
            problems,
        }
    }
}

/// A row with its outcome: what the record stage writes down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowRecord {
    /// Which row this is, counted from 0 among the rows that are not blank.
    pub sequence: u64,
    /// The row as a spreadsheet program numbers it.
    pub row_number: u64,
    /// The line of a text file in which it begins, from 1; `None` in a workbook.
    pub line: Option<u64>,
    /// What makes it the same row tomorrow, for its token in the rejects file.
    pub identity: RowIdentity,
    /// The input's own cells, for the rejects file and the echoed columns.
    pub cells: Cells,
    /// What became of it.
    pub outcome: Outcome,
}
