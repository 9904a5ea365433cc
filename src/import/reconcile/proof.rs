//! When finding nothing proves that there is nothing. Pure.
//!
//! A search proves itself by finding what is surely there: a lead that this run has created. Times
//! are spans since the run began, by its own clock.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;

use super::contact::{SearchKind, has_contact, term_of};
use super::span::KnownBefore;
use crate::model::LeadId;

/// A lead that this run has created.
#[derive(Debug)]
pub(in crate::import) struct CreatedLead {
    pub(in crate::import) lead: Arc<KnownBefore>,
    /// When its request went out: it was not there earlier.
    pub(in crate::import) sent: Duration,
    /// What was sent.
    pub(in crate::import) body: Bytes,
}

/// A search that has shown a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Evidence {
    /// When the lead was sent.
    sent: Duration,
    /// When the search began.
    shown: Duration,
}

impl Evidence {
    /// The CRM shows a lead no later than this after it is there.
    fn delay(self) -> Duration {
        self.shown.saturating_sub(self.sent)
    }

    /// Whether a search that began at `searched` would have shown a lead that was there at `ended`:
    /// it has had at least as long to be shown as the one that was.
    fn covers(self, ended: Duration, searched: Duration) -> bool {
        self.shown <= searched && self.delay() <= searched.saturating_sub(ended)
    }
}

/// What is known of one kind of search.
#[derive(Debug, Default)]
struct KindProof {
    /// The evidence with the newest lead, and that with the shortest delay.
    evidence: [Option<Evidence>; 2],
    /// The lead that a search did not show, and when it was last tried.
    missed: Option<(LeadId, Duration)>,
    /// A search for a lead of ours is under way.
    is_asked: bool,
    /// Leads are not shown with what they are searched by: none can be known by it.
    is_disguised: bool,
}

/// What is known of how searches work here.
#[derive(Debug, Default)]
pub(in crate::import) struct Proofs {
    kinds: [KindProof; 3],
    /// The leads that this run created last.
    recent: VecDeque<Arc<CreatedLead>>,
    /// A search has not shown a lead that is surely there, or not yet.
    has_missed: bool,
}

/// So many leads are kept to be searched for: enough to find one with every kind of contact, as a
/// rule.
const LEADS_KEPT: usize = 64;

/// A lead that was not shown is not searched for again so soon.
const TRY_AGAIN_AFTER: Duration = Duration::from_secs(1);

impl Proofs {
    /// This run has created a lead.
    pub(in crate::import) fn note_created(&mut self, lead: Arc<CreatedLead>) {
        if self.recent.len() == LEADS_KEPT {
            self.recent.pop_front();
        }
        self.recent.push_back(lead);
    }

    /// When the lead that was created last was sent.
    pub(super) fn newest_sent(&self) -> Option<Duration> {
        self.recent.back().map(|lead| lead.sent)
    }

    /// The lead that was created last and can be searched in this way.
    fn newest(&self, kind: SearchKind) -> Option<&Arc<CreatedLead>> {
        let mut recent = self.recent.iter().rev();
        recent.find(|lead| has_contact(&lead.body, kind))
    }

    /// Whether the CRM may show leads late, for all that has been seen.
    pub(super) fn has_missed(&self) -> bool {
        self.has_missed
    }

    /// A lead was shown later than it could have been.
    pub(super) fn note_late(&mut self) {
        self.has_missed = true;
    }

    /// Whether a search of this kind that began at `searched` and showed nothing proves that a lead
    /// which was there at `ended`, if ever, is not.
    ///
    /// A lead that was sent before then says nothing of later ones where leads are shown late.
    pub(super) fn covers(&self, kind: SearchKind, ended: Duration, searched: Duration) -> bool {
        let proof = &self.kinds[kind.index()];
        let mut evidence = proof.evidence.into_iter().flatten();
        !proof.is_disguised
            && evidence.any(|evidence| {
                let is_strict = evidence.sent >= ended;
                (is_strict || !self.has_missed) && evidence.covers(ended, searched)
            })
    }

    /// The lead that is worth searching for now, so that a search that begins at `searched` or later
    /// is covered, with what to search for. It counts as asked until [`Self::note_shown`] or
    /// [`Self::note_missed`].
    pub(super) fn ask(
        &mut self,
        kind: SearchKind,
        ended: Duration,
        searched: Duration,
        now: Duration,
    ) -> Option<(Arc<CreatedLead>, String)> {
        if self.covers(kind, ended, searched) {
            return None;
        }
        let newest = Arc::clone(self.newest(kind)?);
        let proof = &self.kinds[kind.index()];
        let would_be = Evidence {
            sent: newest.sent,
            shown: now,
        };
        let is_strict = newest.sent >= ended;
        let helps = (is_strict || !self.has_missed) && would_be.covers(ended, searched.max(now));
        let was_missed = proof
            .missed
            .as_ref()
            .is_some_and(|(id, when)| *id == newest.lead.id && now < *when + TRY_AGAIN_AFTER);
        if proof.is_asked || proof.is_disguised || !helps || was_missed {
            return None;
        }
        self.begin_asking(kind, newest)
    }

    /// The lead that was created last, with what to search for, to see whether it is shown by now.
    pub(super) fn ask_for_newest(
        &mut self,
        kind: SearchKind,
    ) -> Option<(Arc<CreatedLead>, String)> {
        let newest = Arc::clone(self.newest(kind)?);
        let proof = &self.kinds[kind.index()];
        let is_seen = |evidence: &Evidence| evidence.sent >= newest.sent;
        if proof.is_asked || proof.evidence.iter().flatten().any(is_seen) {
            return None;
        }
        self.begin_asking(kind, newest)
    }

    fn begin_asking(
        &mut self,
        kind: SearchKind,
        lead: Arc<CreatedLead>,
    ) -> Option<(Arc<CreatedLead>, String)> {
        let term = term_of(&lead.body, kind)?;
        self.kinds[kind.index()].is_asked = true;
        Some((lead, term))
    }

    /// Whether a search for one of our leads is under way.
    pub(super) fn is_asked(&self, kind: SearchKind) -> bool {
        self.kinds[kind.index()].is_asked
    }

    /// A search that began at `began` has shown `lead`.
    pub(super) fn note_shown(&mut self, kind: SearchKind, lead: &CreatedLead, began: Duration) {
        let proof = &mut self.kinds[kind.index()];
        proof.is_asked = false;
        let evidence = Evidence {
            sent: lead.sent,
            shown: began,
        };
        let [newest, quickest] = &mut proof.evidence;
        if newest.is_none_or(|known| known.sent <= evidence.sent) {
            *newest = Some(evidence);
        }
        if quickest.is_none_or(|known| evidence.delay() <= known.delay()) {
            *quickest = Some(evidence);
        }
    }

    /// A search has shown a lead of ours with another contact than was sent.
    pub(super) fn note_disguised(&mut self, kind: SearchKind) {
        let proof = &mut self.kinds[kind.index()];
        proof.is_asked = false;
        proof.is_disguised = true;
    }

    /// A search that began at `began` has not shown `lead`.
    pub(super) fn note_missed(&mut self, kind: SearchKind, lead: &CreatedLead, began: Duration) {
        self.note_unanswered(kind, lead, began);
        self.has_missed = true;
    }

    /// A search for `lead` that began at `began` was not answered, which says nothing of what it shows.
    pub(super) fn note_unanswered(
        &mut self,
        kind: SearchKind,
        lead: &CreatedLead,
        began: Duration,
    ) {
        let proof = &mut self.kinds[kind.index()];
        proof.is_asked = false;
        proof.missed = Some((lead.lead.id.clone(), began));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use bytes::Bytes;

    use super::{CreatedLead, KnownBefore, Proofs};
    use crate::import::reconcile::contact::SearchKind::{Email, LastName, Phone};
    use crate::model::LeadId;

    fn at(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    fn lead(id: &str, sent: u64) -> Arc<CreatedLead> {
        Arc::new(CreatedLead {
            lead: Arc::new(KnownBefore {
                id: LeadId(id.into()),
                later_than: None,
                created_at: None,
            }),
            sent: at(sent),
            body: Bytes::from(r#"{"last_name":"Doe","email":"a@example.com"}"#),
        })
    }

    #[test]
    fn a_lead_that_was_sent_later_proves_a_search_and_no_other_kind_of_search() {
        let mut proofs = Proofs::default();
        let later = lead("1", 11);
        assert!(
            proofs.ask(Email, at(10), at(70), at(12)).is_none(),
            "nothing to ask for"
        );
        proofs.note_created(Arc::clone(&later));
        let (asked, term) = proofs.ask(Email, at(10), at(70), at(12)).unwrap();
        assert_eq!((&*asked.lead.id.0, &*term), ("1", "a@example.com"));
        assert!(proofs.ask(Email, at(10), at(70), at(12)).is_none(), "once");
        proofs.note_shown(Email, &later, at(12));
        assert!(proofs.covers(Email, at(10), at(70)));
        assert!(proofs.covers(Email, at(10), at(12)));
        assert!(
            !proofs.covers(Email, at(10), at(11)),
            "searched before that was seen"
        );
        assert!(!proofs.covers(LastName, at(10), at(70)));
        assert!(
            proofs.ask(Phone, at(10), at(70), at(12)).is_none(),
            "it has no phone"
        );
    }

    #[test]
    fn a_lead_that_was_sent_earlier_proves_as_much_delay_as_it_had() {
        let mut proofs = Proofs::default();
        let earlier = lead("1", 8);
        proofs.note_created(Arc::clone(&earlier));
        proofs.note_shown(Email, &earlier, at(10));
        for (ended, searched, expected) in [(10, 12, true), (10, 11, false), (60, 62, true)] {
            let covered = proofs.covers(Email, at(ended), at(searched));
            assert_eq!(covered, expected, "{ended} {searched}");
        }
    }

    #[test]
    fn where_leads_are_shown_late_only_later_ones_prove_anything() {
        let mut proofs = Proofs::default();
        let (earlier, later) = (lead("1", 8), lead("2", 20));
        proofs.note_created(Arc::clone(&earlier));
        proofs.note_shown(Email, &earlier, at(10));
        proofs.note_created(Arc::clone(&later));
        proofs.note_missed(Email, &later, at(21));
        assert!(proofs.has_missed() && !proofs.covers(Email, at(15), at(75)));
        assert!(
            proofs.ask(Email, at(15), at(75), at(21)).is_none(),
            "too soon"
        );
        assert!(proofs.ask(Email, at(15), at(75), at(23)).is_some());
        proofs.note_shown(Email, &later, at(23));
        assert!(proofs.covers(Email, at(15), at(75)));
    }
}
