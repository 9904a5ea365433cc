//! How many rows are written down as intended before they are sent. Pure but for the clock.

use std::time::Duration;

use tokio::time::Instant;

/// The most rows that may be intended and not sent.
///
/// Source: the contract's write-ahead rule. After a kill each of them is in doubt.
const MOST_AHEAD: usize = 1024;

/// Rows that wait while a commit goes on, and while the next one does: with fewer the line would
/// stand still until the disk answers.
const COMMITS_AHEAD: f64 = 2.5;

/// So long after a commit the next one begins, unless the line would stand still: a few times as long as a
/// disk takes for one, as larger groups cost each row less.
pub(in crate::import) const COMMIT_INTERVAL: Duration = Duration::from_millis(8);

/// A rate is measured over so long.
const WINDOW: Duration = Duration::from_millis(50);

/// Learns how fast rows are sent and how long a commit takes.
#[derive(Debug)]
pub(super) struct IntentPace {
    window_began: Instant,
    sent_in_window: u32,
    rows_per_second: f64,
    commit_seconds: f64,
}

impl IntentPace {
    pub(super) fn new() -> Self {
        Self {
            window_began: Instant::now(),
            sent_in_window: 0,
            rows_per_second: 0.0,
            commit_seconds: 0.0,
        }
    }

    /// A row is sent.
    pub(super) fn note_sent(&mut self) {
        self.sent_in_window += 1;
    }

    /// A commit is done.
    pub(super) fn note_commit(&mut self, took: Duration) {
        /// One slow commit among many does not change much.
        const WEIGHT: f64 = 0.2;
        let took = took.max(COMMIT_INTERVAL).as_secs_f64();
        self.commit_seconds += (took - self.commit_seconds) * WEIGHT;
    }

    /// How many rows to have intended beyond those that can be sent at once.
    pub(super) fn ahead(&mut self) -> usize {
        self.measure_rate();
        let rows = self.rows_per_second * self.commit_seconds * COMMITS_AHEAD;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a float becomes the nearest number of rows, and the bound follows"
        )]
        let rows = rows.ceil() as usize;
        rows.min(MOST_AHEAD)
    }

    fn measure_rate(&mut self) {
        let elapsed = self.window_began.elapsed();
        if elapsed < WINDOW {
            return;
        }
        self.rows_per_second = f64::from(self.sent_in_window) / elapsed.as_secs_f64();
        self.sent_in_window = 0;
        self.window_began = Instant::now();
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{IntentPace, MOST_AHEAD};

    async fn pace_of(rows_per_window: u32, commit: Duration) -> usize {
        let mut pace = IntentPace::new();
        for _ in 0..50 {
            (0..rows_per_window).for_each(|_| pace.note_sent());
            pace.note_commit(commit);
            tokio::time::advance(Duration::from_millis(100)).await;
            pace.ahead();
        }
        pace.ahead()
    }

    #[tokio::test(start_paused = true)]
    async fn no_more_rows_are_ahead_than_a_few_commits_need() {
        let eight_milliseconds = Duration::from_millis(8);
        for (rows_per_window, commit, expected) in [
            (0, eight_milliseconds, 0..1),
            (1, eight_milliseconds, 1..2),
            (100, eight_milliseconds, 19..22),
            (4000, eight_milliseconds, 760..840),
            (100, Duration::ZERO, 19..22),
            (100_000, Duration::from_secs(1), MOST_AHEAD..MOST_AHEAD + 1),
        ] {
            let ahead = pace_of(rows_per_window, commit).await;
            assert!(expected.contains(&ahead), "{rows_per_window}: {ahead}");
        }
    }
}
