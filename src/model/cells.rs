//! The cells of one row, in one allocation.

use serde::{Deserialize, Serialize};

use super::is_blank;

/// The cells of a row, in file order.
///
/// All text lies in one buffer with the end of each cell beside it, so that a row costs two
/// allocations however many cells it has. Cells are counted from 0.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cells {
    text: String,
    ends: Vec<usize>,
}

impl Cells {
    /// Makes an empty row with room for `cells` cells and `bytes` bytes of text.
    pub fn with_capacity(cells: usize, bytes: usize) -> Self {
        Self {
            text: String::with_capacity(bytes),
            ends: Vec::with_capacity(cells),
        }
    }

    /// Takes text and cell ends that a parser has produced.
    ///
    /// Returns `None` unless `ends` are ascending character boundaries within `text` and the last
    /// of them (if any) is its length.
    pub fn from_parts(text: String, ends: Vec<usize>) -> Option<Self> {
        let ascending = ends.windows(2).all(|pair| pair[0] <= pair[1]);
        let on_boundaries = ends.iter().all(|&end| text.is_char_boundary(end));
        let complete = ends.last().copied().unwrap_or(0) == text.len();
        (ascending && on_boundaries && complete).then_some(Self { text, ends })
    }

    /// Appends a cell.
    pub fn push(&mut self, cell: &str) {
        self.text.push_str(cell);
        self.ends.push(self.text.len());
    }

    /// The cell at `index`, or `None` beyond the last.
    pub fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let start = if index == 0 { 0 } else { self.ends[index - 1] };
        Some(&self.text[start..end])
    }

    /// How many cells there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// How many bytes of text there are.
    pub fn text_bytes(&self) -> usize {
        self.text.len()
    }

    /// Whether there is no cell at all.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// Whether every cell is empty or white space.
    pub fn is_blank(&self) -> bool {
        is_blank(&self.text)
    }

    /// All cells in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.iter_from(0)
    }

    /// The cells from the one at `index` on, in order; none when there are no more than that.
    pub fn iter_from(&self, index: usize) -> impl Iterator<Item = &str> {
        let (before, ends) = self.ends.split_at(index.min(self.ends.len()));
        let mut start = before.last().copied().unwrap_or(0);
        ends.iter()
            .map(move |&end| &self.text[std::mem::replace(&mut start, end)..end])
    }
}

impl<'a> FromIterator<&'a str> for Cells {
    fn from_iter<I: IntoIterator<Item = &'a str>>(cells: I) -> Self {
        let mut row = Self::default();
        cells.into_iter().for_each(|cell| row.push(cell));
        row
    }
}

#[cfg(test)]
mod tests {
    use super::Cells;

    #[test]
    fn cells_come_back_as_they_went_in() {
        let cells: Cells = ["a", "", "ğü", ""].into_iter().collect();
        assert_eq!(cells.iter().collect::<Vec<_>>(), ["a", "", "ğü", ""]);
        assert_eq!((cells.get(2), cells.get(4)), (Some("ğü"), None));
    }

    #[test]
    fn parts_that_do_not_fit_together_are_refused() {
        assert!(Cells::from_parts("ab".into(), vec![1, 2]).is_some());
        assert!(Cells::from_parts(String::new(), vec![]).is_some());
        for (text, ends) in [("ab", vec![1]), ("ab", vec![2, 1, 2]), ("ğ", vec![1, 2])] {
            assert!(Cells::from_parts(text.into(), ends).is_none());
        }
    }
}
