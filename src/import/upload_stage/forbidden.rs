//! Telling a row that the server forbids from a server that forbids everything.

use crate::import::ready_row::ReadyRow;

/// Rows that were answered with 403 after another row had been taken.
///
/// One more row is tried. When that is taken too, only the held rows are forbidden; when it is
/// forbidden as well, everything is.
#[derive(Debug, Default)]
pub(super) struct ForbiddenRows {
    held: Vec<(ReadyRow, String)>,
    /// Attempts from this number on began after the first 403 and so can tell.
    tells_from: u64,
}

/// What the latest 403 shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Finding {
    /// Nothing yet: another row must be tried.
    Open,
    /// A row that began after the first 403 is forbidden too.
    EverythingForbidden,
}

impl ForbiddenRows {
    /// Holds a row whose attempt `number` was forbidden; `next_number` is the next attempt's.
    pub(super) fn hold(
        &mut self,
        row: ReadyRow,
        words: String,
        number: u64,
        next_number: u64,
    ) -> Finding {
        let finding = if self.held.is_empty() {
            self.tells_from = next_number;
            Finding::Open
        } else if number >= self.tells_from {
            Finding::EverythingForbidden
        } else {
            Finding::Open
        };
        self.held.push((row, words));
        finding
    }

    /// A lead was created by attempt `number`: gives back the rows that it proves to be forbidden
    /// alone, with the server's words.
    pub(super) fn note_created(&mut self, number: u64) -> Vec<(ReadyRow, String)> {
        if self.held.is_empty() || number < self.tells_from {
            return Vec::new();
        }
        std::mem::take(&mut self.held)
    }

    /// Whether a row is to be tried alone, so that a server that forbids everything is not
    /// bothered with more than one.
    pub(super) fn asks_for_a_probe(&self) -> bool {
        !self.held.is_empty()
    }

    /// Gives back all held rows, undecided.
    pub(super) fn take_all(&mut self) -> Vec<(ReadyRow, String)> {
        std::mem::take(&mut self.held)
    }
}

#[cfg(test)]
mod tests {
    use super::{Finding, ForbiddenRows};
    use crate::import::ready_row::ReadyRow;

    fn row(sequence: u64) -> ReadyRow {
        ReadyRow::of_test(sequence)
    }

    #[test]
    fn only_an_attempt_that_began_later_can_tell() {
        let mut rows = ForbiddenRows::default();
        assert_eq!(rows.hold(row(5), "no".into(), 5, 9), Finding::Open);
        assert_eq!(
            rows.hold(row(6), "no".into(), 6, 9),
            Finding::Open,
            "was in flight already"
        );
        assert!(rows.note_created(8).is_empty(), "was in flight already");
        assert!(rows.asks_for_a_probe());
        let blocked: Vec<u64> = rows
            .note_created(9)
            .iter()
            .map(|(row, _)| row.sequence)
            .collect();
        assert_eq!(blocked, [5, 6]);
        assert!(!rows.asks_for_a_probe());
    }

    #[test]
    fn a_second_row_that_is_forbidden_means_everything_is() {
        let mut rows = ForbiddenRows::default();
        rows.hold(row(5), "no".into(), 5, 6);
        assert_eq!(
            rows.hold(row(6), "no".into(), 6, 7),
            Finding::EverythingForbidden
        );
        assert_eq!(rows.take_all().len(), 2);
    }
}
