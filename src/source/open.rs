//! The front door: decides what a file is, finds its header, hands over its rows.

use std::fmt;
use std::io;
use std::ops::ControlFlow;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use encoding_rs::Encoding;

use crate::model::{Header, Row};

use super::SourceError;
use super::container::DataFile;
use super::file_stamp::FileStamp;
use super::table::Table;
use super::text::{holds_utf_8, label_of};

/// What somebody said about a file; whatever is `None` is found by looking.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SourceOptions {
    /// A workbook's sheet: its name, or its number from 1. Default: the first visible sheet that
    /// has a filled cell.
    pub sheet: Option<String>,
    /// The row that holds the column names, as a spreadsheet program numbers it; 0 when there is
    /// none, and the columns are then named by their letters. Default: the row that looks like it.
    pub header_row: Option<u64>,
    /// The character between two cells of a text file. Default: what a `sep=` line names, else what
    /// fits the first rows best.
    pub delimiter: Option<u8>,
    /// The encoding of a text file, by a label of the web's list such as `windows-1254`. Default: what
    /// a byte order mark names, else UTF-8 if the whole file is, else a guess. A mark wins over the name.
    pub encoding: Option<String>,
    /// Names that columns are known to have, such as those that a mapping uses. Where nobody names the header's
    /// row, it is the one of the first rows that holds most of them. Default: none.
    pub known_names: Vec<String>,
}

/// The format of a file, told by its content.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Delimited text, whatever the delimiter.
    Csv,
    /// An Excel workbook since 2007.
    Xlsx,
}

impl Format {
    /// The format's short name, as `inspect` shows it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

/// How many rows a reading passed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct RowCount {
    /// Data rows that were handed over.
    pub rows: u64,
    /// Blank rows after the header: numbered, but never handed over. In a text file those at the
    /// end count too; a sheet ends with its last filled row.
    pub blank_rows: u64,
}

/// A file whose header has been found and whose rows can be read, again and again.
///
/// Memory: one row, a buffer of 128 KiB for text; for a workbook its table of shared strings up to 16 MiB of XML. What is
/// larger, and what was packed, lies in temporary files that vanish with this value.
pub struct Source {
    table: Table,
    header: Header,
    notices: Vec<String>,
    stamp: FileStamp,
    /// Keeps what was unpacked.
    _file: DataFile,
    bytes_total: u64,
    bytes_read: Arc<AtomicU64>,
}

/// Said of a file whose name promises something else than it holds: some programs call any table `.xls`.
fn misnamed_notice(path: &Path, table: &Table, is_archive: bool) -> Option<String> {
    let ending = path.extension()?.to_str()?.to_lowercase();
    let promises_text = ["csv", "tsv", "tab", "txt"].contains(&ending.as_str());
    let promises_workbook = ["xls", "xlsx", "xlsm", "xlsb", "ods"].contains(&ending.as_str());
    let holds = match table {
        _ if is_archive => return None,
        Table::Delimited(_) if promises_workbook => "delimited text",
        Table::Workbook(_) if promises_text => "a workbook",
        Table::Delimited(_) | Table::Workbook(_) => return None,
    };
    Some(format!(
        "the file is called `.{ending}` and holds {holds}; it is read as what it holds"
    ))
}

/// So often, in rows, it is looked whether the file is still the one that was scanned: rows of
/// another must not be sent.
const ROWS_BETWEEN_LOOKS: u64 = 64;

impl Source {
    /// Looks at the file at `path` and finds its header.
    ///
    /// # Errors
    ///
    /// The file cannot be read, is empty, of a format or encoding that is not read here, has no
    /// such sheet, no header, or is broken before its header ends: see [`SourceError`].
    pub fn open(path: &Path, options: &SourceOptions) -> Result<Self, SourceError> {
        let stamp = FileStamp::take(path)?;
        let bytes_read = Arc::new(AtomicU64::new(0));
        let file = DataFile::open(path)?;
        let opened = Table::open(file.path(), options, &bytes_read)?;
        let (header, header_notice) = opened.table.find_header(options)?;
        let misnamed = misnamed_notice(path, &opened.table, file.notice.is_some());
        let mut notices: Vec<String> = file.notice.iter().cloned().chain(misnamed).collect();
        notices.extend(opened.notices);
        notices.extend(header_notice);
        notices.extend(opened.table.hidden_notices(&header));
        Ok(Self {
            table: opened.table,
            header,
            notices,
            stamp,
            _file: file,
            bytes_total: opened.bytes_total,
            bytes_read,
        })
    }

    /// The column names, and the row they stand in.
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// What the file is.
    pub fn format(&self) -> Format {
        match self.table {
            Table::Delimited(_) => Format::Csv,
            Table::Workbook(_) => Format::Xlsx,
        }
    }

    /// The sheet that is read; `None` for text.
    pub fn sheet(&self) -> Option<&str> {
        match &self.table {
            Table::Delimited(_) => None,
            Table::Workbook(file) => Some(&file.sheet),
        }
    }

    /// The names of all sheets, in the workbook's order; none for text.
    pub fn sheets(&self) -> &[String] {
        match &self.table {
            Table::Delimited(_) => &[],
            Table::Workbook(file) => &file.sheets,
        }
    }

    /// The character between two cells; `None` for workbooks.
    pub fn delimiter(&self) -> Option<u8> {
        match &self.table {
            Table::Delimited(file) => Some(file.delimiter),
            Table::Workbook(_) => None,
        }
    }

    /// The label of a text file's encoding in the web's list, in lower case; `None` for workbooks.
    pub fn encoding(&self) -> Option<String> {
        match &self.table {
            Table::Delimited(file) => Some(label_of(file.encoding())),
            Table::Workbook(_) => None,
        }
    }

    /// What should be said about the choices made on opening, one sentence each without a full
    /// stop. Often empty.
    pub fn notices(&self) -> &[String] {
        &self.notices
    }

    /// Bytes that one reading has to go through: the whole file, or the packed sheets of a
    /// workbook, of which only one is read. Good for a progress bar and nothing else.
    pub fn bytes_total(&self) -> u64 {
        self.bytes_total
    }

    /// Bytes of [`Self::bytes_total`] that the present reading has gone through, or the last one.
    /// May be asked from another thread.
    pub fn bytes_read(&self) -> u64 {
        self.bytes_read
            .load(Ordering::Relaxed)
            .min(self.bytes_total)
    }

    /// A hash of the file's bytes, whatever they mean, in hexadecimal.
    ///
    /// # Errors
    ///
    /// The file cannot be read.
    pub fn content_hash(&self) -> io::Result<String> {
        let mut hasher = blake3::Hasher::new();
        hasher.update_reader(fs_err::File::open(self.stamp.path())?)?;
        Ok(hasher.finalize().to_hex().to_string())
    }

    /// Calls `on_row` with each data row in file order, from the first; stops early on a break.
    ///
    /// Blank rows are left out, and counted as far as the reading went. Readings are alike as long
    /// as the file is, so that a scan can come before the rows are used. One reading at a time:
    /// `on_row` must not start another one.
    ///
    /// # Errors
    ///
    /// What makes the rest unreadable, after the rows before it were handed over;
    /// [`SourceError::GuessContradicted`] at a row with bytes that the encoding does not have or that are UTF-8, if it was
    /// a guess: the rows before it may be wrong as well; and [`SourceError::Changed`] if the file is no longer the one that was opened, even when that
    /// shows only at the end.
    pub fn read_rows(
        &self,
        on_row: &mut dyn FnMut(Row) -> ControlFlow<()>,
    ) -> Result<RowCount, SourceError> {
        let guess = self.guessed_encoding();
        let mut contradiction = None;
        let count = self.read_rows_as_they_are(&mut |row| match guess {
            Some(encoding) => match contradiction_in(&row, encoding) {
                None => on_row(row),
                found => {
                    contradiction = found;
                    ControlFlow::Break(())
                }
            },
            None => on_row(row),
        })?;
        contradiction.map_or(Ok(count), Err)
    }

    /// The encoding that nobody named and the bytes do not show.
    pub(super) fn guessed_encoding(&self) -> Option<&'static Encoding> {
        match &self.table {
            Table::Delimited(file) if file.has_guessed_encoding() => Some(file.encoding()),
            Table::Delimited(_) | Table::Workbook(_) => None,
        }
    }

    /// The same, a guessed encoding that does not fit being a fault of the rows.
    pub(super) fn read_rows_as_they_are(
        &self,
        on_row: &mut dyn FnMut(Row) -> ControlFlow<()>,
    ) -> Result<RowCount, SourceError> {
        self.stamp.ensure_unchanged()?;
        self.bytes_read.store(0, Ordering::Relaxed);
        let header_row = self.header.row_number;
        let mut rows = 0_u64;
        let mut unchanged = Ok(());
        let outcome = self
            .table
            .read_filled_rows(self.header.names.len(), &mut |filled| {
                if filled.number <= header_row {
                    return ControlFlow::Continue(());
                }
                if rows.is_multiple_of(ROWS_BETWEEN_LOOKS) {
                    unchanged = self.stamp.ensure_unchanged();
                    if unchanged.is_err() {
                        return ControlFlow::Break(());
                    }
                }
                let sequence = rows;
                rows += 1;
                on_row(Row {
                    sequence,
                    number: filled.number,
                    line: filled.line,
                    cells: filled.cells,
                    faults: filled.faults,
                })
            });
        unchanged?;
        // Half a new file looks like a broken one: what changed is said first.
        self.stamp.ensure_unchanged()?;
        let last_row = outcome?;
        Ok(RowCount {
            rows,
            blank_rows: last_row.saturating_sub(header_row + rows),
        })
    }

    /// Reads all rows and keeps none: whether the file is sound to its end, and how long it is.
    ///
    /// # Errors
    ///
    /// As [`Self::read_rows`], whose code it is.
    pub fn scan(&self) -> Result<RowCount, SourceError> {
        self.read_rows(&mut |_| ControlFlow::Continue(()))
    }
}

/// Why the row cannot be of the encoding that was guessed, if so.
fn contradiction_in(row: &Row, encoding: &'static Encoding) -> Option<SourceError> {
    let why = if row.holds_no_text() {
        "has bytes that are not text"
    } else if holds_utf_8(&row.cells, encoding) {
        "is UTF-8 and not text"
    } else {
        return None;
    };
    Some(SourceError::GuessContradicted {
        encoding: label_of(encoding),
        row: row.number,
        why,
    })
}

impl fmt::Debug for Source {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("Source")
            .field("format", &self.format())
            .field("header", &self.header)
            .field("stamp", &self.stamp)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
