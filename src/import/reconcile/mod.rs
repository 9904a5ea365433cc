//! Finding out what became of rows whose answer was lost.
//!
//! Pure but for the clock that the caller reads: a [`Reconciler`] says what to ask the CRM next and
//! takes the answers in; whoever holds it asks. `row_search` looks for one row's lead, `listing` goes
//! through the newest leads for many rows at once, `proof` says when finding nothing proves anything,
//! and `span` how far back a lead can lie.

mod confirming;
mod contact;
mod errand;
mod giving_up;
mod line;
mod list_pass;
mod listing;
mod open_row;
mod proof;
mod question;
mod reconciler;
mod row_listing;
mod row_search;
mod searching;
mod span;
mod waiting;
mod wording;

pub(super) use contact::best_search_term;
pub(super) use listing::{Find, Listing, Since, Walk, Wanted};
pub(super) use open_row::{Lost, OpenRow, Undecided, Verdict};
pub(super) use proof::CreatedLead;
pub(super) use question::{Known, LeadStanding, Next, Question, Reply, Situation};
pub(super) use reconciler::Reconciler;
pub(super) use row_listing::earliest_before;
pub(super) use span::KnownBefore;
pub(super) use wording::doubt_sentence;
