//! What to ask the CRM next about rows in doubt, and what its answers come to.

use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::time::Duration;

use super::errand::Errand;
use super::line::Line;
use super::open_row::{OpenRow, Undecided, Verdict};
use super::proof::Proofs;
use super::question::{Known, Next, Question, Reply, Situation};
use super::row_listing::RowListing;
use super::row_search::{Outcome, RowSearch, Step};
use super::waiting::Unproved;
use crate::import::judge_stage::JudgeError;

/// So many rows wait for their first look-up. Further ones wait until they are due.
const ROWS_WAITING: usize = 1024;

/// So many searches in a row that could not be read to their end mean that the CRM does not search.
pub(super) const SEARCHES_IN_VAIN: u32 = 6;

/// A row that a row in flight stands in the way of is looked up again after this.
const AWAIT: Duration = Duration::from_millis(200);

/// Owns every row in doubt until it is decided, and knows how searches and lists work here.
#[derive(Debug)]
pub(in crate::import) struct Reconciler {
    pub(super) settle: Duration,
    pub(in crate::import) proofs: Proofs,
    pub(super) rows: usize,
    /// Why nothing is looked up.
    pub(super) off: Option<String>,
    pub(super) searches_in_vain: u32,
    /// Searches without an answer since the last one that had one.
    pub(super) searches_silent: u32,
    /// Waits for its first look-up.
    pub(super) fresh: VecDeque<OpenRow>,
    /// Waits until finding nothing counts: after a complete 500, and otherwise.
    pub(super) soon: Line,
    pub(super) late: Line,
    /// Could not be decided when it was due.
    pub(super) unproved: VecDeque<Unproved>,
    /// Something to ask, not before a time.
    pub(super) to_ask: VecDeque<(Duration, u32, Errand)>,
    pub(super) under_way: BTreeMap<u64, (u32, Errand)>,
    pub(super) listing: Option<RowListing>,
    /// No other listing begins earlier: the last one may have come too soon for the newest leads.
    pub(super) list_again_at: Option<Duration>,
    /// What was known when rows that are not due yet were last listed.
    pub(super) listed_early: Option<u64>,
    pub(super) next_ticket: u64,
    /// Grows with everything that may decide what could not be decided before.
    pub(super) knowledge: u64,
}

impl Reconciler {
    /// Nothing is looked up when `off` says why.
    pub(in crate::import) fn new(settle: Duration, off: Option<String>) -> Self {
        Self {
            settle,
            proofs: Proofs::default(),
            rows: 0,
            off,
            searches_in_vain: 0,
            searches_silent: 0,
            fresh: VecDeque::new(),
            soon: Line::default(),
            late: Line::default(),
            unproved: VecDeque::new(),
            to_ask: VecDeque::new(),
            under_way: BTreeMap::new(),
            listing: None,
            list_again_at: None,
            listed_early: None,
            next_ticket: 0,
            knowledge: 0,
        }
    }

    /// How many rows are in doubt.
    pub(in crate::import) fn rows(&self) -> usize {
        self.rows
    }

    /// Whether anything is looked up.
    pub(in crate::import) fn is_on(&self) -> bool {
        self.off.is_none()
    }

    pub(in crate::import) fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Takes a row in doubt.
    pub(in crate::import) fn take(&mut self, open: OpenRow) -> io::Result<Option<Verdict>> {
        if let Some(why) = &self.off {
            let why = Undecided::NotLookedUp(why.clone());
            return Ok(Some(Verdict::InDoubt(open, why)));
        }
        self.rows += 1;
        if self.fresh.len() < ROWS_WAITING && !self.search_is_useless() {
            self.fresh.push_back(open);
            return Ok(None);
        }
        self.wait_until_due(open)?;
        Ok(None)
    }

    /// What to do now.
    pub(in crate::import) fn next(
        &mut self,
        now: Duration,
        situation: Situation,
        known: &dyn Known,
    ) -> Result<Next, JudgeError> {
        while let Some((tries, errand)) = self.next_errand(now, situation, known)? {
            if let Some((ticket, question)) = self.ask(tries, errand, now) {
                return Ok(Next::Ask(ticket, question));
            }
        }
        let decided = if situation == Situation::Quiet && self.has_only_unproved_rows()? {
            self.take_candidates()
        } else {
            Vec::new()
        };
        Ok(if decided.is_empty() {
            Next::Nothing
        } else {
            Next::Decided(self.hand_out(decided))
        })
    }

    /// When there is something to ask at the latest, unless an answer comes before.
    pub(in crate::import) fn next_due(&mut self) -> io::Result<Option<Duration>> {
        let settle = self.settle;
        let times = [
            self.soon.next_due(|open| open.due(settle))?,
            self.late.next_due(|open| open.ended + settle)?,
            self.to_ask.iter().map(|(when, _, _)| *when).min(),
            self.list_again_at.filter(|_| !self.unproved.is_empty()),
        ];
        Ok(times.into_iter().flatten().min())
    }

    /// Takes in an answer.
    pub(in crate::import) fn take_reply(
        &mut self,
        ticket: u64,
        reply: Reply,
        now: Duration,
        known: &dyn Known,
    ) -> Result<Vec<Verdict>, JudgeError> {
        let Some((_, errand)) = self.under_way.remove(&ticket) else {
            return Ok(Vec::new());
        };
        if errand.is_search() {
            self.searches_silent = 0;
        }
        let verdicts = match (errand, reply) {
            (Errand::Row(search), reply) => self.go_on_with(search, reply, now, known)?,
            (Errand::Control(control), Reply::Page(page)) => {
                self.take_control(control, &page, now);
                Vec::new()
            }
            (Errand::Listing, Reply::Page(page)) => self.go_on_listing(&page, now, known)?,
            (Errand::Confirm(confirm), reply) => {
                let lead = match reply {
                    Reply::Lead(lead) => lead,
                    Reply::Page(_) => None,
                };
                self.take_confirmation(*confirm, lead.as_ref(), now, known)?
            }
            // Nobody asks these for a lead.
            (Errand::Control(_) | Errand::Listing, Reply::Lead(_)) => Vec::new(),
        };
        Ok(self.hand_out(verdicts))
    }

    /// The question is to be asked again, not before `when`; it does not count as a try.
    pub(in crate::import) fn ask_again(&mut self, ticket: u64, when: Duration) {
        if let Some((tries, errand)) = self.under_way.remove(&ticket) {
            self.to_ask.push_front((when, tries, errand));
        }
    }

    /// Something was settled that may decide what could not be decided before.
    pub(in crate::import) fn note_knowledge(&mut self) {
        self.knowledge += 1;
    }

    pub(super) fn next_errand(
        &mut self,
        now: Duration,
        situation: Situation,
        known: &dyn Known,
    ) -> Result<Option<(u32, Errand)>, JudgeError> {
        let ready = self.to_ask.iter().position(|(when, _, _)| *when <= now);
        if let Some((_, tries, errand)) = ready.and_then(|index| self.to_ask.remove(index)) {
            return Ok(Some((tries, errand)));
        }
        if let Some(open) = self.fresh.pop_front() {
            return Ok(Some((
                0,
                Errand::Row(Box::new(RowSearch::new(open, false))),
            )));
        }
        if self.fetch_due_row(now)? {
            return self.next_errand(now, situation, known);
        }
        if situation == Situation::Sending || !self.under_way.is_empty() || !self.to_ask.is_empty()
        {
            return Ok(None);
        }
        if let Some(open) = self.take_unproved_that_may_be_proved() {
            self.search_when_due(open, now);
            return self.next_errand(now, situation, known);
        }
        if self.list_again_at.is_some_and(|at| at <= now) {
            self.list_again_at = None;
        }
        let has_candidates = || self.unproved.iter().any(|row| row.candidate.is_some());
        let may_list = situation == Situation::Quiet
            && self.listing.is_none()
            && self.list_again_at.is_none()
            && !has_candidates();
        if !may_list {
            return Ok(None);
        }
        self.begin_listing(now, known)
            .map(|begun| begun.then_some((0, Errand::Listing)))
    }

    /// Hands the question of an errand out; `None` when it was put aside instead.
    pub(super) fn ask(
        &mut self,
        tries: u32,
        mut errand: Errand,
        now: Duration,
    ) -> Option<(u64, Question)> {
        let question = match &mut errand {
            Errand::Row(search) => {
                let is_proved_soon =
                    search.is_due && search.kinds().any(|kind| self.proofs.is_asked(kind));
                if is_proved_soon && search.is_at_start() {
                    // What is under way may prove this search, if that begins later.
                    self.to_ask.push_back((now + AWAIT, tries, errand));
                    return None;
                }
                search.question(now)
            }
            Errand::Control(control) => Some(Question::Search {
                term: control.term.clone(),
                page: control.page,
            }),
            Errand::Confirm(confirm) => Some(Question::Lead(confirm.id.clone())),
            Errand::Listing => {
                let page = self.listing.as_ref()?.listing.page();
                Some(Question::List { page })
            }
        };
        let Some(question) = question else {
            // A body with nothing to search by can only be listed.
            if let Errand::Row(search) = errand {
                self.unproved.push_back(Unproved {
                    open: search.open,
                    knowledge: self.knowledge,
                    candidate: None,
                });
            }
            return None;
        };
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        self.under_way.insert(ticket, (tries, errand));
        Some((ticket, question))
    }

    pub(super) fn go_on_with(
        &mut self,
        mut search: Box<RowSearch>,
        reply: Reply,
        now: Duration,
        known: &dyn Known,
    ) -> Result<Vec<Verdict>, JudgeError> {
        let step = match reply {
            Reply::Page(page) => search.take_page(page, known)?,
            Reply::Lead(lead) => search.take_lead_before(lead.as_ref(), known)?,
        };
        match step {
            Step::Ask => {
                self.to_ask.push_front((now, 0, Errand::Row(search)));
                Ok(Vec::new())
            }
            Step::Done(outcome) => Ok(self.conclude(search, outcome, now)?),
        }
    }

    pub(super) fn conclude(
        &mut self,
        search: Box<RowSearch>,
        outcome: Outcome,
        now: Duration,
    ) -> io::Result<Vec<Verdict>> {
        self.searches_in_vain = match outcome {
            Outcome::Nothing if search.is_incomplete() => self.searches_in_vain + 1,
            _ => 0,
        };
        match outcome {
            Outcome::Found(id) => {
                self.knowledge += 1;
                if search.is_due && search.open.was_missed {
                    // It was not there at once, so that leads are shown late here.
                    self.proofs.note_late();
                }
                return Ok(vec![Verdict::Found(search.open, id)]);
            }
            Outcome::AsShown(id, hidden) => {
                let is_due = search.is_due;
                self.confirm(search.open, (id, hidden), is_due, now);
            }
            Outcome::Awaited => self.search_again(search.open, search.is_due, now),
            Outcome::Candidate(_) | Outcome::Nothing if !search.is_due => {
                self.prepare_proof(&search, now);
                let was_read = search.has_read_one();
                let mut open = search.open;
                open.was_missed = was_read;
                self.wait_until_due(open)?;
            }
            Outcome::Nothing if self.is_proved(&search) => {
                return Ok(vec![search.open.settle_absent()]);
            }
            Outcome::Candidate(candidate) if self.is_proved(&search) => {
                self.put_aside(search.open, Some(candidate), now)?;
            }
            Outcome::Candidate(_) | Outcome::Nothing => self.put_aside(search.open, None, now)?,
        }
        Ok(Vec::new())
    }

    /// Searches for the row once more, a moment later.
    pub(super) fn search_again(&mut self, open: OpenRow, is_due: bool, now: Duration) {
        let errand = Errand::Row(Box::new(RowSearch::new(open, is_due)));
        self.to_ask.push_back((now + AWAIT, 0, errand));
    }

    /// These rows are no longer ours.
    pub(super) fn hand_out(&mut self, verdicts: Vec<Verdict>) -> Vec<Verdict> {
        self.rows = self.rows.saturating_sub(verdicts.len());
        verdicts
    }

    pub(super) fn search_is_useless(&self) -> bool {
        self.searches_in_vain >= SEARCHES_IN_VAIN
    }
}
