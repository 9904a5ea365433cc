//! What is known of a column's cells.

use std::collections::HashSet;

use super::cell_shape::CellShape;
use super::fold::words_of;

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
    /// Bytes of all cells.
    bytes: usize,
    /// Words of letters beside an e-mail address of the same row, and how many of them are a part of it.
    beside_address: usize,
    in_address: usize,
    /// The sum of the places where these begin.
    places_in_address: usize,
}

impl ColumnFacts {
    /// Those of a column with these cells.
    #[cfg(test)]
    pub(super) fn of(cells: &[&str]) -> Self {
        let mut facts = Self::default();
        for cell in cells.iter().copied() {
            facts.note(cell);
        }
        facts
    }

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
        self.bytes += cell.len();
        self.single_words += usize::from(!cell.contains(char::is_whitespace));
        self.remember(cell);
    }

    /// Looks at a cell beside the e-mail address of its row, of which `local_part` is what stands before the `@`, in lower
    /// case. Names of people are often a part of their addresses.
    pub(super) fn note_beside_address(&mut self, cell: &str, local_part: &str) {
        /// Shorter words are in many addresses by chance.
        const SHORTEST: usize = 3;
        let cell = cell.trim();
        if cell.is_empty() || CellShape::of(cell) != CellShape::Words {
            return;
        }
        self.beside_address += 1;
        let words = words_of(cell);
        let long = words.iter().filter(|word| word.chars().count() >= SHORTEST);
        if let Some(place) = long.filter_map(|word| local_part.find(word)).min() {
            self.in_address += 1;
            self.places_in_address += place;
        }
    }

    /// Where names from this column begin in the addresses of their rows, on average in bytes; `None` unless most are
    /// a part of them.
    pub(super) fn place_in_addresses(&self) -> Option<f64> {
        const MOST: f64 = 0.6;
        const FEWEST: usize = 2;
        let are_names = self.in_address >= FEWEST
            && ratio(self.in_address, self.beside_address) >= MOST
            && ratio(self.beside_address, self.filled) >= MOST;
        are_names.then(|| ratio(self.places_in_address, self.in_address))
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

    /// How long a filled cell is on average, in bytes.
    pub(super) fn usual_length(&self) -> usize {
        self.bytes / self.filled.max(1)
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

    #[test]
    fn a_column_is_counted() {
        let seen = ColumnFacts::of(&["a@b.co", " ", "a@b.co", "Jane Doe"]);
        assert_eq!((seen.rows, seen.filled, seen.distinct()), (4, 3, 2));
        assert!((seen.share(&[CellShape::Email]) - 2.0 / 3.0).abs() < 1e-9);
        assert!(!seen.is_unique());
        assert_eq!(seen.counted_samples()[0], ("a@b.co".to_owned(), 2));
    }

    #[test]
    fn numbers_of_rows_are_recognised() {
        assert!(ColumnFacts::of(&["1", "2", "3"]).counts_rows());
        assert!(!ColumnFacts::of(&["1", "2", "4"]).counts_rows());
        assert!(!ColumnFacts::of(&["7", "8", "9"]).counts_rows());
        assert!(!ColumnFacts::of(&["1"]).counts_rows());
        assert!(ColumnFacts::of(&["a", "b"]).is_unique());
    }

    #[test]
    fn nothing_has_no_share() {
        assert!(ColumnFacts::of(&[]).filled_share().abs() < 1e-9);
        assert!(ColumnFacts::of(&["", ""]).share(&[CellShape::Email]).abs() < 1e-9);
    }
}
