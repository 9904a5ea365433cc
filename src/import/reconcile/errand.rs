//! Questions that are under way, with what they are for.

use std::sync::Arc;
use std::time::Duration;

use super::contact::SearchKind;
use super::open_row::OpenRow;
use super::proof::CreatedLead;
use super::row_search::RowSearch;
use crate::model::LeadId;

/// A question that is under way.
#[derive(Debug)]
pub(super) enum Errand {
    Row(Box<RowSearch>),
    Control(Control),
    /// The lead that was found, of which a list does not show everything.
    Confirm(Box<Confirm>),
    Listing,
}

impl Errand {
    /// Whether it asks for what is found for a term.
    pub(super) fn is_search(&self) -> bool {
        match self {
            Self::Row(search) => !search.asks_for_a_lead(),
            Self::Control(_) => true,
            Self::Confirm(..) | Self::Listing => false,
        }
    }
}

/// A search for a lead of ours, which proves searches of its kind.
#[derive(Debug)]
pub(super) struct Control {
    pub(super) kind: SearchKind,
    pub(super) lead: Arc<CreatedLead>,
    pub(super) term: String,
    pub(super) page: u64,
    pub(super) began: Duration,
}

impl Control {
    /// The first page of a search for `lead` by `term`.
    pub(super) fn first(
        kind: SearchKind,
        (lead, term): (Arc<CreatedLead>, String),
        began: Duration,
    ) -> Self {
        Self {
            kind,
            lead,
            term,
            page: 1,
            began,
        }
    }
}

/// A lead that equals the row as far as a list shows it, and is asked for itself.
#[derive(Debug)]
pub(super) struct Confirm {
    pub(super) open: OpenRow,
    pub(super) id: LeadId,
    /// What the list does not show.
    pub(super) hidden: Vec<&'static str>,
    /// Finding nothing counts, if it is proved.
    pub(super) is_due: bool,
}
