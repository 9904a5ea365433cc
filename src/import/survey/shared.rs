//! What rows of one file share with each other.

use std::io;

use crate::import::identify::{ByColumns, RowMarks};
use crate::import::judge_stage::JudgeError;
use crate::import::notes::{ChangedRow, Notes};
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

    /// `changed` holds the rows whose keys are not taken yet; `has_tokens`: the file is a rejects
    /// file, in which a token can name any other row.
    pub(super) fn finish(
        mut self,
        changed: &Notes,
        has_tokens: bool,
    ) -> Result<SharedInFile, JudgeError> {
        let identities = self.identities.finish()?;
        let keys = &mut self.keys;
        let mut last_identity = None;
        changed.each_changed(&mut |row| -> Result<(), JudgeError> {
            let is_first = last_identity.replace(row.identity) != Some(row.identity);
            let others = identities.find(row.identity)?;
            match row.key {
                Some(key) => Ok(keys.push(key, flags_of_changed(&row, is_first, others))?),
                None => Ok(()),
            }
        })?;
        Ok(SharedInFile {
            cells: self.cells.finish()?,
            identities,
            keys: self.keys.finish()?,
            has_tokens,
            is_known: true,
            has_known_leads: false,
        })
    }
}

/// What an earlier run did with a row whose identity is known and whose cells are new. It is the known
/// row itself only if that is no longer in the file as it was; then it is the first.
fn flags_of_changed(row: &ChangedRow, is_first: bool, others: Option<Flags>) -> Flags {
    let is_itself = others.is_none_or(|others| is_first && others == Flags::default());
    if is_itself {
        Flags {
            is_created: !row.is_open,
            is_open: row.is_open,
        }
    } else {
        Flags::default()
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
