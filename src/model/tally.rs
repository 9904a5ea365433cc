//! The books of a run: how many rows ended how.

use super::{Outcome, Status};

/// Counts of rows by status, and of attempts.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    rows: [u64; Status::ALL.len()],
    attempts: u64,
}

impl Tally {
    /// Counts one row's outcome.
    pub fn add(&mut self, outcome: &Outcome) {
        let place = Status::ALL
            .iter()
            .position(|status| *status == outcome.status);
        self.rows[place.expect("every status is in the list of all")] += 1;
        self.attempts += u64::from(outcome.attempts);
    }

    /// How many rows ended in `status`.
    pub fn of(&self, status: Status) -> u64 {
        Status::ALL
            .iter()
            .zip(self.rows)
            .find(|(s, _)| **s == status)
            .map_or(0, |(_, n)| n)
    }

    /// How many rows were counted.
    pub fn rows(&self) -> u64 {
        self.rows.iter().sum()
    }

    /// How many POSTs these rows took.
    pub fn attempts(&self) -> u64 {
        self.attempts
    }

    /// How many rows somebody has to look at.
    pub fn unsettled(&self) -> u64 {
        Status::ALL
            .iter()
            .filter(|s| !s.is_settled_well())
            .map(|s| self.of(*s))
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::Tally;
    use crate::model::{Outcome, Status};

    #[test]
    fn every_status_is_counted_once() {
        let mut tally = Tally::default();
        for status in Status::ALL {
            tally.add(&Outcome {
                attempts: 2,
                ..Outcome::unsent(status, Vec::new())
            });
        }
        assert!(Status::ALL.iter().all(|status| tally.of(*status) == 1));
        assert_eq!(
            (tally.rows(), tally.attempts(), tally.unsettled()),
            (10, 20, 5)
        );
    }
}
