//! Why a file cannot be read, or cannot be read any further.

use std::error::Error;
use std::io;

use crate::model::{Header, count_of, nearest_word};

use super::text::{LONGEST_RECORD_BYTES, MOST_CELLS};

/// What stops the reading of a file.
///
/// Messages name the place within the file; the caller knows the file and says so, except in
/// [`Self::Io`], whose cause names the path. Rows are numbered as a spreadsheet program shows them.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The operating system refused, or the disk failed.
    #[error("the file cannot be read")]
    Io {
        /// What the operating system said, with the path.
        #[source]
        source: io::Error,
    },
    /// A folder, a pipe or a device: what cannot be read twice.
    #[error("it is not a regular file")]
    NotAFile,
    /// The file has no bytes, or only a byte order mark or `sep=` line.
    #[error("the file is empty")]
    Empty,
    /// The file was written to while it was read, or between two readings.
    #[error("the file changed while it was being read")]
    Changed,
    /// A format that is known but not read here.
    #[error("the file is {found}")]
    ForeignFormat {
        /// What it is, with its article.
        found: &'static str,
        /// What to do instead.
        advice: &'static str,
    },
    /// An archive that cannot be unpacked.
    #[error("the {kind} archive is cut off or malformed, or something else follows it")]
    BrokenArchive {
        /// What kind of archive it is.
        kind: &'static str,
        /// What the reader of archives said.
        #[source]
        source: io::Error,
    },
    /// An archive that only opens with a password.
    #[error("the zip archive is locked with a password")]
    LockedArchive,
    /// An archive in which it is not clear which file is meant.
    #[error("{}", many_in_archive(.files))]
    ManyInArchive {
        /// Their names.
        files: Vec<String>,
    },
    /// Text that is not read here, or no text at all.
    #[error("the file is not text that is read here: it looks like {looks_like}")]
    NotText {
        /// What it looks like.
        looks_like: &'static str,
    },
    /// A name that no encoding has.
    #[error("`{name}` is no encoding that is known here")]
    UnknownEncoding {
        /// What was asked for.
        name: String,
    },
    /// Bytes that the encoding does not have, or that are those of another, in a file whose encoding was guessed.
    #[error("row {row} {why} in `{encoding}`, which the file's encoding was guessed to be")]
    GuessContradicted {
        /// The guess.
        encoding: String,
        /// The first such row.
        row: u64,
        /// What speaks against it, as the rest of a sentence that begins with the row.
        why: &'static str,
    },
    /// A delimiter that cannot delimit.
    #[error("`{}` cannot be a delimiter", .delimiter.escape_ascii())]
    BadDelimiter {
        /// The byte that was asked for.
        delimiter: u8,
    },
    /// No row could be taken for the header.
    #[error("{}", no_header(.sheet.as_deref(), *.wanted_row))]
    NoHeader {
        /// The sheet that was searched; `None` for text.
        sheet: Option<String>,
        /// The row that was asked for; `None` when the first filled row was wanted.
        wanted_row: Option<u64>,
    },
    /// A quoted cell that goes on to the end of the file.
    #[error("row {row}{} has a quote that is never closed", in_line(*.row, *.line))]
    UnclosedQuote {
        /// The row in which the record begins.
        row: u64,
        /// The line of the file in which it begins.
        line: u64,
    },
    /// A record longer than any honest one.
    #[error("row {row}{} is longer than {} MiB", in_line(*.row, *.line), LONGEST_RECORD_BYTES >> 20)]
    RecordTooLong {
        /// The row in which the record begins.
        row: u64,
        /// The line of the file in which it begins.
        line: u64,
    },
    /// A record of more cells than any spreadsheet program has columns.
    #[error("row {row}{} has more than {}", in_line(*.row, *.line), count_of(MOST_CELLS as u64, "cell"))]
    TooManyColumns {
        /// The row.
        row: u64,
        /// The line of the file in which it begins.
        line: u64,
    },
    /// The workbook has no sheet of that name or number.
    #[error("the workbook has no sheet `{wanted}`")]
    NoSuchSheet {
        /// What was asked for.
        wanted: String,
        /// The names of all sheets, in the workbook's order.
        sheets: Vec<String>,
    },
    /// A sheet without cells, such as a chart.
    #[error("sheet `{sheet}` is not a table but a chart, dialog or macro")]
    NotAWorksheet {
        /// The sheet.
        sheet: String,
    },
    /// No visible sheet has a filled cell.
    #[error("no visible sheet of the workbook has a filled cell")]
    NoFilledSheet {
        /// Sheets that are hidden and were not looked into.
        hidden: Vec<String>,
    },
    /// A part of the workbook promises more than it can hold, to exhaust the reader's memory.
    #[error("`{part}` announces {}, more than it can hold", count_of(*.announced, "text"))]
    HostileWorkbook {
        /// The part within the workbook.
        part: String,
        /// How many texts it announces.
        announced: u64,
    },
    /// A text that no spreadsheet program would have written.
    #[error("`{part}` has a text that is longer than any cell can hold")]
    OversizedText {
        /// The part within the workbook.
        part: String,
    },
    /// A list that no spreadsheet program would have written.
    #[error("`{part}` lists more {what} than any workbook has")]
    OversizedList {
        /// The part within the workbook.
        part: String,
        /// What it lists.
        what: &'static str,
    },
    /// What is packed, or too large for the memory, could not be put on the disk.
    #[error("what is in the file cannot be copied to a temporary one")]
    TemporaryFile {
        /// What the operating system said.
        #[source]
        source: io::Error,
    },
    /// The workbook ends in the middle of a sheet.
    #[error("the workbook is cut off: `{part}` ends after row {after_row}")]
    CutOffWorkbook {
        /// The sheet's part within the workbook; what people call it stands at the end that is missing.
        part: String,
        /// The last row that is whole; 0 when there is none.
        after_row: u64,
    },
    /// The workbook is cut off or malformed.
    #[error("{}", broken_workbook(.sheet.as_deref(), *.after_row))]
    BrokenWorkbook {
        /// The sheet; `None` when the workbook could not be opened at all.
        sheet: Option<String>,
        /// The last row that was read; 0 when there was none.
        after_row: u64,
        /// What the workbook reader said.
        #[source]
        source: Box<dyn Error + Send + Sync>,
    },
    /// A cell, row or sheet that no spreadsheet program writes so, and that would be taken for something else.
    #[error("sheet `{sheet}` is written as no spreadsheet program does it: {place} {oddity}")]
    OddCell {
        /// The sheet.
        sheet: String,
        /// The cell or row, or `it` for the sheet.
        place: String,
        /// What is wrong with it.
        oddity: &'static str,
    },
    /// A row whose cells hold more than those of any honest one.
    #[error("row {row} of sheet `{sheet}` is longer than {} MiB", LONGEST_RECORD_BYTES >> 20)]
    RowTooLong {
        /// The sheet.
        sheet: String,
        /// The row.
        row: u64,
    },
    /// A sheet whose bytes are not those that were packed, so that any cell may be wrong.
    #[error("sheet `{sheet}` is damaged: {reason}")]
    DamagedSheet {
        /// The sheet.
        sheet: String,
        /// What the reader of archives said.
        reason: String,
    },
    /// Cells that do not come in order, so that a row might be read twice.
    #[error("sheet `{sheet}` has cell `{}{row}` after cell `{}{after_row}`", Header::letter(*.column_index), Header::letter(*.after_column_index))]
    CellsOutOfOrder {
        /// The sheet.
        sheet: String,
        /// The row of the cell that comes too late.
        row: u64,
        /// Its column, counted from 0.
        column_index: usize,
        /// The row of the cell before it.
        after_row: u64,
        /// The column of the cell before it, counted from 0.
        after_column_index: usize,
    },
    /// A cell outside any sheet that a spreadsheet program can show.
    #[error("sheet `{sheet}` has a cell at row {row}, column {}, outside any sheet", column_index + 1)]
    CellOutsideSheet {
        /// The sheet.
        sheet: String,
        /// The row.
        row: u64,
        /// The column, counted from 0.
        column_index: u64,
    },
}

impl SourceError {
    /// What to do next, as one sentence without a full stop; `None` where only the cause can tell.
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Io { source } => return io_hint(source.kind()).map(str::to_owned),
            Self::ForeignFormat { advice, .. } => (*advice).to_owned(),
            Self::NoHeader { sheet, wanted_row } => no_header_hint(sheet.is_some(), *wanted_row),
            Self::UnclosedQuote { row, .. } | Self::RecordTooLong { row, .. } => format!(
                "look for a `\"` without its partner in row {row}; a quote within a quoted cell must be doubled"
            ),
            Self::NoSuchSheet { wanted, sheets } => no_such_sheet_hint(wanted, sheets),
            Self::GuessContradicted { encoding, .. } => format!(
                "export the file again as UTF-8, or name its encoding with `--encoding`; with `--encoding {encoding}` \
                 only the rows with such bytes are rejected"
            ),
            Self::NoFilledSheet { hidden } if !hidden.is_empty() => format!(
                "name a hidden sheet with `--sheet`; the workbook has {}",
                quoted_list(hidden)
            ),
            fixed => fixed.fixed_hint().to_owned(),
        };
        Some(hint)
    }

    /// The advice that is the same for every file.
    fn fixed_hint(&self) -> &'static str {
        match self {
            Self::NotAFile => "give a CSV or XLSX file, or `-` for CSV on standard input",
            Self::Empty | Self::NoFilledSheet { .. } => {
                "export the file again and look whether it has rows"
            }
            Self::Changed => "wait until nothing writes to it any more, and run the command again",
            Self::BrokenArchive { .. } => {
                "copy or download it again, or give the file that was packed"
            }
            Self::LockedArchive => "unpack it with its password and give the file inside",
            Self::ManyInArchive { .. } => "unpack it and give the CSV or XLSX file that is meant",
            Self::NotText { .. } => {
                "export it again as UTF-8; a spreadsheet program calls this `CSV UTF-8`"
            }
            Self::UnknownEncoding { .. } => {
                "name one such as `utf-8`, `utf-16le`, `windows-1252` or `shift_jis`; \
                 https://encoding.spec.whatwg.org/#names-and-labels lists all labels"
            }
            Self::BadDelimiter { .. } => {
                "use one ASCII character such as `,`, `;` or a tab; quotes and line ends cannot serve"
            }
            Self::TooManyColumns { .. } => "look whether `--delimiter` names the right character",
            Self::NotAWorksheet { .. } => "name another sheet with `--sheet`",
            Self::DamagedSheet { .. } => {
                "download or copy it again; saving it in a spreadsheet program would keep the damage"
            }
            Self::CutOffWorkbook { .. } => "download or copy it again; the rest of it is missing",
            Self::TemporaryFile { .. } => "make room for it, or set `TMPDIR` to a folder with room",
            Self::HostileWorkbook { .. }
            | Self::OversizedText { .. }
            | Self::OversizedList { .. }
            | Self::OddCell { .. }
            | Self::RowTooLong { .. } => {
                "do not trust this file; if it is yours, save it again with a spreadsheet program"
            }
            Self::BrokenWorkbook { sheet: None, .. } => {
                "download or copy it again; if that does not help, open it in a spreadsheet program and save it again"
            }
            _ => "open it in a spreadsheet program and save it again as a workbook (`.xlsx`)",
        }
    }
}

impl From<io::Error> for SourceError {
    fn from(source: io::Error) -> Self {
        Self::Io { source }
    }
}

/// Where a row is found in a text editor, unless its number says so.
fn in_line(row: u64, line: u64) -> String {
    if row == line {
        String::new()
    } else {
        format!(" (line {line})")
    }
}

fn many_in_archive(files: &[String]) -> String {
    /// More names would hide the message.
    const MOST_NAMES: usize = 10;
    match files.len() {
        0 => "the zip archive holds no file".to_owned(),
        all if all > MOST_NAMES => format!("the zip archive holds {all} files"),
        _ => format!(
            "the zip archive holds several files: {}",
            quoted_list(files)
        ),
    }
}

/// Names in back-ticks, separated by commas.
pub(super) fn quoted_list(names: &[String]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
    quoted.join(", ")
}

fn io_hint(kind: io::ErrorKind) -> Option<&'static str> {
    match kind {
        io::ErrorKind::NotFound => Some("check the path for a typing error"),
        io::ErrorKind::PermissionDenied => Some("ask for permission to read the file"),
        _ => None,
    }
}

fn no_header(sheet: Option<&str>, wanted_row: Option<u64>) -> String {
    let place = sheet.map_or_else(|| "the file".to_owned(), |name| format!("sheet `{name}`"));
    match wanted_row {
        None | Some(0) => format!("{place} has no filled row"),
        Some(row) => format!("{place} has no column names in row {row}"),
    }
}

fn no_header_hint(is_workbook: bool, wanted_row: Option<u64>) -> String {
    let other_sheet = if is_workbook {
        ", or another sheet with `--sheet`"
    } else {
        ""
    };
    match wanted_row {
        Some(1..) => {
            format!("name the row that holds the column names with `--header-row`{other_sheet}")
        }
        _ if is_workbook => "name another sheet with `--sheet`".to_owned(),
        _ => "export the file again and look whether it has rows".to_owned(),
    }
}

fn no_such_sheet_hint(wanted: &str, sheets: &[String]) -> String {
    let all = quoted_list(sheets);
    match nearest_word(wanted, sheets.iter().map(String::as_str)) {
        Some(near) => format!("did you mean `{near}`? The workbook has {all}"),
        None => format!("name one of {all}, or its number from 1"),
    }
}

fn broken_workbook(sheet: Option<&str>, after_row: u64) -> String {
    match (sheet, after_row) {
        (None, _) => "the workbook is cut off or malformed".to_owned(),
        (Some(name), 0) => format!("sheet `{name}` is cut off or malformed"),
        (Some(name), row) => format!("sheet `{name}` is cut off or malformed after row {row}"),
    }
}
