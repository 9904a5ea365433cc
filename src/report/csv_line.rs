//! Cells to one line of CSV.

use std::io::Write as _;

/// The cells as CSV, quoted where needed, without a line end.
pub(super) fn csv_line<'a>(cells: impl IntoIterator<Item = &'a str>) -> Vec<u8> {
    let mut line = CsvLine::default();
    cells.into_iter().for_each(|cell| line.push(cell));
    line.finish()
}

/// A line of CSV to which one cell after the other is added.
///
/// Byte for byte what the csv crate writes; setting up its writer for each line costs more than the line.
#[derive(Debug, Default)]
pub(super) struct CsvLine {
    bytes: Vec<u8>,
    cells: usize,
}

impl CsvLine {
    /// A line with room for so many bytes.
    pub(super) fn with_capacity(bytes: usize) -> Self {
        Self {
            bytes: Vec::with_capacity(bytes),
            cells: 0,
        }
    }

    /// Adds a cell, quoted if it needs that.
    pub(super) fn push(&mut self, cell: &str) {
        self.begin_cell();
        if is_plain(cell) {
            self.bytes.extend_from_slice(cell.as_bytes());
            return;
        }
        self.bytes.push(b'"');
        for (index, piece) in cell.split('"').enumerate() {
            if index > 0 {
                self.bytes.extend_from_slice(b"\"\"");
            }
            self.bytes.extend_from_slice(piece.as_bytes());
        }
        self.bytes.push(b'"');
    }

    /// Adds a cell with a number.
    pub(super) fn push_number(&mut self, number: u64) {
        self.begin_cell();
        write!(self.bytes, "{number}").expect("writing to memory does not fail");
    }

    /// The line. A single cell that is empty is quoted, as a blank line would be no row.
    pub(super) fn finish(mut self) -> Vec<u8> {
        if self.cells == 1 && self.bytes.is_empty() {
            self.bytes.extend_from_slice(b"\"\"");
        }
        self.bytes
    }

    fn begin_cell(&mut self) {
        if self.cells > 0 {
            self.bytes.push(b',');
        }
        self.cells += 1;
    }
}

fn is_plain(cell: &str) -> bool {
    !cell
        .bytes()
        .any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n'))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use csv::{QuoteStyle, Terminator, WriterBuilder};

    use super::{CsvLine, csv_line};

    fn line_of_csv_crate(cells: &[&str]) -> Vec<u8> {
        let mut writer = WriterBuilder::new()
            .quote_style(QuoteStyle::Necessary)
            .terminator(Terminator::Any(b'\n'))
            .flexible(true)
            .from_writer(Vec::new());
        writer.write_record(cells).unwrap();
        let mut line = writer.into_inner().unwrap();
        line.pop();
        line
    }

    #[test]
    fn numbers_are_cells_too() {
        let mut line = CsvLine::with_capacity(8);
        line.push_number(u64::MAX);
        line.push("");
        line.push_number(0);
        assert_eq!(line.finish(), b"18446744073709551615,,0");
    }

    #[test]
    fn cells_are_quoted_where_needed() {
        for (cells, line) in [
            (vec!["a", "", "b c"], "a,,b c"),
            (
                vec!["a,b", "say \"x\"", "l1\nl2", "cr\r"],
                "\"a,b\",\"say \"\"x\"\"\",\"l1\nl2\",\"cr\r\"",
            ),
            (vec![""], "\"\""),
        ] {
            assert_eq!(String::from_utf8(csv_line(cells)).unwrap(), line);
        }
    }

    proptest! {
        #[test]
        fn lines_are_written_as_the_csv_crate_writes_them(
            cells in prop::collection::vec("[ ,;\"\r\na-c#']{0,3}", 1..5)
        ) {
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            prop_assert_eq!(csv_line(cells.iter().copied()), line_of_csv_crate(&cells));
        }
    }
}
