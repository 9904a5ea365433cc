//! What makes a row the same row tomorrow.

use serde::{Deserialize, Serialize};

use super::{Digest, HashInput, trimmed};

/// The identity of a row: two rows with one identity are the same row.
///
/// Made of the row's own content only, so that it is the same in any run, folder and order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct RowIdentity(pub Digest);

impl RowIdentity {
    /// An identity for tests in which it does not matter.
    #[cfg(test)]
    pub(crate) fn of_test() -> Self {
        Self::of_cells(CellsDigest::of(["test"].into_iter()), 0)
    }

    /// The identity of the row numbered `occurrence` (from 0) among rows with equal cells.
    ///
    /// White space around a cell and empty cells at the end of the row do not count: they come and
    /// go with the program that saved the file.
    pub fn of_cells(cells: CellsDigest, occurrence: u64) -> Self {
        if occurrence == 0 {
            return Self(cells.0);
        }
        let number = occurrence.to_le_bytes();
        let parts = [cells.0.as_bytes().as_slice(), &number];
        Self(Digest::of("occurrence of equal cells", parts))
    }

    /// The identity that the columns of `[identity]` give, or `None` when all of them are blank.
    ///
    /// Identities of different sources never match.
    pub fn of_columns<'a>(source: &str, cells: impl Iterator<Item = &'a str>) -> Option<Self> {
        let mut input = HashInput::new();
        input.push_part(b"identity columns");
        input.push_part(source.as_bytes());
        let mut is_filled = false;
        cells.for_each(|cell| {
            let cell = trimmed(cell);
            is_filled |= !cell.is_empty();
            input.push_part(cell.as_bytes());
        });
        is_filled.then(|| Self(Digest::from_hash(&input.hash())))
    }
}

/// The digest of all cells of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct CellsDigest(pub Digest);

impl CellsDigest {
    /// Digests the input's own cells of a row; see [`RowIdentity::of_cells`] for what counts.
    pub fn of<'a>(cells: impl Iterator<Item = &'a str>) -> Self {
        let mut input = HashInput::new();
        input.push_part(b"cells");
        // Empty cells count only if a filled one follows.
        let mut empty = 0;
        cells.for_each(|cell| {
            let cell = trimmed(cell);
            if cell.is_empty() {
                empty += 1;
                return;
            }
            (0..std::mem::take(&mut empty)).for_each(|_| input.push_part(b""));
            input.push_part(cell.as_bytes());
        });
        Self(Digest::from_hash(&input.hash()))
    }
}

#[cfg(test)]
mod tests {
    use super::{CellsDigest, RowIdentity};

    fn cells(cells: &[&str]) -> CellsDigest {
        CellsDigest::of(cells.iter().copied())
    }

    #[test]
    fn cells_are_equal_but_for_white_space_around_them_and_empty_ones_at_the_end() {
        let plain = cells(&["Ada", "", "x"]);
        for (same, others) in [
            (true, vec![" Ada", "\u{a0}", "x "]),
            (true, vec!["Ada", "", "x", "", " "]),
            (false, vec!["ada", "", "x"]),
            (false, vec!["Ada", "x"]),
            (false, vec!["Ada", "", "", "x"]),
        ] {
            assert_eq!(plain == cells(&others), same, "{others:?}");
        }
    }

    #[test]
    fn equal_rows_are_told_apart_by_their_number() {
        let of = |occurrence| RowIdentity::of_cells(cells(&["a"]), occurrence);
        assert!(of(0) != of(1) && of(1) != of(2) && of(0) == of(0));
    }

    #[test]
    fn columns_count_with_their_source_and_blank_ones_are_none() {
        let of =
            |source, cells: &[&'static str]| RowIdentity::of_columns(source, cells.iter().copied());
        assert_eq!(of("a", &["1", ""]), of("a", &[" 1 ", ""]));
        assert_ne!(of("a", &["1"]), of("b", &["1"]));
        assert_ne!(of("a", &["1", ""]), of("a", &["", "1"]));
        assert_eq!(of("a", &["", "  "]), None);
    }
}
