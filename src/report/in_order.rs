//! Outcomes come in any order; files are written in input order.

use std::collections::VecDeque;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use crate::model::RowMark;
use crate::report::output_folder::temporary_file_in;
use crate::report::rejects_csv::RejectLine;

/// So many rows wait in memory for an earlier one. Behind them they wait on disk, so that one
/// slow row neither holds up the others nor fills the memory.
const ROWS_IN_MEMORY: u64 = 8192;

/// So much of their lines waits in memory.
const BYTES_IN_MEMORY: usize = 8 * 1024 * 1024;

/// What is to be written for one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowLines {
    /// The line of the results file.
    pub results: Vec<u8>,
    /// The line of the rejects file, if the row belongs there.
    pub reject: Option<RejectLine>,
}

impl RowLines {
    /// How much memory the lines take, about.
    fn bytes(&self) -> usize {
        let reject = self
            .reject
            .as_ref()
            .map_or(0, |line| line.cells.len() + line.reason.len());
        self.results.len() + reject
    }
}

/// Brings rows back into input order.
///
/// Holds at most 8,192 rows or 8 MiB in memory; the rest waits in temporary files that are gone
/// with this value, also when the process is killed.
#[derive(Debug)]
pub struct InOrder {
    next: u64,
    window: VecDeque<Option<RowLines>>,
    window_bytes: usize,
    rows_in_memory: u64,
    overflow: Overflow,
}

impl InOrder {
    /// Expects row 0 first. Temporary files are made in `folder` now, so that a folder without
    /// room for them is known before anything is sent.
    pub fn new(folder: &Path) -> io::Result<Self> {
        Self::with_window(folder, ROWS_IN_MEMORY)
    }

    fn with_window(folder: &Path, rows_in_memory: u64) -> io::Result<Self> {
        let overflow = Overflow::create(folder)?;
        Ok(Self {
            next: 0,
            window: VecDeque::new(),
            window_bytes: 0,
            rows_in_memory,
            overflow,
        })
    }

    /// Puts in the lines of row `sequence`, counted from 0; each row once.
    pub fn put(&mut self, sequence: u64, lines: RowLines) -> io::Result<()> {
        let ahead = sequence - self.next;
        let is_next = ahead == 0;
        let has_room = ahead < self.rows_in_memory && self.window_bytes < BYTES_IN_MEMORY;
        if !is_next && !has_room {
            return self.overflow.put(sequence, &lines);
        }
        let place = usize::try_from(ahead).expect("the window is small");
        if self.window.len() <= place {
            self.window.resize(place + 1, None);
        }
        self.window_bytes += lines.bytes();
        self.window[place] = Some(lines);
        Ok(())
    }

    /// Takes the next row in input order, or `None` while it has not come in yet.
    pub fn take(&mut self) -> io::Result<Option<RowLines>> {
        let waiting = self.window.front_mut().and_then(Option::take);
        let lines = match waiting {
            Some(lines) => {
                self.window_bytes -= lines.bytes();
                Some(lines)
            }
            None => self.overflow.take(self.next)?,
        };
        if lines.is_some() {
            self.window.pop_front();
            self.next += 1;
        }
        Ok(lines)
    }
}

/// Rows that wait on disk: their bytes in one file, the place of each in another.
#[derive(Debug)]
struct Overflow {
    bytes: std::fs::File,
    places: std::fs::File,
    end_of_bytes: u64,
    waiting: u64,
}

/// A place is the offset and the length of a row's bytes, 8 bytes each. Length 0: no row.
const PLACE_BYTES: usize = 16;

impl Overflow {
    fn create(folder: &Path) -> io::Result<Self> {
        let bytes = temporary_file_in(folder)?;
        let places = temporary_file_in(folder)?;
        Ok(Self {
            bytes,
            places,
            end_of_bytes: 0,
            waiting: 0,
        })
    }

    fn put(&mut self, sequence: u64, lines: &RowLines) -> io::Result<()> {
        if self.waiting == 0 {
            self.give_disk_back()?;
        }
        let row = encode(lines);
        self.bytes.seek(SeekFrom::Start(self.end_of_bytes))?;
        self.bytes.write_all(&row)?;
        let mut place = [0; PLACE_BYTES];
        place[..8].copy_from_slice(&self.end_of_bytes.to_le_bytes());
        place[8..].copy_from_slice(&(row.len() as u64).to_le_bytes());
        self.places
            .seek(SeekFrom::Start(offset_of_place(sequence)))?;
        self.places.write_all(&place)?;
        self.end_of_bytes += row.len() as u64;
        self.waiting += 1;
        Ok(())
    }

    fn give_disk_back(&mut self) -> io::Result<()> {
        self.bytes.set_len(0)?;
        self.places.set_len(0)?;
        self.end_of_bytes = 0;
        Ok(())
    }

    fn take(&mut self, sequence: u64) -> io::Result<Option<RowLines>> {
        if self.waiting == 0 {
            return Ok(None);
        }
        let mut place = [0; PLACE_BYTES];
        self.places
            .seek(SeekFrom::Start(offset_of_place(sequence)))?;
        match self.places.read_exact(&mut place) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => return Ok(None),
            read => read?,
        }
        let [offset, length] = [0, 8].map(|start| {
            u64::from_le_bytes(
                place[start..start + 8]
                    .try_into()
                    .expect("8 bytes are 8 bytes"),
            )
        });
        if length == 0 {
            return Ok(None);
        }
        let mut row = vec![0; usize::try_from(length).expect("it was in memory before")];
        self.bytes.seek(SeekFrom::Start(offset))?;
        self.bytes.read_exact(&mut row)?;
        self.waiting -= 1;
        Ok(Some(decode(&row)))
    }
}

/// Places lie as far in as their row; the file is sparse where no row waits.
fn offset_of_place(sequence: u64) -> u64 {
    sequence * PLACE_BYTES as u64
}

/// Writes each part of a row behind its length.
fn encode(lines: &RowLines) -> Vec<u8> {
    let mut row = Vec::new();
    let mut part = |bytes: &[u8]| {
        row.extend_from_slice(&(bytes.len() as u64).to_le_bytes());
        row.extend_from_slice(bytes);
    };
    part(&lines.results);
    if let Some(reject) = &lines.reject {
        part(reject.mark.as_str().as_bytes());
        part(&reject.cells);
        part(&reject.reason);
    }
    row
}

fn decode(mut row: &[u8]) -> RowLines {
    let mut part = || {
        let (length, rest) = row.split_first_chunk::<8>()?;
        let length = usize::try_from(u64::from_le_bytes(*length)).ok()?;
        let (bytes, rest) = rest.split_at_checked(length)?;
        row = rest;
        Some(bytes.to_vec())
    };
    let results = part().expect("every row has a results line");
    let mut reject = || {
        let mark = String::from_utf8(part()?).expect("a mark is text");
        let (mark, cells, reason) = (RowMark::from_text(mark), part()?, part()?);
        Some(RejectLine {
            mark,
            cells,
            reason,
        })
    };
    let reject = reject();
    RowLines { results, reject }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{InOrder, RowLines};
    use crate::model::{RowIdentity, RowMark};
    use crate::report::rejects_csv::RejectLine;

    fn lines(sequence: u64) -> RowLines {
        let reject = sequence.is_multiple_of(3).then(|| RejectLine {
            mark: RowMark::new(RowIdentity::of_test(), ["a"], false),
            cells: format!("cells {sequence}").into_bytes(),
            reason: vec![],
        });
        RowLines {
            results: sequence.to_string().into_bytes(),
            reject,
        }
    }

    proptest! {
        #[test]
        fn any_order_comes_out_in_input_order(
            order in Just((0..200_u64).collect::<Vec<_>>()).prop_shuffle(),
            window in 1..40_u64,
        ) {
            let folder = tempfile::tempdir().unwrap();
            let mut in_order = InOrder::with_window(folder.path(), window).unwrap();
            let mut out = Vec::new();
            for sequence in order {
                in_order.put(sequence, lines(sequence)).unwrap();
                while let Some(row) = in_order.take().unwrap() {
                    out.push(row);
                }
                prop_assert!(in_order.window.len() as u64 <= window);
            }
            prop_assert_eq!(out, (0..200).map(lines).collect::<Vec<_>>());
        }
    }
}
