//! Going through the newest leads of the CRM, page by page, for many rows at once.

use std::collections::{HashMap, HashSet};

use bytes::Bytes;
use serde_json::{Map, Value};

use super::contact::searches_for;
use super::list_pass::Pass;
use super::open_row::Candidate;
use super::question::{Known, LeadStanding};
use super::span::{KnownBefore, is_surely_older};
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
    /// It is equal as far as it is shown.
    AsShown(LeadId, Vec<&'static str>),
    /// A row in flight may have been given it.
    Awaited,
    Candidate(Candidate),
}

/// Leads of others among ours, at most, before it is given up.
const LEADS_OF_OTHERS: u64 = 5_000;

/// So often the list is read when its pages shift.
const MOST_PASSES: u32 = 4;

/// A walk through the list.
#[derive(Debug)]
pub(in crate::import) struct Listing {
    wanted: Vec<Wanted>,
    finds: Vec<Option<Find>>,
    by_contact: HashMap<String, Vec<usize>>,
    since: Since,
    /// Leads that were there before; `None` when the whole list must be read.
    before: Option<HashSet<LeadId>>,
    pass: Pass,
    passes: u32,
    /// What the pass before has read.
    span: Option<Vec<LeadId>>,
    /// Leads of ours since then that this pass has shown.
    shown: HashSet<LeadId>,
    has_shown_ours: bool,
    /// How many leads of ours show e-mail, phone and name as they were sent, and how many do not.
    contacts: [[u64; 2]; 3],
    /// A lead was shown without anything that tells people apart.
    shows_nobody: bool,
    taken: HashSet<LeadId>,
    requests_left: u32,
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
        let before: Option<HashSet<LeadId>> = before.collect();
        Self {
            pass: Pass::new(before.clone()),
            before,
            finds: vec![None; wanted.len()],
            wanted,
            by_contact,
            since,
            passes: 1,
            span: None,
            shown: HashSet::new(),
            has_shown_ours: false,
            contacts: [[0; 2]; 3],
            shows_nobody: false,
            taken: HashSet::new(),
            requests_left: most_requests,
        }
    }

    /// The page to ask for.
    pub(in crate::import) fn page(&self) -> u64 {
        self.pass.page()
    }

    /// Whether the lead of `body` would be known if it were shown: leads of ours show what it is called
    /// by as it was sent, but for some that somebody has edited.
    pub(in crate::import) fn would_know(&self, body: &[u8]) -> bool {
        let kinds = searches_for(body);
        kinds.iter().any(|(kind, _)| {
            let [as_sent, otherwise] = self.contacts[kind.index()];
            as_sent > 0 && as_sent >= 10 * otherwise
        })
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
        for lead in &page.leads {
            self.look_at(lead, known)?;
        }
        let goes_on = self.pass.take_page(page);
        if goes_on && !self.has_shown_everything() && self.may_go_on() {
            return Ok(Walk::GoOn);
        }
        Ok(self.end_pass())
    }

    fn look_at(&mut self, lead: &LeadView, known: &dyn Known) -> Result<(), LedgerError> {
        let standing = known.standing_of(lead)?;
        if let LeadStanding::Owned(entry, contacts) = standing {
            self.has_shown_ours = true;
            for (shown, count) in contacts.into_iter().zip(&mut self.contacts) {
                count[0] += u64::from(shown == Some(true));
                count[1] += u64::from(shown == Some(false));
            }
            if entry > self.since.after {
                self.shown.insert(lead.id.clone());
            }
            return Ok(());
        }
        let keys = contact_keys(|name| lead.shown(name));
        // Whoever shows nothing of a person may show anybody.
        self.shows_nobody |= keys.is_empty();
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
            Comparison::Equal
            | Comparison::EqualAsShown { .. }
            | Comparison::SharesContact { .. }
                if standing == LeadStanding::Awaited =>
            {
                Find::Awaited
            }
            Comparison::Equal => {
                self.taken.insert(lead.id.clone());
                Find::Found(lead.id.clone())
            }
            Comparison::EqualAsShown { hidden } => Find::AsShown(lead.id.clone(), hidden),
            Comparison::SharesContact { .. }
                if matches!(self.finds[index], Some(Find::AsShown(..))) =>
            {
                return;
            }
            Comparison::SharesContact { shared, differing } => Find::Candidate(Candidate {
                id: lead.id.clone(),
                shared,
                differing,
                is_hidden: false,
            }),
            Comparison::Different | Comparison::NotShown => return,
        };
        self.finds[index] = Some(find);
    }

    /// Whether what was not found is absent, unless pages have shifted: a lead from before was reached,
    /// or the list read to its end, and every lead of ours since was shown, one at least.
    fn has_shown_everything(&self) -> bool {
        self.pass.has_arrived()
            && self.shown.len() as u64 >= self.since.leads
            && (self.pass.has_reached_everything() || self.has_shown_ours)
            && !self.shows_nobody
    }

    fn may_go_on(&self) -> bool {
        let most = 2 * self.since.leads + LEADS_OF_OTHERS;
        self.requests_left > 0 && self.pass.leads_read() < most
    }

    /// Where pages may have shifted the list is read once more, until nothing is missing any more that
    /// was there before: then nothing was deleted while the pass before went on, and that pass has
    /// shown everything.
    fn end_pass(&mut self) -> Walk {
        let is_proved = self.has_shown_everything();
        if !is_proved {
            return Walk::Over { is_proved };
        }
        let span = self.span.take();
        let was_steady = span.is_some_and(|span| self.pass.shows_all_of(&span));
        if was_steady || !self.pass.may_have_missed() {
            return Walk::Over { is_proved };
        }
        if self.passes >= MOST_PASSES || self.requests_left == 0 {
            return Walk::Over { is_proved: false };
        }
        self.passes += 1;
        let next = Pass::new(self.before.clone());
        self.span = Some(std::mem::replace(&mut self.pass, next).into_span());
        self.shown.clear();
        Walk::GoOn
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

#[cfg(test)]
mod tests;
