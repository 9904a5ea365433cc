//! Using up what the server says is left in its window, and not one request more.

use tokio::time::Instant;

use crate::model::Allowance;
use crate::pacing::landing::{Landing, Verdict};
use crate::pacing::window_end::{Opening, WindowEnd};

/// Whether another request may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turn {
    /// It may go now.
    Now,
    /// It may go at this time, or when an answer shows more.
    At(Instant),
    /// It may go when an answer has come.
    AfterAnswer,
}

/// Keeps account of the requests that the server's headers allow.
///
/// It needs no clock to tell windows apart: a request that was sent after `remaining` was told has
/// less left, so one that has as much or more belongs to a new window. Requests in flight count as
/// used, whether the server has counted them already or not; so the account is never too high, and
/// exact as soon as they have landed.
///
/// When the window is used up nothing goes until its end. Then a single request shows how things
/// stand before the others follow, so that a window which ends later than told costs one refusal.
#[derive(Debug, Default)]
pub(super) struct RequestBudget {
    /// What is left by the last that was told; `None` while nobody tells.
    left: Option<u64>,
    /// Requests from this number on were sent after that.
    told_before: u64,
    /// Answers since then that told nothing and are counted as used.
    silent: u64,
    end: WindowEnd,
    /// The request that was let go although nothing was left.
    scout: Option<Scout>,
}

/// A request that shows how things stand.
#[derive(Debug, Clone, Copy)]
struct Scout {
    number: u64,
    /// It goes because the window should be over.
    tries_end: bool,
}

impl RequestBudget {
    /// Takes what an answer tells; `next` is the number that the next request will have.
    pub(super) fn note_landed(&mut self, landing: &Landing, next: u64) {
        let is_scout = |scout: &mut Scout| scout.number == landing.sent.number;
        let scout = self.scout.take_if(is_scout);
        if scout.is_some_and(|scout| scout.tries_end) {
            self.end.note_scouted(landing.verdict);
        }
        let is_scout = scout.is_some();
        match (landing.allowance.remaining, landing.verdict) {
            (Some(remaining), Verdict::Refused) => self.learn(remaining, next),
            // Perhaps another limit than the one that is told.
            (None, Verdict::Refused) => {}
            (Some(remaining), _) => self.note_remaining(remaining, is_scout, landing, next),
            // The very request that was to show how things stand: nobody counts any more.
            (None, Verdict::Taken) if is_scout => self.left = None,
            (None, _) => self.note_silent(),
        }
        self.end
            .note_told(landing.allowance.resets_in, landing.arrived);
    }

    fn note_remaining(&mut self, remaining: u64, is_scout: bool, landing: &Landing, next: u64) {
        let Allowance {
            limit, resets_in, ..
        } = landing.allowance;
        let is_later = landing.sent.number >= self.told_before;
        match self.left {
            Some(left) if remaining < left => self.learn(remaining, next),
            Some(_) if !is_later => {}
            // What was counted as used for want of a word was not.
            Some(left) if remaining < left + self.silent => self.learn(remaining, next),
            _ => {
                let is_first = is_scout || limit.is_some_and(|limit| remaining + 1 == limit);
                let at = landing.arrived;
                let opening = is_first.then_some(Opening { at, resets_in });
                self.end.begin_window(opening);
                self.learn(remaining, next);
            }
        }
    }

    fn learn(&mut self, remaining: u64, next: u64) {
        self.left = Some(remaining);
        self.told_before = next;
        self.silent = 0;
    }

    fn note_silent(&mut self) {
        if let Some(left) = self.left.filter(|left| *left > 0) {
            self.left = Some(left - 1);
            self.silent += 1;
        }
    }

    /// Whether a refusal is explained by what is told: nothing is left.
    pub(super) fn explains(&self, refusal: &Landing) -> bool {
        refusal.allowance.remaining.or(self.left) == Some(0)
    }

    /// How many requests may be sent beside `in_flight` before the window is used up; `None` where
    /// nobody tells.
    pub(super) fn left_beside(&self, in_flight: usize) -> Option<u64> {
        self.left.map(|left| left.saturating_sub(in_flight as u64))
    }

    /// Whether a request may go beside those in flight.
    pub(super) fn turn(&self, in_flight: usize, now: Instant) -> Turn {
        if self.left_beside(in_flight) != Some(0) {
            return Turn::Now;
        }
        match self.end.expected() {
            Some(end) if now < end => Turn::At(end),
            // Those in flight may show that more is left.
            None if self.left != Some(0) => Turn::AfterAnswer,
            _ if self.scout.is_none() => Turn::Now,
            _ => Turn::AfterAnswer,
        }
    }

    /// A request goes, as [`Self::turn`] allows.
    pub(super) fn note_sent(&mut self, number: u64, in_flight: usize) {
        if self.left_beside(in_flight) == Some(0) {
            let tries_end = self.end.expected().is_some();
            self.scout = Some(Scout { number, tries_end });
        }
    }
}

#[cfg(test)]
mod tests;
