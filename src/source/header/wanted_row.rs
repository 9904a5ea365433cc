//! The header where somebody says which row it is.

use std::cmp::Ordering;

use super::likely_row::trimmed;
use crate::model::Header;
use crate::source::filled_row::FilledRow;

/// What a filled row means to the search for the header.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::source) enum HeaderSearch {
    /// The header stands further down.
    GoOn,
    /// Here it is.
    Found(Header),
    /// The wanted row is blank: this row already stands below it.
    Missed,
}

/// Judges the next filled row of a file: `wanted_row` is the header's row number, at least 1.
pub(in crate::source) fn search_header(wanted_row: u64, row: &FilledRow) -> HeaderSearch {
    match row.number.cmp(&wanted_row) {
        Ordering::Less => HeaderSearch::GoOn,
        Ordering::Equal => HeaderSearch::Found(Header {
            row_number: row.number,
            names: trimmed(&row.cells),
        }),
        Ordering::Greater => HeaderSearch::Missed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u64, cells: &[&str]) -> FilledRow {
        FilledRow {
            number,
            line: None,
            cells: cells.iter().copied().collect(),
            faults: Vec::new(),
        }
    }

    fn found(row_number: u64, names: &[&str]) -> HeaderSearch {
        HeaderSearch::Found(Header {
            row_number,
            names: names.iter().map(|&name| name.to_owned()).collect(),
        })
    }

    #[test]
    fn the_header_is_the_wanted_row() {
        let cells = [" Name ", "", "E-mail\n"];
        for (wanted, number, expected) in [
            (3, 3, found(3, &["Name", "", "E-mail"])),
            (4, 3, HeaderSearch::GoOn),
            (2, 3, HeaderSearch::Missed),
        ] {
            assert_eq!(search_header(wanted, &row(number, &cells)), expected);
        }
    }
}
