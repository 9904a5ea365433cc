//! What is asked of the CRM, and of the ledger, about rows in doubt.

#[expect(unused_imports, reason = "named by a doc comment")]
use super::contact::SearchKind;
use super::listing::Since;
use super::open_row::Verdict;
use super::span::KnownBefore;
use crate::api::{LeadPage, LeadView};
use crate::ledger::{EntryId, LedgerError};
use crate::model::LeadId;

/// Whose a lead is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) enum LeadStanding {
    /// Nobody's, as far as the ledger knows.
    Free,
    /// That of a row, with whether its e-mail, phone and name are shown as they were sent, in the order
    /// of [`SearchKind`]; `None` where none was sent or nobody knows.
    Owned(EntryId, [Option<bool>; 3]),
    /// Perhaps that of a row whose answer is still to come.
    Awaited,
}

/// What is known of leads beside the CRM.
pub(in crate::import) trait Known {
    /// Whose `lead` is.
    fn standing_of(&self, lead: &LeadView) -> Result<LeadStanding, LedgerError>;

    /// Whether another row in doubt, of any file, has the e-mail, phone or name of the one with this
    /// entry.
    fn may_be_of_another(&self, entry: Option<EntryId>) -> Result<bool, LedgerError>;

    /// Which leads are known since `before` was created; all that are known when it is `None`.
    fn since(&self, before: Option<&KnownBefore>) -> Result<Since, LedgerError>;
}

/// What to ask the CRM.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::import) enum Question {
    /// A page of what it finds for a term.
    Search { term: String, page: u64 },
    /// A page of all leads, newest first.
    List { page: u64 },
    /// One lead.
    Lead(LeadId),
}

impl Question {
    /// How the log calls it: without the term, which is somebody's.
    pub(in crate::import) fn in_a_word(&self) -> &'static str {
        match self {
            Self::Search { .. } => "search",
            Self::List { .. } => "list",
            Self::Lead(_) => "lead by id",
        }
    }
}

/// What the CRM has answered.
#[derive(Debug)]
pub(in crate::import) enum Reply {
    Page(LeadPage),
    /// The lead that was asked for, unless it is gone.
    Lead(Option<LeadView>),
}

/// How far the run has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) enum Situation {
    /// Rows are sent.
    Sending,
    /// No row can be sent before one in doubt is decided.
    Waiting,
    /// As [`Self::Waiting`], no answer is to come, and the ledger knows everything.
    Quiet,
}

/// What a reconciler wants.
#[derive(Debug)]
pub(in crate::import) enum Next {
    /// Ask this; the answer is to be given under the ticket.
    Ask(u64, Question),
    /// Nothing more will be learnt of these.
    Decided(Vec<Verdict>),
    /// Nothing for now.
    Nothing,
}
