//! What every target does with a file, and what must be true of it.

use std::io::Write;
use std::ops::ControlFlow;

use leadferry::model::Row;
use leadferry::source::{Extent, RowCount, Source, SourceOptions};
use tempfile::NamedTempFile;

/// A file that holds `bytes`, in memory where the system has such a place.
pub fn file_of(bytes: &[u8]) -> NamedTempFile {
    let mut file = NamedTempFile::new().expect("there is room for a small file");
    file.write_all(bytes).expect("there is room for a small file");
    file
}

/// Reads `bytes` as a file, if they are one: nothing may panic, and what holds for every file must hold.
/// Returns its rows.
pub fn read(bytes: &[u8], options: &SourceOptions) -> Option<Vec<Row>> {
    let file = file_of(bytes);
    let source = Source::open(file.path(), options).ok()?;
    let inspection = source.inspect(Extent::Whole);
    let (rows, count) = rows_of(&source);
    let (again, count_again) = rows_of(&source);
    assert_eq!(rows, again, "every reading is alike");
    assert_eq!(count, count_again);
    let count = count?;
    assert_eq!(count.rows, rows.len() as u64);
    let counted = inspection.expect("what can be read can be inspected").rows;
    assert_eq!(counted, Some(count));
    ensure_in_order(&rows, source.header().row_number);
    Some(rows)
}

fn rows_of(source: &Source) -> (Vec<Row>, Option<RowCount>) {
    let mut rows = Vec::new();
    let count = source.read_rows(&mut |row| {
        rows.push(row);
        ControlFlow::Continue(())
    });
    (rows, count.ok())
}

fn ensure_in_order(rows: &[Row], header_row: u64) {
    let mut before = header_row;
    for (sequence, row) in (0..).zip(rows) {
        assert_eq!(row.sequence, sequence);
        assert!(row.number > before, "rows ascend");
        assert!(!row.cells.is_blank(), "blank rows are left out");
        before = row.number;
    }
}
