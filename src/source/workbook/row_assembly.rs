//! The cells of a sheet to its rows.

use crate::model::{CellFault, CellFaultKind, Cells, is_blank};

use crate::source::SourceError;
use crate::source::filled_row::FilledRow;
use crate::source::text::LONGEST_RECORD_BYTES;

/// Rows that a sheet can have. Source: Excel specifications and limits.
const SHEET_ROWS: u32 = 1_048_576;

/// Columns that a sheet can have. Source: as above.
const SHEET_COLUMNS: u32 = 16_384;

/// Where a cell lies, both counted from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Position {
    /// The row.
    pub(super) row: u32,
    /// The column.
    pub(super) column: u32,
}

/// Builds one row at a time from cells in sheet order.
///
/// Rows are padded to a width; beyond it only filled cells are kept. Blank rows vanish here, and
/// the numbers of the filled ones tell that they were there.
#[derive(Debug)]
pub(super) struct RowAssembly<'a> {
    sheet: &'a str,
    width: usize,
    last: Option<Position>,
    cells: Cells,
    faults: Vec<CellFault>,
}

impl<'a> RowAssembly<'a> {
    /// Begins before the first row of `sheet`, whose header has `width` columns.
    pub(super) fn new(sheet: &'a str, width: usize) -> Self {
        Self {
            sheet,
            width,
            last: None,
            cells: Cells::default(),
            faults: Vec::new(),
        }
    }

    /// The number of the row that is being built, or 0 before the first.
    pub(super) fn row_number(&self) -> u64 {
        self.last.map_or(0, |last| u64::from(last.row) + 1)
    }

    /// Goes on to the cell at `position`; returns the row before it if that is complete and not
    /// blank.
    ///
    /// # Errors
    ///
    /// [`SourceError::CellOutsideSheet`], [`SourceError::RowTooLong`], and [`SourceError::CellsOutOfOrder`] for a cell
    /// that does not lie behind the one before it: its row might have been handed over already.
    pub(super) fn go_to(&mut self, position: Position) -> Result<Option<FilledRow>, SourceError> {
        self.ensure_in_order(position)?;
        let is_new_row = self.last.is_none_or(|last| last.row != position.row);
        let complete = if is_new_row { self.finish_row() } else { None };
        if self.cells.text_bytes() > LONGEST_RECORD_BYTES {
            return Err(SourceError::RowTooLong {
                sheet: self.sheet.to_owned(),
                row: u64::from(position.row) + 1,
            });
        }
        self.last = Some(position);
        Ok(complete)
    }

    /// Puts `text` into the cell that was gone to.
    pub(super) fn put(&mut self, text: &str, fault: Option<CellFaultKind>) {
        let Some(Position { column, .. }) = self.last else {
            return;
        };
        let index = column as usize;
        if index >= self.width && is_blank(text) {
            return;
        }
        self.pad_to(index);
        self.cells.push(text);
        self.faults.extend(fault.map(|kind| CellFault {
            column_index: Some(index),
            kind,
        }));
    }

    /// The row that was being built, if it is not blank.
    pub(super) fn finish_row(&mut self) -> Option<FilledRow> {
        let number = self.row_number();
        if !self.cells.is_blank() {
            self.pad_to(self.width);
        }
        let next = Cells::with_capacity(self.width, 0);
        let cells = std::mem::replace(&mut self.cells, next);
        let faults = std::mem::take(&mut self.faults);
        (!cells.is_blank()).then_some(FilledRow {
            number,
            line: None,
            cells,
            faults,
        })
    }

    fn pad_to(&mut self, width: usize) {
        while self.cells.len() < width {
            self.cells.push("");
        }
    }

    fn ensure_in_order(&self, position: Position) -> Result<(), SourceError> {
        if position.row >= SHEET_ROWS || position.column >= SHEET_COLUMNS {
            return Err(SourceError::CellOutsideSheet {
                sheet: self.sheet.to_owned(),
                row: u64::from(position.row) + 1,
                column_index: u64::from(position.column),
            });
        }
        match self.last {
            Some(last) if last >= position => Err(SourceError::CellsOutOfOrder {
                sheet: self.sheet.to_owned(),
                row: u64::from(position.row) + 1,
                column_index: position.column as usize,
                after_row: u64::from(last.row) + 1,
                after_column_index: last.column as usize,
            }),
            _ => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Assembles cells given as (row, column, text), both counted from 0.
    fn assemble(width: usize, cells: &[(u32, u32, &str)]) -> Result<Vec<FilledRow>, SourceError> {
        let mut assembly = RowAssembly::new("Leads", width);
        let mut rows = Vec::new();
        for &(row, column, text) in cells {
            rows.extend(assembly.go_to(Position { row, column })?);
            assembly.put(text, (text == "#N/A").then_some(CellFaultKind::ErrorValue));
        }
        rows.extend(assembly.finish_row());
        Ok(rows)
    }

    fn row(number: u64, cells: &[&str]) -> FilledRow {
        FilledRow {
            number,
            line: None,
            cells: cells.iter().copied().collect(),
            faults: Vec::new(),
        }
    }

    #[test]
    fn rows_are_padded_and_blank_ones_left_out() {
        let cells = [
            (1, 1, "b"),
            (2, 0, " "),
            (4, 0, "a"),
            (4, 3, "note"),
            (4, 4, " "),
            (9, 0, ""),
        ];
        let expected = [row(2, &["", "b", ""]), row(5, &["a", "", "", "note"])];
        assert_eq!(assemble(3, &cells).unwrap(), expected);
        assert_eq!(assemble(3, &[]).unwrap(), []);
    }

    #[test]
    fn a_fault_stays_with_its_row() {
        let rows = assemble(1, &[(0, 0, "#N/A"), (1, 0, "fine")]).unwrap();
        let faults: Vec<_> = rows.iter().map(|row| row.faults.len()).collect();
        assert_eq!(faults, [1, 0]);
    }

    #[test]
    fn cells_outside_the_sheet_or_out_of_order_stop_the_reading() {
        for (cells, expected) in [
            (
                &[(0, 16_384, "a")][..],
                "sheet `Leads` has a cell at row 1, column 16385, outside any sheet",
            ),
            (
                &[(1_048_576, 0, "a")],
                "sheet `Leads` has a cell at row 1048577, column 1, outside any sheet",
            ),
            (
                &[(0, 0, "a"), (0, 0, "b")],
                "sheet `Leads` has cell `A1` after cell `A1`",
            ),
            (
                &[(0, 1, "a"), (0, 0, "b")],
                "sheet `Leads` has cell `A1` after cell `B1`",
            ),
            (
                &[(2, 0, "a"), (1, 5, "b")],
                "sheet `Leads` has cell `F2` after cell `A3`",
            ),
        ] {
            let error = assemble(2, cells).unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
    }

    #[test]
    fn a_row_that_fills_the_memory_stops_the_reading() {
        let half = "a".repeat(LONGEST_RECORD_BYTES / 2 + 1);
        let error = assemble(2, &[(6, 0, &half), (6, 1, &half), (6, 2, "b")]).unwrap_err();
        assert_eq!(
            error.to_string(),
            "row 7 of sheet `Leads` is longer than 16 MiB"
        );
        assert!(assemble(1, &[(6, 0, &half), (7, 0, &half), (8, 0, "b")]).is_ok());
    }
}
