//! The time during which the server is away.

use std::time::Duration;

use tokio::time::Instant;

use crate::pacing::BackOff;

/// An outage: the whole line rests while a single small request asks again and again.
#[derive(Debug)]
pub(super) struct Outage {
    began: Instant,
    back_off: BackOff,
    next_probe: Instant,
    probing: bool,
}

impl Outage {
    /// Begins now; the first probe is due at once, because a few unlucky answers in a row look
    /// like an outage and should cost no time.
    pub(super) fn begin() -> Self {
        let now = Instant::now();
        Self {
            began: now,
            back_off: BackOff::new(),
            next_probe: now,
            probing: false,
        }
    }

    /// Whether a probe is to be sent now; it then counts as sent.
    pub(super) fn takes_probe(&mut self) -> bool {
        let due = !self.probing && self.next_probe <= Instant::now();
        self.probing |= due;
        due
    }

    /// When the next probe is due, unless one is under way.
    pub(super) fn next_probe(&self) -> Option<Instant> {
        (!self.probing).then_some(self.next_probe)
    }

    /// The probe found nobody. Returns the wait until the next.
    pub(super) fn note_failed_probe(&mut self) -> Duration {
        let wait = self.back_off.next_wait(None);
        self.probing = false;
        self.next_probe = Instant::now() + wait;
        wait
    }

    /// How long the server has been away.
    pub(super) fn lasts(&self) -> Duration {
        self.began.elapsed()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::Outage;

    #[tokio::test(start_paused = true)]
    async fn probes_go_one_at_a_time_with_growing_pauses() {
        let mut outage = Outage::begin();
        let mut pauses = Vec::new();
        for _ in 0..8 {
            assert!(outage.takes_probe());
            assert!(!outage.takes_probe(), "one is under way");
            assert_eq!(outage.next_probe(), None);
            pauses.push(outage.note_failed_probe());
            assert!(!outage.takes_probe(), "not yet");
            tokio::time::sleep_until(outage.next_probe().unwrap()).await;
        }
        assert!(pauses[7] >= Duration::from_secs(30) && pauses[7] > pauses[0]);
        assert!(outage.lasts() >= pauses.iter().sum());
    }
}
