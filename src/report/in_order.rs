//! Outcomes come in any order; files are written in input order.

use std::collections::VecDeque;
use std::io::{self, Read, Seek, SeekFrom, Write};

use crate::report::rejects_csv::RejectLine;

/// So many rows wait in memory for an earlier one. Behind them they wait on disk, so that one
/// slow row neither holds up the others nor fills the memory.
const ROWS_IN_MEMORY: u64 = 8192;

/// What is to be written for one row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowLines {
    /// The line of the results file.
    pub results: Vec<u8>,
    /// The line of the rejects file, if the row belongs there.
    pub reject: Option<RejectLine>,
}

/// Brings rows back into input order.
///
/// Holds at most 8,192 rows in memory; the rest waits in a temporary file that is removed with
/// this value, also when the process is killed.
#[derive(Debug)]
pub struct InOrder {
    next: u64,
    window: VecDeque<Option<RowLines>>,
    rows_in_memory: u64,
    overflow: Option<Overflow>,
}

impl InOrder {
    /// Expects row 0 first.
    pub fn new() -> Self {
        Self::with_window(ROWS_IN_MEMORY)
    }

    fn with_window(rows_in_memory: u64) -> Self {
        Self {
            next: 0,
            window: VecDeque::new(),
            rows_in_memory,
            overflow: None,
        }
    }

    /// Puts in the lines of row `sequence`, counted from 0; each row once.
    pub fn put(&mut self, sequence: u64, lines: RowLines) -> io::Result<()> {
        let ahead = sequence - self.next;
        if ahead >= self.rows_in_memory {
            if self.overflow.is_none() {
                self.overflow = Some(Overflow::create()?);
            }
            let overflow = self.overflow.as_mut().expect("it was created above");
            return overflow.put(sequence, &lines);
        }
        let place = usize::try_from(ahead).expect("the window is small");
        if self.window.len() <= place {
            self.window.resize(place + 1, None);
        }
        self.window[place] = Some(lines);
        Ok(())
    }

    /// Takes the next row in input order, or `None` while it has not come in yet.
    pub fn take(&mut self) -> io::Result<Option<RowLines>> {
        let lines = match self.window.front_mut() {
            Some(front) if front.is_some() => front.take(),
            _ => match &mut self.overflow {
                Some(overflow) => overflow.take(self.next)?,
                None => None,
            },
        };
        if lines.is_some() {
            self.window.pop_front();
            self.next += 1;
        }
        Ok(lines)
    }
}

impl Default for InOrder {
    fn default() -> Self {
        Self::new()
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
    fn create() -> io::Result<Self> {
        let (bytes, places) = (tempfile::tempfile()?, tempfile::tempfile()?);
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
    let reject = part()
        .zip(part())
        .map(|(cells, reason)| RejectLine { cells, reason });
    RowLines { results, reject }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{InOrder, RowLines};
    use crate::report::rejects_csv::RejectLine;

    fn lines(sequence: u64) -> RowLines {
        let reject = sequence.is_multiple_of(3).then(|| RejectLine {
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
            let mut in_order = InOrder::with_window(window);
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
