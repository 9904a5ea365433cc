//! Questions that are under way, with what they are for.

use std::sync::Arc;
use std::time::Duration;

use super::contact::SearchKind;
use super::proof::CreatedLead;
use super::row_search::RowSearch;

/// A question that is under way.
#[derive(Debug)]
pub(super) enum Errand {
    Row(Box<RowSearch>),
    Control(Control),
    Listing,
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
