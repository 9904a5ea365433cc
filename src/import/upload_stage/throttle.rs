//! Pauses that the server demands of everybody.

use std::time::Duration;

use tokio::time::Instant;

use crate::pacing::BackOff;

/// The longest pause that nobody demanded. Were it to double without end, a server that refuses
/// every other request at random would bring a run to a standstill.
const LONGEST_GUESS: Duration = Duration::from_secs(5);

/// The pause that is on, and how long the next one should be.
#[derive(Debug)]
pub(super) struct Throttle {
    paused_until: Option<Instant>,
    back_off: BackOff,
    /// The last pause has not been followed by an acceptance yet.
    was_in_vain: bool,
}

impl Default for Throttle {
    fn default() -> Self {
        Self {
            paused_until: None,
            back_off: BackOff::up_to(LONGEST_GUESS),
            was_in_vain: false,
        }
    }
}

impl Throttle {
    /// Everybody waits as told, once: answers to attempts that were in flight already only
    /// lengthen the pause. Returns the pause when it is a new one.
    ///
    /// Without a demand the waits grow; they also do when a pause did not help, so that a server
    /// that asks for no time at all is not asked again and again.
    pub(super) fn pause(&mut self, demanded: Option<Duration>) -> Option<Duration> {
        let now = Instant::now();
        if self.paused_until.is_some_and(|until| until > now) {
            let until = demanded.map(|pause| now + pause);
            self.paused_until = self.paused_until.max(until);
            return None;
        }
        let pause = match demanded {
            Some(pause) if !self.was_in_vain => pause,
            _ => self.back_off.next_wait(demanded),
        };
        self.was_in_vain = true;
        self.paused_until = Some(now + pause);
        Some(pause)
    }

    /// The server took something: the next pause begins small again.
    pub(super) fn note_accepted(&mut self) {
        if self.was_in_vain {
            *self = Self {
                paused_until: self.paused_until,
                ..Self::default()
            };
        }
    }

    /// When the pause ends, if one is on.
    pub(super) fn ends(&self) -> Option<Instant> {
        self.paused_until.filter(|until| *until > Instant::now())
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Throttle;

    #[tokio::test(start_paused = true)]
    async fn everybody_waits_once_and_as_told() {
        let mut throttle = Throttle::default();
        let three = Duration::from_secs(3);
        assert_eq!(throttle.pause(Some(three)), Some(three));
        assert_eq!(
            throttle.pause(Some(three)),
            None,
            "one pause for all in flight"
        );
        assert!(throttle.ends().is_some());
        tokio::time::advance(three + Duration::from_millis(1)).await;
        assert_eq!(throttle.ends(), None);
        throttle.note_accepted();
        assert_eq!(throttle.pause(Some(Duration::ZERO)), Some(Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn pauses_that_do_not_help_grow() {
        let mut throttle = Throttle::default();
        let mut pauses = Vec::new();
        for _ in 0..5 {
            let pause = throttle.pause(Some(Duration::ZERO)).unwrap();
            tokio::time::advance(pause + Duration::from_millis(1)).await;
            pauses.push(pause);
        }
        assert_eq!(pauses[0], Duration::ZERO);
        assert!(pauses[1] >= Duration::from_millis(500), "{pauses:?}");
        assert!(pauses[4] >= Duration::from_secs(4), "{pauses:?}");
        assert!(pauses[4] <= Duration::from_secs(10), "{pauses:?}");
    }
}
