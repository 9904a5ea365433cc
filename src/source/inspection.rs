//! What a file holds, for whoever looks at it before importing it.

use std::ops::ControlFlow;

use super::text::holds_utf_8;
use super::{RowCount, Source, SourceError};
use crate::model::{CellFaultKind, Row, count_of};

/// So many different cells of each column are shown.
const SAMPLES: usize = 3;

/// How much of a file is looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Extent {
    /// All rows.
    Whole,
    /// This many data rows at most.
    FirstRows(u64),
}

/// What was found in a file's rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Inspection {
    /// The first different filled cells of each column of the header, at most three.
    pub samples: Vec<Vec<String>>,
    /// How many rows there are; `None` if not all of them were looked at.
    pub rows: Option<RowCount>,
    /// Rows with fewer cells than the header has columns, or with filled ones beyond them.
    pub ragged_rows: u64,
    /// What may be wrong with the rows, one sentence each without a full stop.
    pub warnings: Vec<String>,
}

impl Source {
    /// Looks at the rows of the file.
    ///
    /// # Errors
    ///
    /// As [`Self::read_rows`].
    pub fn inspect(&self, extent: Extent) -> Result<Inspection, SourceError> {
        let mut seen = Seen::new(self.header().names.len());
        let most = match extent {
            Extent::Whole => u64::MAX,
            Extent::FirstRows(most) => most,
        };
        let mut is_whole = true;
        let guess = self.guessed_encoding();
        let count = self.read_rows_as_they_are(&mut |row| {
            if row.sequence >= most {
                is_whole = false;
                return ControlFlow::Break(());
            }
            if guess.is_some_and(|guess| holds_utf_8(&row.cells, guess)) {
                seen.utf_8.note(&row);
            }
            seen.note(&row);
            ControlFlow::Continue(())
        })?;
        Ok(seen.inspection(is_whole.then_some(count)))
    }
}

/// Rows of one kind: how many, and where the first one is.
#[derive(Debug, Default)]
struct Found {
    rows: u64,
    first: u64,
}

impl Found {
    fn note(&mut self, row: &Row) {
        if self.rows == 0 {
            self.first = row.number;
        }
        self.rows += 1;
    }

    /// `3 rows WHAT, the first of them row 7`; nothing if there are none.
    fn warning(&self, one: &str, several: &str) -> Option<String> {
        let rows = count_of(self.rows, "row");
        match self.rows {
            0 => None,
            1 => Some(format!("row {} {one}", self.first)),
            _ => Some(format!(
                "{rows} {several}, the first of them row {}",
                self.first
            )),
        }
    }
}

struct Seen {
    samples: Vec<Vec<String>>,
    /// Columns that still lack samples.
    lacking: usize,
    ragged: Found,
    not_text: Found,
    utf_8: Found,
    nul: Found,
    misquoted: Found,
    digits_lost: Found,
    error_values: Found,
}

impl Seen {
    fn new(columns: usize) -> Self {
        Self {
            samples: vec![Vec::new(); columns],
            lacking: columns,
            ragged: Found::default(),
            not_text: Found::default(),
            utf_8: Found::default(),
            nul: Found::default(),
            misquoted: Found::default(),
            digits_lost: Found::default(),
            error_values: Found::default(),
        }
    }

    fn note(&mut self, row: &Row) {
        let columns = self.samples.len();
        let has = |kind: CellFaultKind| row.faults.iter().any(|fault| fault.kind == kind);
        let is_text = row.line.is_some();
        let is_short = is_text && row.cells.len() < columns;
        // Of a workbook's row only filled cells are kept beyond the header.
        let is_long = !is_text && row.cells.len() > columns;
        if is_short || is_long || has(CellFaultKind::TooManyCells) {
            self.ragged.note(row);
        }
        if !row.faults.is_empty() {
            for (kind, found) in [
                (CellFaultKind::NotText, &mut self.not_text),
                (CellFaultKind::HoldsNul, &mut self.nul),
                (CellFaultKind::Misquoted, &mut self.misquoted),
                (CellFaultKind::DigitsLost, &mut self.digits_lost),
                (CellFaultKind::ErrorValue, &mut self.error_values),
            ] {
                if has(kind) {
                    found.note(row);
                }
            }
        }
        if self.lacking > 0 {
            self.keep_samples(row);
        }
    }

    fn keep_samples(&mut self, row: &Row) {
        for (samples, cell) in self.samples.iter_mut().zip(row.cells.iter()) {
            let cell = cell.trim();
            if samples.len() < SAMPLES
                && !cell.is_empty()
                && !samples.iter().any(|seen| seen == cell)
            {
                samples.push(cell.to_owned());
                self.lacking -= usize::from(samples.len() == SAMPLES);
            }
        }
    }

    fn inspection(self, rows: Option<RowCount>) -> Inspection {
        let warnings = [
            self.ragged.warning(
                "has another number of cells than the header",
                "have another number of cells than the header",
            ),
            self.not_text.warning(
                "has bytes that are not text in the file's encoding",
                "have bytes that are not text in the file's encoding",
            ),
            self.utf_8.warning(
                "is UTF-8, unlike the encoding that was guessed",
                "are UTF-8, unlike the encoding that was guessed",
            ),
            self.nul
                .warning("has a NUL character", "have a NUL character"),
            self.misquoted.warning(
                "has text behind a closing quote",
                "have text behind a closing quote",
            ),
            self.digits_lost.warning(
                "has a number of more than 15 digits, whose last digits are lost",
                "have a number of more than 15 digits, whose last digits are lost",
            ),
            self.error_values.warning(
                "has a spreadsheet error such as `#N/A`",
                "have a spreadsheet error such as `#N/A`",
            ),
        ];
        Inspection {
            samples: self.samples,
            rows,
            ragged_rows: self.ragged.rows,
            warnings: warnings.into_iter().flatten().collect(),
        }
    }
}
