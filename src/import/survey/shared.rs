//! What rows of one file share with each other.

use std::io;

use crate::import::identify::{ByColumns, RowMarks};
use crate::import::survey::repeats::{Flags, RepeatFinder, Repeats};
use crate::model::Digest;

/// Collects what rows share while the file is gone through.
#[derive(Debug, Default)]
pub(super) struct SharedFinder {
    cells: RepeatFinder,
    identities: RepeatFinder,
    keys: RepeatFinder,
}

impl SharedFinder {
    /// Takes a row; `itself` says what an earlier run did with this very row.
    pub(super) fn take(&mut self, marks: &RowMarks, itself: Flags) -> io::Result<()> {
        if counts_equal_cells(marks) {
            self.cells.push(marks.cells.0, itself)?;
        }
        match marks.token.or(marks.columns.identity()) {
            Some(identity) => self.identities.push(identity.0, itself),
            None => Ok(()),
        }
    }

    /// Takes the key of a row; `row` says what an earlier run did with it, whatever it says now.
    pub(super) fn take_key(&mut self, key: Digest, row: Flags) -> io::Result<()> {
        self.keys.push(key, row)
    }

    /// `has_tokens`: the file is a rejects file, in which a token can name any other row.
    pub(super) fn finish(self, has_tokens: bool) -> io::Result<SharedInFile> {
        Ok(SharedInFile {
            cells: self.cells.finish()?,
            identities: self.identities.finish()?,
            keys: self.keys.finish()?,
            has_tokens,
            is_known: true,
            has_known_leads: false,
        })
    }
}

/// Whether equal rows are told apart by their number.
fn counts_equal_cells(marks: &RowMarks) -> bool {
    marks.token.is_none() && !matches!(marks.columns, ByColumns::Identity(_))
}

/// What rows of a file share.
#[derive(Debug, Default)]
pub(in crate::import) struct SharedInFile {
    cells: Repeats,
    identities: Repeats,
    keys: Repeats,
    has_tokens: bool,
    /// Otherwise nobody has looked.
    is_known: bool,
    pub(super) has_known_leads: bool,
}

impl SharedInFile {
    /// Whether the row has to be numbered among rows with equal cells. Where nobody has looked only
    /// rejected rows are, for the sake of their tokens; their equals are rejected too.
    pub(in crate::import) fn has_equal_cells(
        &self,
        marks: &RowMarks,
        is_rejected: bool,
    ) -> io::Result<bool> {
        if !self.is_known {
            return Ok(is_rejected);
        }
        Ok(counts_equal_cells(marks) && self.cells.find(marks.cells.0)?.is_some())
    }

    /// Whether another row may have this identity, and what earlier runs did with such rows.
    pub(in crate::import) fn identity(&self, identity: Digest) -> io::Result<Option<Flags>> {
        let found = self.identities.find(identity)?;
        Ok(found.or(self.has_tokens.then(Flags::default)))
    }

    /// Whether another row has this key, and what earlier runs did with such rows.
    pub(in crate::import) fn key(&self, key: Digest) -> io::Result<Option<Flags>> {
        self.keys.find(key)
    }

    /// Whether the notes hold leads that rows with new cells are to be taken for.
    pub(in crate::import) fn has_known_leads(&self) -> bool {
        self.has_known_leads
    }
}
