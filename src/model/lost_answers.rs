//! What became of answers that were lost.

use serde::Serialize;

/// Counts attempts whose answer left it open whether the lead exists, and what was found out.
///
/// `lost` and `earlier` together are `found`, `absent` and `open` together.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct LostAnswers {
    /// Answers lost in this run.
    pub lost: u64,
    /// Rows of this file that earlier runs had left open.
    pub earlier: u64,
    /// The CRM has the lead, and its id is known now.
    pub found: u64,
    /// The CRM is proved not to have the lead.
    pub absent: u64,
    /// Of those, rows that were sent again.
    pub resent: u64,
    /// It stays open.
    pub open: u64,
    /// Rows of other files, left open by earlier runs, of which the ledger knows now.
    pub elsewhere: u64,
}

impl LostAnswers {
    /// Whether there is anything to tell.
    pub fn is_empty(&self) -> bool {
        self.lost + self.earlier + self.elsewhere == 0
    }
}
