//! How long the server demands to be left alone.

use std::time::Duration;

use jiff::Timestamp;
use jiff::fmt::rfc2822;
use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

/// The longest pause that is believed. A server that demands more is most likely mistaken about
/// the unit or the clock, and is asked again after this.
const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// A smaller `X-RateLimit-Reset` than this (the year 2001 in Unix seconds) is no time but a
/// number of seconds, as some servers write it.
const EARLIEST_TIME: i64 = 1_000_000_000;

/// The pause that an answer demands, counted from its arrival at `now`.
///
/// `Retry-After` in seconds or as a date, else `X-RateLimit-Reset` in Unix seconds or in seconds; dates are
/// judged by the server's own `Date` where it gives one, so that a skewed clock does no harm.
/// At most one hour. `None` when nothing readable demands a pause; zero when the time has passed.
///
/// Source: RFC 9110, sections 10.2.3 (`Retry-After`) and 5.6.7 (dates); the API's page on limits.
pub(super) fn demanded_pause(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let server_now = header_text(headers, DATE.as_str())
        .and_then(parse_date)
        .unwrap_or(now);
    let retry_after = header_text(headers, RETRY_AFTER.as_str());
    let pause = match retry_after.map(|text| (text, text.parse::<u64>())) {
        Some((_, Ok(seconds))) => Some(Duration::from_secs(seconds)),
        Some((text, Err(_))) => parse_date(text).map(|until| time_until(until, server_now)),
        None => None,
    };
    let pause = pause.or_else(|| {
        let reset: i64 = header_text(headers, "x-ratelimit-reset")?.parse().ok()?;
        if (0..EARLIEST_TIME).contains(&reset) {
            return Some(Duration::from_secs(reset.unsigned_abs()));
        }
        let pause = time_until(Timestamp::from_second(reset).ok()?, server_now);
        // A reset in the past says nothing of how long to wait now.
        (!pause.is_zero()).then_some(pause)
    });
    pause.map(|pause| pause.min(LONGEST_PAUSE))
}

fn header_text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

fn parse_date(text: &str) -> Option<Timestamp> {
    // HTTP's date is RFC 2822's with `GMT` for the zone, which that format also allows.
    rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}

fn time_until(until: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(until.duration_since(now)).unwrap_or(Duration::ZERO)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;
    use reqwest::header::{HeaderMap, HeaderName, HeaderValue};

    use super::demanded_pause;

    #[test]
    fn pauses_are_read_in_order_of_trust() {
        // 2026-01-01T00:00:00Z
        let now = Timestamp::from_second(1_767_225_600).unwrap();
        let date = ("date", "Thu, 01 Jan 2026 00:01:00 GMT");
        for (headers, seconds) in [
            (vec![("retry-after", "30")], Some(30)),
            (vec![("retry-after", " 0 ")], Some(0)),
            (
                vec![("retry-after", "Thu, 01 Jan 2026 00:00:45 GMT")],
                Some(45),
            ),
            (
                vec![("retry-after", "Thu, 01 Jan 2026 00:01:45 GMT"), date],
                Some(45),
            ),
            (
                vec![("retry-after", "Wed, 31 Dec 2025 00:00:00 GMT")],
                Some(0),
            ),
            (vec![("retry-after", "999999")], Some(3600)),
            (vec![("retry-after", "soon")], None),
            (vec![("retry-after", "-5")], None),
            (
                vec![("retry-after", "soon"), ("x-ratelimit-reset", "1767225607")],
                Some(7),
            ),
            (vec![("x-ratelimit-reset", "1767225670"), date], Some(10)),
            (vec![("x-ratelimit-reset", "12")], Some(12)),
            (vec![("x-ratelimit-reset", "1767225000")], None),
            (vec![("x-ratelimit-reset", "-1")], None),
            (vec![("x-ratelimit-reset", "x")], None),
            (vec![], None),
        ] {
            let map: HeaderMap = headers
                .iter()
                .map(|(name, value)| {
                    (
                        HeaderName::from_static(name),
                        HeaderValue::from_static(value),
                    )
                })
                .collect();
            assert_eq!(
                demanded_pause(&map, now),
                seconds.map(Duration::from_secs),
                "{headers:?}"
            );
        }
    }
}
