//! The rows that a header is looked for in.

use crate::source::filled_row::FilledRow;

/// So many filled rows are looked at: more than any titles take.
const MOST_ROWS: usize = 100;

/// So much text of theirs is kept.
const MOST_TEXT_BYTES: usize = 1 << 20;

/// The first filled rows of a file.
#[derive(Debug, Default)]
pub(in crate::source) struct FirstRows {
    rows: Vec<FilledRow>,
    text_bytes: usize,
}

impl FirstRows {
    /// Takes a row; returns whether another one is wanted.
    pub(in crate::source) fn take(&mut self, row: FilledRow) -> bool {
        self.text_bytes += row.cells.text_bytes();
        self.rows.push(row);
        self.rows.len() < MOST_ROWS && self.text_bytes < MOST_TEXT_BYTES
    }

    /// The rows, in their order.
    pub(in crate::source) fn as_slice(&self) -> &[FilledRow] {
        &self.rows
    }
}
