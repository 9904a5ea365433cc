//! The cells of a row as the rules of a mapping see them.

use super::bind::BoundMapping;
use super::column_table::ColumnSlot;
use super::identity::Identity;
use crate::model::{CellFaultKind, Code, Finding, Header, Problem, Row, count_of};

/// A row beside the mapping that judges it.
#[derive(Clone, Copy)]
pub(super) struct RowReading<'a> {
    pub(super) mapping: &'a BoundMapping,
    pub(super) row: &'a Row,
}

/// What stands in a cell.
pub(super) enum CellReading<'a> {
    /// The row ends before it.
    Missing,
    /// Its text is not what the file's author meant it to be.
    Faulty(&'a str, Finding),
    /// Its text; may be blank.
    Text(&'a str),
}

impl<'a> RowReading<'a> {
    /// The cell in a column.
    pub(super) fn cell(&self, slot: ColumnSlot) -> CellReading<'a> {
        let index = self.mapping.column(slot).index;
        let Some(text) = self.row.cells.get(index) else {
            return CellReading::Missing;
        };
        let mut faults = self.row.faults.iter();
        match faults.find(|fault| fault.column_index == Some(index)) {
            Some(fault) => match finding_of(fault.kind) {
                Some(finding) => CellReading::Faulty(text, finding),
                None => CellReading::Text(text),
            },
            None => CellReading::Text(text),
        }
    }

    /// The reason why a filter leaves the row out, if one does. A missing cell meets no filter.
    pub(super) fn filter_that_skips(&self) -> Option<Problem> {
        self.mapping.rules.filters.iter().find_map(|filter| {
            let column = self.mapping.column(filter.column);
            let cell = self.row.cells.get(column.index)?;
            let reason = || filter.reason(&column.name, cell);
            filter
                .skips(cell)
                .then(|| Problem::new(Code::FilterSkipped, reason()))
        })
    }

    /// Problems that keep the whole row out whatever its fields say.
    pub(super) fn row_problems(&self) -> Vec<Problem> {
        let mut problems: Vec<Problem> = self.too_few_cells().into_iter().collect();
        for fault in &self.row.faults {
            problems.extend(match (finding_of(fault.kind), fault.column_index) {
                (None, _) => Some(self.too_many_cells()),
                (Some(finding), None) => {
                    let sentence = format!("a cell {}", finding.predicate);
                    Some(Problem::new(finding.code, sentence))
                }
                (Some(finding), Some(index)) => self.row_rule_fault(index, &finding),
            });
        }
        problems
    }

    /// A fault in a column of a filter or of the identity: whether to skip the row, or which row
    /// it is, cannot be told, whatever its fields say.
    fn row_rule_fault(&self, index: usize, finding: &Finding) -> Option<Problem> {
        let rules = &self.mapping.rules;
        let filters = rules.filters.iter().map(|filter| filter.column);
        let identity = rules.identity.iter().flat_map(Identity::slots).copied();
        let column = filters
            .chain(identity)
            .map(|slot| self.mapping.column(slot))
            .find(|column| column.index == index)?;
        let cell = self.row.cells.get(index)?;
        Some(Problem::of_value(&column.name, cell.trim(), finding))
    }

    fn too_few_cells(&self) -> Option<Problem> {
        let last = self.mapping.column(self.mapping.last_column?);
        let length = self.row.cells.len();
        if last.index < length {
            return None;
        }
        let sentence = format!(
            "the row ends after {}, before column `{}` ({})",
            count_of(length as u64, "cell"),
            last.name,
            Header::letter(last.index)
        );
        Some(Problem::new(Code::RowTooFewCells, sentence))
    }

    fn too_many_cells(&self) -> Problem {
        let sentence = format!(
            "the row has {} and the header names {}",
            count_of(self.row.cells.len() as u64, "cell"),
            count_of(self.mapping.header_length as u64, "column")
        );
        Problem::new(Code::RowTooManyCells, sentence)
    }
}

/// What to say of a faulty cell; `None` for a fault of the whole row.
fn finding_of(kind: CellFaultKind) -> Option<Finding> {
    Some(match kind {
        CellFaultKind::ErrorValue => {
            Finding::new(Code::CellErrorValue, "is a spreadsheet error, not a value")
        }
        CellFaultKind::DigitsLost => Finding::new(
            Code::CellDigitsLost,
            "is a number of more than 15 digits, whose last digits are lost",
        ),
        CellFaultKind::NotText => Finding::new(
            Code::CellNotText,
            "holds bytes that are not text in the file's encoding",
        ),
        CellFaultKind::HoldsNul => {
            Finding::new(Code::CellNotText, "holds a NUL character, which is no text")
        }
        CellFaultKind::Misquoted => {
            Finding::new(Code::CellMisquoted, "has text behind its closing quote")
        }
        CellFaultKind::TooManyCells => return None,
    })
}
