//! How people write spans of time, shares and characters.

use std::time::Duration;

use jiff::{SignedDuration, Span, SpanRelativeTo};

use crate::import::MaxErrors;
use crate::pacing::Concurrency;

pub(super) fn parse_concurrency(text: &str) -> Result<Concurrency, String> {
    if text == "auto" {
        return Ok(Concurrency::Auto);
    }
    let bound = text.parse().map(Concurrency::AtMost);
    bound.map_err(|_| "expected `auto` or a whole number above 0, such as `16`".to_owned())
}

/// A span such as `30s`, `1h 30m`, `250ms` or `30d`; a bare number counts seconds, and a day has
/// 24 hours.
pub(super) fn parse_duration(text: &str) -> Result<Duration, String> {
    let text = text.trim();
    let bare_seconds = text.parse().ok().map(SignedDuration::from_secs);
    let span = bare_seconds.or_else(|| {
        let span: Span = text.parse().ok()?;
        span.to_duration(SpanRelativeTo::days_are_24_hours()).ok()
    });
    span.filter(SignedDuration::is_positive)
        .and_then(|span| Duration::try_from(span).ok())
        .ok_or_else(|| {
            "expected a span of time above 0, such as `30s`, `10m`, `1h` or `30d`".to_owned()
        })
}

/// As [`parse_duration`], or `0`.
pub(super) fn parse_duration_or_none(text: &str) -> Result<Duration, String> {
    match text.trim() {
        "0" | "0s" => Ok(Duration::ZERO),
        other => parse_duration(other),
    }
}

/// A share between 0 and 1.
pub(super) fn parse_share(text: &str) -> Result<f64, String> {
    let share = text
        .parse()
        .ok()
        .filter(|share| (0.0..=1.0).contains(share));
    share.ok_or_else(|| "expected a share between 0 and 1, such as `0.05`".to_owned())
}

/// The name of a round.
pub(super) fn parse_round(text: &str) -> Result<String, String> {
    let name = text.trim();
    if name.is_empty() {
        return Err("expected a name, such as `spring`".to_owned());
    }
    Ok(name.to_owned())
}

/// A number of rows, or a share of the answers in whole percent.
pub(super) fn parse_max_errors(text: &str) -> Result<MaxErrors, String> {
    let expected =
        || "expected a number of rows, such as `50`, or a share, such as `5%`".to_owned();
    match text.trim().strip_suffix('%') {
        None => text.trim().parse().map(MaxErrors::Rows).ok(),
        Some(percent) => percent
            .trim()
            .parse()
            .ok()
            .filter(|percent| *percent <= 100)
            .map(MaxErrors::Percent),
    }
    .ok_or_else(expected)
}

/// One ASCII character, or `tab`.
pub(super) fn parse_delimiter(text: &str) -> Result<u8, String> {
    match text {
        "tab" | "\\t" | "\t" => Ok(b'\t'),
        _ => match *text.as_bytes() {
            [byte] if byte.is_ascii() && !matches!(byte, b'"' | b'\r' | b'\n') => Ok(byte),
            _ => Err("expected one character, such as `;`, or `tab`".to_owned()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_of_time_are_read() {
        for (text, milliseconds) in [
            ("30s", 30_000),
            ("30", 30_000),
            ("250ms", 250),
            ("10m", 600_000),
            ("1h 30m", 5_400_000),
            ("30d", 2_592_000_000),
            ("2w 1d", 1_296_000_000),
            ("1 day", 86_400_000),
        ] {
            assert_eq!(
                parse_duration(text),
                Ok(Duration::from_millis(milliseconds)),
                "{text}"
            );
        }
        for text in ["0s", "-5s", "soon", "", "5 lightyears", "2 months"] {
            assert!(parse_duration(text).is_err(), "{text}");
        }
    }

    #[test]
    fn delimiters_shares_and_bounds_are_read() {
        for (text, byte) in [
            (";", Some(b';')),
            ("tab", Some(b'\t')),
            ("\\t", Some(b'\t')),
        ] {
            assert_eq!(parse_delimiter(text).ok(), byte);
        }
        for text in ["", ";;", "\"", "ß"] {
            assert!(parse_delimiter(text).is_err(), "{text}");
        }
        assert_eq!(parse_share("0.25"), Ok(0.25));
        assert!(
            ["1.1", "-0.1", "x", "NaN"]
                .iter()
                .all(|text| parse_share(text).is_err())
        );
        assert!(parse_concurrency("0").is_err() && parse_concurrency("16").is_ok());
        assert_eq!(parse_max_errors("0"), Ok(MaxErrors::Rows(0)));
        assert_eq!(parse_max_errors("5 %"), Ok(MaxErrors::Percent(5)));
        for text in ["-1", "5.5%", "101%", "%", "many", ""] {
            assert!(parse_max_errors(text).is_err(), "{text}");
        }
    }
}
