//! An XLSX workbook: one sheet's rows, cell by cell.

use std::io::BufReader;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::atomic::AtomicU64;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use calamine::{Reader, Sheet, Xlsx, XlsxError};

use super::archive_guard::Inspection;
use super::cell_text::CellTexts;
use super::date_text::Epoch;
use super::row_assembly::{Position, RowAssembly};
use super::self_contained::{Original, SelfContained};
use super::sheet_choice::{SheetChoice, choose_sheet};
use super::sheet_guard::{Seen, SheetGuard, Surveyed};
use super::sheet_notices::sheet_notices;
use crate::model::Header;
use crate::source::SourceError;
use crate::source::content::PASSWORD_PROTECTED;
use crate::source::counted_file::CountedFile;
use crate::source::filled_row::OnFilledRow;

type Workbook = Xlsx<BufReader<CountedFile>>;

/// A workbook with the sheet that is read from it.
///
/// Holds the table of shared strings for as long as it lives, unless that is large, and one row while reading.
pub(in crate::source) struct WorkbookFile {
    /// Reading a sheet borrows the workbook, although nothing of it changes.
    workbook: Mutex<Workbook>,
    /// The sheet that is read.
    pub(in crate::source) sheet: String,
    /// The names of all sheets, in the workbook's order.
    pub(in crate::source) sheets: Vec<String>,
    /// Said when nobody chose the sheet and there was a choice.
    pub(in crate::source) notice: Option<String>,
    /// Bytes that a reading has to go through at most.
    pub(in crate::source) bytes_total: u64,
    survey: Surveyed,
}

impl WorkbookFile {
    /// Opens the workbook at `path`, whose archive was inspected, and chooses the sheet.
    pub(in crate::source) fn open(
        path: &Path,
        wanted_sheet: Option<&str>,
        inspection: &Inspection,
        bytes_read: &Arc<AtomicU64>,
    ) -> Result<Self, SourceError> {
        if inspection.has_many_strings {
            return Self::open_copy(path, wanted_sheet, bytes_read);
        }
        let mut guard = SheetGuard::open(path);
        let mut workbook = open_file(CountedFile::open(path, bytes_read)?)?;
        let sheets = workbook.sheets_metadata().to_vec();
        let choice = choose_sheet(&sheets, wanted_sheet, |name| {
            guard.ensure_readable_start(number_of(&sheets, name), name)?;
            has_filled_cell(&mut workbook, name)
        })?;
        let survey = guard.survey(number_of(&sheets, &choice.name), &choice.name)?;
        Ok(Self::new(workbook, choice, survey, inspection.sheet_bytes))
    }

    /// The same by way of a copy that needs no table of strings. Which sheet is wanted is found with the first rows
    /// of each.
    fn open_copy(
        path: &Path,
        wanted_sheet: Option<&str>,
        bytes_read: &Arc<AtomicU64>,
    ) -> Result<Self, SourceError> {
        let open = |copy: SelfContained| {
            let file = fs_err::File::from_parts(copy.file, TEMPORARY_NAME);
            open_file(CountedFile::of(file, bytes_read))
        };
        let mut guard = SheetGuard::open(path);
        let mut original = Original::open(path)?;
        let first_rows = original.copy(0..original.sheet_count(), FIRST_ROWS_BYTES)?;
        let is_whole = first_rows.is_whole;
        let mut workbook = open(first_rows)?;
        let sheets = workbook.sheets_metadata().to_vec();
        let choice = choose_sheet(&sheets, wanted_sheet, |name| {
            let number = number_of(&sheets, name);
            guard.ensure_readable_start(number, name)?;
            let is_filled = has_filled_cell(&mut workbook, name)?;
            if is_filled || is_whole {
                return Ok(is_filled);
            }
            let copy = original.copy(number, u64::MAX)?;
            has_filled_cell(&mut open(copy)?, name)
        })?;
        let number = number_of(&sheets, &choice.name);
        let survey = guard.survey(number, &choice.name)?;
        let copy = original.copy(number, u64::MAX)?;
        let length = copy.length;
        Ok(Self::new(open(copy)?, choice, survey, length))
    }

    fn new(workbook: Workbook, choice: SheetChoice, survey: Surveyed, bytes_total: u64) -> Self {
        let sheets = workbook.sheets_metadata().iter();
        Self {
            sheets: sheets.map(|sheet| sheet.name.clone()).collect(),
            workbook: Mutex::new(workbook),
            sheet: choice.name,
            notice: choice.notice,
            bytes_total,
            survey,
        }
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
        let mut is_stopped = false;
        let last_row = read_sheet(&mut workbook, &self.sheet, width, &mut |row| {
            let flow = on_row(row);
            is_stopped = flow.is_break();
            flow
        })?;
        match &self.survey {
            // calamine reads a sheet up to its last row, and the sum that tells damage stands behind it.
            Seen::Broken(error) if !is_stopped => Err(SourceError::DamagedSheet {
                sheet: self.sheet.clone(),
                reason: error.to_string(),
            }),
            _ => Ok(last_row),
        }
    }

    /// What should be said about the sheet, whose column names are `header`, because people see it otherwise than it is
    /// read.
    pub(in crate::source) fn notices_for(&self, header: &Header) -> Vec<String> {
        match &self.survey {
            Seen::Whole(survey) => sheet_notices(survey, &self.sheet, header),
            Seen::Broken(_) | Seen::Unknown => Vec::new(),
        }
    }

    /// A panic in `on_row` leaves nothing half-done: each reading starts anew.
    fn lock(&self) -> MutexGuard<'_, Workbook> {
        self.workbook.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What errors call a file that has no name any more.
const TEMPORARY_NAME: &str = "(temporary file)";

/// The first filled row lies within so many bytes of nearly every sheet.
const FIRST_ROWS_BYTES: u64 = 64 * 1024;

fn number_of(sheets: &[Sheet], name: &str) -> Option<usize> {
    sheets.iter().position(|sheet| sheet.name == name)
}

fn open_file(file: CountedFile) -> Result<Workbook, SourceError> {
    Xlsx::new(BufReader::new(file)).map_err(|error| broken(None, 0, error))
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
mod string_tests;
#[cfg(test)]
mod tests;
#[cfg(test)]
mod written_tests;
