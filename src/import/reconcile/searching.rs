//! Searches for rows whose time has come, and for leads of ours that prove such searches.

use std::io;
use std::time::Duration;

use super::contact::SearchKind;
use super::errand::{Control, Errand};
use super::open_row::OpenRow;
use super::reconciler::Reconciler;
use super::row_search::RowSearch;
use crate::api::{LeadPage, shows_as_sent};

/// The most pages that are read to see a lead of ours.
const CONTROL_PAGES: u64 = 3;

impl Reconciler {
    /// Takes the next row of which finding nothing counts now; false when there is none.
    pub(super) fn fetch_due_row(&mut self, now: Duration) -> io::Result<bool> {
        let settle = self.settle;
        let soon = self.soon.next_due(|open| open.due(settle))?;
        let late = self.late.next_due(|open| open.ended + settle)?;
        let is_due = |due: Option<Duration>| due.is_some_and(|due| due <= now);
        let open = if is_due(soon) {
            match self.soon.pop()? {
                Some(open) if self.proofs.has_missed() => {
                    // Where leads are shown late, so soon nothing is proved.
                    self.late.push(open)?;
                    return Ok(true);
                }
                open => open,
            }
        } else if is_due(late) {
            self.late.pop()?
        } else {
            None
        };
        let Some(open) = open else {
            return Ok(false);
        };
        if self.search_is_useless() {
            self.put_aside(open, None, now)?;
        } else {
            self.search_when_due(open, now);
        }
        Ok(true)
    }

    /// Searches for the row, after leads of ours where they could prove the search.
    pub(super) fn search_when_due(&mut self, open: OpenRow, now: Duration) {
        let ended = open.ended;
        let search = Box::new(RowSearch::new(open, true));
        let kinds: Vec<SearchKind> = search.kinds().collect();
        self.to_ask.push_front((now, 0, Errand::Row(search)));
        for kind in kinds {
            if let Some(control) = self.control(kind, ended, now, now) {
                self.to_ask.push_front((now, 0, control));
            }
        }
    }

    pub(super) fn control(
        &mut self,
        kind: SearchKind,
        ended: Duration,
        searched: Duration,
        now: Duration,
    ) -> Option<Errand> {
        let asked = self.proofs.ask(kind, ended, searched, now)?;
        Some(Errand::Control(Control::first(kind, asked, now)))
    }

    /// Sees early how soon leads are shown: when the row is due there may be no newer lead to see. A row
    /// that is due soon relies on that, so that it is seen each time.
    pub(super) fn prepare_proof(&mut self, search: &RowSearch, now: Duration) {
        let (ended, due) = (search.open.ended, search.open.due(self.settle));
        let is_soon = due < ended + self.settle;
        let kinds: Vec<SearchKind> = search.kinds().collect();
        for kind in kinds {
            let asked = if is_soon {
                self.proofs.ask_for_newest(kind)
            } else {
                self.proofs.ask(kind, ended, due, now)
            };
            if let Some(asked) = asked {
                let control = Control::first(kind, asked, now);
                self.to_ask.push_back((now, 0, Errand::Control(control)));
            }
        }
    }

    pub(super) fn is_proved(&self, search: &RowSearch) -> bool {
        let ended = search.open.ended;
        let is_late_enough =
            |began: Duration| began >= ended + self.settle || !self.proofs.has_missed();
        let is_covered = |(kind, began): &(SearchKind, Duration)| {
            is_late_enough(*began) && self.proofs.covers(*kind, ended, *began)
        };
        search
            .whole()
            .is_some_and(|whole| whole.iter().all(is_covered))
    }

    pub(super) fn take_control(&mut self, control: Control, page: &LeadPage, now: Duration) {
        let Control {
            kind, lead, began, ..
        } = &control;
        let shown = page.leads.iter().find(|shown| shown.id == lead.lead.id);
        if let Some(shown) = shown {
            match shows_as_sent(&lead.body, shown, kind.field()) {
                Some(false) => self.proofs.note_disguised(*kind),
                _ => self.proofs.note_shown(*kind, lead, *began),
            }
        } else if page.is_last || control.page >= CONTROL_PAGES {
            self.proofs.note_missed(*kind, lead, *began);
        } else {
            let page = control.page + 1;
            let errand = Errand::Control(Control { page, ..control });
            self.to_ask.push_front((now, 0, errand));
        }
    }
}
