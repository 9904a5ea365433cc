//! How many requests are allowed in a window, and what is told of it.

use std::collections::VecDeque;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use clap::ValueEnum;
use hyper::HeaderMap;
use hyper::header::{HeaderValue, RETRY_AFTER};

/// What begins a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum WindowStyle {
    /// The clock: windows begin at whole multiples of their length.
    Clock,
    /// The first request after the last window.
    Request,
    /// Nothing: whatever was allowed within the last window's length counts.
    Sliding,
}

/// What answers tell of the limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum HeaderStyle {
    /// `X-RateLimit-Limit`, `-Remaining` and `-Reset` in whole seconds, rounded up; `Retry-After` on
    /// a refusal.
    AllUp,
    /// The same, rounded down: the reset is told up to a second too early.
    AllDown,
    /// `RateLimit` and `RateLimit-Policy` of the IETF's draft; `Retry-After` on a refusal.
    Ietf,
    /// `Retry-After` on a refusal, nothing else.
    RetryAfter,
    /// Nothing.
    None,
}

/// What the limit says of a request.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Verdict {
    /// Whether it is allowed.
    pub(crate) allowed: bool,
    /// When the window that it belongs to began, since 1970. Where windows slide, one after the other
    /// is counted from the first request on.
    pub(crate) window_begins: Duration,
    limit: u32,
    remaining: u32,
    window: Duration,
    now: Duration,
    /// When there is room again.
    reset: Duration,
}

/// The limit and what of it is used. Times are those since 1970.
pub(crate) struct Limit {
    requests: u32,
    window: Duration,
    style: WindowStyle,
    /// When the requests were allowed that count, oldest first.
    allowed: VecDeque<Duration>,
    /// When the current window began.
    begins: Duration,
}

impl Limit {
    pub(crate) fn new(requests: u32, window: Duration, style: WindowStyle) -> Self {
        Self {
            requests,
            window,
            style,
            allowed: VecDeque::new(),
            begins: Duration::ZERO,
        }
    }

    /// Says whether a request that comes now is allowed. Refused ones do not count.
    pub(crate) fn judge(&mut self) -> Verdict {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .expect("the clock shows a time after 1970");
        self.let_go(now);
        let used = u32::try_from(self.allowed.len()).expect("no more than the limit are kept");
        let allowed = used < self.requests;
        if allowed {
            self.allowed.push_back(now);
        }
        Verdict {
            allowed,
            window_begins: self.begins,
            limit: self.requests,
            remaining: (self.requests - used).saturating_sub(1),
            window: self.window,
            now,
            reset: self.next_room(),
        }
    }

    /// Forgets what no longer counts at `now`, and begins a window if it is time.
    fn let_go(&mut self, now: Duration) {
        let is_over = now >= self.begins + self.window;
        match self.style {
            WindowStyle::Sliding => {
                let window = self.window;
                self.allowed.retain(|allowed| *allowed + window > now);
            }
            _ if is_over => self.allowed.clear(),
            _ => {}
        }
        if is_over {
            self.begins = self.next_beginning(now);
        }
    }

    fn next_beginning(&self, now: Duration) -> Duration {
        match self.style {
            WindowStyle::Clock => whole_windows(now, self.window),
            WindowStyle::Sliding if !self.begins.is_zero() => {
                let passed = now.saturating_sub(self.begins);
                self.begins + whole_windows(passed, self.window)
            }
            WindowStyle::Sliding | WindowStyle::Request => now,
        }
    }

    fn next_room(&self) -> Duration {
        match (self.style, self.allowed.front()) {
            (WindowStyle::Sliding, Some(first)) => *first + self.window,
            _ => self.begins + self.window,
        }
    }
}

/// Writes into an answer's headers what `style` tells.
pub(crate) fn tell_limit(headers: &mut HeaderMap, style: HeaderStyle, verdict: Verdict) {
    let Verdict {
        limit,
        remaining,
        window,
        ..
    } = verdict;
    let rounds_down = style == HeaderStyle::AllDown;
    let wait = whole_seconds(verdict.reset.saturating_sub(verdict.now), rounds_down);
    let mut tell = |name: &'static str, text: String| {
        let value = HeaderValue::from_str(&text).expect("words and numbers may stand in a header");
        headers.insert(name, value);
    };
    match style {
        HeaderStyle::AllUp | HeaderStyle::AllDown => {
            let reset = whole_seconds(verdict.reset, rounds_down);
            tell("x-ratelimit-limit", limit.to_string());
            tell("x-ratelimit-remaining", remaining.to_string());
            tell("x-ratelimit-reset", reset.to_string());
        }
        HeaderStyle::Ietf => {
            let window = window.as_secs();
            tell(
                "ratelimit-policy",
                format!(r#""default";q={limit};w={window}"#),
            );
            tell("ratelimit", format!(r#""default";r={remaining};t={wait}"#));
        }
        HeaderStyle::RetryAfter | HeaderStyle::None => {}
    }
    if !verdict.allowed && style != HeaderStyle::None {
        headers.insert(RETRY_AFTER, HeaderValue::from(wait));
    }
}

/// `time` without what goes beyond a multiple of `window`.
fn whole_windows(time: Duration, window: Duration) -> Duration {
    let beyond = time.as_nanos() % window.as_nanos();
    let beyond = u64::try_from(beyond).expect("less than a window");
    time.saturating_sub(Duration::from_nanos(beyond))
}

fn whole_seconds(time: Duration, rounds_down: bool) -> u64 {
    let more = u64::from(!rounds_down && time.subsec_nanos() > 0);
    time.as_secs() + more
}
