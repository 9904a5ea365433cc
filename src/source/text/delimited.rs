//! The rows of delimited text.

use std::io::Read;

use super::record_reader::{RawRecord, RecordFault, RecordReader};
use crate::model::{CellFault, CellFaultKind, Cells, is_blank};
use crate::source::SourceError;
use crate::source::filled_row::{FilledRow, OnFilledRow};

/// The records of a text file that are not blank.
pub(super) struct FilledRecords<R> {
    pub(super) records: RecordReader<R>,
    /// The line of the first record.
    pub(super) first_line: u64,
    /// How many columns the header has.
    pub(super) width: usize,
}

impl<R: Read> FilledRecords<R> {
    /// Calls `on_row` with each of them, until it breaks; returns the number of the last record that was
    /// looked at, 0 when there was none.
    pub(super) fn read(mut self, on_row: &mut OnFilledRow<'_>) -> Result<u64, SourceError> {
        let mut number = 0;
        loop {
            let line = self.first_line + self.records.line_ends();
            let record = match self.records.next_record() {
                Ok(Some(record)) => record,
                Ok(None) => return Ok(number),
                Err(fault) => return Err(error_in_row(number + 1, line, fault)),
            };
            number += 1;
            if record.ends.is_empty() {
                continue;
            }
            let may_be_end = record.text == END_OF_DOS_FILE;
            let stray_quote = record.stray_quote_in.map(misquoted);
            let (cells, mut faults) = cells_of(record);
            let is_end = may_be_end && self.is_at_end(number, line)?;
            if cells.is_blank() || is_end {
                continue;
            }
            let beyond = fault_beyond(self.width, &cells);
            faults.extend(stray_quote.into_iter().chain(beyond));
            let row = FilledRow {
                number,
                line: Some(line),
                cells,
                faults,
            };
            if on_row(row).is_break() {
                return Ok(number);
            }
        }
    }

    /// Whether no record follows the one of that number.
    fn is_at_end(&mut self, number: u64, line: u64) -> Result<bool, SourceError> {
        let is_at_end = self.records.is_at_end();
        is_at_end.map_err(|fault| error_in_row(number, line, fault))
    }
}

/// What programs of DOS write behind the last line.
const END_OF_DOS_FILE: &[u8] = b"\x1A";

fn error_in_row(row: u64, line: u64, fault: RecordFault) -> SourceError {
    match fault {
        RecordFault::Io(source) => SourceError::Io { source },
        RecordFault::UnclosedQuote => SourceError::UnclosedQuote { row, line },
        RecordFault::TooLong => SourceError::RecordTooLong { row, line },
        RecordFault::TooManyCells => SourceError::TooManyColumns { row, line },
    }
}

/// A record's cells as text; a cell that is not UTF-8 has U+FFFD for each bad sequence, and a fault.
fn cells_of(record: RawRecord<'_>) -> (Cells, Vec<CellFault>) {
    if memchr::memchr(0, record.text).is_some() {
        return replaced_cells_of(record);
    }
    let whole = std::str::from_utf8(record.text).ok();
    let valid = whole.and_then(|text| Cells::from_parts(text.to_owned(), record.ends.to_vec()));
    match valid {
        Some(cells) => (cells, Vec::new()),
        None => replaced_cells_of(record),
    }
}

/// The slow way, for records in which some cell is not text.
fn replaced_cells_of(record: RawRecord<'_>) -> (Cells, Vec<CellFault>) {
    let mut cells = Cells::with_capacity(record.ends.len(), record.text.len());
    let mut faults = Vec::new();
    let mut start = 0;
    for (index, &end) in record.ends.iter().enumerate() {
        let bytes = &record.text[start..end];
        let is_text = std::str::from_utf8(bytes).is_ok();
        let not_text = (!is_text).then_some(CellFaultKind::NotText);
        let nul = bytes.contains(&0).then_some(CellFaultKind::HoldsNul);
        faults.extend(not_text.or(nul).map(|kind| CellFault {
            column_index: Some(index),
            kind,
        }));
        cells.push(&String::from_utf8_lossy(bytes));
        start = end;
    }
    (cells, faults)
}

fn misquoted(column_index: usize) -> CellFault {
    CellFault {
        column_index: Some(column_index),
        kind: CellFaultKind::Misquoted,
    }
}

fn fault_beyond(width: usize, cells: &Cells) -> Option<CellFault> {
    let has_filled_extra =
        cells.len() > width && cells.iter_from(width).any(|cell| !is_blank(cell));
    has_filled_extra.then_some(CellFault {
        column_index: None,
        kind: CellFaultKind::TooManyCells,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(column_index: usize, kind: CellFaultKind) -> CellFault {
        CellFault {
            column_index: Some(column_index),
            kind,
        }
    }

    fn not_text(column_index: usize) -> CellFault {
        fault(column_index, CellFaultKind::NotText)
    }

    #[test]
    fn the_end_of_a_dos_file_is_no_row() {
        let records = FilledRecords {
            records: RecordReader::new(&b"a,b\n\x1A\n\x1A"[..], b',', 64),
            first_line: 1,
            width: 2,
        };
        let mut rows = Vec::new();
        let last = records.read(&mut |row| {
            rows.push(row.number);
            std::ops::ControlFlow::Continue(())
        });
        assert_eq!((last.unwrap(), rows), (3, vec![1, 2]));
    }

    #[test]
    fn bad_bytes_are_the_fault_of_their_cell() {
        for (text, ends, expected, faults) in [
            (&b"ab"[..], &[1, 2][..], &["a", "b"][..], vec![]),
            (b"a\xE9b", &[2, 3], &["a\u{fffd}", "b"], vec![not_text(0)]),
            (
                b"a\0b",
                &[2, 3],
                &["a\0", "b"],
                vec![fault(0, CellFaultKind::HoldsNul)],
            ),
            // Two halves of one character in two cells: valid together, not one by one.
            (
                b"\xC3\xA9",
                &[1, 2],
                &["\u{fffd}", "\u{fffd}"],
                vec![not_text(0), not_text(1)],
            ),
        ] {
            let (cells, found) = cells_of(RawRecord {
                text,
                ends,
                stray_quote_in: None,
            });
            assert_eq!(cells.iter().collect::<Vec<_>>(), expected);
            assert_eq!(found, faults);
        }
    }
}
