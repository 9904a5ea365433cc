//! Why nothing is sent right now, and until when.

use std::sync::Mutex;
use std::time::{Duration, Instant};

use jiff::Zoned;

use crate::model::Event;
use crate::report::summary::short_duration;

/// What the line waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standstill {
    why: String,
    what_next: &'static str,
    next: Instant,
}

impl Standstill {
    /// What `event`, which has just come, says about it.
    pub(super) fn of(event: &Event) -> Option<Self> {
        let (why, what_next, wait) = match event {
            Event::Paused { pause } => {
                let why = "the CRM takes no more requests now";
                (why.into(), "going on", pause)
            }
            Event::LimitUsedUp { rest } => ("the CRM's limit is used up".into(), "going on", rest),
            Event::ServerAway { since, next_try_in } => {
                (away_since(*since), "next try", next_try_in)
            }
            _ => return None,
        };
        Some(Self {
            why,
            what_next,
            next: Instant::now() + *wait,
        })
    }

    /// `server away since 10:42:03, next try in 8 s`; a time that has come is `now`.
    pub(super) fn words(&self, now: Instant) -> String {
        let wait = self.next.saturating_duration_since(now);
        let when = if wait.is_zero() {
            "now".to_owned()
        } else {
            format!("in {}", short_duration(wait))
        };
        format!("{}, {} {when}", self.why, self.what_next)
    }
}

/// By the clock on the wall, which people can compare with other logs.
fn away_since(since: Duration) -> String {
    let now = Zoned::now();
    let began = now.checked_sub(since).unwrap_or(now);
    format!("server away since {}", began.strftime("%H:%M:%S"))
}

/// The standstill that is on, if one is; shared with the bar, which draws itself.
#[derive(Debug, Default)]
pub(super) struct StandstillBoard(Mutex<Option<Standstill>>);

impl StandstillBoard {
    pub(super) fn set(&self, standstill: Option<Standstill>) {
        *self.lock() = standstill;
    }

    /// The line moves again, unless it is known to rest still.
    pub(super) fn clear_if_over(&self) {
        let now = Instant::now();
        self.lock().take_if(|standstill| standstill.next <= now);
    }

    /// What to show now; nothing once the line moves again.
    pub(super) fn words(&self) -> Option<String> {
        let standstill = self.lock();
        standstill.as_ref().map(|it| it.words(Instant::now()))
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<Standstill>> {
        // A panic while the lock was held cannot have left half a value.
        self.0
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Standstill, StandstillBoard};
    use crate::model::Event;

    #[test]
    fn a_standstill_says_why_and_until_when() {
        let eight = Duration::from_secs(8);
        for (event, begins, ends) in [
            (
                Event::ServerAway {
                    since: eight,
                    next_try_in: eight,
                },
                "server away since ",
                ", next try in 7.5 s",
            ),
            (
                Event::LimitUsedUp { rest: eight },
                "the CRM's limit is used up",
                ", going on in 7.5 s",
            ),
            (
                Event::Paused { pause: eight },
                "the CRM takes no more requests now",
                ", going on in 7.5 s",
            ),
        ] {
            let standstill = Standstill::of(&event).unwrap();
            let soon = standstill
                .next
                .checked_sub(Duration::from_millis(7500))
                .unwrap();
            let words = standstill.words(soon);
            assert!(
                words.starts_with(begins) && words.ends_with(ends),
                "{words}"
            );
            let late = Instant::now() + Duration::from_mins(1);
            assert!(standstill.words(late).ends_with(" now"));
        }
        assert_eq!(Standstill::of(&Event::ServerBack), None);
    }

    #[test]
    fn what_lands_during_a_rest_does_not_end_it() {
        let board = StandstillBoard::default();
        let rest = |rest| Standstill::of(&Event::LimitUsedUp { rest });
        board.set(rest(Duration::from_mins(1)));
        board.clear_if_over();
        assert!(board.words().is_some());
        board.set(rest(Duration::ZERO));
        board.clear_if_over();
        assert_eq!(board.words(), None);
    }
}
