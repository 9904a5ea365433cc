//! A text file: how it is opened, and its rows.

use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use encoding_rs::Encoding;

use super::decoding::DecodedText;
use super::delimited::FilledRecords;
use super::dialect::{DelimiterGuess, SAMPLE_BYTES, find_delimiter};
use super::encoding_choice::{Certainty, EncodingChoice, choose_encoding, label_of};
use super::record_reader::{BUFFER_BYTES, RecordReader};
use super::separator_line::separator_line;
use crate::source::content::Sample;
use crate::source::counted_file::CountedFile;
use crate::source::filled_row::OnFilledRow;
use crate::source::{SourceError, SourceOptions};

/// A text file whose encoding and delimiter are known.
#[derive(Debug)]
pub(in crate::source) struct TextFile {
    path: PathBuf,
    encoding: EncodingChoice,
    /// Bytes of further marks and of a `sep=` line, in UTF-8.
    bytes_before_rows: usize,
    has_separator_line: bool,
    /// The character between two cells.
    pub(in crate::source) delimiter: u8,
    bytes_read: Arc<AtomicU64>,
}

const UTF_8_MARK: &[u8] = b"\xEF\xBB\xBF";

impl TextFile {
    /// Looks at the file at `path`, which begins with `sample`. Returns what should be said about the
    /// choices made, too.
    ///
    /// # Errors
    ///
    /// [`SourceError::Empty`] when no row can follow, [`SourceError::BadDelimiter`], and those of the encoding:
    /// [`SourceError::NotText`] and [`SourceError::UnknownEncoding`].
    pub(in crate::source) fn open(
        path: &Path,
        sample: &Sample,
        options: &SourceOptions,
        bytes_read: &Arc<AtomicU64>,
    ) -> Result<(Self, Vec<String>), SourceError> {
        let named = options.encoding.as_deref();
        let encoding = choose_encoding(&sample.bytes, named, || fs_err::File::open(path))?;
        let mut file = Self {
            path: path.to_owned(),
            encoding,
            bytes_before_rows: 0,
            has_separator_line: false,
            delimiter: b',',
            bytes_read: Arc::clone(bytes_read),
        };
        let (start, is_whole) = file.start()?;
        // A file that was marked twice has the second mark in its first cell.
        let marks = start
            .chunks(UTF_8_MARK.len())
            .take_while(|chunk| *chunk == UTF_8_MARK);
        let marks = marks.count() * UTF_8_MARK.len();
        let (line, separator) = separator_line(&start[marks..]).unzip();
        file.has_separator_line = line.is_some();
        file.bytes_before_rows = marks + line.unwrap_or(0);
        let rows = &start[file.bytes_before_rows..];
        if rows.is_empty() {
            return Err(SourceError::Empty);
        }
        let mut notices = file.encoding_notices(named);
        if let Some(delimiter) = options.delimiter.or(separator) {
            file.delimiter = ensure_can_delimit(delimiter)?;
        } else {
            let guess = find_delimiter(rows, is_whole);
            notices.extend(rival_notice(guess).or_else(|| single_column_notice(guess, rows)));
            file.delimiter = guess.delimiter;
        }
        Ok((file, notices))
    }

    /// The encoding that the file is read in.
    pub(in crate::source) fn encoding(&self) -> &'static Encoding {
        self.encoding.encoding
    }

    /// Whether nobody named the encoding, and the bytes do not show it.
    pub(in crate::source) fn has_guessed_encoding(&self) -> bool {
        self.encoding.certainty == Certainty::Guessed
    }

    /// Calls `on_row` with each record that is not blank, until it breaks; returns the number of
    /// the last record that was looked at, 0 when there was none.
    ///
    /// Records are numbered from 1 however many lines they span. Filled cells beyond `width` are
    /// a fault of the row; blank ones come from trailing delimiters and are none.
    pub(in crate::source) fn read_filled_rows(
        &self,
        width: usize,
        on_row: &mut OnFilledRow<'_>,
    ) -> Result<u64, SourceError> {
        let mut text = self.decoded()?;
        skip(&mut text, self.bytes_before_rows)?;
        let records = RecordReader::new(text, self.delimiter, BUFFER_BYTES);
        let first_line = if self.has_separator_line { 2 } else { 1 };
        FilledRecords {
            records,
            first_line,
            width,
        }
        .read(on_row)
    }

    /// The first text of the file, and whether it is all there is.
    fn start(&self) -> io::Result<(Vec<u8>, bool)> {
        let mut start = Vec::new();
        let one_more = SAMPLE_BYTES as u64 + 1;
        self.decoded()?.take(one_more).read_to_end(&mut start)?;
        let is_whole = start.len() <= SAMPLE_BYTES;
        start.truncate(SAMPLE_BYTES);
        Ok((start, is_whole))
    }

    /// The whole text in UTF-8.
    fn decoded(&self) -> io::Result<DecodedText<CountedFile>> {
        let mut file = CountedFile::open(&self.path, &self.bytes_read)?;
        file.seek(SeekFrom::Start(self.encoding.mark_bytes as u64))?;
        Ok(DecodedText::new(file, self.encoding.encoding))
    }

    fn encoding_notices(&self, named: Option<&str>) -> Vec<String> {
        let label = label_of(self.encoding.encoding);
        let is_named = |name: &str| {
            Encoding::for_label(name.trim().as_bytes()) == Some(self.encoding.encoding)
        };
        match (self.encoding.certainty, named) {
            (Certainty::Guessed, _) => vec![format!(
                "the file is not UTF-8 and names no encoding; by its letters it is `{label}`. \
                 If they look wrong, name another one with `--encoding`"
            )],
            (Certainty::Shown, Some(name)) if !is_named(name) => vec![format!(
                "the encoding `{name}` is not used: the file begins with the byte order mark of `{label}`"
            )],
            (Certainty::Shown | Certainty::Named, _) => Vec::new(),
        }
    }
}

fn ensure_can_delimit(delimiter: u8) -> Result<u8, SourceError> {
    if !delimiter.is_ascii() || matches!(delimiter, b'"' | b'\n' | b'\r' | b'\0') {
        return Err(SourceError::BadDelimiter { delimiter });
    }
    Ok(delimiter)
}

fn rival_notice(guess: DelimiterGuess) -> Option<String> {
    let rival = char::from(guess.rival?);
    let delimiter = char::from(guess.delimiter);
    Some(format!(
        "the cells are taken to be delimited by `{}`, and `{}` would fit nearly as well; name the right one with \
         `--delimiter`",
        delimiter.escape_default(),
        rival.escape_default()
    ))
}

/// Said where there is something that could be meant to part cells: lists of addresses have nothing.
fn single_column_notice(guess: DelimiterGuess, rows: &[u8]) -> Option<String> {
    let may_part = |byte: &u8| b" ,;\t|:*/&#!~^".contains(byte);
    let notice = "every row is read as a single cell, for no character parts them into cells alike; if one should, \
                  name it with `--delimiter`";
    (guess.is_single_column && rows.iter().any(may_part)).then(|| notice.to_owned())
}

fn skip(text: &mut impl Read, bytes: usize) -> io::Result<()> {
    io::copy(&mut text.take(bytes as u64), &mut io::sink())?;
    Ok(())
}
