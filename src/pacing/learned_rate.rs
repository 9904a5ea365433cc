//! A speed near the limit of a server that tells nothing of it but its refusals.

use std::time::Duration;

use tokio::time::Instant;

/// The slowest speed that refusals can lead to, in requests a second.
const SLOWEST: f64 = 1.0;

/// A fall goes no deeper than this share of the speed before: refusals that have nothing to do with
/// the speed must not bring the line to a standstill.
const DEEPEST_FALL: f64 = 0.5;

/// Each second the speed rises by this share of the fastest that the server may bear.
const RISE_EACH_SECOND: f64 = 0.01;

/// Up to the fastest that the server may bear the speed rises within so many seconds.
const SECONDS_TO_FASTEST: f64 = 10.0;

/// The speed after a fall, as a share of what the server has taken on average. A little less, so that the
/// next refusal is a while off.
const CAUTION: f64 = 0.98;

/// So much of the rate may go at once: timers are no finer than a millisecond.
const BURST: Duration = Duration::from_millis(10);

/// Additive rise and multiplicative fall.
///
/// Nothing is known until the first refusal, and nothing is held back. A refusal ends a cycle: what
/// the server has taken from the cycle's first request to the first one that it takes after the
/// pause, divided by that time, is what it bears on average, however its limit is counted. It may bear more where
/// the length of the pause was guessed: the next request might have been taken at any time since the one before. The
/// speed falls to the least, rises to the most within seconds, and then slowly until the next refusal.
#[derive(Debug, Default)]
pub(super) struct LearnedRate {
    speed: Option<Speed>,
    cycle: Option<Cycle>,
}

#[derive(Debug)]
struct Speed {
    /// Requests a second when it was set: the least that the server bears.
    least: f64,
    /// Requests a second that it bears at most, as far as was measured.
    most: f64,
    set_at: Instant,
    /// When the next request may go.
    next_turn: Instant,
}

#[derive(Debug)]
struct Cycle {
    began: Instant,
    taken: u32,
    refused_at: Option<Instant>,
}

impl Cycle {
    fn begin(now: Instant) -> Self {
        Self {
            began: now,
            taken: 1,
            refused_at: None,
        }
    }
}

impl LearnedRate {
    /// A request that was sent at `sent` was taken; so much of the pause before it was `guessed`.
    pub(super) fn note_taken(&mut self, sent: Instant, now: Instant, guessed: Duration) {
        match &mut self.cycle {
            None => self.cycle = Some(Cycle::begin(now)),
            Some(cycle) if cycle.refused_at.is_none_or(|refused| sent < refused) => {
                cycle.taken += 1;
            }
            Some(cycle) => {
                let taken = f64::from(cycle.taken);
                let each_second = |span: Duration| taken / span.as_secs_f64().max(1e-3);
                let span = now - cycle.began;
                let (least, most) = (each_second(span), each_second(span.saturating_sub(guessed)));
                self.fall_to(least, most, now);
                self.cycle = Some(Cycle::begin(now));
            }
        }
    }

    /// A request was refused, and nothing that the server has told explains it.
    pub(super) fn note_refused(&mut self, now: Instant) {
        if let Some(cycle) = &mut self.cycle {
            cycle.refused_at.get_or_insert(now);
        }
    }

    /// Whether there is a speed to keep.
    pub(super) fn is_on(&self) -> bool {
        self.speed.is_some()
    }

    fn fall_to(&mut self, least: f64, most: f64, now: Instant) {
        let measured = least * CAUTION;
        let least = match &self.speed {
            None => measured,
            Some(speed) => {
                let before = speed.at(now);
                measured.clamp(before * DEEPEST_FALL, before)
            }
        };
        let least = least.max(SLOWEST);
        self.speed = Some(Speed {
            least,
            most: most.max(least),
            set_at: now,
            next_turn: now,
        });
    }

    /// When the next request may go; `None` for at once.
    pub(super) fn next_turn(&self, now: Instant) -> Option<Instant> {
        let next = self.speed.as_ref()?.next_turn;
        (next > now + BURST).then(|| next - BURST)
    }

    /// A request goes.
    pub(super) fn note_sent(&mut self, now: Instant) {
        if let Some(speed) = &mut self.speed {
            let interval = Duration::from_secs_f64(1.0 / speed.at(now));
            speed.next_turn = speed.next_turn.max(now) + interval;
        }
    }
}

impl Speed {
    fn at(&self, now: Instant) -> f64 {
        let seconds = (now - self.set_at).as_secs_f64();
        let climb = (seconds / SECONDS_TO_FASTEST).min(1.0);
        self.least + (self.most - self.least) * climb + self.most * RISE_EACH_SECOND * seconds
    }
}
