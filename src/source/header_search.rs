//! Which row holds the column names.

use crate::model::{Cells, Header};

use super::filled_row::FilledRow;

/// What a filled row means to the search for the header.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum HeaderSearch {
    /// The header stands further down.
    GoOn,
    /// Here it is.
    Found(Header),
    /// The wanted row is blank: this row already stands below it.
    Missed,
}

/// Judges the next filled row of a file.
///
/// `wanted_row` is `None` for the first filled row, 0 for no header at all (the columns are then
/// named by their letters, as many as the first filled row has), else the header's row number.
pub(super) fn search_header(wanted_row: Option<u64>, row: &FilledRow) -> HeaderSearch {
    match wanted_row {
        None => HeaderSearch::Found(header_from(row)),
        Some(0) => HeaderSearch::Found(lettered_header(row.cells.len())),
        Some(wanted) if row.number == wanted => HeaderSearch::Found(header_from(row)),
        Some(wanted) if row.number > wanted => HeaderSearch::Missed,
        Some(_) => HeaderSearch::GoOn,
    }
}

fn header_from(row: &FilledRow) -> Header {
    Header {
        row_number: row.number,
        names: trimmed(&row.cells),
    }
}

fn trimmed(cells: &Cells) -> Vec<String> {
    cells.iter().map(|name| name.trim().to_owned()).collect()
}

fn lettered_header(columns: usize) -> Header {
    Header {
        row_number: 0,
        names: (0..columns).map(Header::letter).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u64, cells: &[&str]) -> FilledRow {
        FilledRow {
            number,
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
    fn the_header_is_the_wanted_row_or_the_first_filled_one() {
        let cells = [" Name ", "", "E-mail\n"];
        for (wanted, number, expected) in [
            (None, 3, found(3, &["Name", "", "E-mail"])),
            (Some(3), 3, found(3, &["Name", "", "E-mail"])),
            (Some(4), 3, HeaderSearch::GoOn),
            (Some(2), 3, HeaderSearch::Missed),
            (Some(0), 3, found(0, &["A", "B", "C"])),
        ] {
            assert_eq!(search_header(wanted, &row(number, &cells)), expected);
        }
    }
}
