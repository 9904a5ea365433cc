//! The time during which the server is away.

use std::time::Duration;

use tokio::time::Instant;

use crate::pacing::BackOff;

/// An outage: the whole line rests while a single small request asks again and again.
///
/// When it is answered one row is tried, because a server can list leads and still be unable to
/// create any. Only when that row has a proper answer is the outage over.
#[derive(Debug)]
pub(super) struct Outage {
    began: Instant,
    /// How long it may last.
    give_up_after: Duration,
    back_off: BackOff,
    phase: Phase,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    ProbeDue(Instant),
    Probing,
    TryingOneRow,
}

/// What a failed probe or row means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct StillAway {
    /// How long the server has been away.
    pub(super) since: Duration,
    /// How long until it is asked again.
    pub(super) next_try_in: Duration,
}

impl Outage {
    /// Begins now; the first probe is due at once, because a few unlucky answers in a row look
    /// like an outage and should cost no time.
    pub(super) fn begin(give_up_after: Duration) -> Self {
        let now = Instant::now();
        Self {
            began: now,
            give_up_after,
            back_off: BackOff::new(),
            phase: Phase::ProbeDue(now),
        }
    }

    /// Whether a probe is to be sent now; it then counts as sent.
    pub(super) fn takes_probe(&mut self) -> bool {
        let due = self.next_probe().is_some_and(|when| when <= Instant::now());
        if due {
            self.phase = Phase::Probing;
        }
        due
    }

    /// When the next probe is due, unless one is under way.
    pub(super) fn next_probe(&self) -> Option<Instant> {
        match self.phase {
            Phase::ProbeDue(when) => Some(when),
            Phase::Probing | Phase::TryingOneRow => None,
        }
    }

    /// The probe was answered: one row may go.
    pub(super) fn try_one_row(&mut self) {
        self.phase = Phase::TryingOneRow;
    }

    /// Whether one row may go, to see whether it is taken.
    pub(super) fn tries_one_row(&self) -> bool {
        self.phase == Phase::TryingOneRow
    }

    /// The probe or the row found nobody. The wait grows; a demanded one counts when longer. The last try comes
    /// when the patience ends, whatever was demanded.
    pub(super) fn note_silence(&mut self, demanded: Option<Duration>) -> StillAway {
        let patience = self.give_up_after.saturating_sub(self.began.elapsed());
        let next_try_in = self.back_off.next_wait(demanded).min(patience);
        self.phase = Phase::ProbeDue(Instant::now() + next_try_in);
        StillAway {
            since: self.began.elapsed(),
            next_try_in,
        }
    }

    /// Whether it lasted so long that anybody was told of it.
    pub(super) fn was_noticed(&self) -> bool {
        self.began.elapsed() >= Duration::from_millis(100)
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Outage;

    #[tokio::test(start_paused = true)]
    async fn probes_go_one_at_a_time_with_growing_pauses() {
        let mut outage = Outage::begin(Duration::MAX);
        let mut pauses = Vec::new();
        for _ in 0..8 {
            assert!(outage.takes_probe());
            assert!(!outage.takes_probe(), "one is under way");
            assert_eq!(outage.next_probe(), None);
            let still_away = outage.note_silence(None);
            pauses.push(still_away.next_try_in);
            assert!(!outage.takes_probe(), "not yet");
            tokio::time::sleep_until(outage.next_probe().unwrap()).await;
        }
        assert!(pauses[7] >= Duration::from_secs(30) && pauses[7] > pauses[0]);
        assert!(outage.note_silence(None).since >= pauses.iter().sum::<Duration>());
    }

    #[tokio::test(start_paused = true)]
    async fn an_answered_probe_lets_one_row_through_and_the_outage_goes_on() {
        let mut outage = Outage::begin(Duration::from_mins(10));
        assert!(outage.takes_probe());
        outage.try_one_row();
        assert!(outage.tries_one_row());
        let pause = Duration::from_secs(90);
        assert_eq!(outage.note_silence(Some(pause)).next_try_in, pause);
        assert!(!outage.tries_one_row());
    }

    #[tokio::test(start_paused = true)]
    async fn no_pause_that_is_demanded_is_longer_than_the_patience() {
        let patience = Duration::from_secs(10);
        let mut outage = Outage::begin(patience);
        tokio::time::advance(Duration::from_secs(4)).await;
        let a_day = Some(Duration::from_hours(24));
        let still_away = outage.note_silence(a_day);
        assert_eq!(still_away.next_try_in, Duration::from_secs(6));
        tokio::time::sleep_until(outage.next_probe().unwrap()).await;
        assert!(outage.takes_probe(), "the last try");
        assert!(outage.note_silence(a_day).since >= patience);
    }
}
