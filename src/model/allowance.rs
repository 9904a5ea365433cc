//! What a server tells of its limit on requests.

use std::time::Duration;

/// What one answer tells of the server's limit on requests. Anything may be missing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Allowance {
    /// Requests allowed in one window.
    pub limit: Option<u64>,
    /// Requests left in the window that is on, after the one that was answered.
    pub remaining: Option<u64>,
    /// Time until the window ends, counted from the arrival of the answer; as servers write it in whole
    /// seconds, it can be off by one.
    pub resets_in: Option<Duration>,
}
