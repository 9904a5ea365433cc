//! Rows that wait: until finding nothing counts, or until something is known that may decide them.

use std::io;
use std::time::Duration;

use super::open_row::{Candidate, Lost, OpenRow, Undecided, Verdict};
use super::reconciler::Reconciler;

/// A row that could not be decided when it was due.
#[derive(Debug)]
pub(super) struct Unproved {
    pub(super) open: OpenRow,
    /// What was known by then.
    pub(super) knowledge: u64,
    /// What searches that are proved to show everything have shown.
    pub(super) candidate: Option<Candidate>,
}

impl Reconciler {
    pub(super) fn wait_until_due(&mut self, open: OpenRow) -> io::Result<()> {
        match open.lost {
            Lost::Fault { .. } if !self.proofs.has_missed() => self.soon.push(open),
            _ => self.late.push(open),
        }
    }

    /// Nothing was decided although the row was due.
    pub(super) fn put_aside(
        &mut self,
        open: OpenRow,
        candidate: Option<Candidate>,
        now: Duration,
    ) -> io::Result<()> {
        if now < open.ended + self.settle {
            return self.late.push(open);
        }
        let knowledge = self.knowledge;
        self.unproved.push_back(Unproved {
            open,
            knowledge,
            candidate,
        });
        Ok(())
    }

    pub(super) fn take_unproved_that_may_be_proved(&mut self) -> Option<OpenRow> {
        if self.search_is_useless() {
            return None;
        }
        let knows_more = |unproved: &Unproved| unproved.knowledge < self.knowledge;
        let index = self.unproved.iter().position(knows_more)?;
        self.unproved.remove(index).map(|unproved| unproved.open)
    }

    /// Whether no other row in doubt may yet be given what is a candidate for these.
    pub(super) fn has_only_unproved_rows(&mut self) -> io::Result<bool> {
        Ok(self.under_way.is_empty()
            && self.fresh.is_empty()
            && self.listing.is_none()
            && self.next_due()?.is_none())
    }

    /// Rows of which nothing but a candidate was found: nobody else's row is in its way any more.
    pub(super) fn take_candidates(&mut self) -> Vec<Verdict> {
        let mut verdicts = Vec::new();
        for unproved in std::mem::take(&mut self.unproved) {
            match unproved.candidate {
                Some(candidate) => {
                    let undecided = Undecided::Candidate(candidate);
                    verdicts.push(Verdict::InDoubt(unproved.open, undecided));
                }
                None => self.unproved.push_back(unproved),
            }
        }
        verdicts
    }
}
