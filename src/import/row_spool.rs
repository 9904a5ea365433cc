//! Rows that wait for their turn, first in first out, on disk beyond a bound.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Seek, SeekFrom, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// So many rows wait in memory.
const ROWS_IN_MEMORY: usize = 1024;

/// Takes rows and gives them back in the same order.
///
/// Rows in memory come first; once any is on disk all that follow go there, until the disk is
/// empty again. A row that the disk does not take is kept in memory, behind all others.
#[derive(Debug)]
pub(super) struct RowSpool<R> {
    in_memory: VecDeque<R>,
    on_disk: Option<OnDisk>,
    /// Rows that the disk did not take.
    behind: VecDeque<R>,
}

#[derive(Debug)]
struct OnDisk {
    file: File,
    read_from: u64,
    rows: usize,
}

impl<R> Default for RowSpool<R> {
    fn default() -> Self {
        Self {
            in_memory: VecDeque::new(),
            on_disk: None,
            behind: VecDeque::new(),
        }
    }
}

impl<R: Serialize + DeserializeOwned> RowSpool<R> {
    /// Takes a row in any case. An error says that it is kept in memory although there are enough: the
    /// run should end.
    pub(super) fn push(&mut self, row: R) -> io::Result<()> {
        if self.on_disk.is_none() && self.in_memory.len() < ROWS_IN_MEMORY {
            self.in_memory.push_back(row);
            return Ok(());
        }
        let written = self.write(&row);
        if written.is_err() {
            self.behind.push_back(row);
        }
        written
    }

    fn write(&mut self, row: &R) -> io::Result<()> {
        if !self.behind.is_empty() {
            return Err(io::ErrorKind::StorageFull.into());
        }
        let on_disk = match &mut self.on_disk {
            Some(on_disk) => on_disk,
            none => none.insert(OnDisk {
                file: tempfile::tempfile()?,
                read_from: 0,
                rows: 0,
            }),
        };
        on_disk.push(row)
    }

    pub(super) fn pop(&mut self) -> io::Result<Option<R>> {
        if self.in_memory.is_empty() {
            self.fill()?;
        }
        let next = self.in_memory.pop_front();
        Ok(next.or_else(|| self.behind.pop_front()))
    }

    pub(super) fn is_empty(&self) -> bool {
        self.in_memory.is_empty() && self.on_disk.is_none() && self.behind.is_empty()
    }

    /// Takes the next rows from the disk into memory.
    fn fill(&mut self) -> io::Result<()> {
        let Some(on_disk) = &mut self.on_disk else {
            return Ok(());
        };
        self.in_memory.extend(on_disk.take(ROWS_IN_MEMORY)?);
        if on_disk.rows == 0 {
            self.on_disk = None;
        }
        Ok(())
    }
}

impl OnDisk {
    fn push(&mut self, row: &impl Serialize) -> io::Result<()> {
        let mut line = serde_json::to_vec(row)?;
        line.push(b'\n');
        self.file.seek(SeekFrom::End(0))?;
        self.file.write_all(&line)?;
        self.rows += 1;
        Ok(())
    }

    fn take<R: DeserializeOwned>(&mut self, count: usize) -> io::Result<Vec<R>> {
        self.file.seek(SeekFrom::Start(self.read_from))?;
        let mut reader = BufReader::new(&self.file);
        let mut rows = Vec::new();
        let mut line = Vec::new();
        for _ in 0..count.min(self.rows) {
            line.clear();
            self.read_from += reader.read_until(b'\n', &mut line)? as u64;
            rows.push(serde_json::from_slice(&line)?);
        }
        self.rows -= rows.len();
        Ok(rows)
    }
}

#[cfg(test)]
mod tests {
    use super::{ROWS_IN_MEMORY, RowSpool};
    use crate::import::ready_row::ReadyRow;
    use crate::model::{Code, Problem};

    fn row(number: u64) -> ReadyRow {
        let mut row = ReadyRow::of_test(number);
        row.warnings = vec![Problem::new(Code::FieldDropped, format!("ç\n{number}"))];
        row
    }

    #[test]
    fn rows_come_back_as_they_went_in_and_in_order() {
        let mut spool = RowSpool::default();
        let many = 3 * ROWS_IN_MEMORY as u64;
        let (mut pushed, mut popped) = (0, 0);
        let mut expect = |spool: &mut RowSpool<ReadyRow>| {
            let got = spool.pop().unwrap().unwrap();
            assert_eq!(got.sequence, popped);
            assert_eq!(format!("{got:?}"), format!("{:?}", row(popped)));
            popped += 1;
        };
        while pushed < many {
            spool.push(row(pushed)).unwrap();
            pushed += 1;
            if pushed % 3 == 0 {
                expect(&mut spool);
            }
        }
        while !spool.is_empty() {
            expect(&mut spool);
        }
        assert_eq!(popped, many);
    }
}
