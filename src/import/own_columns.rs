//! A rejects file that comes back: our columns are known and the guards come off.

use crate::model::{
    CellFault, CellFaultKind, Cells, Code, Header, OWN_COLUMNS, PROBLEMS_COLUMN, Problem, Row,
    RowIdentity, RowMark, TOKEN_COLUMN, is_own_column, without_guard,
};

/// The errors that a workbook's cells can hold. In a rejects file they are text.
///
/// Source: ECMA-376, part 1, section 18.18.11 (`ST_CellType`, error values).
const ERROR_VALUES: [&str; 8] = [
    "#N/A",
    "#VALUE!",
    "#REF!",
    "#DIV/0!",
    "#NUM!",
    "#NAME?",
    "#NULL!",
    "#GETTING_DATA",
];

/// Whether a file with this header is a rejects file of ours.
pub fn is_rejects_file(header: &Header) -> bool {
    header
        .names
        .iter()
        .any(|name| OWN_COLUMNS.contains(&name.as_str()))
}

/// Whether rows under this header may have tokens.
pub(super) fn has_tokens(header: &Header) -> bool {
    !header.positions_of(TOKEN_COLUMN).is_empty()
}

/// The header as the original file had it: without the guards that a rejects file has.
pub fn original_header(header: &Header) -> Header {
    if !is_rejects_file(header) {
        return header.clone();
    }
    let names = header
        .names
        .iter()
        .map(|name| without_guard(name).to_owned())
        .collect();
    Header { names, ..*header }
}

/// What has to be known of a rejects file to read its rows; does nothing for any other file.
#[derive(Debug)]
pub(super) struct OwnColumns<'a> {
    header: &'a Header,
    is_rejects_file: bool,
    token_index: Option<usize>,
    problems_index: Option<usize>,
}

impl<'a> OwnColumns<'a> {
    pub(super) fn of(header: &'a Header) -> Self {
        let index_of = |name: &str| header.positions_of(name).first().copied();
        let (token_index, problems_index) = (index_of(TOKEN_COLUMN), index_of(PROBLEMS_COLUMN));
        Self {
            header,
            is_rejects_file: is_rejects_file(header),
            token_index,
            problems_index,
        }
    }

    /// Gives the cells of a rejects file back what they were: guards come off, and in a row that
    /// had a fault of its cells what was an error value is one again.
    pub(super) fn restore(&self, row: &mut Row) {
        if !self.is_rejects_file {
            return;
        }
        row.cells = row.cells.iter().map(without_guard).collect::<Cells>();
        let token = self.token_index.and_then(|index| row.cells.get(index));
        if !token.is_some_and(RowMark::says_must_change) {
            return;
        }
        let errors = row.cells.iter().zip(&self.header.names).enumerate();
        let errors = errors.filter(|(_, (cell, name))| {
            ERROR_VALUES.contains(&cell.trim()) && !is_own_column(name)
        });
        let kind = CellFaultKind::ErrorValue;
        row.faults.extend(errors.map(|(index, _)| CellFault {
            column_index: Some(index),
            kind,
        }));
    }

    /// The identity of the row that this one was, if it came from a rejects file.
    pub(super) fn identity_in_token(&self, row: &Row) -> Option<RowIdentity> {
        RowMark::identity_in(row.cells.get(self.token_index?)?)
    }

    /// The problem of a row that has come back unmended although its fault does not show.
    pub(super) fn problem_of_unmended(&self, row: &Row) -> Option<Problem> {
        let token = row.cells.get(self.token_index?)?;
        let original = self.header.original_cells(&row.cells);
        if !RowMark::forbids(token, original.chain(self.header.surplus_cells(&row.cells))) {
            return None;
        }
        let before = self.problems_index.and_then(|index| row.cells.get(index));
        let sentence = format!(
            "unchanged since it was rejected: {}",
            before.unwrap_or("no reason is left")
        );
        Some(Problem::new(Code::RowUnchanged, sentence))
    }
}

#[cfg(test)]
mod tests {
    use super::{OwnColumns, original_header};
    use crate::model::{Code, Header, Row, RowIdentity, RowMark};

    fn header(names: &[&str]) -> Header {
        Header {
            row_number: 1,
            names: names.iter().map(|name| (*name).to_owned()).collect(),
        }
    }

    fn row(cells: &[&str]) -> Row {
        Row {
            cells: cells.iter().copied().collect(),
            ..Row::default()
        }
    }

    #[test]
    fn guards_come_off_only_in_our_own_files() {
        for (name, expected) in [("leadferry_row", "=1"), ("Note", "'=1")] {
            let header = header(&["'=Name", name]);
            let mut row = row(&["'=1", "x"]);
            OwnColumns::of(&header).restore(&mut row);
            assert_eq!(row.cells.get(0), Some(expected));
            let is_ours = name == "leadferry_row";
            let expected = if is_ours { "=Name" } else { "'=Name" };
            assert_eq!(original_header(&header).names[0], expected);
        }
    }

    #[test]
    fn error_values_are_errors_again() {
        let header = header(&["Phone", "leadferry_row"]);
        for (token, faults) in [("lf1-m0123", 1), ("lf1-s0123", 0), ("", 0)] {
            let mut row = row(&[" #N/A", token]);
            OwnColumns::of(&header).restore(&mut row);
            assert_eq!(row.faults.len(), faults, "{token}");
        }
    }

    #[test]
    fn a_row_whose_fault_does_not_show_must_change() {
        let header = header(&["Phone", "Name", "leadferry_row", "leadferry_problems"]);
        let columns = OwnColumns::of(&header);
        let token = format!(
            "lf1-{}-0",
            RowMark::new(RowIdentity::of_test(), ["12345678901234567000", ""], true).as_str()
        );
        let unmended = row(&["12345678901234567000", "", &token, "digits lost"]);
        let problem = columns.problem_of_unmended(&unmended).unwrap();
        assert_eq!(problem.code, Code::RowUnchanged);
        assert_eq!(
            problem.sentence,
            "unchanged since it was rejected: digits lost"
        );
        let mended = row(&["12345678901234567890", "", &token, "digits lost"]);
        assert_eq!(columns.problem_of_unmended(&mended), None);
    }
}
