//! How many requests are let through in a span of time.

use std::str::FromStr;
use std::time::{Duration, Instant};

/// A number of requests for each window of time.
///
/// A window begins with the first request after the last one ended, as the framework counts.
/// Parsed from text such as `600/10s`, `100/m` or `5/250ms`, with all headers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RateLimit {
    /// Requests let through in one window; at least 1.
    pub requests: u32,
    /// Length of a window; above 0.
    pub window: Duration,
    /// What answers tell about the limit.
    pub headers: RateLimitHeaders,
}

/// What answers tell about the rate limit. Parsed from the names given below.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum RateLimitHeaders {
    /// `all`: the three `X-RateLimit` headers on every answer, and `Retry-After` on a 429.
    #[default]
    All,
    /// `rate`: only the three `X-RateLimit` headers, on every answer.
    Rate,
    /// `retry-after`: only `Retry-After`, on a 429.
    RetryAfter,
    /// `none`: a 429 comes without a word on how long to wait.
    None,
}

/// Text that names no rate limit.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RateLimitError {
    /// Not a number, a slash and a span of time.
    #[error("`{text}` is not a rate limit: write requests, `/` and a time, such as `600/10s`")]
    NotALimit {
        /// What was given.
        text: String,
    },
    /// Not one of the four names.
    #[error("`{text}` is none of `all`, `rate`, `retry-after`, `none`")]
    NoSuchHeaders {
        /// What was given.
        text: String,
    },
}

impl FromStr for RateLimit {
    type Err = RateLimitError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let parts = || {
            let (requests, window) = text.split_once('/')?;
            let requests = requests.trim().parse().ok().filter(|&count| count > 0)?;
            let window = parse_window(window.trim()).filter(|window| !window.is_zero())?;
            Some((requests, window))
        };
        let (requests, window) = parts().ok_or_else(|| RateLimitError::NotALimit {
            text: text.to_owned(),
        })?;
        Ok(Self {
            requests,
            window,
            headers: RateLimitHeaders::All,
        })
    }
}

/// A span such as `10s`, `250ms`, `2m` or `h`; a missing number is 1.
fn parse_window(text: &str) -> Option<Duration> {
    let unit_start = text.find(|character: char| !character.is_ascii_digit())?;
    let (count, unit) = text.split_at(unit_start);
    let count: u32 = if count.is_empty() {
        1
    } else {
        count.parse().ok()?
    };
    let unit = match unit {
        "ms" => Duration::from_millis(1),
        "s" => Duration::from_secs(1),
        "m" => Duration::from_mins(1),
        "h" => Duration::from_hours(1),
        _ => return None,
    };
    unit.checked_mul(count)
}

impl FromStr for RateLimitHeaders {
    type Err = RateLimitError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "all" => Ok(Self::All),
            "rate" => Ok(Self::Rate),
            "retry-after" => Ok(Self::RetryAfter),
            "none" => Ok(Self::None),
            _ => Err(RateLimitError::NoSuchHeaders {
                text: text.to_owned(),
            }),
        }
    }
}

impl RateLimitHeaders {
    /// Whether answers bear the three `X-RateLimit` headers.
    pub(super) fn tell_rate(self) -> bool {
        matches!(self, Self::All | Self::Rate)
    }

    /// Whether a 429 bears `Retry-After`.
    pub(super) fn tell_retry_after(self) -> bool {
        matches!(self, Self::All | Self::RetryAfter)
    }
}

/// Counts requests against a limit.
#[derive(Debug)]
pub(super) struct RateCounter {
    limit: RateLimit,
    window: Option<Window>,
}

#[derive(Debug)]
struct Window {
    ends: Instant,
    used: u32,
}

/// What the counter says of one request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RateVerdict {
    /// The limit that was applied.
    pub(super) limit: RateLimit,
    /// Whether the request may pass.
    pub(super) is_allowed: bool,
    /// Requests left in the window after this one.
    pub(super) remaining: u32,
    /// Time until the window ends.
    pub(super) resets_in: Duration,
}

impl RateCounter {
    /// A counter whose first window begins with the first request.
    pub(super) fn new(limit: RateLimit) -> Self {
        Self {
            limit,
            window: None,
        }
    }

    /// Counts a request made at `now`. Refused requests use nothing up.
    pub(super) fn count(&mut self, now: Instant) -> RateVerdict {
        let fresh = Window {
            ends: now + self.limit.window,
            used: 0,
        };
        let window = match self.window.take() {
            Some(window) if window.ends > now => window,
            _ => fresh,
        };
        let window = self.window.insert(window);
        let is_allowed = window.used < self.limit.requests;
        window.used += u32::from(is_allowed);
        RateVerdict {
            limit: self.limit,
            is_allowed,
            remaining: self.limit.requests - window.used,
            resets_in: window.ends - now,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_limit_is_read_from_text() {
        for (text, requests, window_ms) in [
            ("600/10s", 600, 10_000),
            ("100/m", 100, 60_000),
            (" 5 / 250ms ", 5, 250),
            ("1/2h", 1, 7_200_000),
        ] {
            let expected = RateLimit {
                requests,
                window: Duration::from_millis(window_ms),
                headers: RateLimitHeaders::All,
            };
            assert_eq!(text.parse(), Ok(expected), "{text}");
        }
        for text in [
            "", "600", "0/s", "5/0s", "-1/s", "5/10", "5/d", "5/s/s", "x/s",
        ] {
            assert!(text.parse::<RateLimit>().is_err(), "{text}");
        }
    }

    #[test]
    fn a_window_lets_its_requests_through_and_the_next_one_begins_afresh() {
        let mut counter = RateCounter::new("2/10s".parse().unwrap());
        let start = Instant::now();
        for (at_ms, is_allowed, remaining, resets_in_ms) in [
            (0, true, 1, 10_000),
            (4_000, true, 0, 6_000),
            (9_999, false, 0, 1),
            (10_000, true, 1, 10_000),
            (31_000, true, 1, 10_000),
        ] {
            let verdict = counter.count(start + Duration::from_millis(at_ms));
            assert_eq!(verdict.is_allowed, is_allowed, "at {at_ms} ms");
            assert_eq!(verdict.remaining, remaining, "at {at_ms} ms");
            assert_eq!(verdict.resets_in.as_millis(), resets_in_ms, "at {at_ms} ms");
        }
    }
}
