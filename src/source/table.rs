//! The table in a file, whatever its format: **the place to add one that is read**.

use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use crate::model::Header;

use super::content::{Content, Sample, recognise};
use super::delimited::DelimitedFile;
use super::file_stamp::FileStamp;
use super::filled_row::OnFilledRow;
use super::header_search::{HeaderSearch, search_header};
use super::text_start::examine_text;
use super::workbook::WorkbookFile;
use super::workbook_guard::inspect_archive;
use super::{SourceError, SourceOptions};

/// A reader for each format.
pub(super) enum Table {
    /// Text.
    Delimited(DelimitedFile),
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
        file: &FileStamp,
        options: &SourceOptions,
        bytes_read: &Arc<AtomicU64>,
    ) -> Result<OpenedTable, SourceError> {
        let sample = Sample::take(file.path())?;
        match recognise(&sample.bytes) {
            Content::Foreign(foreign) => Err(foreign.into()),
            Content::Zip => open_workbook(file.path(), options, bytes_read),
            Content::Text => {
                let table = delimited_file(file.path(), &sample, options, bytes_read)?;
                Ok(OpenedTable {
                    table: Self::Delimited(table),
                    notices: ignored_notice("sheet", options.sheet.is_some(), "text file"),
                    bytes_total: file.length(),
                })
            }
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

    /// Finds the header: see [`search_header`].
    pub(super) fn find_header(&self, wanted_row: Option<u64>) -> Result<Header, SourceError> {
        let mut found = None;
        self.read_filled_rows(0, &mut |row| match search_header(wanted_row, &row) {
            HeaderSearch::GoOn => ControlFlow::Continue(()),
            HeaderSearch::Missed => ControlFlow::Break(()),
            HeaderSearch::Found(header) => {
                found = Some(header);
                ControlFlow::Break(())
            }
        })?;
        found.ok_or_else(|| SourceError::NoHeader {
            sheet: match self {
                Self::Delimited(_) => None,
                Self::Workbook(file) => Some(file.sheet.clone()),
            },
            wanted_row,
        })
    }

    /// Refuses a single column named `Name;Phone`: that is hardly what the file has, and every row
    /// would be wrong. Whoever names the delimiter is believed.
    pub(super) fn ensure_delimiter_is_certain(&self, header: &Header) -> Result<(), SourceError> {
        let (Self::Delimited(file), [only]) = (self, header.names.as_slice()) else {
            return Ok(());
        };
        let found = only.chars().find(|&character| ";\t|".contains(character));
        match found {
            Some(found) if !file.is_delimiter_named => Err(SourceError::DelimiterInDoubt {
                header: only.clone(),
                found,
            }),
            _ => Ok(()),
        }
    }
}

fn open_workbook(
    path: &Path,
    options: &SourceOptions,
    bytes_read: &Arc<AtomicU64>,
) -> Result<OpenedTable, SourceError> {
    let inspection = inspect_archive(path)?;
    let file = WorkbookFile::open(path, options.sheet.as_deref(), bytes_read)?;
    let mut notices = ignored_notice("delimiter", options.delimiter.is_some(), "workbook");
    notices.extend(file.notice.clone());
    Ok(OpenedTable {
        table: Table::Workbook(Box::new(file)),
        notices,
        bytes_total: inspection.sheet_bytes,
    })
}

fn delimited_file(
    path: &Path,
    sample: &Sample,
    options: &SourceOptions,
    bytes_read: &Arc<AtomicU64>,
) -> Result<DelimitedFile, SourceError> {
    let start = examine_text(sample)?;
    let named = options.delimiter.or(start.delimiter);
    let delimiter = named.unwrap_or(b',');
    if !delimiter.is_ascii() || matches!(delimiter, b'"' | b'\n' | b'\r' | b'\0') {
        return Err(SourceError::BadDelimiter { delimiter });
    }
    Ok(DelimitedFile {
        path: path.to_owned(),
        start: start.bytes as u64,
        delimiter,
        is_delimiter_named: named.is_some(),
        bytes_read: Arc::clone(bytes_read),
    })
}

fn ignored_notice(option: &str, is_given: bool, kind: &str) -> Vec<String> {
    let notice = format!("`{option}` is ignored: the file is a {kind}, which has none");
    if is_given { vec![notice] } else { Vec::new() }
}
