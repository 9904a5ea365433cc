//! Leads that equal a row as far as a list shows them: each is asked for itself, which may show more.

use std::io;
use std::time::Duration;

use super::contact::searches_for;
use super::errand::{Confirm, Errand};
use super::open_row::{Candidate, OpenRow, Verdict};
use super::question::{Known, LeadStanding};
use super::reconciler::Reconciler;
use crate::api::{Comparison, LeadView, compare};
use crate::import::judge_stage::JudgeError;
use crate::model::LeadId;

impl Reconciler {
    /// Asks for the lead itself.
    pub(super) fn confirm(
        &mut self,
        open: OpenRow,
        (id, hidden): (LeadId, Vec<&'static str>),
        is_due: bool,
        now: Duration,
    ) {
        let confirm = Box::new(Confirm {
            open,
            id,
            hidden,
            is_due,
        });
        self.to_ask.push_front((now, 0, Errand::Confirm(confirm)));
    }

    /// Takes in the lead, or that it cannot be had by its id.
    pub(super) fn take_confirmation(
        &mut self,
        confirm: Confirm,
        lead: Option<&LeadView>,
        now: Duration,
        known: &dyn Known,
    ) -> Result<Vec<Verdict>, JudgeError> {
        let compared = lead.map(|lead| compare(confirm.open.sent_body(), lead));
        let standing = lead.map(|lead| known.standing_of(lead)).transpose()?;
        let is_free = standing.is_none_or(|standing| standing == LeadStanding::Free);
        let is_it = match &compared {
            Some(Comparison::Equal) => true,
            // As much as anybody shows: it is the row's if no other row in doubt may have it.
            Some(Comparison::EqualAsShown { .. }) | None => {
                !known.may_be_of_another(confirm.open.row.entry())?
            }
            Some(_) => false,
        };
        if is_it && is_free {
            self.knowledge += 1;
            return Ok(vec![Verdict::Found(confirm.open, confirm.id)]);
        }
        if !is_free {
            // By now it is another row's, or will be: what is left for this one?
            self.search_again(confirm.open, confirm.is_due, now);
            return Ok(Vec::new());
        }
        Ok(self.set_aside_unconfirmed(confirm, compared, now)?)
    }

    /// It cannot be told whether the lead is the row's.
    pub(super) fn set_aside_unconfirmed(
        &mut self,
        confirm: Confirm,
        compared: Option<Comparison>,
        now: Duration,
    ) -> io::Result<Vec<Verdict>> {
        let Confirm {
            open,
            id,
            hidden,
            is_due,
        } = confirm;
        if !is_due {
            self.wait_until_due(open)?;
            return Ok(Vec::new());
        }
        let (differing, is_hidden) = match compared {
            Some(Comparison::EqualAsShown { hidden }) => (hidden, true),
            Some(Comparison::SharesContact { differing, .. }) => (differing, false),
            _ => (hidden, true),
        };
        let searches = searches_for(open.sent_body());
        let candidate = Candidate {
            id,
            shared: searches
                .first()
                .map_or("last_name", |(kind, _)| kind.field()),
            differing,
            is_hidden,
        };
        self.put_aside(open, Some(candidate), now)?;
        Ok(Vec::new())
    }
}
