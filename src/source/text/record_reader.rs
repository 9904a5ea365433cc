//! Delimited text to records, blank lines included.
//!
//! The csv crate passes over blank lines in silence, and then rows can no longer be numbered as a
//! spreadsheet program numbers them. So its parser is driven from here: line ends between records
//! are consumed before the parser sees them, and each one that ends no record is a blank line. A record
//! that lies in the buffer as a whole needs no parser; [`WholeRecord`] takes it apart faster.

use std::io::{self, Read};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

use super::line_ends::LineEnds;
use super::quote_watch::QuoteWatch;
use super::whole_record::WholeRecord;

/// A record that is longer than this is taken for an unclosed quote.
///
/// Free text of an honest row stays far below it, and memory must not grow with the file.
pub(in crate::source) const LONGEST_RECORD_BYTES: usize = 16 << 20;

/// As many columns as a spreadsheet program has; more come from a wrong delimiter.
pub(in crate::source) const MOST_CELLS: usize = 16_384;

/// Bytes read from the file at once: few system calls, and still inside the processor's cache.
pub(super) const BUFFER_BYTES: usize = 128 * 1024;

/// A record as the parser found it: its cells without quotes, one after the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RawRecord<'a> {
    /// The bytes of all cells.
    pub(super) text: &'a [u8],
    /// Where each cell ends within `text`. A blank line has none.
    pub(super) ends: &'a [usize],
    /// The first cell with text behind its closing quote.
    pub(super) stray_quote_in: Option<usize>,
}

/// Why no further record can be read.
#[derive(Debug)]
pub(super) enum RecordFault {
    /// The file could not be read.
    Io(io::Error),
    /// The file ends within quotes.
    UnclosedQuote,
    /// Longer than [`LONGEST_RECORD_BYTES`].
    TooLong,
    /// More than [`MOST_CELLS`].
    TooManyCells,
}

/// Reads records one by one into buffers that it keeps.
pub(super) struct RecordReader<R> {
    input: R,
    buffer: Box<[u8]>,
    /// What of `buffer` is read but not consumed.
    unread: std::ops::Range<usize>,
    delimiter: u8,
    whole: WholeRecord,
    parser: Reader,
    quotes: QuoteWatch,
    /// Whether the last byte consumed was a carriage return, whose line feed may follow.
    after_carriage_return: bool,
    line_ends: LineEnds,
    text: Vec<u8>,
    ends: Vec<usize>,
}

impl<R: Read> RecordReader<R> {
    /// Reads `input` from its first row on, `buffer_bytes` (at least 1) at a time.
    pub(super) fn new(input: R, delimiter: u8, buffer_bytes: usize) -> Self {
        let mut parser = ReaderBuilder::new().delimiter(delimiter).build();
        // The parser drops a byte order mark from its first input. Ours is gone already, and a
        // further one is data, so its first input is a line end, which it passes over.
        parser.read_record(b"\n", &mut [0], &mut [0]);
        Self {
            input,
            buffer: vec![0; buffer_bytes.max(1)].into_boxed_slice(),
            unread: 0..0,
            delimiter,
            whole: WholeRecord::default(),
            parser,
            quotes: QuoteWatch::new(delimiter),
            after_carriage_return: false,
            line_ends: LineEnds::default(),
            text: vec![0; 1024],
            ends: vec![0; 32],
        }
    }

    /// How many lines have ended so far.
    pub(super) fn line_ends(&self) -> u64 {
        self.line_ends.count
    }

    /// Whether no record is left.
    pub(super) fn is_at_end(&mut self) -> Result<bool, RecordFault> {
        Ok(self.first_byte_of_record()?.is_none())
    }

    /// The next record, or `None` at the end of the input.
    ///
    /// A line end at the very end of the input begins no record. After an error nothing more can
    /// be read.
    pub(super) fn next_record(&mut self) -> Result<Option<RawRecord<'_>>, RecordFault> {
        let Some(first) = self.first_byte_of_record()? else {
            return Ok(None);
        };
        if matches!(first, b'\n' | b'\r') {
            self.line_ends.count += 1;
            self.consume(1);
            return Ok(Some(RawRecord {
                text: &[],
                ends: &[],
                stray_quote_in: None,
            }));
        }
        let unread = &self.buffer[self.unread.clone()];
        if let Some(length) = self.whole.take(unread, self.delimiter) {
            self.line_ends.count += 1 + self.whole.line_ends;
            self.consume(length);
            return self.whole_record().map(Some);
        }
        let (text_length, cells) = self.parse_record()?;
        Ok(Some(RawRecord {
            text: &self.text[..text_length],
            ends: &self.ends[..cells],
            stray_quote_in: self.quotes.stray_in(),
        }))
    }

    /// The record that was taken apart as a whole.
    fn whole_record(&self) -> Result<RawRecord<'_>, RecordFault> {
        if self.whole.ends.len() > MOST_CELLS {
            return Err(RecordFault::TooManyCells);
        }
        Ok(RawRecord {
            text: &self.whole.text,
            ends: &self.whole.ends,
            stray_quote_in: None,
        })
    }

    /// Looks at the next byte, past the second half of a line end of two bytes.
    fn first_byte_of_record(&mut self) -> Result<Option<u8>, RecordFault> {
        self.fill()?;
        if self.after_carriage_return && self.peek() == Some(b'\n') {
            self.consume(1);
            self.fill()?;
        }
        self.after_carriage_return = false;
        Ok(self.peek())
    }

    /// Parses the record that begins here; returns the bytes and the number of its cells.
    fn parse_record(&mut self) -> Result<(usize, usize), RecordFault> {
        let (mut text_length, mut cells, mut consumed) = (0, 0, 0);
        self.quotes.restart();
        self.line_ends.restart();
        loop {
            self.fill()?;
            let is_at_end = self.unread.is_empty();
            // The line end that the last record lacks: only an open quote does not end there.
            // (Asking a copy of the parser would not do: csv-core 0.1.13 clones it incompletely.)
            let input = if is_at_end {
                b"\n"
            } else {
                &self.buffer[self.unread.clone()]
            };
            let (result, read, written, ended) = self.parser.read_record(
                input,
                &mut self.text[text_length..],
                &mut self.ends[cells..],
            );
            if !is_at_end {
                let parsed = &self.buffer[self.unread.start..self.unread.start + read];
                self.quotes.follow(parsed);
                self.line_ends.follow(parsed);
                self.consume(read);
            }
            text_length += written;
            cells += ended;
            consumed += read;
            if consumed > LONGEST_RECORD_BYTES {
                return Err(RecordFault::TooLong);
            }
            if cells > MOST_CELLS {
                return Err(RecordFault::TooManyCells);
            }
            match result {
                ReadRecordResult::Record | ReadRecordResult::End => {
                    return Ok((text_length, cells));
                }
                ReadRecordResult::InputEmpty if is_at_end => {
                    return Err(RecordFault::UnclosedQuote);
                }
                ReadRecordResult::InputEmpty => {}
                ReadRecordResult::OutputFull => self.text.resize(self.text.len() * 2, 0),
                ReadRecordResult::OutputEndsFull => self.ends.resize(self.ends.len() * 2, 0),
            }
        }
    }

    /// Makes sure that there is a byte to look at, unless the input has ended.
    fn fill(&mut self) -> Result<(), RecordFault> {
        while self.unread.is_empty() {
            match self.input.read(&mut self.buffer) {
                Ok(0) => break,
                Ok(count) => self.unread = 0..count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(RecordFault::Io(error)),
            }
        }
        Ok(())
    }

    fn peek(&self) -> Option<u8> {
        self.buffer[self.unread.clone()].first().copied()
    }

    fn consume(&mut self, count: usize) {
        if count > 0 {
            self.unread.start += count;
            self.after_carriage_return = self.buffer[self.unread.start - 1] == b'\r';
        }
    }
}

#[cfg(test)]
mod tests;
