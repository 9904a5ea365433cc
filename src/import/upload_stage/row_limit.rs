//! `--limit`: a trial in the real CRM, which has no undo.
//!
//! A row that the server refuses once more as it did in an earlier run does not count: nothing came of it, and
//! as many such rows as the limit allows would stop every further run at the same place.

/// How many more rows may be sent for the first time.
#[derive(Debug)]
pub(super) struct RowLimit {
    limit: Option<u64>,
    sent: u64,
    held_back: bool,
}

impl RowLimit {
    /// `None` is no limit.
    pub(super) fn new(limit: Option<u64>) -> Self {
        Self {
            limit,
            sent: 0,
            held_back: false,
        }
    }

    /// Whether no further row may be sent.
    pub(super) fn is_used_up(&self) -> bool {
        self.limit.is_some_and(|limit| self.sent >= limit)
    }

    /// A row is sent for the first time.
    pub(super) fn note_sent(&mut self) {
        self.sent += 1;
    }

    /// A row that was refused before was refused as it is once more.
    pub(super) fn note_refused_again(&mut self) {
        self.sent = self.sent.saturating_sub(1);
    }

    /// A row is not sent because of the limit.
    pub(super) fn note_held_back(&mut self) {
        self.held_back = true;
    }

    /// The limit, if it kept any row back.
    pub(super) fn that_held_back(&self) -> Option<u64> {
        self.limit.filter(|_| self.held_back)
    }
}
