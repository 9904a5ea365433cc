//! The token that ties a row of a rejects file to the row it was.
//!
//! `lf1-`, a version of the row's cells and its identity, then a checksum of the file up to here:
//! 49 and 16 characters, so that a token is found in a file without reading it as CSV.

use super::{Digest, RowIdentity};

/// How tokens of this version begin.
pub const TOKEN_PREFIX: &str = "lf1-";

/// Hexadecimal digits of a checksum. 64 bits: two rows of one file share one by no chance that
/// matters, and nobody gains by forging one.
pub const CHECKSUM_DIGITS: usize = 16;

/// The first part of a token: which cells the row had, whether it may come back with them, and
/// which row it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RowMark(String);

/// Stands before the cells' checksum of a row that must not come back as it is.
const MUST_CHANGE: char = 'm';

/// Stands before the cells' checksum of any other row.
const MAY_STAY: char = 's';

/// The length of the part that is about the cells.
const CELLS_LENGTH: usize = 1 + CHECKSUM_DIGITS;

impl RowMark {
    /// The length of a mark, in bytes.
    pub const LENGTH: usize = CELLS_LENGTH + 2 * Digest::LENGTH;

    /// The mark of a row with these cells: one for each column of the header, then those that are
    /// too many.
    ///
    /// `must_change`: the row is wrong in a way that a text file cannot show.
    pub fn new<'a>(
        identity: RowIdentity,
        cells: impl IntoIterator<Item = &'a str>,
        must_change: bool,
    ) -> Self {
        let cells = Self::of_cells(cells, must_change);
        Self(format!("{cells}{}", identity.0.to_hex()))
    }

    fn of_cells<'a>(cells: impl IntoIterator<Item = &'a str>, must_change: bool) -> String {
        let mut hasher = blake3::Hasher::new();
        for cell in cells {
            hasher.update(&(cell.len() as u64).to_le_bytes());
            hasher.update(cell.as_bytes());
        }
        let kind = if must_change { MUST_CHANGE } else { MAY_STAY };
        format!("{kind}{}", &hasher.finalize().to_hex()[..CHECKSUM_DIGITS])
    }

    /// The identity that `token` gives its row, if it is a token of ours.
    pub fn identity_in(token: &str) -> Option<RowIdentity> {
        let mark = token
            .trim()
            .strip_prefix(TOKEN_PREFIX)?
            .get(..Self::LENGTH)?;
        let digest = Digest::from_hex(mark.get(CELLS_LENGTH..)?)?;
        Some(RowIdentity(digest))
    }

    /// Takes a mark that [`Self::as_str`] gave.
    pub fn from_text(text: String) -> Self {
        Self(text)
    }

    /// The mark as it stands in a token.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether `token` is of a row that is wrong in a way that a text file cannot show.
    pub fn says_must_change(token: &str) -> bool {
        token
            .strip_prefix(TOKEN_PREFIX)
            .is_some_and(|rest| rest.starts_with(MUST_CHANGE))
    }

    /// Whether `token` says that a row with these cells must not come back as it is.
    pub fn forbids<'a>(token: &str, cells: impl IntoIterator<Item = &'a str>) -> bool {
        let mark = token
            .strip_prefix(TOKEN_PREFIX)
            .and_then(|rest| rest.get(..CELLS_LENGTH));
        mark == Some(Self::of_cells(cells, true).as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::RowMark;
    use crate::model::{CellsDigest, RowIdentity};

    fn token(cells: [&str; 2], must_change: bool) -> String {
        let identity = RowIdentity::of_cells(CellsDigest::of(cells.into_iter()), 3);
        let mark = RowMark::new(identity, cells, must_change);
        assert_eq!(mark.as_str().len(), RowMark::LENGTH);
        format!("lf1-{}-0123456789abcdef", mark.as_str())
    }

    #[test]
    fn only_a_row_that_must_change_and_did_not_is_forbidden() {
        let cells = ["a", "bc"];
        assert!(RowMark::forbids(&token(cells, true), cells));
        assert!(!RowMark::forbids(&token(cells, true), ["ab", "c"]));
        assert!(!RowMark::forbids(&token(cells, false), cells));
        assert!(!RowMark::forbids("lf1-short", cells));
        assert!(!RowMark::forbids("", cells));
    }

    #[test]
    fn a_token_gives_its_row_its_identity_back() {
        let cells = ["a", "bc"];
        let identity = RowIdentity::of_cells(CellsDigest::of(cells.into_iter()), 3);
        let token = token(cells, false);
        assert_eq!(RowMark::identity_in(&token), Some(identity));
        assert_eq!(RowMark::identity_in(&format!(" {token} ")), Some(identity));
        for wrong in ["", "lf1-", "lf1-s0123456789abcdef-0123456789abcdef", "17"] {
            assert_eq!(RowMark::identity_in(wrong), None, "{wrong}");
        }
    }
}
