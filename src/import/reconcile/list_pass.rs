//! One way through the CRM's list: in which order it is, where to go on, and how far.

use std::cmp::Ordering;
use std::collections::HashSet;

use super::span::compare_times;
use crate::api::{LeadPage, LeadView};
use crate::model::LeadId;

/// In which order the CRM lists, and how the list is gone through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Course {
    /// Nothing shows yet in which order it is.
    Unknown,
    /// Newest first: forward until everything wanted has been reached.
    Down,
    /// Oldest first: from the last page, `from`, back; `turned` once the end was read.
    Back { from: u64, turned: bool },
    /// Oldest first, and nobody knows where the end is: forward to it.
    ToTheEnd,
}

/// Pages beyond the last lead that must be reached: rows that were sent at the same time are created
/// in any order.
const PAGES_BEYOND: u32 = 3;

/// What was read of the list from its first page on.
#[derive(Debug)]
pub(super) struct Pass {
    page: u64,
    course: Course,
    first: Option<LeadView>,
    /// In the order of reading.
    read: Vec<LeadId>,
    read_set: HashSet<LeadId>,
    /// Leads that were there before and are still to be reached; `None` when the whole list must be
    /// read.
    to_reach: Option<HashSet<LeadId>>,
    /// All of those.
    before: Option<HashSet<LeadId>>,
    /// How many leads had been read when the last of those was.
    reached_at: usize,
    has_read_end: bool,
    total: Option<u64>,
    /// There were fewer leads on one page than on the page before.
    has_shrunk: bool,
    pages_beyond: u32,
}

impl Pass {
    /// Begins at the first page, to reach these leads or the end of the list.
    pub(super) fn new(to_reach: Option<HashSet<LeadId>>) -> Self {
        Self {
            page: 1,
            course: Course::Unknown,
            first: None,
            read: Vec::new(),
            read_set: HashSet::new(),
            before: to_reach.clone(),
            to_reach,
            reached_at: 0,
            has_read_end: false,
            total: None,
            has_shrunk: false,
            pages_beyond: 0,
        }
    }

    /// The page to ask for.
    pub(super) fn page(&self) -> u64 {
        self.page
    }

    pub(super) fn leads_read(&self) -> u64 {
        self.read_set.len() as u64
    }

    /// Whether all leads from before were reached, or the end of the list.
    pub(super) fn has_arrived(&self) -> bool {
        let reached = self.has_reached_everything();
        let is_at_newest = match self.course {
            Course::Back { turned, .. } => turned,
            Course::Down => true,
            Course::Unknown | Course::ToTheEnd => false,
        };
        self.has_read_end || reached && is_at_newest
    }

    /// Whether a lead from before was reached: the list is one of leads that are known.
    pub(super) fn has_reached_everything(&self) -> bool {
        self.to_reach.as_ref().is_some_and(HashSet::is_empty)
    }

    /// Takes a page in and goes to the next one; false when there is none, or it would show nothing new.
    pub(super) fn take_page(&mut self, page: &LeadPage) -> bool {
        self.has_shrunk |= self.total > page.total && page.total.is_some();
        self.total = page.total;
        let before = self.read_set.len();
        for lead in &page.leads {
            self.take_lead(lead);
        }
        if self.first.is_none() {
            self.first = page.leads.first().cloned();
        }
        if matches!(self.course, Course::Unknown | Course::Down) {
            // Leads of one moment come in any order: only more of the list shows which it is.
            self.course = self.course_after(page);
            if matches!(self.course, Course::Back { .. }) {
                // What the first page shows is reached last on the way back.
                self.to_reach.clone_from(&self.before);
            }
        }
        self.pages_beyond += u32::from(self.has_reached_everything());
        let next = self.next_page(page);
        self.has_read_end |= next.is_none();
        let is_way_back = matches!(self.course, Course::Back { .. });
        let shows_new = self.read_set.len() > before || page.leads.is_empty() || is_way_back;
        match next {
            Some(next) if shows_new && self.pages_beyond <= PAGES_BEYOND => {
                self.page = next;
                true
            }
            _ => false,
        }
    }

    /// Whether leads may have moved from a page that was to be read to one that had been, because
    /// others were deleted. A total shows that; read from the end back it does no harm.
    pub(super) fn may_have_missed(&self) -> bool {
        let is_forward = !matches!(self.course, Course::Back { .. });
        is_forward && self.read.len() > self.first_page_length() && !self.is_steady()
    }

    /// Whether all that an earlier pass has read, down to the leads from before, is still there.
    pub(super) fn shows_all_of(&self, span: &[LeadId]) -> bool {
        span.iter().all(|id| self.read_set.contains(id))
    }

    /// What was read down to the leads from before.
    pub(super) fn into_span(mut self) -> Vec<LeadId> {
        if self.has_reached_everything() && self.course == Course::Down {
            self.read.truncate(self.reached_at);
        }
        self.read
    }

    fn is_steady(&self) -> bool {
        self.total.is_some() && !self.has_shrunk
    }

    /// One page cannot shift under its reader.
    fn first_page_length(&self) -> usize {
        if self.page == 1 { self.read.len() } else { 0 }
    }

    fn take_lead(&mut self, lead: &LeadView) {
        self.read.push(lead.id.clone());
        self.read_set.insert(lead.id.clone());
        if let Some(to_reach) = &mut self.to_reach
            && to_reach.remove(&lead.id)
        {
            self.reached_at = self.read.len();
        }
    }

    /// In which order the list is, by all that was read of it.
    fn course_after(&self, page: &LeadPage) -> Course {
        let ends = self.first.as_ref().zip(page.leads.last());
        let order = ends.and_then(|(first, last)| age_order(first, last));
        match (order, page.last_page) {
            (None | Some(Ordering::Equal), _) => self.course,
            (Some(Ordering::Greater), _) => Course::Down,
            (Some(Ordering::Less), Some(from)) if from > self.page => Course::Back {
                from,
                turned: false,
            },
            (Some(Ordering::Less), _) => Course::ToTheEnd,
        }
    }

    /// The page that comes after the present one; `None` at the end of the list.
    fn next_page(&mut self, page: &LeadPage) -> Option<u64> {
        match self.course {
            Course::Unknown | Course::Down | Course::ToTheEnd => {
                (!page.is_last).then_some(self.page + 1)
            }
            Course::Back { from, turned } => {
                if self.page < from && !turned {
                    return Some(from);
                }
                if !turned && !page.is_last && !page.leads.is_empty() {
                    // More leads have come meanwhile.
                    return Some(self.page + 1);
                }
                let next = if turned { self.page - 1 } else { from - 1 };
                self.course = Course::Back { from, turned: true };
                // The first page once more: leads may have moved there since.
                (next >= 1).then_some(next)
            }
        }
    }
}

/// Which of two leads was created first, by their times or else by their ids.
fn age_order(one: &LeadView, other: &LeadView) -> Option<Ordering> {
    let times = one.created_at.as_deref().zip(other.created_at.as_deref());
    let by_time = times.and_then(|(one, other)| compare_times(one, other));
    let number = |lead: &LeadView| lead.id.0.parse::<u64>().ok();
    let by_id = || Some(number(one)?.cmp(&number(other)?));
    by_time.filter(|order| order.is_ne()).or_else(by_id)
}
