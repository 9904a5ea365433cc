//! How long the server demands to be left alone.

use std::time::Duration;

use hyper::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};
use jiff::Timestamp;
use jiff::fmt::rfc2822;

use crate::api::allowance_headers::told_allowance;

/// The longest pause that is believed. A server that demands more is most likely mistaken about
/// the unit or the clock, and is asked again after this.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_hours(1);

/// The pause that an answer with `status` demands, counted from its arrival at `now`.
///
/// `Retry-After` in seconds or as a date; where a 429 has none, the reset that [`told_allowance`] finds. Other
/// answers tell their reset without demanding anything. Dates are judged by the server's own `Date` where it gives
/// one, so that a skewed clock does no harm. At most one hour. `None` when nothing readable demands a
/// pause; zero when the time has passed.
///
/// Source: RFC 9110, sections 10.2.3 (`Retry-After`) and 5.6.7 (dates); the API's page on limits.
pub(super) fn demanded_pause(status: u16, headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let retry_after = header_text(headers, &RETRY_AFTER);
    let pause = retry_after.and_then(|text| match text.parse::<u64>() {
        Ok(seconds) => Some(Duration::from_secs(seconds)),
        Err(_) => parse_date(text).map(|until| time_until(until, server_time(headers, now))),
    });
    let pause = match status {
        429 => pause.or_else(|| told_allowance(headers, now).resets_in),
        _ => pause,
    };
    pause.map(|pause| pause.min(LONGEST_PAUSE))
}

/// The server's own time, or ours where it does not tell.
pub(super) fn server_time(headers: &HeaderMap, now: Timestamp) -> Timestamp {
    let date = header_text(headers, &DATE);
    date.and_then(parse_date).unwrap_or(now)
}

pub(super) fn header_text<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().map(str::trim)
}

fn parse_date(text: &str) -> Option<Timestamp> {
    // HTTP's date is RFC 2822's with `GMT` for the zone, which that format also allows.
    rfc2822::DateTimeParser::new().parse_timestamp(text).ok()
}

pub(super) fn time_until(until: Timestamp, now: Timestamp) -> Duration {
    Duration::try_from(until.duration_since(now)).unwrap_or(Duration::ZERO)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use hyper::header::{HeaderMap, HeaderName, HeaderValue};
    use jiff::Timestamp;

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
                demanded_pause(429, &map, now),
                seconds.map(Duration::from_secs),
                "{headers:?}"
            );
            let is_after = headers.iter().all(|(name, _)| *name != "x-ratelimit-reset");
            let fault = demanded_pause(503, &map, now);
            assert_eq!(
                fault.is_some(),
                is_after && seconds.is_some(),
                "{headers:?}"
            );
        }
    }
}
