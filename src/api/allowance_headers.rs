//! What the headers of an answer tell of the server's limit on requests.

use std::cmp::Ordering;
use std::time::Duration;

use hyper::header::{HeaderMap, HeaderName};
use jiff::Timestamp;
use sfv::{BareItem, Dictionary, Item, List, ListEntry, Parser};

use crate::api::rate_headers::{LONGEST_PAUSE, header_text, server_time, time_until};
use crate::model::Allowance;

/// A smaller reset than this (the year 2001 in Unix seconds) is no time but a number of seconds, as
/// some servers write it.
const EARLIEST_TIME: i64 = 1_000_000_000;

/// A larger reset than this (the year 5138 in Unix seconds) is in milliseconds.
const LATEST_TIME: i64 = 100_000_000_000;

/// Limit, what remains of it, and the time of its reset, under either name.
static FIELDS: [[HeaderName; 3]; 2] = [
    [
        HeaderName::from_static("x-ratelimit-limit"),
        HeaderName::from_static("x-ratelimit-remaining"),
        HeaderName::from_static("x-ratelimit-reset"),
    ],
    [
        HeaderName::from_static("ratelimit-limit"),
        HeaderName::from_static("ratelimit-remaining"),
        HeaderName::from_static("ratelimit-reset"),
    ],
];

static RATE_LIMIT: HeaderName = HeaderName::from_static("ratelimit");
static RATE_LIMIT_POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// What an answer that arrived at `now` tells of the limit.
///
/// `X-RateLimit-Limit`, `-Remaining` and `-Reset` (Unix seconds, or seconds from now), else the same without `X-`,
/// else `RateLimit` in either of its forms. What is missing, malformed or negative is not told, a time that has
/// passed neither. Times are judged by the server's own `Date` where it gives one, so that a skewed
/// clock does no harm; at most one hour. Where several limits are told the one with the least left
/// counts.
///
/// Source: the API's page on limits; draft-ietf-httpapi-ratelimit-headers, 03 to 10.
pub(super) fn told_allowance(headers: &HeaderMap, now: Timestamp) -> Allowance {
    // An answer has few headers, so that to go through them costs less than to look for each of ours.
    if !headers.keys().any(tells_of_limit) {
        return Allowance::default();
    }
    let of = |name: &HeaderName| header_text(headers, name);
    let fields = FIELDS.iter().map(|[limit, remaining, reset]| Allowance {
        limit: of(limit).and_then(leading_number),
        remaining: of(remaining).and_then(leading_number),
        resets_in: of(reset).and_then(|text| time_to_reset(text, headers, now)),
    });
    let item = || Some(of_item(of(&RATE_LIMIT)?, of(&RATE_LIMIT_POLICY)));
    let mut told = fields.filter(|allowance| *allowance != Allowance::default());
    told.next().or_else(item).unwrap_or_default()
}

/// Whether it may be one of the headers that are looked for.
fn tells_of_limit(name: &HeaderName) -> bool {
    let name = name.as_str();
    let name = name.strip_prefix("x-").unwrap_or(name);
    name.starts_with("ratelimit")
}

/// `100` and `100, 100;w=60` alike.
fn leading_number(text: &str) -> Option<u64> {
    let end = text.find([',', ';']).unwrap_or(text.len());
    text[..end].trim().parse().ok()
}

fn time_to_reset(text: &str, headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let reset: i64 = text.parse().ok()?;
    if (0..EARLIEST_TIME).contains(&reset) {
        return Some(bounded(Duration::from_secs(reset.unsigned_abs())));
    }
    let reset = if reset > LATEST_TIME {
        Timestamp::from_millisecond(reset)
    } else {
        Timestamp::from_second(reset)
    };
    let (reset, now) = (reset.ok()?, server_time(headers, now));
    match reset.as_second().cmp(&now.as_second()) {
        // A reset in the past says nothing of how long to wait now.
        Ordering::Less => None,
        // Rounded down: it comes within this second.
        Ordering::Equal => Some(Duration::from_secs(1)),
        Ordering::Greater => Some(bounded(time_until(reset, now))),
    }
}

fn bounded(wait: Duration) -> Duration {
    wait.min(LONGEST_PAUSE)
}

/// `"default";r=50;t=30` with `"default";q=100;w=60`, or `limit=100, remaining=50, reset=30`.
fn of_item(text: &str, policy: Option<&str>) -> Allowance {
    if let Ok(list) = Parser::new(text).parse::<List>() {
        let tightest = items_of(&list).min_by_key(|item| number(item.params.get("r")));
        return tightest.map_or_else(Allowance::default, |item| Allowance {
            limit: policy.and_then(|policy| quota(policy, &item.bare_item)),
            remaining: number(item.params.get("r")),
            resets_in: seconds(number(item.params.get("t"))),
        });
    }
    let Ok(fields) = Parser::new(text).parse::<Dictionary>() else {
        return Allowance::default();
    };
    let field = |name: &str| match fields.get(name) {
        Some(ListEntry::Item(item)) => number(Some(&item.bare_item)),
        _ => None,
    };
    Allowance {
        limit: field("limit"),
        remaining: field("remaining"),
        resets_in: seconds(field("reset")),
    }
}

/// The quota of the policy that an item of `RateLimit` goes by.
fn quota(policy: &str, name: &BareItem) -> Option<u64> {
    let policies: List = Parser::new(policy).parse().ok()?;
    let named = items_of(&policies).find(|item| item.bare_item == *name);
    number(named?.params.get("q"))
}

fn items_of(list: &List) -> impl Iterator<Item = &Item> {
    list.iter().filter_map(|entry| match entry {
        ListEntry::Item(item) => Some(item),
        ListEntry::InnerList(_) => None,
    })
}

fn number(item: Option<&BareItem>) -> Option<u64> {
    u64::try_from(i64::from(item?.as_integer()?)).ok()
}

fn seconds(number: Option<u64>) -> Option<Duration> {
    number.map(|seconds| bounded(Duration::from_secs(seconds)))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use hyper::header::{HeaderMap, HeaderName, HeaderValue};
    use jiff::Timestamp;

    use super::told_allowance;
    use crate::model::Allowance;

    const NOTHING: (Option<u64>, Option<u64>, Option<u64>) = (None, None, None);

    #[test]
    fn every_form_of_the_headers_is_understood() {
        // 2026-01-01T00:00:00Z
        let now = Timestamp::from_second(1_767_225_600).unwrap();
        let date = "date: Thu, 01 Jan 2026 00:01:00 GMT";
        let counts = "x-ratelimit-limit: 100\nx-ratelimit-remaining: 7";
        for (headers, expected) in [
            (String::new(), NOTHING),
            (counts.into(), (Some(100), Some(7), None)),
            (format!("{counts}\nx-ratelimit-reset: 1767225609"), (Some(100), Some(7), Some(9))),
            (format!("{counts}\nx-ratelimit-reset: 1767225609000"), (Some(100), Some(7), Some(9))),
            (format!("{counts}\nx-ratelimit-reset: 1767225670\n{date}"), (Some(100), Some(7), Some(10))),
            (format!("{counts}\nx-ratelimit-reset: 12"), (Some(100), Some(7), Some(12))),
            (format!("{counts}\nx-ratelimit-reset: 1767225500"), (Some(100), Some(7), None)),
            (
                format!("{counts}\nx-ratelimit-reset: 1767225600"),
                (Some(100), Some(7), Some(1)),
            ),
            (format!("{counts}\nx-ratelimit-reset: -3"), (Some(100), Some(7), None)),
            (format!("{counts}\nx-ratelimit-reset: soon"), (Some(100), Some(7), None)),
            ("x-ratelimit-limit: many\nx-ratelimit-remaining: -1".into(), NOTHING),
            ("x-ratelimit-remaining: 99999999999999999999".into(), NOTHING),
            ("ratelimit-limit: 100, 100;w=60\nratelimit-remaining: 3\nratelimit-reset: 40".into(), (Some(100), Some(3), Some(40))),
            ("ratelimit: limit=100, remaining=50, reset=5".into(), (Some(100), Some(50), Some(5))),
            ("ratelimit: \"default\";r=50;t=30\nratelimit-policy: \"default\";q=100;w=60".into(), (Some(100), Some(50), Some(30))),
            ("ratelimit: \"day\";r=900;t=3000, \"burst\";r=2;t=1\nratelimit-policy: \"day\";q=1000;w=86400, \"burst\";q=10;w=1".into(), (Some(10), Some(2), Some(1))),
            ("ratelimit: \"default\";r=50".into(), (None, Some(50), None)),
            ("ratelimit: \"default\";r=-50;t=\"x\"".into(), NOTHING),
            ("ratelimit: ;;;".into(), NOTHING),
            ("ratelimit: \"default\";r=0;t=99999".into(), (None, Some(0), Some(3600))),
        ] {
            let map: HeaderMap = headers
                .lines()
                .map(|line| {
                    let (name, value) = line.split_once(": ").unwrap();
                    let name: HeaderName = name.parse().unwrap();
                    (name, HeaderValue::from_str(value).unwrap())
                })
                .collect();
            let (limit, remaining, seconds) = expected;
            let expected = Allowance {
                limit,
                remaining,
                resets_in: seconds.map(Duration::from_secs),
            };
            assert_eq!(told_allowance(&map, now), expected, "{headers}");
        }
    }
}
