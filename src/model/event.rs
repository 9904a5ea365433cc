//! What a run tells while it goes on.

use std::time::Duration;

use super::{Detail, Tally};

/// News of a run, for whoever shows its progress. Never holds a cell's content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The file was read through once; so many data rows are ahead.
    Scanned {
        /// Data rows that are not blank.
        rows: u64,
    },
    /// More rows have an outcome.
    Progressed {
        /// All rows so far.
        tally: Tally,
    },
    /// The server demands a pause of everybody.
    Paused {
        /// How long.
        pause: Duration,
    },
    /// What the server allows in its window is used up.
    LimitUsedUp {
        /// How long until the next one begins.
        rest: Duration,
    },
    /// The server is away.
    ServerAway {
        /// How long it has been away.
        since: Duration,
        /// How long until it is asked again.
        next_try_in: Duration,
    },
    /// The server is back after an outage.
    ServerBack,
    /// Anything else that people should know, as a whole sentence without a full stop.
    Notice(String),
    /// The same, where something is not as it should be.
    Warning(String),
    /// Something small, for whoever looks closely.
    Detail(Detail),
}
