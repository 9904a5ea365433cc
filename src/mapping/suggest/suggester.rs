//! Looks at a file, row by row.

use super::choices::choose;
use super::column_facts::ColumnFacts;
use super::suggestion::Suggestion;
use super::survey::Survey;
use crate::model::{Header, Row};

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
        for (index, facts) in self.columns.iter_mut().enumerate() {
            facts.note(row.cells.get(index).unwrap_or_default());
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

#[cfg(test)]
mod tests;
