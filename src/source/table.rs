//! The table in a file, whatever its format: **the place to add one that is read**.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use crate::model::Header;

use super::content::{Content, Sample, recognise};
use super::filled_row::OnFilledRow;
use super::header::{
    FirstRows, HeaderGuess, HeaderSearch, guess_header, lettered_header, search_header,
};
use super::text::TextFile;
use super::workbook::{WorkbookFile, inspect_archive};
use super::{SourceError, SourceOptions};

/// A reader for each format.
pub(super) enum Table {
    /// Text.
    Delimited(TextFile),
    /// XLSX.
    Workbook(Box<WorkbookFile>),
}

/// A table that was just opened.
pub(super) struct OpenedTable {
    /// The table.
    pub(super) table: Table,
    /// What should be said about the choices made.
    pub(super) notices: Vec<String>,
    /// Bytes that a reading has to go through.
    pub(super) bytes_total: u64,
}

impl Table {
    /// Tells by its content what the file is, and opens it.
    pub(super) fn open(
        path: &Path,
        options: &SourceOptions,
        bytes_read: &Arc<AtomicU64>,
    ) -> Result<OpenedTable, SourceError> {
        let sample = Sample::take(path)?;
        match recognise(&sample.bytes) {
            Content::Foreign(foreign) => Err(foreign.into()),
            Content::Zip => open_workbook(path, options, bytes_read),
            Content::Text => {
                let (table, mut notices) = TextFile::open(path, &sample, options, bytes_read)?;
                notices.extend(ignored_notice(
                    "sheet",
                    options.sheet.is_some(),
                    "text file",
                ));
                Ok(OpenedTable {
                    table: Self::Delimited(table),
                    notices,
                    bytes_total: fs_err::metadata(path)?.len(),
                })
            }
        }
    }

    /// What the table holds that a person may not see, below its header.
    pub(super) fn hidden_notices(&self, header: &Header) -> Vec<String> {
        match self {
            Self::Delimited(_) => Vec::new(),
            Self::Workbook(file) => file.notices_for(header),
        }
    }

    /// Calls `on_row` with each row that is not blank, until it breaks; returns the number of the
    /// last row that counts. The readers say what `width` means to them.
    pub(super) fn read_filled_rows(
        &self,
        width: usize,
        on_row: &mut OnFilledRow<'_>,
    ) -> Result<u64, SourceError> {
        match self {
            Self::Delimited(file) => file.read_filled_rows(width, on_row),
            Self::Workbook(file) => file.read_filled_rows(width, on_row),
        }
    }

    /// Finds the header: in the row that the options name, else where it seems to be. Returns what should be
    /// said about a guess, too.
    pub(super) fn find_header(
        &self,
        options: &SourceOptions,
    ) -> Result<(Header, Option<String>), SourceError> {
        let found = match options.header_row {
            Some(0) => lettered_header(self.first_rows()?.as_slice()).map(|header| (header, None)),
            Some(wanted) => self.header_in(wanted)?.map(|header| (header, None)),
            None => {
                let guess = guess_header(self.first_rows()?.as_slice(), &options.known_names);
                guess.map(|guess| (guess.header.clone(), header_notice(&guess)))
            }
        };
        found.ok_or_else(|| SourceError::NoHeader {
            sheet: match self {
                Self::Delimited(_) => None,
                Self::Workbook(file) => Some(file.sheet.clone()),
            },
            wanted_row: options.header_row,
        })
    }

    fn header_in(&self, wanted_row: u64) -> Result<Option<Header>, SourceError> {
        let mut found = None;
        self.read_filled_rows(0, &mut |row| match search_header(wanted_row, &row) {
            HeaderSearch::GoOn => ControlFlow::Continue(()),
            HeaderSearch::Missed => ControlFlow::Break(()),
            HeaderSearch::Found(header) => {
                found = Some(header);
                ControlFlow::Break(())
            }
        })?;
        Ok(found)
    }

    /// Rows before a place where the file breaks are enough: whoever reads on will be told of it.
    fn first_rows(&self) -> Result<FirstRows, SourceError> {
        let mut first_rows = FirstRows::default();
        let read = self.read_filled_rows(0, &mut |row| {
            if first_rows.take(row) {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
        match read {
            Err(error) if first_rows.as_slice().is_empty() => Err(error),
            _ => Ok(first_rows),
        }
    }
}

/// Said of a header that stands where not everybody would look for it.
fn header_notice(guess: &HeaderGuess) -> Option<String> {
    let row = guess.header.row_number;
    match (row, guess.rows_above) {
        (0, _) => Some(
            "no row looks like column names, so the columns are named by their letters; name the row that \
             holds the names with `--header-row`"
                .to_owned(),
        ),
        (_, 0) => None,
        (_, 1) => Some(format!(
            "row {row} is taken for the column names, and the filled row above it for a title; name another row \
             with `--header-row`"
        )),
        (_, above) => Some(format!(
            "row {row} is taken for the column names, and the {above} filled rows above it for titles; name another \
             row with `--header-row`"
        )),
    }
}

fn open_workbook(
    path: &Path,
    options: &SourceOptions,
    bytes_read: &Arc<AtomicU64>,
) -> Result<OpenedTable, SourceError> {
    let inspection = inspect_archive(path)?;
    let file = WorkbookFile::open(path, options.sheet.as_deref(), &inspection, bytes_read)?;
    let mut notices = ignored_notice("delimiter", options.delimiter.is_some(), "workbook");
    notices.extend(ignored_notice(
        "encoding",
        options.encoding.is_some(),
        "workbook",
    ));
    notices.extend(file.notice.clone());
    let bytes_total = file.bytes_total;
    Ok(OpenedTable {
        table: Table::Workbook(Box::new(file)),
        notices,
        bytes_total,
    })
}

fn ignored_notice(option: &str, is_given: bool, kind: &str) -> Vec<String> {
    let notice = format!("`{option}` is ignored: the file is a {kind}, which has none");
    if is_given { vec![notice] } else { Vec::new() }
}
