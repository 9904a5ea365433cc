//! Pauses that the server demands of everybody.

use std::time::Duration;

use tokio::time::Instant;

use crate::pacing::back_off::BackOff;

/// The longest pause that nobody demanded, before jitter. Were it to double without end, a server that refuses
/// every other request at random would bring a run to a standstill; and what goes on after a window has begun is lost
/// of it: 6 s are more than half of one of 10 s.
const LONGEST_GUESS: Duration = Duration::from_millis(1500);

/// The pause that is on, and how long the next one should be.
#[derive(Debug)]
pub(super) struct Pause {
    began: Option<Instant>,
    ends: Option<Instant>,
    back_off: BackOff,
    /// So much of the last pause nobody had demanded.
    guessed: Duration,
    /// Nothing that was sent after the last pause has been taken yet.
    is_unproved: bool,
}

impl Default for Pause {
    fn default() -> Self {
        Self {
            began: None,
            ends: None,
            back_off: BackOff::up_to(LONGEST_GUESS),
            guessed: Duration::ZERO,
            is_unproved: false,
        }
    }
}

impl Pause {
    /// Everybody waits as told, once: answers to what was sent before the pause began only
    /// lengthen it. Returns the pause when it is a new one. `sent`: when the request was sent whose answer
    /// demands it.
    ///
    /// Without a demand the waits grow; they also do when a pause did not help, so that a server
    /// that asks for no time at all is not asked again and again.
    pub(super) fn begin(&mut self, demanded: Option<Duration>, sent: Instant) -> Option<Duration> {
        let now = Instant::now();
        if self.began.is_some_and(|began| sent <= began) {
            let until = demanded.map(|pause| now + pause);
            self.ends = self.ends.max(until);
            return None;
        }
        let pause = match demanded {
            Some(pause) if !self.is_unproved => pause,
            _ => self.back_off.next_wait(demanded),
        };
        self.guessed = pause.saturating_sub(demanded.unwrap_or_default());
        self.is_unproved = true;
        self.began = Some(now);
        self.ends = Some(now + pause);
        Some(pause)
    }

    /// The server took something that was sent at `sent`: if that was after the pause, it has helped,
    /// and the next one begins small again.
    pub(super) fn note_taken(&mut self, sent: Instant) {
        if self.is_proved_by(sent) {
            self.is_unproved = false;
            self.back_off = BackOff::up_to(LONGEST_GUESS);
        }
    }

    /// Whether the answer to what was sent at `sent` shows if the last pause has helped.
    pub(super) fn is_proved_by(&self, sent: Instant) -> bool {
        self.is_unproved && self.began.is_none_or(|began| sent > began)
    }

    /// So much of the last pause nobody had demanded.
    pub(super) fn guessed(&self) -> Duration {
        self.guessed
    }

    /// Whether it is still to be seen that the last pause has helped.
    pub(super) fn is_to_be_proved(&self) -> bool {
        self.is_unproved
    }

    /// When the pause ends, if one is on.
    pub(super) fn ends(&self) -> Option<Instant> {
        self.ends.filter(|until| *until > Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::{Instant, advance};

    use super::Pause;

    const MOMENT: Duration = Duration::from_millis(1);

    #[tokio::test(start_paused = true)]
    async fn everybody_waits_once_and_as_told() {
        let mut pause = Pause::default();
        let three = Duration::from_secs(3);
        let sent = Instant::now();
        advance(MOMENT).await;
        assert_eq!(pause.begin(Some(three), sent), Some(three));
        assert_eq!(
            pause.begin(Some(three), sent),
            None,
            "one for all in flight"
        );
        assert!(pause.ends().is_some() && pause.is_to_be_proved());
        pause.note_taken(sent);
        assert!(pause.is_to_be_proved(), "it was sent before the pause");
        advance(three + MOMENT).await;
        assert_eq!(pause.ends(), None);
        assert_eq!(pause.begin(None, sent), None, "a late answer from before");
        pause.note_taken(Instant::now());
        assert!(!pause.is_to_be_proved());
        let none = Duration::ZERO;
        assert_eq!(pause.begin(Some(none), Instant::now()), Some(none));
    }

    #[tokio::test(start_paused = true)]
    async fn a_late_answer_lengthens_the_pause() {
        let mut pause = Pause::default();
        let sent = Instant::now();
        pause.begin(Some(Duration::from_secs(1)), sent);
        pause.begin(Some(Duration::from_secs(7)), sent);
        assert_eq!(pause.ends(), Some(sent + Duration::from_secs(7)));
    }

    #[tokio::test(start_paused = true)]
    async fn pauses_that_do_not_help_grow() {
        let mut pause = Pause::default();
        let mut pauses = Vec::new();
        for _ in 0..5 {
            let wait = pause.begin(Some(Duration::ZERO), Instant::now()).unwrap();
            advance(wait + MOMENT).await;
            pauses.push(wait);
        }
        assert_eq!(pauses[0], Duration::ZERO);
        assert!(pauses[1] >= Duration::from_millis(500), "{pauses:?}");
        assert!(pauses[4] >= Duration::from_millis(1500), "{pauses:?}");
        assert!(pauses[4] <= Duration::from_secs(3), "{pauses:?}");
    }
}
