use std::ops::ControlFlow;
use std::path::PathBuf;

use proptest::prelude::{ProptestConfig, any, prop, prop_assert_eq, prop_oneof, proptest};
use tempfile::TempDir;

use crate::model::{CellFault, CellFaultKind, Row};
use crate::source::{Format, RowCount, Source, SourceError, SourceOptions};

/// A file in a folder that vanishes with the test.
struct Written {
    _folder: TempDir,
    path: PathBuf,
}

fn written(content: impl AsRef<[u8]>) -> Written {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("leads.csv");
    fs_err::write(&path, content).unwrap();
    Written {
        _folder: folder,
        path,
    }
}

fn open(content: impl AsRef<[u8]>, options: &SourceOptions) -> Result<Source, SourceError> {
    Source::open(&written(content).path, options)
}

/// All rows of a file as (number, cells), with the count.
fn read(content: impl AsRef<[u8]>, options: &SourceOptions) -> (Vec<Row>, RowCount) {
    let file = written(content);
    let source = Source::open(&file.path, options).unwrap();
    read_all(&source)
}

fn read_all(source: &Source) -> (Vec<Row>, RowCount) {
    let mut rows = Vec::new();
    let count = source
        .read_rows(&mut |row| {
            rows.push(row);
            ControlFlow::Continue(())
        })
        .unwrap();
    (rows, count)
}

fn numbered_cells(rows: &[Row]) -> Vec<(u64, Vec<&str>)> {
    let cells = |row: &Row| row.cells.len();
    rows.iter()
        .map(|row| {
            let cells = (0..cells(row)).filter_map(|index| row.cells.get(index));
            (row.number, cells.collect())
        })
        .collect()
}

fn with_delimiter(delimiter: u8) -> SourceOptions {
    SourceOptions {
        delimiter: Some(delimiter),
        ..SourceOptions::default()
    }
}

fn with_header_row(header_row: u64) -> SourceOptions {
    SourceOptions {
        header_row: Some(header_row),
        ..SourceOptions::default()
    }
}

#[test]
fn rows_are_numbered_as_a_spreadsheet_program_numbers_them() {
    let none = SourceOptions::default();
    for (content, expected, blank_rows) in [
        (
            "a,b\n1,2\n3,4\n",
            &[(2, &["1", "2"][..]), (3, &["3", "4"])][..],
            0,
        ),
        ("a,b\r\n1,2\r\n", &[(2, &["1", "2"])], 0),
        ("a,b\r1,2\r3,4", &[(2, &["1", "2"]), (3, &["3", "4"])], 0),
        // A record counts once, however many lines it spans.
        (
            "a,b\n\"1\n1\",2\n3,4\n",
            &[(2, &["1\n1", "2"]), (3, &["3", "4"])],
            0,
        ),
        // Blank rows are numbered and counted, also at the end.
        (
            "a,b\n\n1,2\n,\n \t,\u{a0}\n3,4\n\n\n",
            &[(3, &["1", "2"]), (6, &["3", "4"])],
            5,
        ),
        ("\n\na,b\n1,2", &[(4, &["1", "2"])], 0),
        ("sep=;\na;b\n1;2\n", &[(2, &["1", "2"])], 0),
        ("\u{feff}SEP=\t\r\na\tb\r\n1\t2", &[(2, &["1", "2"])], 0),
        // Ragged rows are data.
        ("a,b\n1\n1,2,3\n", &[(2, &["1"]), (3, &["1", "2", "3"])], 0),
        ("a,b\n", &[], 0),
    ] {
        let (rows, count) = read(content, &none);
        let expected: Vec<_> = expected
            .iter()
            .map(|(number, cells)| (*number, cells.to_vec()))
            .collect();
        assert_eq!(numbered_cells(&rows), expected, "{content:?}");
        let expected_count = RowCount {
            rows: expected.len() as u64,
            blank_rows,
        };
        assert_eq!(count, expected_count, "{content:?}");
        let sequences: Vec<_> = rows.iter().map(|row| row.sequence).collect();
        assert_eq!(sequences, (0..count.rows).collect::<Vec<_>>());
    }
}

#[test]
fn the_header_is_found_or_named() {
    let content = "Leads of March\n\n Name ,E-mail,\nJane,jane@example.com,\n";
    for (header_row, expected_row, expected) in [
        (None, 3, &["Name", "E-mail", ""][..]),
        (Some(1), 1, &["Leads of March"]),
        (Some(3), 3, &["Name", "E-mail", ""]),
        (Some(0), 0, &["A", "B", "C"]),
    ] {
        let options = SourceOptions {
            header_row,
            ..SourceOptions::default()
        };
        let source = open(content, &options).unwrap();
        let header = source.header();
        assert_eq!(header.row_number, expected_row);
        assert_eq!(header.names, expected);
    }
    let (rows, count) = read(content, &with_header_row(3));
    assert_eq!(rows[0].number, 4);
    assert_eq!(count.blank_rows, 0);
    let (rows, count) = read(content, &with_header_row(0));
    assert_eq!((rows[0].number, count.rows, count.blank_rows), (1, 3, 1));
}

#[test]
fn a_missing_header_is_an_error_with_advice() {
    for (header_row, expected, hint) in [
        (
            2,
            "the file has no column names in row 2",
            "name the row that holds the column names with `--header-row`",
        ),
        (
            9,
            "the file has no column names in row 9",
            "name the row that holds the column names with `--header-row`",
        ),
    ] {
        let error = open("a,b\n\n1,2\n", &with_header_row(header_row)).unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert_eq!(error.hint().unwrap(), hint);
    }
    let error = open("\n,,\n \n", &SourceOptions::default()).unwrap_err();
    assert_eq!(error.to_string(), "the file has no filled row");
}

#[test]
fn only_filled_cells_beyond_the_header_are_a_fault() {
    let (rows, _) = read("a,b\n1,2,,\n1,2, ,3\n", &SourceOptions::default());
    assert_eq!(rows[0].faults, []);
    let too_many = CellFault {
        column_index: None,
        kind: CellFaultKind::TooManyCells,
    };
    assert_eq!(rows[1].faults, [too_many]);
}

#[test]
fn bad_bytes_late_in_a_file_are_a_fault_of_their_row() {
    let mut content = "a,b\n1,çğş\n".to_owned().into_bytes();
    content.extend_from_slice("1,öü\n".repeat(19_999).as_bytes());
    content.extend_from_slice(b"1,caf\xE9\n3,4\n");
    let (rows, count) = read(&content, &SourceOptions::default());
    assert_eq!(count.rows, 20_002);
    let not_text = CellFault {
        column_index: Some(1),
        kind: CellFaultKind::NotText,
    };
    assert_eq!(rows[20_000].faults, [not_text]);
    assert_eq!(rows[20_000].cells.get(1), Some("caf\u{fffd}"));
    assert_eq!(rows[20_001].faults, []);
}

#[test]
fn the_delimiter_is_the_one_given_then_the_one_in_the_file() {
    for (content, options, expected) in [
        ("a,b", SourceOptions::default(), b','),
        ("sep=;\na;b", SourceOptions::default(), b';'),
        ("sep=;\na|b", with_delimiter(b'|'), b'|'),
        ("a;b", with_delimiter(b','), b','),
        ("a;b", SourceOptions::default(), b';'),
        ("sep=,\na;b", SourceOptions::default(), b','),
    ] {
        let source = open(content, &options).unwrap();
        assert_eq!(source.delimiter(), Some(expected), "{content:?}");
    }
}

#[test]
fn characters_that_cannot_delimit_are_refused() {
    for delimiter in [b'"', b'\n', b'\r', b'\0', 0xE9] {
        let error = open("a,b", &with_delimiter(delimiter)).unwrap_err();
        assert!(matches!(error, SourceError::BadDelimiter { .. }));
    }
}

#[test]
fn what_is_not_read_here_is_named() {
    let none = SourceOptions::default();
    for (content, expected) in [
        (&b""[..], "the file is empty"),
        (
            b"\x1F\x8B\x08\0",
            "the gzip archive is cut off or malformed, or something else follows it",
        ),
        (b"BZh91AY", "the file is a bzip2 archive"),
        (
            b"<html><table>",
            "the file is an HTML page (some tools call this `.xls`)",
        ),
        (
            b"\xFF\xFE\0\0a\0\0\0",
            "the file is not text that is read here: it looks like UTF-32",
        ),
        (b"PK\x03\x04cut", "the workbook is cut off or malformed"),
    ] {
        let error = open(content, &none).unwrap_err();
        assert_eq!(error.to_string(), expected);
        assert!(error.hint().is_some());
    }
}

#[test]
fn a_missing_file_and_a_folder_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let none = SourceOptions::default();
    let missing = Source::open(&folder.path().join("gone.csv"), &none).unwrap_err();
    assert_eq!(missing.to_string(), "the file cannot be read");
    assert_eq!(missing.hint().unwrap(), "check the path for a typing error");
    let error = Source::open(folder.path(), &none).unwrap_err();
    assert!(matches!(error, SourceError::NotAFile));
}

#[test]
fn an_unclosed_quote_is_found_by_the_scan_with_its_row() {
    let file = written("a,b\n1,2\n\n3,\"4\n5,6\n");
    let source = Source::open(&file.path, &SourceOptions::default()).unwrap();
    let error = source.scan().unwrap_err();
    assert_eq!(error.to_string(), "row 4 has a quote that is never closed");
    assert!(error.hint().unwrap().contains("row 4"));
}

#[test]
fn a_file_that_changes_is_noticed() {
    let file = written("a,b\n1,2\n");
    let source = Source::open(&file.path, &SourceOptions::default()).unwrap();
    assert_eq!(source.scan().unwrap().rows, 1);
    fs_err::write(&file.path, "a,b\n1,2\n3,\"4\n").unwrap();
    assert!(matches!(source.scan().unwrap_err(), SourceError::Changed));
}

#[test]
fn reading_stops_at_a_break_and_can_begin_again() {
    let file = written("a\n1\n\n2\n3\n");
    let source = Source::open(&file.path, &SourceOptions::default()).unwrap();
    let count = source
        .read_rows(&mut |row| {
            if row.number < 4 {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        })
        .unwrap();
    let expected = RowCount {
        rows: 2,
        blank_rows: 1,
    };
    assert_eq!(count, expected);
    assert_eq!(source.scan().unwrap().rows, 3);
    assert_eq!(source.bytes_read(), source.bytes_total());
}

#[test]
fn a_text_file_has_no_sheets_and_says_so() {
    let options = SourceOptions {
        sheet: Some("Leads".to_owned()),
        ..SourceOptions::default()
    };
    let source = open("a,b\n", &options).unwrap();
    assert_eq!((source.format(), source.sheet()), (Format::Csv, None));
    assert_eq!(
        source.notices(),
        ["`sheet` is ignored: the file is a text file, which has none"]
    );
}

#[test]
fn a_source_may_be_shared_between_threads() {
    fn assert_shareable<T: Send + Sync>() {}
    assert_shareable::<Source>();
}

/// Cells rich in what could confuse a reader.
fn any_cell() -> impl prop::strategy::Strategy<Value = String> {
    prop_oneof![
        // No NUL: a file that holds many of them is refused as no text.
        "[ ,;\"\n\r\t=a-z0-9ğ漢]{0,6}",
        any::<String>(),
        prop::strategy::Just(String::new()),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_table_comes_back_as_it_was_written(
        table in prop::collection::vec(prop::collection::vec(any_cell(), 3), 0..12)
    ) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["first", "second", "third"]).unwrap();
        for cells in &table {
            writer.write_record(cells).unwrap();
        }
        let (rows, count) = read(writer.into_inner().unwrap(), &SourceOptions::default());
        let expected: Vec<(u64, Vec<&str>)> = (2..)
            .zip(&table)
            .filter(|(_, cells)| cells.iter().any(|cell| !cell.trim().is_empty()))
            .map(|(number, cells)| (number, cells.iter().map(String::as_str).collect()))
            .collect();
        prop_assert_eq!(numbered_cells(&rows), expected);
        prop_assert_eq!(count.rows + count.blank_rows, table.len() as u64);
    }
}

mod dialects;
