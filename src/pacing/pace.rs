//! When the next request may go, all rules together.

use std::time::Duration;

use tokio::time::Instant;

use crate::model::Allowance;
use crate::pacing::concurrency::{Concurrency, Slots};
use crate::pacing::landing::{Landing, Sent, Verdict};
use crate::pacing::learned_rate::LearnedRate;
use crate::pacing::pause::Pause;
use crate::pacing::rate::{Rate, RateLimiter};
use crate::pacing::request_budget::{RequestBudget, Turn};

/// Paces the requests of a run: one for each API address and credential.
///
/// A request goes when all of these let it: the pause that the server has demanded, the number of
/// requests in flight that it bears, what its headers say is left in the window, the speed that its
/// refusals have taught where it has no such headers, and the rate that the user has set.
#[derive(Debug)]
pub struct Pace {
    sent: u64,
    pause: Pause,
    slots: Slots,
    budget: RequestBudget,
    learned: LearnedRate,
    limiter: Option<RateLimiter>,
}

impl Pace {
    /// Knows nothing of the server yet. `rate` is the user's bound.
    pub fn new(concurrency: Concurrency, rate: Option<Rate>) -> Self {
        Self {
            sent: 0,
            pause: Pause::default(),
            slots: Slots::new(concurrency, Instant::now()),
            budget: RequestBudget::default(),
            learned: LearnedRate::default(),
            limiter: rate.map(RateLimiter::new),
        }
    }

    /// Takes a turn for a request beside those in flight. Unless it is [`Turn::Now`] nothing may go.
    pub fn take_turn(&mut self, in_flight: usize) -> Turn {
        if in_flight >= self.slots() {
            self.slots.note_full();
            return Turn::AfterAnswer;
        }
        if let Some(until) = self.pause.ends() {
            return Turn::At(until);
        }
        let now = Instant::now();
        match self.budget.turn(in_flight, now) {
            Turn::Now => {}
            not_yet => return not_yet,
        }
        if let Some(next) = self.learned.next_turn(now) {
            return Turn::At(next);
        }
        match self.limiter.as_ref().map(RateLimiter::take_turn) {
            Some(Err(when)) => Turn::At(when),
            Some(Ok(())) | None => Turn::Now,
        }
    }

    /// A request goes beside those in flight.
    pub fn send(&mut self, in_flight: usize) -> Sent {
        let sent = Sent {
            number: self.sent,
            at: Instant::now(),
        };
        self.sent += 1;
        self.budget.note_sent(sent.number, in_flight);
        self.learned.note_sent(sent.at);
        sent
    }

    /// A request has landed. Returns the pause that begins with it.
    pub fn note_landed(&mut self, landing: &Landing) -> Option<Duration> {
        let is_limited = self.budget.explains(landing);
        self.budget.note_landed(landing, self.sent);
        // Alone in flight it has asked whether the pause is over, which says nothing of the load.
        let is_too_early = self.pause.is_proved_by(landing.sent.at);
        self.slots.note_landed(landing, is_limited || is_too_early);
        if landing.verdict == Verdict::Taken {
            self.pause.note_taken(landing.sent.at);
            let guessed = self.pause.guessed();
            self.learned
                .note_taken(landing.sent.at, landing.arrived, guessed);
        }
        let demands = landing.verdict == Verdict::Refused || landing.pause.is_some();
        let pause = demands
            .then(|| self.pause.begin(landing.pause, landing.sent.at))
            .flatten();
        if landing.verdict == Verdict::Refused && !is_limited {
            let rests_until = self.pause.ends().unwrap_or(landing.arrived);
            self.learned.note_refused(landing.arrived, rests_until);
        }
        pause
    }

    /// Takes what the server has said before the first request of the run: what it tells of its limit, and
    /// the pause that it demands, which is returned.
    pub fn note_greeting(
        &mut self,
        allowance: Allowance,
        pause: Option<Duration>,
    ) -> Option<Duration> {
        let sent = self.send(0);
        let refused = pause.is_some();
        self.note_landed(&Landing {
            sent,
            arrived: Instant::now(),
            allowance,
            verdict: if refused {
                Verdict::Refused
            } else {
                Verdict::Taken
            },
            pause,
        })
    }

    /// Until when nothing may go, as far as is known: a pause is on, or the window is used up.
    pub fn rests_until(&self, in_flight: usize) -> Option<Instant> {
        let budget = || match self.budget.turn(in_flight, Instant::now()) {
            Turn::At(end) => Some(end),
            Turn::Now | Turn::AfterAnswer => None,
        };
        self.pause.ends().or_else(budget)
    }

    /// Whether it is the server's limit, and no pause, that keeps requests back.
    pub fn is_used_up(&self, in_flight: usize) -> bool {
        self.pause.ends().is_none() && self.budget.left_beside(in_flight) == Some(0)
    }

    /// How many requests may be in flight: one while it is to be seen whether a pause has helped.
    pub fn slots(&self) -> usize {
        if self.pause.is_to_be_proved() {
            1
        } else {
            self.slots.count()
        }
    }

    /// Whether no request may be made ready beside one in flight: that one is to show that a pause has helped, or there
    /// is never to be a second one.
    pub fn tries_one(&self) -> bool {
        self.pause.is_to_be_proved() || self.slots.is_bound_to_one()
    }

    /// How many requests may be sent soon beside those in flight, at most `wanted`.
    pub fn soon(&self, wanted: usize, in_flight: usize) -> usize {
        let left = self.budget.left_beside(in_flight);
        // The request after the last one that is left shows how things stand.
        let left = left.map_or(wanted, |left| {
            usize::try_from(left).unwrap_or(wanted).max(1)
        });
        wanted.min(left)
    }

    /// Whether a free slot has to wait for a rate.
    pub fn keeps_rate(&self) -> bool {
        self.limiter.is_some() || self.learned.is_on()
    }
}
