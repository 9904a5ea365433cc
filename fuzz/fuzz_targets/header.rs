//! Tables of random cells under titles: no cell is lost or moved, wherever the header is thought to be.

#![no_main]

use arbitrary::Arbitrary;
use fuzzing::read;
use leadferry::source::SourceOptions;
use libfuzzer_sys::fuzz_target;

#[derive(Debug, Arbitrary)]
struct Case {
    delimiter: u8,
    rows: Vec<Vec<Cell>>,
    names: Vec<String>,
}

#[derive(Debug, Arbitrary)]
enum Cell {
    Blank,
    Word(String),
    Number(i32),
    Mail,
    Day,
}

impl Cell {
    fn text(&self) -> String {
        match self {
            Self::Blank => String::new(),
            // A NUL is no text, and `^Z` in the last row is the end of a file of DOS.
            Self::Word(word) => word.chars().filter(|character| !matches!(character, '\0' | '\u{1a}')).collect(),
            Self::Number(number) => number.to_string(),
            Self::Mail => "jane@example.com".to_owned(),
            Self::Day => "2024-03-01".to_owned(),
        }
    }
}

fuzz_target!(|case: Case| {
    let delimiter = b",;\t|"[usize::from(case.delimiter) % 4];
    let cells: Vec<Vec<String>> = case.rows.iter().map(|row| row.iter().map(Cell::text).collect()).collect();
    let quoted = |cell: &String| format!("\"{}\"", cell.replace('"', "\"\""));
    let line = |row: &Vec<String>| {
        let cells: Vec<String> = row.iter().map(quoted).collect();
        cells.join(&char::from(delimiter).to_string()) + "\n"
    };
    let text: String = cells.iter().filter(|row| !row.is_empty()).map(line).collect();
    let options = SourceOptions {
        delimiter: Some(delimiter),
        encoding: Some("utf-8".to_owned()),
        known_names: case.names,
        ..SourceOptions::default()
    };
    let Some(rows) = read(text.as_bytes(), &options) else {
        return;
    };
    let filled: Vec<&Vec<String>> = cells
        .iter()
        .filter(|row| row.iter().any(|cell| !cell.trim().is_empty()))
        .collect();
    let below = &filled[filled.len() - rows.len()..];
    for (row, cells) in rows.iter().zip(below) {
        assert!(row.cells.iter().eq(cells.iter().map(String::as_str)), "cells stay as they are");
    }
});
