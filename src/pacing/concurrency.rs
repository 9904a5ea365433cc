//! How many requests are in flight at once.

use std::num::NonZeroUsize;
use std::time::Duration;

use tokio::time::Instant;

use crate::pacing::landing::{Landing, Verdict};

/// So many requests are in flight at first: a server that bears more shows it within a second.
const FIRST: usize = 8;

/// Up to so many the number doubles. Beyond, a step is a number of requests that a server without headers might
/// have to refuse all at once.
const DOUBLES_UP_TO: f64 = 64.0;

/// The most that `auto` goes up to: enough for 1,280 leads a second at a latency of 200 ms.
const MOST: usize = 256;

/// Latency is judged by the mean of at least so many answers, ...
const FEWEST_ANSWERS: u32 = 16;

/// ... that came within at least this time: shorter, it is the scheduler that is measured.
const SHORTEST_EPOCH: Duration = Duration::from_millis(20);

/// Up to this latency, as a share of the lowest that was seen, the server bears more.
const BEARS_MORE: f64 = 1.3;

/// From this latency on there are more requests in flight than the server deals with.
const BEARS_LESS: f64 = 1.8;

/// Differences below this are no queue but the noise of two machines, or a queue that harms nobody, in seconds.
const NOISE: f64 = 0.01;

/// The same where a rise goes beyond [`DOUBLES_UP_TO`]: there it must bring more answers, as every request in
/// flight has its price on both sides.
const NOISE_OF_MANY: f64 = 0.001;

/// A cut takes the number down to this share of what it was.
const CUT: f64 = 0.7;

/// With more than this share of failures the server is overloaded; fewer come from single requests.
const FAILURES: f64 = 0.2;

/// After so many epochs the lowest latency is measured anew, with half as many requests in flight, as servers
/// and networks change.
const EPOCHS_BETWEEN_MEASURES: u32 = 32;

/// Where half as many requests in flight take no more than this share of the time, they bring as many
/// answers: half is enough.
const HALF_IS_ENOUGH: f64 = 0.6;

/// How many requests may be in flight at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Concurrency {
    /// As many as the server bears, found out on the way; at most 256.
    Auto,
    /// Always as many.
    AtMost(NonZeroUsize),
}

impl Concurrency {
    /// The most that there will ever be.
    pub fn most(self) -> usize {
        match self {
            Self::Auto => MOST,
            Self::AtMost(bound) => bound.get(),
        }
    }
}

/// Finds the number of requests in flight that the server deals with.
///
/// More requests in flight bring more answers a second as long as latency stays what it is. From there on
/// they only wait for each other, which shows as a latency that climbs. So the number doubles while
/// latency stays near the lowest that was seen, and rises slowly once it has not; it is cut when latency
/// has nearly doubled or the server fails or refuses. Now and then, and after a cut, half
/// as many are in flight for a moment, to see what the latency is without a queue, and whether half is enough.
///
/// Crates for this (tower-acc, congestion-limiter) judge every single answer, against the lowest or a sliding
/// latency: at a server whose latency varies by a third the one stays low and the other climbs without an end.
#[derive(Debug)]
pub(super) struct Slots {
    now: f64,
    most: f64,
    is_fixed: bool,
    doubles: bool,
    lowest: Option<f64>,
    /// Latency has led to a cut, and what it did is yet to be seen.
    was_cut: bool,
    epochs_since_measure: u32,
    /// The mean latency of the last epoch with all slots in use, in seconds.
    latest: f64,
    epoch: Epoch,
}

#[derive(Debug)]
struct Epoch {
    began: Instant,
    answers: u32,
    seconds: f64,
    failures: u32,
    /// Somebody would have liked to send more.
    was_full: bool,
    was_refused: bool,
}

impl Epoch {
    fn begin(now: Instant) -> Self {
        Self {
            began: now,
            answers: 0,
            seconds: 0.0,
            failures: 0,
            was_full: false,
            was_refused: false,
        }
    }

    fn is_overload(&self) -> bool {
        let all = f64::from(self.answers + self.failures);
        self.was_refused || f64::from(self.failures) > all * FAILURES
    }
}

impl Slots {
    pub(super) fn new(concurrency: Concurrency, now: Instant) -> Self {
        let most = concurrency.most();
        let (first, is_fixed) = match concurrency {
            Concurrency::Auto => (FIRST, false),
            Concurrency::AtMost(_) => (most, true),
        };
        Self {
            now: as_number(first),
            most: as_number(most),
            is_fixed,
            doubles: true,
            lowest: None,
            was_cut: false,
            epochs_since_measure: 0,
            latest: 0.0,
            epoch: Epoch::begin(now),
        }
    }

    /// How many requests may be in flight.
    pub(super) fn count(&self) -> usize {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 1 and the bound"
        )]
        let count = self.now as usize;
        if self.is_measuring() {
            count.div_ceil(2)
        } else {
            count
        }
    }

    /// Whether there will never be more than one request in flight.
    pub(super) fn is_bound_to_one(&self) -> bool {
        self.most <= 1.0
    }

    /// All slots are taken while more could be sent.
    pub(super) fn note_full(&mut self) {
        self.epoch.was_full = true;
    }

    /// Takes what an answer shows; `is_limited`: a refusal that comes from the limit on requests in a
    /// time, not from the load.
    pub(super) fn note_landed(&mut self, landing: &Landing, is_limited: bool) {
        // Those sent before bear the mark of the number that was in flight then.
        if self.is_fixed || landing.sent.at < self.epoch.began {
            return;
        }
        match landing.verdict {
            Verdict::Taken => {
                let latency = landing.arrived - landing.sent.at;
                self.epoch.answers += 1;
                self.epoch.seconds += latency.as_secs_f64();
            }
            Verdict::Refused if is_limited => {}
            Verdict::Refused => self.epoch.was_refused = true,
            Verdict::Failed => self.epoch.failures += 1,
        }
        let landed = f64::from(self.epoch.answers + self.epoch.failures);
        let is_over = landed >= self.now.max(f64::from(FEWEST_ANSWERS))
            && landing.arrived - self.epoch.began >= SHORTEST_EPOCH;
        if is_over || self.epoch.was_refused {
            self.end_epoch(landing.arrived);
        }
    }

    /// Half as many requests are in flight to see what latency is without a queue.
    fn is_measuring(&self) -> bool {
        self.epochs_since_measure >= EPOCHS_BETWEEN_MEASURES
    }

    fn end_epoch(&mut self, now: Instant) {
        let epoch = std::mem::replace(&mut self.epoch, Epoch::begin(now));
        if epoch.is_overload() {
            return self.cut();
        }
        let latency = epoch.seconds / f64::from(epoch.answers);
        if self.is_measuring() {
            return self.take_measure(latency);
        }
        self.epochs_since_measure += 1;
        self.latest = latency;
        if std::mem::take(&mut self.was_cut) {
            self.epochs_since_measure = EPOCHS_BETWEEN_MEASURES;
            return;
        }
        let lowest = self.lowest.map_or(latency, |lowest| lowest.min(latency));
        self.lowest = Some(lowest);
        if latency > lowest * BEARS_LESS + NOISE {
            self.was_cut = true;
            self.cut();
        } else if latency > lowest * BEARS_MORE + self.noise() {
            self.doubles = false;
        } else if epoch.was_full {
            self.rise();
        }
    }

    /// What half as many requests in flight have shown. Goes on with a quarter where half is enough.
    fn take_measure(&mut self, latency: f64) {
        self.lowest = Some(latency);
        if self.latest > NOISE && latency < self.latest * HALF_IS_ENOUGH && self.now > 1.0 {
            self.doubles = false;
            self.now = (self.now / 2.0).max(1.0);
            self.latest = latency;
        } else {
            self.epochs_since_measure = 0;
        }
    }

    fn noise(&self) -> f64 {
        if self.now < DOUBLES_UP_TO {
            NOISE
        } else {
            NOISE_OF_MANY
        }
    }

    fn rise(&mut self) {
        let step = (self.now / 8.0).max(1.0);
        let next = if self.doubles && self.now < DOUBLES_UP_TO {
            (self.now * 2.0).min(DOUBLES_UP_TO)
        } else {
            self.now + step
        };
        self.now = next.min(self.most);
    }

    fn cut(&mut self) {
        self.doubles = false;
        self.now = (self.now * CUT).max(1.0);
    }
}

fn as_number(count: usize) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}
