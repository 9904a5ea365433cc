//! What both readers hand over.

use std::ops::ControlFlow;

use crate::model::{CellFault, Cells};

/// A row that is not blank, before anybody knows whether it is the header.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct FilledRow {
    /// The row as a spreadsheet program numbers it, from 1.
    pub(super) number: u64,
    /// The line of a text file in which it begins, from 1; `None` in a workbook.
    pub(super) line: Option<u64>,
    /// Its cells as text.
    pub(super) cells: Cells,
    /// What could not be read without loss.
    pub(super) faults: Vec<CellFault>,
}

/// Takes the filled rows of a file one by one; a break ends the reading.
pub(super) type OnFilledRow<'a> = dyn FnMut(FilledRow) -> ControlFlow<()> + 'a;
