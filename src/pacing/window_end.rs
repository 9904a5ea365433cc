//! When the server's window really ends, which it tells in whole seconds only.

use std::time::Duration;

use tokio::time::Instant;

use crate::pacing::landing::Verdict;

/// What a server's time can be off by, as it is told in whole seconds.
const ROUNDING: Duration = Duration::from_secs(1);

/// In windows longer than this a second more or less is nothing to try for.
const LONGEST_TO_HURRY: Duration = Duration::from_secs(30);

/// The first answer of a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Opening {
    /// When it arrived: a little after the server had opened the window.
    pub(super) at: Instant,
    /// What it told.
    pub(super) resets_in: Option<Duration>,
}

/// Which of the times that fit what was told is trusted.
///
/// A server that counts from the first request of a window and rounds the end up closes it up to a second before
/// that; one that rounds it down closes it up to a second later; one whose windows begin on the
/// full second does as it says.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Trust {
    /// As told.
    #[default]
    Stated,
    /// Up to a second before: as told has worked, and this is yet to be tried.
    Early,
    /// As told, and it is known that earlier is too early.
    StatedForGood,
    /// Up to a second later.
    Late,
}

/// Learns from window to window when the next one opens.
#[derive(Debug, Default)]
pub(super) struct WindowEnd {
    opening: Option<Opening>,
    /// The earliest end that fits any answer of this window.
    stated: Option<Instant>,
    /// How long windows last, as far as is known from earlier ones.
    length: Option<Duration>,
    trust: Trust,
}

impl WindowEnd {
    /// A new window is on; `opening` is its first answer if it is known to be.
    pub(super) fn begin_window(&mut self, opening: Option<Opening>) {
        self.opening = opening;
        self.stated = None;
    }

    /// An answer of this window has arrived at `now`.
    pub(super) fn note_told(&mut self, resets_in: Option<Duration>, now: Instant) {
        let Some(resets_in) = resets_in else { return };
        let end = now + resets_in;
        self.stated = Some(self.stated.map_or(end, |stated| stated.min(end)));
        if let (Some(opening), Some(stated)) = (self.opening, self.stated) {
            self.length = Some(stated.duration_since(opening.at));
        }
    }

    /// What became of a request that went at the expected end.
    pub(super) fn note_scouted(&mut self, verdict: Verdict) {
        self.trust = match (self.trust, verdict) {
            (Trust::Stated, Verdict::Taken) => Trust::Early,
            (Trust::Early, Verdict::Refused) => Trust::StatedForGood,
            (Trust::Stated | Trust::StatedForGood, Verdict::Refused) => Trust::Late,
            (trust, _) => trust,
        };
    }

    /// When the window should be over; `None` when nothing tells.
    pub(super) fn expected(&self) -> Option<Instant> {
        match self.stated {
            Some(stated) => Some(self.expected_as_told(stated)),
            None => Some(self.opening?.at + self.expected_length(self.length?)),
        }
    }

    fn expected_as_told(&self, stated: Instant) -> Instant {
        let opening = self.opening.as_ref();
        let told = opening.and_then(|opening| Some((opening.at, opening.resets_in?)));
        match (self.trust, told) {
            (Trust::Stated | Trust::StatedForGood, _) | (Trust::Early, None) => stated,
            (Trust::Early, Some((_, told))) if told > LONGEST_TO_HURRY => stated,
            (Trust::Early, Some((opened, told))) => opened + told.saturating_sub(ROUNDING),
            (Trust::Late, Some((opened, told))) => stated.max(opened + told),
            (Trust::Late, None) => stated + ROUNDING,
        }
    }

    /// Windows last whole seconds, nearly always: one of the two that are nearest.
    fn expected_length(&self, length: Duration) -> Duration {
        let less = Duration::from_secs(length.as_secs());
        let more = less + ROUNDING;
        match self.trust {
            Trust::Early => less,
            Trust::Stated | Trust::StatedForGood => more,
            Trust::Late => more + ROUNDING,
        }
    }
}
