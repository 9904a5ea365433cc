//! A row that is being judged, with what the ledger knows of it.

use std::hash::{DefaultHasher, Hasher as _};

use crate::import::checked_row::{CheckedRow, Finding};
use crate::import::known_rows::Found;
use crate::ledger::{Claim, EntryState, KnownRow, Note, RowPrints};
use crate::model::{Digest, RowIdentity};

/// A row that is being judged.
pub(super) struct Subject<'a> {
    pub(super) checked: &'a CheckedRow,
    pub(super) occurrence: u64,
    pub(super) identity: RowIdentity,
    pub(super) prints: Option<RowPrints>,
    pub(super) found: Option<Found>,
    /// Another row of the file, yet to come, is the one that an earlier run has left open.
    pub(super) awaits_owner: bool,
}

/// Whether a row is the one that its entry stands for.
pub(super) enum Standing {
    /// It is.
    Itself,
    /// Another row of the file is, with its number where that is known already.
    Other(Option<u64>),
}

/// A digest of `body` in lower case that is good for this run only.
///
/// Of 64 bits, and no cryptography went into it: bodies that share one by chance, or because somebody has
/// made them so, are only sent one after the other.
fn passing_digest(body: &[u8]) -> Digest {
    const AT_ONCE: usize = 256;
    let mut hasher = DefaultHasher::new();
    let mut lower_case = [0; AT_ONCE];
    for piece in body.chunks(AT_ONCE) {
        let lower_case = &mut lower_case[..piece.len()];
        lower_case.copy_from_slice(piece);
        lower_case.make_ascii_lowercase();
        hasher.write(lower_case);
    }
    let mut bytes = [0; Digest::LENGTH];
    let (first, second) = bytes.split_at_mut(Digest::LENGTH / 2);
    first.copy_from_slice(&hasher.finish().to_le_bytes());
    second.copy_from_slice(&(body.len() as u64).to_le_bytes());
    Digest::from_bytes(bytes)
}

impl Subject<'_> {
    pub(super) fn known_in(&self, wanted: impl Fn(EntryState) -> bool) -> Option<&KnownRow> {
        let known = self.found.as_ref().map(|found| &found.row)?;
        wanted(known.state).then_some(known)
    }

    /// Whether the row would not be sent whatever others did. It is nobody's duplicate then: its own
    /// fault is what is to be told of it, as in the run that saw the other one created.
    pub(super) fn is_no_lead(&self) -> bool {
        !matches!(self.checked.finding, Finding::Ready { .. })
    }

    /// What tells bodies apart while they are sent, the same for those that the CRM may show alike.
    pub(super) fn body_digest(&self) -> Option<Digest> {
        match &self.checked.finding {
            Finding::Ready { body, .. } => Some(passing_digest(body)),
            Finding::Filtered(_) | Finding::Rejected(_) => None,
        }
    }

    pub(super) fn has_cells_of(&self, known: &KnownRow) -> bool {
        self.prints
            .is_some_and(|prints| prints.cells == known.prints.cells)
    }

    /// Whether the row is of another person than the one that has its identity.
    pub(super) fn is_in_conflict_with(&self, known: &KnownRow) -> bool {
        let is_same = |prints: RowPrints| prints.may_be_same_person(&known.prints);
        !self.has_cells_of(known) && !self.prints.is_some_and(is_same)
    }

    /// The identity by columns that a mended row has beside that of its token.
    pub(super) fn columns_beside_token(&self) -> Option<Digest> {
        let marks = &self.checked.marks;
        let columns = marks.token.and(marks.columns.identity())?;
        (columns != self.identity).then_some(columns.0)
    }

    /// A row that only its cells led to is known by its columns from now on.
    pub(super) fn claim_of_columns(&self, known: &KnownRow) -> Option<Note> {
        let by_cells_only = self.found.as_ref().is_some_and(|found| found.by_cells_only);
        let identity = self.checked.marks.columns.identity()?;
        by_cells_only.then(|| Note::Claim(known.entry, Claim::Identity(identity)))
    }
}
