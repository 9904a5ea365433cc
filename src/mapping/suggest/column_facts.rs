//! What is known of a column's cells.

use std::collections::HashSet;

use super::cell_shape::CellShape;

/// So many different cells of a column are kept, for the region of phones and the names of countries.
const MOST_SAMPLES: usize = 200;

/// Longer cells are kept as far as this, in characters: enough to tell what they are.
const SAMPLE_CHARACTERS: usize = 120;

/// So many different cells are told apart: as many as rows are looked at.
const MOST_DISTINCT: usize = 5_000;

/// What the cells of one column look like, as far as they were looked at.
///
/// Holds at most 200 different cells, and 5,000 hashes, however many there are.
#[derive(Debug, Clone, Default)]
pub(super) struct ColumnFacts {
    /// Rows that were looked at.
    pub(super) rows: usize,
    /// Cells that are not blank.
    pub(super) filled: usize,
    shapes: [usize; CellShape::Text as usize + 1],
    distinct: HashSet<u64>,
    /// The first different cells, each with how often it was seen since.
    samples: Vec<(String, usize)>,
    /// Whether the cells count 1, 2, 3 from the first row on.
    counts_up: bool,
    /// Filled cells of a single word.
    single_words: usize,
}

impl ColumnFacts {
    /// Looks at a cell. Must be called for each row, with an empty cell where the row has none.
    pub(super) fn note(&mut self, cell: &str) {
        self.rows += 1;
        let cell = cell.trim();
        let counts = cell.parse() == Ok(self.rows);
        self.counts_up = counts && (self.rows == 1 || self.counts_up);
        if cell.is_empty() {
            return;
        }
        self.filled += 1;
        self.shapes[CellShape::of(cell) as usize] += 1;
        self.single_words += usize::from(!cell.contains(char::is_whitespace));
        self.remember(cell);
    }

    fn remember(&mut self, cell: &str) {
        let hash = u64::from_le_bytes(
            blake3::hash(cell.as_bytes()).as_bytes()[..8]
                .try_into()
                .expect("a hash has more than 8 bytes"),
        );
        if self.distinct.len() < MOST_DISTINCT && self.distinct.insert(hash) {
            if self.samples.len() < MOST_SAMPLES {
                let sample = cell.chars().take(SAMPLE_CHARACTERS).collect();
                self.samples.push((sample, 1));
            }
        } else if self.distinct.len() <= MOST_SAMPLES
            && let Some(known) = self.samples.iter_mut().find(|(sample, _)| sample == cell)
        {
            known.1 += 1;
        }
    }

    /// Which share of the filled cells looks like one of `shapes`; 0 if none is filled.
    pub(super) fn share(&self, shapes: &[CellShape]) -> f64 {
        let found: usize = shapes
            .iter()
            .map(|&shape| self.shapes[shape as usize])
            .sum();
        ratio(found, self.filled)
    }

    /// Which share of the rows has a filled cell.
    pub(super) fn filled_share(&self) -> f64 {
        ratio(self.filled, self.rows)
    }

    /// Which share of the filled cells is a single word.
    pub(super) fn single_word_share(&self) -> f64 {
        ratio(self.single_words, self.filled)
    }

    /// How many different cells there are.
    pub(super) fn distinct(&self) -> usize {
        self.distinct.len()
    }

    /// Whether all filled cells differ.
    pub(super) fn is_unique(&self) -> bool {
        self.distinct.len() == self.filled
    }

    /// Whether the cells are the numbers of the rows.
    pub(super) fn counts_rows(&self) -> bool {
        self.counts_up && self.rows > 1
    }

    /// The first different cells, at most 200, shortened.
    pub(super) fn samples(&self) -> impl Iterator<Item = &str> {
        self.samples.iter().map(|(sample, _)| sample.as_str())
    }

    /// The same, each with how often it was seen; the counts of columns with more different cells are too low.
    pub(super) fn counted_samples(&self) -> &[(String, usize)] {
        &self.samples
    }
}

/// A share from 0 to 1; 0 of nothing.
pub(super) fn ratio(part: usize, whole: usize) -> f64 {
    // Rows are at most thousands, which f64 holds exactly.
    #[expect(clippy::cast_precision_loss, reason = "counts of rows are small")]
    let (part, whole) = (part as f64, whole as f64);
    if whole > 0.0 { part / whole } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn facts(cells: &[&str]) -> ColumnFacts {
        let mut facts = ColumnFacts::default();
        for cell in cells.iter().copied() {
            facts.note(cell);
        }
        facts
    }

    #[test]
    fn a_column_is_counted() {
        let seen = facts(&["a@b.co", " ", "a@b.co", "Jane Doe"]);
        assert_eq!((seen.rows, seen.filled, seen.distinct()), (4, 3, 2));
        assert!((seen.share(&[CellShape::Email]) - 2.0 / 3.0).abs() < 1e-9);
        assert!(!seen.is_unique());
        assert_eq!(seen.counted_samples()[0], ("a@b.co".to_owned(), 2));
    }

    #[test]
    fn numbers_of_rows_are_recognised() {
        assert!(facts(&["1", "2", "3"]).counts_rows());
        assert!(!facts(&["1", "2", "4"]).counts_rows());
        assert!(!facts(&["7", "8", "9"]).counts_rows());
        assert!(!facts(&["1"]).counts_rows());
        assert!(facts(&["a", "b"]).is_unique());
    }

    #[test]
    fn nothing_has_no_share() {
        assert!(facts(&[]).filled_share().abs() < 1e-9);
        assert!(facts(&["", ""]).share(&[CellShape::Email]).abs() < 1e-9);
    }
}
