//! Questions without an answer, and rows that nobody looks for any more.

use std::io;
use std::time::Duration;

use super::errand::{Control, Errand};
use super::open_row::{OpenRow, Undecided, Verdict};
use super::reconciler::{Reconciler, SEARCHES_IN_VAIN};
use super::row_search::Step;
use crate::api::LookUpFailure;
use crate::model::in_quotes;

/// So many searches without an answer, one after the other, mean that searching is no use.
const SEARCHES_SILENT: u32 = 4;

/// So often a look-up is tried that the CRM does not answer.
const TRIES: u32 = 5;

impl Reconciler {
    /// The CRM has not answered. The question is asked again at `when`, but not for ever; where searches
    /// are not answered one after the other, nothing is searched for any more.
    pub(in crate::import) fn note_silence(
        &mut self,
        ticket: u64,
        when: Duration,
    ) -> io::Result<Vec<Verdict>> {
        let Some((tries, errand)) = self.under_way.remove(&ticket) else {
            return Ok(Vec::new());
        };
        if errand.is_search() {
            self.searches_silent += 1;
            if self.searches_silent >= SEARCHES_SILENT {
                self.searches_in_vain = SEARCHES_IN_VAIN;
            }
        }
        let is_useless = errand.is_search() && self.search_is_useless();
        if tries + 1 < TRIES && !is_useless {
            self.to_ask.push_back((when, tries + 1, errand));
            return Ok(Vec::new());
        }
        let verdicts = self.give_up(errand, when)?;
        Ok(self.hand_out(verdicts))
    }

    /// The CRM does not answer such questions.
    pub(in crate::import) fn note_unusable(
        &mut self,
        ticket: u64,
        failure: &LookUpFailure,
        now: Duration,
    ) -> io::Result<Vec<Verdict>> {
        let Some((_, errand)) = self.under_way.remove(&ticket) else {
            return Ok(Vec::new());
        };
        if matches!(errand, Errand::Listing) {
            let why = words_of(failure);
            self.off = Some(why.clone());
            // The errand of the listing is gone, its rows are not.
            return self.give_up_everything(&why);
        }
        if errand.is_search() {
            self.searches_in_vain = SEARCHES_IN_VAIN;
        }
        let verdicts = self.give_up(errand, now)?;
        Ok(self.hand_out(verdicts))
    }

    /// Gives back every row, undecided, for `why`.
    pub(in crate::import) fn take_all(&mut self) -> io::Result<Vec<OpenRow>> {
        let mut rows: Vec<OpenRow> = self.fresh.drain(..).collect();
        rows.extend(self.unproved.drain(..).map(|unproved| unproved.open));
        self.rows = 0;
        let asked = std::mem::take(&mut self.under_way)
            .into_values()
            .map(|(_, errand)| errand);
        let asking = self.to_ask.drain(..).map(|(_, _, errand)| errand);
        let searches = asked.chain(asking).filter_map(|errand| match errand {
            Errand::Row(search) => Some(search.open),
            Errand::Confirm(confirm) => Some(confirm.open),
            Errand::Control(_) | Errand::Listing => None,
        });
        rows.extend(searches);
        rows.extend(
            self.listing
                .take()
                .into_iter()
                .flat_map(|listing| listing.rows),
        );
        for line in [&mut self.soon, &mut self.late] {
            while let Some(open) = line.pop()? {
                rows.push(open);
            }
        }
        Ok(rows)
    }

    /// The question of this errand will have no answer.
    fn give_up(&mut self, errand: Errand, now: Duration) -> io::Result<Vec<Verdict>> {
        match errand {
            Errand::Row(mut search) => {
                let asks_for_a_lead = search.asks_for_a_lead();
                let step = if asks_for_a_lead {
                    // Without the time of the lead before nothing is too old.
                    search.forget_lead_before();
                    Step::Ask
                } else {
                    search.skip_search()
                };
                match step {
                    Step::Ask => self.to_ask.push_front((now, 0, Errand::Row(search))),
                    Step::Done(outcome) => return self.conclude(search, outcome, now),
                }
            }
            Errand::Control(control) => {
                let Control {
                    kind, lead, began, ..
                } = control;
                self.proofs.note_unanswered(kind, &lead, began);
            }
            Errand::Confirm(confirm) => return self.set_aside_unconfirmed(*confirm, None, now),
            Errand::Listing => return self.end_listing(false),
        }
        Ok(Vec::new())
    }

    fn give_up_everything(&mut self, why: &str) -> io::Result<Vec<Verdict>> {
        let rows = self.take_all()?;
        let in_doubt = |open| Verdict::InDoubt(open, Undecided::NotLookedUp(why.to_owned()));
        Ok(rows.into_iter().map(in_doubt).collect())
    }
}

fn words_of(failure: &LookUpFailure) -> String {
    match failure {
        LookUpFailure::Forbidden { words } => {
            format!("the CRM forbids looking leads up (403{})", in_quotes(words))
        }
        LookUpFailure::Unusable { why } => format!("the CRM lists no leads: {why}"),
        _ => "the CRM does not answer look-ups".into(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::api::{LeadPage, LeadView};
    use crate::import::ready_row::ReadyRow;
    use crate::import::reconcile::listing::Since;
    use crate::import::reconcile::open_row::{Lost, OpenRow};
    use crate::import::reconcile::question::{Known, LeadStanding, Next, Situation};
    use crate::import::reconcile::reconciler::Reconciler;
    use crate::import::reconcile::{KnownBefore, Reply};
    use crate::ledger::{EntryId, LedgerError};
    use crate::model::Code;

    /// Nobody is asked whose a lead is, as none is shown.
    struct Nothing;

    impl Known for Nothing {
        fn standing_of(&self, _: &LeadView) -> Result<LeadStanding, LedgerError> {
            unreachable!("no lead is shown")
        }

        fn may_be_of_another(&self, _: Option<EntryId>) -> Result<bool, LedgerError> {
            unreachable!("no lead is shown")
        }

        fn since(&self, _: Option<&KnownBefore>) -> Result<Since, LedgerError> {
            unreachable!("nothing is listed")
        }
    }

    /// Rows in doubt, and whether searching is no use once each question was answered, or not, in this order.
    fn is_useless_after(answered: &[bool]) -> bool {
        let mut reconciler = Reconciler::new(Duration::from_mins(1), None);
        for sequence in 0..20 {
            let lost = Lost::Silence {
                code: Code::ServerNoAnswer,
                what: "no answer came".into(),
            };
            let open = OpenRow {
                row: ReadyRow::of_test(sequence),
                lost,
                ended: Duration::ZERO,
                before: None,
                was_missed: false,
            };
            assert!(reconciler.take(open).unwrap().is_none());
        }
        for &is_answered in answered {
            let now = Duration::from_secs(1);
            let next = reconciler.next(now, Situation::Sending, &Nothing).unwrap();
            let Next::Ask(ticket, _) = next else {
                return true;
            };
            if is_answered {
                let reply = Reply::Page(LeadPage {
                    is_last: true,
                    ..LeadPage::default()
                });
                reconciler.take_reply(ticket, reply, now, &Nothing).unwrap();
            } else {
                reconciler.note_silence(ticket, now).unwrap();
            }
        }
        reconciler.search_is_useless()
    }

    #[test]
    fn searching_ends_when_searches_have_no_answer_one_after_the_other() {
        assert!(is_useless_after(&[false; 4]));
        assert!(!is_useless_after(&[false, false, false, true, false]));
        assert!(!is_useless_after(&[false, true].repeat(8)));
    }
}
