use std::collections::HashSet;

use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;
use crate::import::reconcile::question::Known;

/// A CRM's list, and which of its leads are ours.
#[derive(Debug, Clone)]
struct Crm {
    /// Oldest first.
    leads: Vec<(u64, Value)>,
    ours: HashSet<u64>,
    per_page: usize,
    is_oldest_first: bool,
    tells_totals: bool,
}

impl Known for Crm {
    fn standing_of(&self, lead: &LeadView) -> Result<LeadStanding, LedgerError> {
        let id: u64 = lead.id.0.parse().unwrap();
        let entry = EntryId(i64::try_from(id).unwrap());
        Ok(if self.ours.contains(&id) {
            LeadStanding::Owned(entry, [Some(true); 3])
        } else {
            LeadStanding::Free
        })
    }

    fn may_be_of_another(&self, _: Option<EntryId>) -> Result<bool, LedgerError> {
        Ok(false)
    }

    fn since(&self, before: Option<&KnownBefore>) -> Result<Since, LedgerError> {
        let id = before.map_or(0, |before| before.id.0.parse().unwrap());
        let later = self.ours.iter().filter(|ours| **ours > id);
        Ok(Since {
            after: EntryId(i64::try_from(id).unwrap()),
            leads: later.count() as u64,
        })
    }
}

impl Crm {
    fn page(&self, number: u64) -> LeadPage {
        let mut leads: Vec<&(u64, Value)> = self.leads.iter().collect();
        if !self.is_oldest_first {
            leads.reverse();
        }
        let from = (usize::try_from(number).unwrap() - 1) * self.per_page;
        let shown = leads.iter().skip(from).take(self.per_page);
        let view = |(id, lead): &(u64, Value)| {
            let mut lead = lead.clone();
            lead["id"] = json!(id);
            LeadView::from_json(lead).unwrap()
        };
        let shown: Vec<LeadView> = shown.map(|lead| view(lead)).collect();
        let last_page = leads.len().div_ceil(self.per_page).max(1) as u64;
        let total = leads.len() as u64;
        LeadPage {
            is_last: number >= last_page || shown.is_empty(),
            leads: shown,
            total: self.tells_totals.then_some(total),
            last_page: self.tells_totals.then_some(last_page),
        }
    }

    /// Looks for one lead; `meanwhile` happens after each page. Returns what was found, whether absence
    /// is proved, and how many pages were asked for.
    fn walk(
        &mut self,
        before: Option<u64>,
        mut meanwhile: impl FnMut(&mut Self),
    ) -> (Option<Find>, bool, u32) {
        let before = before.map(|id| KnownBefore {
            id: LeadId(id.to_string()),
            later_than: None,
            created_at: None,
        });
        let since = self.since(before.as_ref()).unwrap();
        let wanted = Wanted {
            body: Bytes::from(wanted().to_string()),
            before,
        };
        let mut listing = Listing::new(vec![wanted], since, 500);
        for pages in 1.. {
            let page = self.page(listing.page());
            let walk = listing.take_page(&page, self).unwrap();
            if let Walk::Over { is_proved } = walk {
                return (listing.into_finds().remove(0), is_proved, pages);
            }
            meanwhile(self);
        }
        unreachable!("a walk ends")
    }
}

fn wanted() -> Value {
    json!({"last_name": "Wanted", "email": "wanted@example.com"})
}

fn other(id: u64) -> Value {
    json!({"last_name": format!("Other {id}"), "email": format!("other{id}@example.com")})
}

/// Leads 1 to `leads`, of which the second half is ours; the wanted one at `at`, if it is there.
fn crm(leads: u64, at: Option<u64>) -> Crm {
    let lead = |id| if at == Some(id) { wanted() } else { other(id) };
    Crm {
        leads: (1..=leads).map(|id| (id, lead(id))).collect(),
        ours: (leads / 2..=leads).filter(|id| at != Some(*id)).collect(),
        per_page: 10,
        is_oldest_first: false,
        tells_totals: true,
    }
}

fn found(id: u64) -> Find {
    Find::Found(LeadId(id.to_string()))
}

#[test]
fn a_list_is_read_no_further_than_a_lead_from_before() {
    for (is_oldest_first, tells_totals, most_pages) in [
        (false, true, 4),
        (true, true, 5),
        // Without totals it is read twice, and oldest first to its end.
        (false, false, 8),
        (true, false, 200),
    ] {
        for at in [None, Some(985)] {
            let mut crm = Crm {
                is_oldest_first,
                tells_totals,
                ..crm(1000, at)
            };
            crm.ours.retain(|id| *id > 970);
            crm.ours.insert(970);
            let (find, is_proved, pages) = crm.walk(Some(970), |_| {});
            assert_eq!(find, at.map(found), "{is_oldest_first} {tells_totals}");
            assert!(is_proved && pages <= most_pages, "{pages} pages");
        }
    }
}

#[test]
fn a_list_that_does_not_show_a_lead_of_ours_proves_nothing() {
    let mut crm = crm(100, None);
    crm.leads.retain(|(id, _)| *id != 95);
    let (find, is_proved, _) = crm.walk(Some(60), |_| {});
    assert_eq!((find, is_proved), (None, false));
}

#[test]
fn an_empty_list_proves_nothing() {
    let mut crm = crm(0, None);
    crm.ours.clear();
    assert_eq!(crm.walk(None, |_| {}), (None, false, 1));
}

#[test]
fn a_whole_list_with_a_lead_of_ours_proves_that_there_is_no_other() {
    for is_oldest_first in [false, true] {
        let mut crm = Crm {
            is_oldest_first,
            ..crm(35, None)
        };
        let (find, is_proved, _) = crm.walk(None, |_| {});
        assert_eq!((find, is_proved), (None, true));
    }
}

#[test]
fn a_server_that_shows_the_same_page_for_ever_proves_nothing() {
    let mut crm = crm(100, None);
    let page = LeadPage {
        is_last: false,
        ..crm.page(1)
    };
    let since = crm.since(None).unwrap();
    let body = Bytes::from(wanted().to_string());
    let before = None;
    let mut listing = Listing::new(vec![Wanted { body, before }], since, 500);
    assert_eq!(listing.take_page(&page, &crm).unwrap(), Walk::GoOn);
    let over = Walk::Over { is_proved: false };
    assert_eq!(listing.take_page(&page, &crm).unwrap(), over);
    crm.ours.clear();
}

/// What others do while the list is read.
#[derive(Debug, Clone, Copy)]
enum Meanwhile {
    Create,
    Delete(u64),
}

fn meanwhile() -> impl Strategy<Value = Vec<Meanwhile>> {
    let one = prop_oneof![
        Just(Meanwhile::Create),
        (1..60_u64).prop_map(Meanwhile::Delete),
    ];
    prop::collection::vec(one, 0..12)
}

proptest! {
    #[test]
    fn a_lead_that_is_there_all_the_time_is_never_proved_to_be_absent(
        leads in 1..60_u64,
        at in 1..60_u64,
        before in prop::option::of(1..60_u64),
        ours in prop::collection::hash_set(1..60_u64, 0..40),
        per_page in 1..12_usize,
        is_oldest_first in any::<bool>(),
        tells_totals in any::<bool>(),
        meanwhile in meanwhile(),
    ) {
        let (leads, at) = (leads.max(at), at);
        let mut crm = Crm {
            ours: ours.into_iter().filter(|id| *id != at && *id <= leads).collect(),
            per_page,
            is_oldest_first,
            tells_totals,
            ..crm(leads, Some(at))
        };
        let before = before.filter(|id| *id < at);
        let mut meanwhile = meanwhile.into_iter();
        // No id is ever used twice.
        let mut new_ids = leads + 1..;
        let (find, is_proved, _) = crm.walk(before, |crm| match meanwhile.next() {
            Some(Meanwhile::Create) => {
                crm.leads.extend(new_ids.next().map(|id| (id, other(id))));
            }
            // Nobody deletes what is looked for, and what is ours would be missed.
            Some(Meanwhile::Delete(id)) => {
                let stays = |other: u64| other != id || other == at || crm.ours.contains(&other);
                crm.leads.retain(|(other, _)| stays(*other));
            }
            None => {}
        });
        prop_assert!(find == Some(found(at)) || !is_proved, "{:?}", find);
    }
}
