//! Rows that no search could decide, looked for in one listing.

use std::io;
use std::time::Duration;

use super::errand::Errand;
use super::listing::{Find, Listing, Walk, Wanted};
use super::open_row::{OpenRow, Undecided, Verdict};
use super::question::Known;
use super::reconciler::Reconciler;
use super::span::KnownBefore;
use super::waiting::Unproved;
use crate::api::LeadPage;
use crate::import::judge_stage::JudgeError;

/// A list that did not show the newest leads of ours yet is read again no sooner than after this.
const LIST_AGAIN: Duration = Duration::from_millis(100);

/// So many rows are looked for in one listing.
const ROWS_LISTED: usize = 4096;

/// A listing, and the rows that it is for.
#[derive(Debug)]
pub(super) struct RowListing {
    pub(super) listing: Listing,
    pub(super) rows: Vec<OpenRow>,
    pub(super) began: Duration,
}

impl Reconciler {
    /// Rows to be listed. Those that know of no lead before them need the whole list, and go last.
    fn take_unproved(&mut self, most: usize) -> Vec<OpenRow> {
        let has_bound = |unproved: &Unproved| unproved.open.before.is_some();
        let any_has = self.unproved.iter().any(has_bound);
        let all = std::mem::take(&mut self.unproved);
        let mut rows = Vec::new();
        for unproved in all {
            if rows.len() < most && has_bound(&unproved) == any_has {
                rows.push(unproved.open);
            } else {
                self.unproved.push_back(unproved);
            }
        }
        rows
    }

    /// Lists for rows that could not be decided; where searching is no use, once for those that wait as
    /// well.
    pub(super) fn begin_listing(
        &mut self,
        now: Duration,
        known: &dyn Known,
    ) -> Result<bool, JudgeError> {
        let mut rows: Vec<OpenRow> = Vec::new();
        if self.unproved.is_empty() {
            let may_be_early =
                self.search_is_useless() && self.listed_early != Some(self.knowledge);
            if !may_be_early {
                return Ok(false);
            }
            self.listed_early = Some(self.knowledge);
            for line in [&mut self.soon, &mut self.late] {
                while rows.len() < ROWS_LISTED
                    && let Some(open) = line.pop()?
                {
                    rows.push(open);
                }
            }
        } else {
            rows.extend(self.take_unproved(ROWS_LISTED));
        }
        if rows.is_empty() {
            return Ok(false);
        }
        let earliest = earliest_before(rows.iter().map(|open| open.before.as_ref()));
        let since = known.since(earliest)?;
        let wanted = rows.iter().map(|open| Wanted {
            body: open.sent_body().clone(),
            before: open.before.clone(),
        });
        self.listing = Some(RowListing {
            listing: Listing::new(wanted.collect(), since, u32::MAX),
            rows,
            began: now,
        });
        Ok(true)
    }

    pub(super) fn go_on_listing(
        &mut self,
        page: &LeadPage,
        now: Duration,
        known: &dyn Known,
    ) -> Result<Vec<Verdict>, JudgeError> {
        let Some(listing) = &mut self.listing else {
            return Ok(Vec::new());
        };
        match listing.listing.take_page(page, known)? {
            Walk::GoOn => {
                self.to_ask.push_front((now, 0, Errand::Listing));
                Ok(Vec::new())
            }
            Walk::Over { is_proved } => Ok(self.end_listing(is_proved)?),
        }
    }

    pub(super) fn end_listing(&mut self, is_proved: bool) -> io::Result<Vec<Verdict>> {
        let Some(RowListing {
            listing,
            rows,
            began,
        }) = self.listing.take()
        else {
            return Ok(Vec::new());
        };
        let newest = self.proofs.newest_sent();
        let comes_too_soon = !is_proved && newest.is_some_and(|sent| began < sent + self.settle);
        let mut verdicts = Vec::new();
        let known: Vec<bool> = rows
            .iter()
            .map(|open| listing.would_know(open.sent_body()))
            .collect();
        let rows = rows.into_iter().zip(known);
        for ((open, would_be_known), find) in rows.zip(listing.into_finds()) {
            let is_due = began >= open.ended + self.settle;
            match find {
                Some(Find::Found(id)) => {
                    self.knowledge += 1;
                    verdicts.push(Verdict::Found(open, id));
                }
                Some(Find::AsShown(id, hidden)) => {
                    self.confirm(open, (id, hidden), is_due, began);
                }
                _ if !is_due => self.late.push(open)?,
                Some(Find::Awaited) => self.put_aside(open, None, began)?,
                // Another row in doubt may be given it yet.
                Some(Find::Candidate(candidate)) => {
                    self.put_aside(open, Some(candidate), began)?;
                }
                None if is_proved && would_be_known => verdicts.push(open.settle_absent()),
                None if comes_too_soon => {
                    self.put_aside(open, None, began)?;
                    self.list_again_at = Some(began + (self.settle / 4).max(LIST_AGAIN));
                }
                None => verdicts.push(Verdict::InDoubt(open, Undecided::Unproven)),
            }
        }
        Ok(verdicts)
    }
}

/// The lead that was there first; `None` when one row knows none.
pub(in crate::import) fn earliest_before<'a>(
    before: impl Iterator<Item = Option<&'a KnownBefore>>,
) -> Option<&'a KnownBefore> {
    let all: Option<Vec<&KnownBefore>> = before.collect();
    all?.into_iter().min_by_key(|before| before.later_than)
}
