//! A rate that is never exceeded.

use std::num::NonZeroU32;
use std::str::FromStr;
use std::time::Duration;

use governor::clock::Clock;
use governor::middleware::NoOpMiddleware;
use governor::state::{InMemoryState, NotKeyed};
use governor::{Quota, RateLimiter as Governor};
use tokio::time::Instant;

/// So much of the rate may go at once. Timers are no finer than a millisecond, so a limiter
/// without any burst would fall short of a rate of several hundred a second.
const BURST: Duration = Duration::from_millis(10);

/// So many requests in so much time, written `5/s`, `300/m` or `10000/h`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Rate {
    requests: NonZeroU32,
    period: Duration,
}

/// Why a text is no rate.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "a rate must be a whole number above 0 for a second, minute or hour, such as `5/s`, `300/m` or `10000/h`; got `{text}`"
)]
pub struct RateError {
    text: String,
}

impl FromStr for Rate {
    type Err = RateError;

    fn from_str(text: &str) -> Result<Self, RateError> {
        let parse = || {
            let (requests, unit) = text.trim().split_once('/')?;
            let seconds = match unit.trim() {
                "s" => 1,
                "m" => 60,
                "h" => 3600,
                _ => return None,
            };
            let requests = requests.trim().parse().ok()?;
            Some(Self {
                requests,
                period: Duration::from_secs(seconds),
            })
        };
        parse().ok_or_else(|| RateError { text: text.into() })
    }
}

/// Lets so many attempts through as a [`Rate`] allows, evenly.
#[derive(Debug)]
pub struct RateLimiter {
    governor: Governor<NotKeyed, InMemoryState, TokioClock, NoOpMiddleware<std::time::Instant>>,
}

impl RateLimiter {
    /// Starts with the first attempt allowed at once.
    pub fn new(rate: Rate) -> Self {
        let interval = rate.period / rate.requests.get();
        let burst = BURST.as_nanos() / interval.as_nanos().max(1);
        let burst = u32::try_from(burst)
            .ok()
            .and_then(NonZeroU32::new)
            .unwrap_or(NonZeroU32::MIN);
        let quota = Quota::with_period(interval.max(Duration::from_nanos(1)))
            .expect("the interval is at least a nanosecond")
            .allow_burst(burst);
        Self {
            governor: Governor::direct_with_clock(quota, TokioClock),
        }
    }

    /// Takes a turn, or says when to ask again.
    pub fn take_turn(&self) -> Result<(), Instant> {
        self.governor
            .check()
            .map_err(|not_yet| Instant::from_std(not_yet.earliest_possible()))
    }
}

/// tokio's clock for governor, so that a paused clock pauses the limiter too.
#[derive(Debug, Clone, Copy)]
struct TokioClock;

impl Clock for TokioClock {
    type Instant = std::time::Instant;

    fn now(&self) -> Self::Instant {
        Instant::now().into_std()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::Instant;

    use super::{Rate, RateLimiter};

    #[test]
    fn rates_are_read_and_nonsense_is_refused() {
        for text in ["5/s", " 300 / m ", "10000/h"] {
            assert!(text.parse::<Rate>().is_ok(), "{text}");
        }
        for text in ["0/s", "5", "5/d", "-1/s", "1.5/s", "/s", "", "5/s/s"] {
            assert!(text.parse::<Rate>().is_err(), "{text}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn the_rate_is_reached_and_not_exceeded() {
        for (text, seconds, allowed) in [
            ("5/s", 10, 51),
            ("300/m", 10, 51),
            ("2000/s", 2, 4020),
            ("36000/h", 3, 31),
        ] {
            let limiter = RateLimiter::new(text.parse().unwrap());
            let end = Instant::now() + Duration::from_secs(seconds);
            let mut taken = 0;
            while Instant::now() <= end {
                match limiter.take_turn() {
                    Ok(()) => taken += 1,
                    Err(when) => tokio::time::sleep_until(when).await,
                }
            }
            let least = allowed * 95 / 100;
            assert!((least..=allowed).contains(&taken), "{text}: {taken}");
        }
    }
}
