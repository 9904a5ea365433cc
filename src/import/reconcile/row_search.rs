//! Looking for the lead of one row by searching.

use std::collections::HashSet;
use std::time::Duration;

use super::contact::{SearchKind, searches_for};
use super::open_row::{Candidate, OpenRow};
use super::question::{Known, LeadStanding, Question};
use super::span::is_surely_older;
use crate::api::{Comparison, LeadPage, LeadView, compare};
use crate::ledger::LedgerError;
use crate::model::LeadId;

/// The most pages that are read of one search. More leads than this share no contact: the search
/// shows them for another reason.
const MOST_PAGES: u64 = 5;

/// The searches for one row's lead, one page after the other.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each stands for itself")]
pub(super) struct RowSearch {
    pub(super) open: OpenRow,
    /// Finding nothing counts, if it is proved.
    pub(super) is_due: bool,
    searches: Vec<(SearchKind, String)>,
    /// Which search, and which page of it.
    at: usize,
    page: u64,
    began: Duration,
    read: HashSet<LeadId>,
    /// What was read the first time, of a search that has several pages.
    read_before: Option<HashSet<LeadId>>,
    /// Searches that were read to their end, and when they began.
    whole: Vec<(SearchKind, Duration)>,
    is_incomplete: bool,
    candidate: Option<Candidate>,
    /// A row in flight may have been given what was found.
    is_awaited: bool,
    /// A page that is looked at once the time of the lead before is known.
    kept: Option<LeadPage>,
    has_asked_for_time: bool,
}

/// What follows from an answer.
#[derive(Debug)]
pub(super) enum Step {
    /// There is more to ask.
    Ask,
    /// All searches are done.
    Done(Outcome),
}

/// What the searches have come to.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    Found(LeadId),
    /// It is equal as far as it is shown.
    AsShown(LeadId, Vec<&'static str>),
    /// A row in flight may have been given what was found.
    Awaited,
    Candidate(Candidate),
    Nothing,
}

impl RowSearch {
    pub(super) fn new(open: OpenRow, is_due: bool) -> Self {
        Self {
            searches: searches_for(open.sent_body()),
            open,
            is_due,
            at: 0,
            page: 1,
            began: Duration::ZERO,
            read: HashSet::new(),
            read_before: None,
            whole: Vec::new(),
            is_incomplete: false,
            candidate: None,
            is_awaited: false,
            kept: None,
            has_asked_for_time: false,
        }
    }

    /// The ways in which a row's lead is searched for.
    pub(super) fn kinds(&self) -> impl Iterator<Item = SearchKind> + use<'_> {
        self.searches.iter().map(|(kind, _)| *kind)
    }

    /// What to ask next; `None` when there is nothing to search by.
    pub(super) fn question(&mut self, now: Duration) -> Option<Question> {
        if self.kept.is_some() {
            let before = self.open.before.as_ref()?;
            return Some(Question::Lead(before.id.clone()));
        }
        let (_, term) = self.searches.get(self.at)?;
        if self.page == 1 && self.read_before.is_none() {
            self.began = now;
        }
        Some(Question::Search {
            term: term.clone(),
            page: self.page,
        })
    }

    /// Takes in a page of the present search.
    pub(super) fn take_page(
        &mut self,
        page: LeadPage,
        known: &dyn Known,
    ) -> Result<Step, LedgerError> {
        if self.must_learn_time(&page) {
            self.kept = Some(page);
            self.has_asked_for_time = true;
            return Ok(Step::Ask);
        }
        for lead in &page.leads {
            if let Some(found) = self.look_at(lead, known)? {
                return Ok(Step::Done(found));
            }
        }
        Ok(self.go_on_after(&page))
    }

    /// Takes in the lead that was there before, or that it cannot be had.
    pub(super) fn take_lead_before(
        &mut self,
        lead: Option<&LeadView>,
        known: &dyn Known,
    ) -> Result<Step, LedgerError> {
        match (lead, &mut self.open.before) {
            (Some(lead), Some(before)) => before.created_at.clone_from(&lead.created_at),
            _ => self.open.before = None,
        }
        let page = self.kept.take().unwrap_or_default();
        self.take_page(page, known)
    }

    /// Whether the next question is about the lead that was there before.
    pub(super) fn asks_for_a_lead(&self) -> bool {
        self.kept.is_some()
    }

    /// Whether nothing was asked yet.
    pub(super) fn is_at_start(&self) -> bool {
        self.at == 0 && self.page == 1 && self.kept.is_none()
    }

    /// The lead that was there before cannot be had, and the page is asked for once more.
    pub(super) fn forget_lead_before(&mut self) {
        self.open.before = None;
        self.kept = None;
    }

    /// The present search cannot be used.
    pub(super) fn skip_search(&mut self) -> Step {
        self.is_incomplete = true;
        self.kept = None;
        self.next_search()
    }

    /// Whether a search was not read to its end.
    pub(super) fn is_incomplete(&self) -> bool {
        self.is_incomplete
    }

    /// Whether at least one search was read to its end.
    pub(super) fn has_read_one(&self) -> bool {
        !self.whole.is_empty()
    }

    /// Whether each way to search was read to its end, with the time when it began.
    pub(super) fn whole(&self) -> Option<&[(SearchKind, Duration)]> {
        let is_whole = !self.is_incomplete
            && !self.searches.is_empty()
            && self.whole.len() == self.searches.len();
        is_whole.then_some(&self.whole)
    }

    /// Whether the page may hold a lead that is too old to be the row's, while it is not known yet
    /// how old that is.
    fn must_learn_time(&self, page: &LeadPage) -> bool {
        let is_unknown = |before: &super::KnownBefore| before.created_at.is_none();
        if self.has_asked_for_time || !self.open.before.as_ref().is_some_and(is_unknown) {
            return false;
        }
        let body = self.open.sent_body();
        let is_like = |lead: &LeadView| {
            let compared = compare(body, lead);
            compared.is_equal_as_far_as_shown()
                || matches!(compared, Comparison::SharesContact { .. })
        };
        page.leads
            .iter()
            .any(|lead| lead.created_at.is_some() && is_like(lead))
    }

    fn look_at(
        &mut self,
        lead: &LeadView,
        known: &dyn Known,
    ) -> Result<Option<Outcome>, LedgerError> {
        let compared = compare(self.open.sent_body(), lead);
        match &compared {
            Comparison::Different => return Ok(None),
            Comparison::NotShown => {
                self.is_incomplete = true;
                return Ok(None);
            }
            Comparison::Equal
            | Comparison::EqualAsShown { .. }
            | Comparison::SharesContact { .. } => {}
        }
        let before = self.open.before.as_ref();
        if before.is_some_and(|before| is_surely_older(lead, before)) {
            return Ok(None);
        }
        match (known.standing_of(lead)?, compared) {
            (LeadStanding::Free, Comparison::Equal) => {
                return Ok(Some(Outcome::Found(lead.id.clone())));
            }
            (LeadStanding::Free, Comparison::EqualAsShown { hidden }) => {
                return Ok(Some(Outcome::AsShown(lead.id.clone(), hidden)));
            }
            (LeadStanding::Free, Comparison::SharesContact { shared, differing }) => {
                let id = lead.id.clone();
                self.candidate.get_or_insert(Candidate {
                    id,
                    shared,
                    differing,
                    is_hidden: false,
                });
            }
            (LeadStanding::Awaited, _) => self.is_awaited = true,
            _ => {}
        }
        Ok(None)
    }

    fn go_on_after(&mut self, page: &LeadPage) -> Step {
        let known = self.read.len();
        self.read
            .extend(page.leads.iter().map(|lead| lead.id.clone()));
        if page.is_last {
            return self.end_of_search(page);
        }
        let shows_new = self.read.len() > known;
        if self.page >= MOST_PAGES || !shows_new {
            return self.skip_search();
        }
        self.page += 1;
        Step::Ask
    }

    /// Several pages may have shifted while they were read, so that they are read once more: when nothing
    /// is missing then, the first time has shown everything.
    fn end_of_search(&mut self, page: &LeadPage) -> Step {
        let is_one_page = self.page == 1 || self.page == 2 && page.leads.is_empty();
        let is_steady = self
            .read_before
            .as_ref()
            .is_some_and(|before| before.is_subset(&self.read));
        if is_one_page || is_steady {
            self.whole.push((self.searches[self.at].0, self.began));
            return self.next_search();
        }
        if self.read_before.is_some() {
            return self.skip_search();
        }
        self.read_before = Some(std::mem::take(&mut self.read));
        self.page = 1;
        Step::Ask
    }

    fn next_search(&mut self) -> Step {
        self.at += 1;
        self.page = 1;
        self.read.clear();
        self.read_before = None;
        if self.at < self.searches.len() {
            return Step::Ask;
        }
        let outcome = match self.candidate.take() {
            _ if self.is_awaited => Outcome::Awaited,
            Some(candidate) => Outcome::Candidate(candidate),
            None => Outcome::Nothing,
        };
        Step::Done(outcome)
    }
}
