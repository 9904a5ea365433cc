//! What is told of a round.

use std::fmt;
use std::ops::AddAssign;

/// What a round did, or several.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) kills: u64,
    pub(crate) runs: u64,
    pub(crate) rows: u64,
    pub(crate) leads: u64,
    pub(crate) in_doubt: u64,
    pub(crate) in_doubt_and_created: u64,
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.kills += other.kills;
        self.runs += other.runs;
        self.rows += other.rows;
        self.leads += other.leads;
        self.in_doubt += other.in_doubt;
        self.in_doubt_and_created += other.in_doubt_and_created;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let tenths_for_a_kill = self.in_doubt * 10 / self.kills.max(1);
        write!(
            formatter,
            "{} kills in {} runs, {} rows, {} leads, {} in doubt ({} of them created, {}.{} for a kill)",
            self.kills,
            self.runs,
            self.rows,
            self.leads,
            self.in_doubt,
            self.in_doubt_and_created,
            tenths_for_a_kill / 10,
            tenths_for_a_kill % 10,
        )
    }
}
