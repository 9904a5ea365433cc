//! Rows that wait for their time, first in first out.

use std::io;
use std::time::Duration;

use super::open_row::OpenRow;
use crate::import::row_spool::RowSpool;

/// Rows that wait equally long, so that who came first is due first. On disk beyond a bound.
#[derive(Debug, Default)]
pub(super) struct Line {
    head: Option<Waiting>,
    spool: RowSpool<OpenRow>,
}

#[derive(Debug)]
struct Waiting {
    due: Duration,
    open: OpenRow,
}

impl Line {
    pub(super) fn push(&mut self, open: OpenRow) -> io::Result<()> {
        self.spool.push(open)
    }

    /// When the next row is due, `due` telling that of each.
    pub(super) fn next_due(
        &mut self,
        due: impl Fn(&OpenRow) -> Duration,
    ) -> io::Result<Option<Duration>> {
        if self.head.is_none()
            && let Some(open) = self.spool.pop()?
        {
            self.head = Some(Waiting {
                due: due(&open),
                open,
            });
        }
        Ok(self.head.as_ref().map(|waiting| waiting.due))
    }

    /// Takes the next row, due or not.
    pub(super) fn pop(&mut self) -> io::Result<Option<OpenRow>> {
        match self.head.take() {
            Some(waiting) => Ok(Some(waiting.open)),
            None => self.spool.pop(),
        }
    }
}
