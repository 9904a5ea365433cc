//! An XLSX workbook: one sheet's rows, cell by cell.

use std::io::BufReader;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use calamine::{Reader, Xlsx, XlsxError};

use super::cell_text::CellTexts;
use super::date_text::Epoch;
use super::row_assembly::{Position, RowAssembly};
use super::sheet_choice::choose_sheet;
use crate::source::SourceError;
use crate::source::content::PASSWORD_PROTECTED;
use crate::source::counted_file::CountedFile;
use crate::source::filled_row::OnFilledRow;

type Workbook = Xlsx<BufReader<CountedFile>>;

/// A workbook with the sheet that is read from it.
///
/// Holds the table of shared strings for as long as it lives, and one row while reading.
pub(in crate::source) struct WorkbookFile {
    /// Reading a sheet borrows the workbook, although nothing of it changes.
    workbook: Mutex<Workbook>,
    /// The sheet that is read.
    pub(in crate::source) sheet: String,
    /// The names of all sheets, in the workbook's order.
    pub(in crate::source) sheets: Vec<String>,
    /// Said when nobody chose the sheet and there was a choice.
    pub(in crate::source) notice: Option<String>,
}

impl WorkbookFile {
    /// Opens the workbook at `path`, whose archive has been inspected, and chooses the sheet.
    pub(in crate::source) fn open(
        path: &Path,
        wanted_sheet: Option<&str>,
        bytes_read: &Arc<AtomicU64>,
    ) -> Result<Self, SourceError> {
        let file = BufReader::new(CountedFile::open(path, bytes_read)?);
        let mut workbook = Xlsx::new(file).map_err(|error| broken(None, 0, error))?;
        let sheets = workbook.sheets_metadata().to_vec();
        let choice = choose_sheet(&sheets, wanted_sheet, |name| {
            has_filled_cell(&mut workbook, name)
        })?;
        Ok(Self {
            workbook: Mutex::new(workbook),
            sheet: choice.name,
            sheets: sheets.into_iter().map(|sheet| sheet.name).collect(),
            notice: choice.notice,
        })
    }

    /// Calls `on_row` with each row that is not blank, until it breaks; returns the number of the
    /// last filled row, 0 when there was none.
    ///
    /// Rows are padded to `width`; cells beyond it are kept only if filled, and are no fault:
    /// people write notes beside their tables.
    pub(in crate::source) fn read_filled_rows(
        &self,
        width: usize,
        on_row: &mut OnFilledRow<'_>,
    ) -> Result<u64, SourceError> {
        let mut workbook = self.lock();
        read_sheet(&mut workbook, &self.sheet, width, on_row)
    }

    /// A panic in `on_row` leaves nothing half-done: each reading starts anew.
    fn lock(&self) -> MutexGuard<'_, Workbook> {
        self.workbook.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn has_filled_cell(workbook: &mut Workbook, sheet: &str) -> Result<bool, SourceError> {
    let last_row = read_sheet(workbook, sheet, 0, &mut |_| ControlFlow::Break(()))?;
    Ok(last_row > 0)
}

fn read_sheet(
    workbook: &mut Workbook,
    sheet: &str,
    width: usize,
    on_row: &mut OnFilledRow<'_>,
) -> Result<u64, SourceError> {
    let epoch = if workbook.has_1904_epoch() {
        Epoch::Year1904
    } else {
        Epoch::Year1900
    };
    let mut cells = workbook
        .worksheet_cells_reader(sheet)
        .map_err(|error| broken(Some(sheet), 0, error))?;
    let mut texts = CellTexts::new(cells.styles(), epoch);
    let mut assembly = RowAssembly::new(sheet, width);
    let mut last_filled_row = 0;
    loop {
        let next = cells
            .next_cell_with_style_id()
            .map_err(|error| broken(Some(sheet), assembly.row_number(), error))?;
        let complete = match &next {
            Some((cell, _)) => {
                let (row, column) = cell.get_position();
                assembly.go_to(Position { row, column })?
            }
            None => assembly.finish_row(),
        };
        if let Some(row) = complete {
            last_filled_row = row.number;
            if on_row(row).is_break() {
                return Ok(last_filled_row);
            }
        }
        let Some((cell, style)) = &next else {
            return Ok(last_filled_row);
        };
        let (text, fault) = texts.text(cell.get_value(), *style);
        assembly.put(text, fault);
    }
}

fn broken(sheet: Option<&str>, after_row: u64, error: XlsxError) -> SourceError {
    match error {
        XlsxError::Io(source) => SourceError::Io { source },
        XlsxError::Password => PASSWORD_PROTECTED.into(),
        error => SourceError::BrokenWorkbook {
            sheet: sheet.map(str::to_owned),
            after_row,
            source: Box::new(error),
        },
    }
}

#[cfg(test)]
mod tests;
