//! Growing waits between the attempts of one row, or between probes.

use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBackoff, ExponentialBuilder};

/// The first wait, before jitter.
const FIRST_WAIT: Duration = Duration::from_millis(500);

/// The longest wait, before jitter.
const LONGEST_WAIT: Duration = Duration::from_secs(30);

/// Waits of 0.5 s, 1 s, 2 s, ... up to 30 s, each with up to as much again of random jitter, so
/// that rows that failed together do not come back together. Never ends.
#[derive(Debug)]
pub struct BackOff(ExponentialBackoff);

impl BackOff {
    /// Starts at the shortest wait.
    pub fn new() -> Self {
        Self::up_to(LONGEST_WAIT)
    }

    /// As [`Self::new`], with another longest wait (before jitter).
    pub fn up_to(longest_wait: Duration) -> Self {
        let builder = ExponentialBuilder::new()
            .with_min_delay(FIRST_WAIT)
            .with_max_delay(longest_wait)
            .without_max_times()
            .with_jitter();
        Self(builder.build())
    }

    /// The next wait; a pause that the server demands replaces it when longer.
    pub fn next_wait(&mut self, demanded: Option<Duration>) -> Duration {
        let wait = self.0.next().unwrap_or(LONGEST_WAIT);
        demanded.map_or(wait, |pause| pause.max(wait))
    }
}

impl Default for BackOff {
    fn default() -> Self {
        Self::new()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::BackOff;

    #[test]
    fn waits_double_within_their_jitter_and_stay_bounded() {
        let mut back_off = BackOff::new();
        for base_ms in [500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000] {
            let base = Duration::from_millis(base_ms);
            let wait = back_off.next_wait(None);
            assert!(base <= wait && wait <= base * 2, "{wait:?} for {base:?}");
        }
    }

    #[test]
    fn a_demanded_pause_counts_when_it_is_longer() {
        let pause = Duration::from_secs(90);
        assert_eq!(BackOff::new().next_wait(Some(pause)), pause);
        assert!(BackOff::new().next_wait(Some(Duration::ZERO)) >= Duration::from_millis(500));
    }
}
