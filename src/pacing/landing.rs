//! What pacing is told of each request.

use std::time::Duration;

use tokio::time::Instant;

use crate::model::Allowance;

/// A request that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sent {
    /// Requests of a run count up from 0 in the order in which they are sent.
    pub number: u64,
    /// When it was sent.
    pub at: Instant,
}

/// A request that is no longer in flight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Landing {
    /// The request.
    pub sent: Sent,
    /// When its answer arrived.
    pub arrived: Instant,
    /// What the answer tells of the server's limit.
    pub allowance: Allowance,
    /// What the answer says of the load.
    pub verdict: Verdict,
    /// The pause that it demands of everybody.
    pub pause: Option<Duration>,
}

/// What an answer says of the load that the server bears.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// The server has dealt with the request, whatever it said.
    Taken,
    /// The server would not look at it for the number of requests (429).
    Refused,
    /// The server was too busy or away: no answer, half of one, or a fault of its own.
    Failed,
}
