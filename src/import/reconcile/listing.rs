//! Going through the newest leads of the CRM, page by page, for many rows at once.

use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};

use bytes::Bytes;
use serde_json::{Map, Value};

use super::open_row::Candidate;
use super::question::{Known, LeadStanding};
use super::span::{KnownBefore, compare_times, has_later_id, is_surely_older};
use crate::api::{Comparison, LeadPage, LeadView, compare};
use crate::ledger::{EntryId, LedgerError};
use crate::model::LeadId;

/// Which leads the ledger knows since a lead that was there before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) struct Since {
    /// Their rows were first sent after this entry.
    pub(in crate::import) after: EntryId,
    /// How many they are. All of them must be shown, or the list proves nothing.
    pub(in crate::import) leads: u64,
}

/// A lead that is looked for.
#[derive(Debug)]
pub(in crate::import) struct Wanted {
    pub(in crate::import) body: Bytes,
    pub(in crate::import) before: Option<KnownBefore>,
}

/// What was found for one that is looked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::import) enum Find {
    Found(LeadId),
    /// A row in flight may have been given it.
    Awaited,
    Candidate(Candidate),
}

/// In which order the CRM lists, and how the list is gone through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Course {
    /// Newest first: forward until everything wanted has been reached.
    Down,
    /// Oldest first: from the last page, `end`, back; `turned` once that is done.
    Back { from: u64, turned: bool },
    /// Oldest first, and nobody knows where the end is: forward to it.
    ToTheEnd,
}

/// Leads of others among ours, at most, before it is given up.
const LEADS_OF_OTHERS: u64 = 5_000;

/// Pages beyond the last lead that must be reached: rows that were sent at the same time are created
/// in any order.
const PAGES_BEYOND: u32 = 3;

/// A walk through the list.
#[derive(Debug)]
pub(in crate::import) struct Listing {
    wanted: Vec<Wanted>,
    finds: Vec<Option<Find>>,
    by_contact: HashMap<String, Vec<usize>>,
    since: Since,
    /// Leads that were there before; `None` when the whole list must be read.
    to_reach: Option<HashSet<LeadId>>,
    course: Option<Course>,
    /// The first lead of the first page.
    first: Option<LeadView>,
    page: u64,
    read: HashSet<LeadId>,
    /// Leads of ours since then that were shown.
    shown: HashSet<LeadId>,
    taken: HashSet<LeadId>,
    seen: Seen,
    total: Option<u64>,
    pages_beyond: u32,
    requests_left: u32,
    /// How many pages the first of two passes had; 0 in the first one.
    pages_once: u64,
}

/// What the list was seen to be.
#[derive(Debug, Default)]
#[expect(clippy::struct_excessive_bools, reason = "each stands for itself")]
struct Seen {
    /// A lead of ours was shown.
    ours: bool,
    /// Its end was read.
    end: bool,
    /// A lead was shown without anything that tells people apart.
    nobody: bool,
    /// There were fewer leads on one page than on the page before.
    shrinking: bool,
}

/// What follows from a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) enum Walk {
    /// Ask for the next one.
    GoOn,
    /// It is over; whether what was not found is proved to be absent.
    Over { is_proved: bool },
}

impl Listing {
    /// Looks for `wanted`, of which `since` is what the ledger knows since the earliest.
    pub(in crate::import) fn new(wanted: Vec<Wanted>, since: Since, most_requests: u32) -> Self {
        let mut by_contact: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, lead) in wanted.iter().enumerate() {
            let body: Map<String, Value> = serde_json::from_slice(&lead.body).unwrap_or_default();
            for key in contact_keys(|name| body.get(name)) {
                by_contact.entry(key).or_default().push(index);
            }
        }
        let before = wanted
            .iter()
            .map(|lead| Some(lead.before.as_ref()?.id.clone()));
        Self {
            to_reach: before.collect(),
            finds: vec![None; wanted.len()],
            wanted,
            by_contact,
            since,
            course: None,
            first: None,
            page: 1,
            read: HashSet::new(),
            shown: HashSet::new(),
            taken: HashSet::new(),
            seen: Seen::default(),
            total: None,
            pages_beyond: 0,
            requests_left: most_requests,
            pages_once: 0,
        }
    }

    /// The page to ask for.
    pub(in crate::import) fn page(&self) -> u64 {
        self.page
    }

    /// What was found, in the order of what was wanted.
    pub(in crate::import) fn into_finds(self) -> Vec<Option<Find>> {
        self.finds
    }

    /// Takes in the page that was asked for.
    pub(in crate::import) fn take_page(
        &mut self,
        page: &LeadPage,
        known: &dyn Known,
    ) -> Result<Walk, LedgerError> {
        self.requests_left = self.requests_left.saturating_sub(1);
        self.seen.shrinking |= self.total > page.total && page.total.is_some();
        self.total = page.total;
        let read_before = self.read.len();
        for lead in &page.leads {
            self.look_at(lead, known)?;
        }
        if self.first.is_none() {
            self.first = page.leads.first().cloned();
        }
        let course = match self.course {
            // Leads of one moment come in any order: only more of the list shows which it is.
            None | Some(Course::Down) => self.course_after(page),
            Some(course) => course,
        };
        self.course = Some(course);
        if self.has_reached_everything() {
            self.pages_beyond += 1;
        }
        let next = self.next_page(course, page);
        if next.is_none() {
            self.seen.end = true;
        }
        let shows_new = self.read.len() > read_before || self.is_second_pass();
        let is_at_newest = match self.course {
            Some(Course::Back { turned, .. }) => turned,
            Some(Course::Down) => true,
            Some(Course::ToTheEnd) | None => false,
        };
        let may_stop = is_at_newest && self.page >= self.pages_once;
        match next {
            Some(next) if !(may_stop && self.is_proved()) && shows_new && self.may_go_on() => {
                self.page = next;
                Ok(Walk::GoOn)
            }
            _ => Ok(self.end_pass()),
        }
    }

    fn look_at(&mut self, lead: &LeadView, known: &dyn Known) -> Result<(), LedgerError> {
        self.read.insert(lead.id.clone());
        if let Some(to_reach) = &mut self.to_reach {
            to_reach.remove(&lead.id);
        }
        let standing = known.standing_of(lead)?;
        if let LeadStanding::Owned(entry) = standing {
            self.seen.ours = true;
            if entry > self.since.after {
                self.shown.insert(lead.id.clone());
            }
            return Ok(());
        }
        let keys = contact_keys(|name| lead.shown(name));
        // Whoever shows nothing of a person may show anybody.
        self.seen.nobody |= keys.is_empty();
        let mut indices: Vec<usize> = keys
            .iter()
            .filter_map(|key| self.by_contact.get(key))
            .flatten()
            .copied()
            .collect();
        indices.sort_unstable();
        indices.dedup();
        for index in indices {
            self.compare(index, lead, standing);
        }
        Ok(())
    }

    fn compare(&mut self, index: usize, lead: &LeadView, standing: LeadStanding) {
        let wanted = &self.wanted[index];
        let is_older = |before| is_surely_older(lead, before);
        if matches!(self.finds[index], Some(Find::Found(_)))
            || self.taken.contains(&lead.id)
            || wanted.before.as_ref().is_some_and(is_older)
        {
            return;
        }
        let find = match compare(&wanted.body, lead) {
            Comparison::Equal | Comparison::SharesContact { .. }
                if standing == LeadStanding::Awaited =>
            {
                Find::Awaited
            }
            Comparison::Equal => {
                self.taken.insert(lead.id.clone());
                Find::Found(lead.id.clone())
            }
            Comparison::SharesContact { shared, differing } => Find::Candidate(Candidate {
                id: lead.id.clone(),
                shared,
                differing,
            }),
            Comparison::Different | Comparison::NotShown => return,
        };
        self.finds[index] = Some(find);
    }

    /// In which order the list is, by all that was read of it.
    fn course_after(&self, page: &LeadPage) -> Course {
        let (Some(first), Some(last)) = (&self.first, page.leads.last()) else {
            return Course::Down;
        };
        match (is_older(first, last), page.last_page) {
            (false, _) => Course::Down,
            (true, Some(from)) if from > self.page => Course::Back {
                from,
                turned: false,
            },
            (true, _) => Course::ToTheEnd,
        }
    }

    fn is_second_pass(&self) -> bool {
        self.pages_once > 0
    }

    fn has_reached_everything(&self) -> bool {
        self.to_reach.as_ref().is_some_and(HashSet::is_empty)
    }

    fn shows_all_of_ours(&self) -> bool {
        self.shown.len() as u64 >= self.since.leads
    }

    /// Whether what was not found is absent: a lead from before was reached, or the list read to its
    /// end, and every lead of ours since was shown, one at least.
    fn is_proved(&self) -> bool {
        (self.has_reached_everything() || self.seen.end)
            && self.shows_all_of_ours()
            && (self.has_reached_everything() || self.seen.ours)
            && !self.seen.nobody
    }

    fn may_go_on(&self) -> bool {
        let most = 2 * self.since.leads + LEADS_OF_OTHERS;
        self.requests_left > 0
            && self.pages_beyond <= PAGES_BEYOND
            && (self.read.len() as u64) < most
    }

    /// The page that comes after the present one; `None` at the end of the list.
    fn next_page(&mut self, course: Course, page: &LeadPage) -> Option<u64> {
        match course {
            Course::Down | Course::ToTheEnd => (!page.is_last).then_some(self.page + 1),
            Course::Back { from, turned } => {
                if self.page < from && !turned {
                    return Some(from);
                }
                if !turned && !page.is_last && !page.leads.is_empty() {
                    // More leads have come meanwhile.
                    return Some(self.page + 1);
                }
                let next = if turned { self.page - 1 } else { from - 1 };
                self.course = Some(Course::Back { from, turned: true });
                // The first page was the first to be read.
                (next > 1).then_some(next)
            }
        }
    }

    /// Where leads are deleted while the list is read newest first, one can move from a page that is
    /// to be read to one that has been. Totals show that; where there are none, or it happened, the
    /// list is read once more.
    fn end_pass(&mut self) -> Walk {
        let is_proved = self.is_proved();
        let may_have_shifted = self.seen.shrinking || self.total.is_none();
        if self.course == Some(Course::Down)
            && self.page > 1
            && is_proved
            && may_have_shifted
            && !self.is_second_pass()
            && self.requests_left > 0
        {
            self.pages_once = self.page;
            self.page = 1;
            self.seen.end = false;
            self.pages_beyond = 0;
            self.total = None;
            return Walk::GoOn;
        }
        Walk::Over { is_proved }
    }
}

/// Whether one lead is older than another, by their times or else by their ids.
fn is_older(one: &LeadView, other: &LeadView) -> bool {
    let times = one.created_at.as_deref().zip(other.created_at.as_deref());
    let by_time = times.and_then(|(one, other)| compare_times(one, other));
    match by_time {
        Some(Ordering::Less) => true,
        Some(Ordering::Greater) => false,
        _ => has_later_id(&other.id, &one.id),
    }
}

/// What leads of one person have in common: e-mail, the end of the phone number, the name.
fn contact_keys<'a>(field: impl Fn(&str) -> Option<&'a Value>) -> Vec<String> {
    /// Digits by which two writings of one number are taken for the same.
    const DIGITS: usize = 7;
    let text = |name: &str| {
        let text = field(name)?.as_str()?.trim().to_lowercase();
        (!text.is_empty()).then_some(text)
    };
    let email = text("email").map(|email| format!("email {email}"));
    let phone = text("phone_number").map(|phone| {
        let digits: Vec<char> = phone.chars().filter(char::is_ascii_digit).collect();
        let end = digits.len().saturating_sub(DIGITS);
        format!("phone {}", digits[end..].iter().collect::<String>())
    });
    let name = text("last_name").map(|name| format!("name {name}"));
    [email, phone, name].into_iter().flatten().collect()
}
