//! Looks at a file, row by row.

use super::cell_shape::CellShape;
use super::choices::choose;
use super::column_facts::ColumnFacts;
use super::suggestion::Suggestion;
use super::survey::Survey;
use crate::model::{Header, Row};

/// In so many rows cells are compared with the e-mail address beside them.
const ROWS_WITH_ADDRESSES: usize = 200;

/// Gathers what a suggestion is made of.
///
/// Memory: for each column up to 200 different cells, shortened, and 5,000 hashes, however many rows it is shown.
#[derive(Debug)]
pub struct Suggester<'h> {
    header: &'h Header,
    columns: Vec<ColumnFacts>,
    rows: usize,
}

impl<'h> Suggester<'h> {
    /// Begins with the columns of `header`. One whose row number is 0 has letters for names, which say nothing.
    pub fn new(header: &'h Header) -> Self {
        Self {
            header,
            columns: vec![ColumnFacts::default(); header.names.len()],
            rows: 0,
        }
    }

    /// Looks at a row. Cells beyond the header are passed over, missing ones are empty.
    pub fn note(&mut self, row: &Row) {
        self.rows += 1;
        let local_part = if self.rows <= ROWS_WITH_ADDRESSES {
            row.cells.iter().find_map(local_part)
        } else {
            None
        };
        for (index, facts) in self.columns.iter_mut().enumerate() {
            let cell = row.cells.get(index).unwrap_or_default();
            facts.note(cell);
            if let Some(local_part) = &local_part {
                facts.note_beside_address(cell, local_part);
            }
        }
    }

    /// Makes a suggestion of what was seen.
    pub fn finish(self) -> Suggestion {
        let survey = Survey::new(self.header, self.columns, self.rows);
        Suggestion {
            choices: choose(&survey),
            survey,
        }
    }
}

/// What stands before the `@` of an e-mail address, in lower case.
fn local_part(cell: &str) -> Option<String> {
    let cell = cell.trim();
    let is_address = CellShape::of(cell) == CellShape::Email;
    let (local_part, _) = is_address.then(|| cell.split_once('@'))??;
    Some(local_part.to_lowercase())
}

#[cfg(test)]
mod tests;
