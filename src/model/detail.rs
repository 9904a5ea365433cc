//! What happens in a run from moment to moment, for whoever looks closely.

use std::time::Duration;

/// One small thing that happened.
///
/// Made of numbers and of words that are in the program's own text: nothing of a row, a server or a
/// token can get in. Making one costs next to nothing, as most runs show none.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Detail {
    /// The CRM was asked the first small questions.
    Preflight {
        /// How long that took.
        took: Duration,
    },
    /// A row was sent and its answer, or none, is there.
    Attempt {
        /// The row's number.
        row: u64,
        /// Which attempt of the row in this run, counted from 1.
        attempt: u32,
        /// What it came to, such as `created`.
        came_to: &'static str,
        /// The HTTP status, where it tells more than that.
        status: Option<u16>,
        /// From sending to here.
        took: Duration,
        /// Which token of this run, counted from 0.
        token: u64,
    },
    /// A lead was looked for.
    LookUp {
        /// What was asked, such as `search`.
        asked: &'static str,
        /// What it came to, such as `answered`.
        came_to: &'static str,
        /// From asking to here.
        took: Duration,
        /// Which token of this run, counted from 0.
        token: u64,
    },
    /// The server was asked whether it is back.
    Probe {
        /// What it came to.
        came_to: &'static str,
    },
    /// The token's source was asked for a newer one.
    Renewal {
        /// Which token of this run is now in use, counted from 0.
        token: u64,
        /// Whether it is another one than before.
        is_newer: bool,
    },
    /// The ledger took long to write.
    SlowCommit {
        /// From beginning to end.
        took: Duration,
    },
    /// The ledger could not write.
    FailedCommit {
        /// From beginning to end.
        took: Duration,
    },
}
