//! Which row a row is: its token, its identity columns, its cells.

use crate::import::own_columns::OwnColumns;
use crate::mapping::{BoundIdentity, IdentityColumns};
use crate::model::{CellsDigest, Header, Row, RowIdentity, is_own_column};

/// Everything about a row that may make it the same row tomorrow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct RowMarks {
    /// The identity that the token of a rejects file gives back.
    pub(super) token: Option<RowIdentity>,
    /// The identity by the columns of `[identity]`.
    pub(super) columns: ByColumns,
    /// All cells.
    pub(super) cells: CellsDigest,
}

/// What `[identity]` says of a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ByColumns {
    /// The mapping has no `[identity]`.
    NotAsked,
    /// All its columns are blank.
    Blank,
    /// They give this identity.
    Identity(RowIdentity),
}

impl ByColumns {
    pub(super) fn identity(self) -> Option<RowIdentity> {
        match self {
            Self::Identity(identity) => Some(identity),
            Self::NotAsked | Self::Blank => None,
        }
    }
}

/// Finds the marks of rows under one header and mapping.
#[derive(Debug)]
pub(super) struct Identifier<'a> {
    header: &'a Header,
    /// Where the header's columns stand that are not ours.
    original_columns: Vec<usize>,
    own_columns: OwnColumns<'a>,
    identity: Option<&'a BoundIdentity>,
}

impl<'a> Identifier<'a> {
    pub(super) fn new(header: &'a Header, identity: Option<&'a BoundIdentity>) -> Self {
        let is_original = |&index: &usize| !is_own_column(&header.names[index]);
        Self {
            header,
            original_columns: (0..header.names.len()).filter(is_original).collect(),
            own_columns: OwnColumns::of(header),
            identity,
        }
    }

    pub(super) fn own_columns(&self) -> &OwnColumns<'a> {
        &self.own_columns
    }

    /// The marks of a row whose cells are as the original file had them.
    pub(super) fn marks_of(&self, row: &Row) -> RowMarks {
        RowMarks {
            token: self.own_columns.identity_in_token(row),
            columns: self.by_columns(row),
            cells: CellsDigest::of(self.all_cells(row)),
        }
    }

    fn by_columns(&self, row: &Row) -> ByColumns {
        let Some(identity) = self.identity else {
            return ByColumns::NotAsked;
        };
        let found = match identity.columns() {
            IdentityColumns::All => RowIdentity::of_columns(identity.source(), self.all_cells(row)),
            IdentityColumns::Indices(indices) => {
                let cell = |index: &usize| row.cells.get(*index).unwrap_or_default();
                RowIdentity::of_columns(identity.source(), indices.iter().map(cell))
            }
        };
        found.map_or(ByColumns::Blank, ByColumns::Identity)
    }

    /// The input's own cells, as [`Header::original_cells`] gives them, and those that are too many.
    fn all_cells<'r>(&'r self, row: &'r Row) -> impl Iterator<Item = &'r str> {
        let cell = |index: &usize| row.cells.get(*index).unwrap_or_default();
        let original = self.original_columns.iter().map(cell);
        original.chain(self.header.surplus_cells(&row.cells))
    }
}
