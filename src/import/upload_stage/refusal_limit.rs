//! `--max-errors`: enough rows were refused to stop. Pure.

use crate::import::plan::MaxErrors;
use crate::import::stop::StopReason;

/// A share counts from so many answers on: of the first few rows one is a large share.
///
/// Source: the contract's table of flags.
const ANSWERS_FOR_A_SHARE: u64 = 200;

/// Counts rows that are newly refused. A row whose same body was refused before is no news, so that
/// the same command does not stop at the same rows again.
#[derive(Debug)]
pub(super) struct RefusalLimit {
    limit: Option<MaxErrors>,
    refused: u64,
    answered: u64,
}

impl RefusalLimit {
    /// `None` is no limit.
    pub(super) fn new(limit: Option<MaxErrors>) -> Self {
        Self {
            limit,
            refused: 0,
            answered: 0,
        }
    }

    /// The server has said yes.
    pub(super) fn note_created(&mut self) {
        self.answered += 1;
    }

    /// The server has said no to a row that it had not refused before. Returns why the run is to stop.
    pub(super) fn note_refused(&mut self) -> Option<StopReason> {
        self.refused += 1;
        self.answered += 1;
        let is_too_much = match self.limit? {
            MaxErrors::Rows(rows) => self.refused > rows,
            MaxErrors::Percent(percent) => {
                self.answered >= ANSWERS_FOR_A_SHARE
                    && self.refused * 100 > self.answered * u64::from(percent)
            }
        };
        is_too_much.then_some(StopReason::TooManyRefused {
            refused: self.refused,
            answered: self.answered,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::RefusalLimit;
    use crate::import::plan::MaxErrors;

    /// After how many answers the run stops when every `nth` row is refused.
    fn stops_after(limit: Option<MaxErrors>, nth: u32) -> Option<u32> {
        let mut refusals = RefusalLimit::new(limit);
        (1..=1000).find(|answer| {
            if answer % nth == 0 {
                return refusals.note_refused().is_some();
            }
            refusals.note_created();
            false
        })
    }

    #[test]
    fn rows_and_shares_have_their_limits() {
        for (limit, nth, expected) in [
            (None, 1, None),
            (Some(MaxErrors::Rows(0)), 1, Some(1)),
            (Some(MaxErrors::Rows(3)), 2, Some(8)),
            (Some(MaxErrors::Percent(5)), 10, Some(200)),
            (Some(MaxErrors::Percent(10)), 10, None),
            (Some(MaxErrors::Percent(100)), 1, None),
            (Some(MaxErrors::Percent(0)), 300, Some(300)),
        ] {
            assert_eq!(stops_after(limit, nth), expected, "{limit:?} {nth}");
        }
    }
}
