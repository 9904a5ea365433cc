//! A row that may or may not be in the CRM.

use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::span::KnownBefore;
use crate::import::ready_row::ReadyRow;
use crate::model::{Code, LeadId, in_quotes};

/// A complete 500 is looked up once more after this: the server is done with the request.
///
/// Source: the contract's table of answers.
const AFTER_A_FAULT: Duration = Duration::from_secs(5);

/// A row that may or may not be in the CRM. Times are spans since the run began.
#[derive(Debug, Serialize, Deserialize)]
pub(in crate::import) struct OpenRow {
    pub(in crate::import) row: ReadyRow,
    pub(in crate::import) lost: Lost,
    /// When the attempt had ended for us: its answer came, or was given up.
    pub(in crate::import) ended: Duration,
    /// A lead that was there before the row was sent.
    pub(in crate::import) before: Option<KnownBefore>,
    /// A search before the row was due was answered, and did not show its lead.
    pub(in crate::import) was_missed: bool,
}

/// What came in place of an id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::import) enum Lost {
    /// A complete 500: the server is done with it.
    Fault { status: u16, words: String },
    /// No answer, half of one, or one that leaves it open what the server still does.
    Silence { code: Code, what: String },
    /// The server took the lead and told no id. It must never be sent again.
    Taken,
    /// A refusal, which may be about the row's own lead: an earlier attempt had no answer.
    Refusal { status: u16, words: String },
    /// An earlier run has left it open.
    EarlierRun { is_taken: bool },
}

impl Lost {
    /// Whether the server has said that it took the lead.
    pub(in crate::import) fn is_taken(&self) -> bool {
        matches!(self, Self::Taken | Self::EarlierRun { is_taken: true })
    }

    /// The code of a row that stays in doubt for this.
    pub(in crate::import) fn code(&self) -> Code {
        match self {
            Self::Fault { .. } => Code::ServerError,
            Self::Silence { code, .. } => *code,
            Self::Taken | Self::EarlierRun { is_taken: true } => Code::ServerNoId,
            Self::Refusal { .. } => Code::ServerNoAnswer,
            Self::EarlierRun { .. } => Code::LedgerOpen,
        }
    }

    /// What happened, as the beginning of a sentence.
    pub(in crate::import) fn what(&self) -> String {
        match self {
            Self::Fault { status, words } => {
                format!("the CRM answered {status}{}", in_quotes(words))
            }
            Self::Silence { what, .. } => what.clone(),
            Self::Taken => "the CRM took the lead but its answer has no id that can be read".into(),
            Self::Refusal { status, words } => format!(
                "an answer was lost, and the next attempt was refused ({status}{})",
                in_quotes(words)
            ),
            Self::EarlierRun { .. } => "an earlier run has left it open".into(),
        }
    }

    /// The same of a row that stays in doubt.
    pub(in crate::import) fn what_is_open(&self) -> String {
        match self {
            Self::Taken => self.what(),
            _ => format!("{}, and the lead may have been created", self.what()),
        }
    }
}

/// Why it stays open whether the lead exists.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::import) enum Undecided {
    /// Nobody looked, for this reason.
    NotLookedUp(String),
    /// Nothing was found, and nothing proved that there is nothing.
    Unproven,
    /// The server took it, and it was not found.
    TakenNotFound,
    /// Something was found that may be it.
    Candidate(Candidate),
}

/// A lead that may be the row's: nobody's as far as is known, and of the same person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::import) struct Candidate {
    pub(in crate::import) id: LeadId,
    /// What it shares: `email`, `phone_number` or `last_name`.
    pub(in crate::import) shared: &'static str,
    /// What differs, or is not shown.
    pub(in crate::import) differing: Vec<&'static str>,
    /// Nothing differs as far as it is shown, but another row may be it as well.
    pub(in crate::import) is_hidden: bool,
}

/// What looking for a row's lead has come to.
#[derive(Debug)]
pub(in crate::import) enum Verdict {
    /// It is in the CRM under this id.
    Found(OpenRow, LeadId),
    /// It is not.
    Absent(OpenRow),
    /// It stays in doubt.
    InDoubt(OpenRow, Undecided),
}

impl OpenRow {
    /// The body that was sent.
    pub(in crate::import) fn sent_body(&self) -> &Bytes {
        let open = self.row.open.as_ref();
        open.map_or(&self.row.body, |open| &open.body)
    }

    /// When finding nothing begins to count, if the server shows leads promptly.
    pub(super) fn due(&self, settle: Duration) -> Duration {
        match self.lost {
            Lost::Fault { .. } => self.ended + settle.min(AFTER_A_FAULT),
            _ => self.ended + settle,
        }
    }

    /// What is to be done when nothing was found and nothing will be.
    pub(super) fn settle_absent(self) -> Verdict {
        if self.lost.is_taken() {
            return Verdict::InDoubt(self, Undecided::TakenNotFound);
        }
        Verdict::Absent(self)
    }
}
