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

/// Once so long has gone by since a fall, or as long as the cycle before it took when that is longer, another
/// refusal was due had the last one come from the limit. From then on the speed doubles each such time.
const SHORTEST_PATIENCE: Duration = Duration::from_secs(10);

/// So many times it doubles at most: by then nothing is held back any more.
const MOST_DOUBLINGS: f64 = 10.0;

/// Where nothing was sent for longer than this after something was taken, the line stood still for another reason than
/// this speed, which is never slower than a request a second: the server was away, the token was renewed, or there
/// were no rows. Such time says nothing of the server's limit.
const LONGEST_GAP: Duration = Duration::from_secs(2);

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
/// speed falls to the least, rises to the most within seconds, and then slowly until the next refusal. Where that
/// stays out for longer than a cycle takes, the last one had nothing to do with the speed, or the cycle had idle time in
/// it: the speed rises faster and faster.
///
/// Time in which the line stood still for another reason is in no cycle, and the speed does not rise in it: after it
/// a new cycle begins.
#[derive(Debug, Default)]
pub(super) struct LearnedRate {
    speed: Option<Speed>,
    cycle: Option<Cycle>,
    last_taken: Option<Instant>,
}

#[derive(Debug)]
struct Speed {
    /// Requests a second when it was set: the least that the server bears.
    least: f64,
    /// Requests a second that it bears at most, as far as was measured.
    most: f64,
    set_at: Instant,
    /// When so long went by without a refusal, the speed is too low.
    patience: Duration,
    /// When the next request may go.
    next_turn: Instant,
}

#[derive(Debug)]
struct Cycle {
    began: Instant,
    taken: u32,
    refusal: Option<Refusal>,
}

/// The refusals that end a cycle: answers to one burst, and to those who asked too early whether it was over.
#[derive(Debug, Clone, Copy)]
struct Refusal {
    first: Instant,
    /// When the pause ends that the last one has led to.
    rests_until: Instant,
}

impl Cycle {
    fn begin(now: Instant) -> Self {
        Self {
            began: now,
            taken: 1,
            refusal: None,
        }
    }

    fn taken_per_second(&self, span: Duration) -> f64 {
        f64::from(self.taken) / span.as_secs_f64().max(1e-3)
    }

    fn speed_before_refusal(&self) -> f64 {
        let lasted = self.refusal.map(|refusal| refusal.first - self.began);
        self.taken_per_second(lasted.unwrap_or_default())
    }
}

impl LearnedRate {
    /// A request that was sent at `sent` was taken; so much of the pause before it was `guessed`.
    pub(super) fn note_taken(&mut self, sent: Instant, now: Instant, guessed: Duration) {
        let last_taken = self.last_taken.replace(now).unwrap_or(now);
        let Some(cycle) = &mut self.cycle else {
            self.cycle = Some(Cycle::begin(now));
            return;
        };
        match cycle.refusal {
            Some(refusal) if sent >= refusal.first => {
                let cycle = std::mem::replace(cycle, Cycle::begin(now));
                let stood_still = gap(refusal.rests_until, sent);
                let span = (now - cycle.began).saturating_sub(stood_still);
                self.fall(&cycle, span, guessed, now);
            }
            Some(_) => cycle.taken += 1,
            None => match gap(last_taken, sent) {
                Duration::ZERO => cycle.taken += 1,
                stood_still => {
                    *cycle = Cycle::begin(now);
                    if let Some(speed) = &mut self.speed {
                        speed.set_at += stood_still;
                    }
                }
            },
        }
    }

    /// A request was refused, and nothing that the server has told explains it.
    pub(super) fn note_refused(&mut self, now: Instant, rests_until: Instant) {
        if let Some(cycle) = &mut self.cycle {
            let first = cycle.refusal.map_or(now, |refusal| refusal.first);
            cycle.refusal = Some(Refusal { first, rests_until });
        }
    }

    /// Whether there is a speed to keep.
    pub(super) fn is_on(&self) -> bool {
        self.speed.is_some()
    }

    /// The `cycle` is over, which took the server as long as `span`.
    fn fall(&mut self, cycle: &Cycle, span: Duration, guessed: Duration, now: Instant) {
        let measured = cycle.taken_per_second(span) * CAUTION;
        let least = match self.speed_at(now) {
            None => measured,
            Some(before) => {
                // Where something else held the line back, this speed was not what was refused.
                let before = before.min(cycle.speed_before_refusal());
                measured.clamp(before * DEEPEST_FALL, before)
            }
        };
        let least = least.max(SLOWEST);
        let most = cycle.taken_per_second(span.saturating_sub(guessed));
        self.speed = Some(Speed {
            least,
            most: most.max(least),
            set_at: now,
            patience: span.max(SHORTEST_PATIENCE),
            next_turn: now,
        });
    }

    /// The speed, which does not rise while nothing is taken.
    fn speed_at(&self, now: Instant) -> Option<f64> {
        let speed = self.speed.as_ref()?;
        let latest = self.last_taken.map(|taken| taken + LONGEST_GAP);
        Some(speed.at(latest.map_or(now, |latest| latest.min(now))))
    }

    /// When the next request may go; `None` for at once.
    pub(super) fn next_turn(&self, now: Instant) -> Option<Instant> {
        let next = self.speed.as_ref()?.next_turn;
        (next > now + BURST).then(|| next - BURST)
    }

    /// A request goes.
    pub(super) fn note_sent(&mut self, now: Instant) {
        let Some(at_once) = self.speed_at(now) else {
            return;
        };
        if let Some(speed) = &mut self.speed {
            let interval = Duration::from_secs_f64(1.0 / at_once);
            speed.next_turn = speed.next_turn.max(now) + interval;
        }
    }
}

impl Speed {
    fn at(&self, now: Instant) -> f64 {
        let seconds = (now - self.set_at).as_secs_f64();
        let climb = (seconds / SECONDS_TO_FASTEST).min(1.0);
        let slowly =
            self.least + (self.most - self.least) * climb + self.most * RISE_EACH_SECOND * seconds;
        let overdue = seconds / self.patience.as_secs_f64() - 1.0;
        slowly * overdue.clamp(0.0, MOST_DOUBLINGS).exp2()
    }
}

/// The time for which the line stood still for another reason than this speed: from `before`, when something was
/// taken or a pause ended, until a request was `sent`. Zero where they are as close as they may be.
fn gap(before: Instant, sent: Instant) -> Duration {
    let gap = sent.saturating_duration_since(before);
    if gap > LONGEST_GAP {
        gap
    } else {
        Duration::ZERO
    }
}
