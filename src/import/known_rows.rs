//! Finding a row in the ledger by everything that it may be known by.

use crate::import::checked_row::{CheckedRow, LeadDigests};
use crate::import::identify::{ByColumns, RowMarks};
use crate::import::import_error::ImportError;
use crate::import::plan::{ImportPlan, LedgerPlace};
use crate::ledger::{
    Claim, EntryState, KnownRow, LedgerError, LedgerKeys, LedgerReader, Print, RowClaims,
    RowPrints, RunId, StateFolder,
};
use crate::model::{Digest, RowIdentity};

/// What the ledger knows of the rows of one file.
#[derive(Debug)]
pub(super) struct KnownRows {
    reader: LedgerReader,
    /// Under which rows are looked for, in this order, and the first is what the run writes under.
    spaces: Vec<LedgerKeys>,
    /// The ledger's base, when the run is in a round that is not finished: what is open there must
    /// be settled there.
    only_open: Option<LedgerKeys>,
    source: Option<Print>,
    is_empty: bool,
    has_open_rows: bool,
    /// The last run before this one. What this run does to a row is none of its own look-ups'
    /// business: rows of one file are told apart where they are sent.
    last_run: RunId,
}

/// An entry, and whether the row's own identity led to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) row: KnownRow,
    /// The row's cells led to it, while its identity by columns is not known yet.
    pub(super) by_cells_only: bool,
}

impl KnownRows {
    /// Looks into the base of the ledger, or into a round; `source` is that of `[identity]`.
    pub(super) fn new(
        reader: LedgerReader,
        round: Option<RoundView>,
        source: Option<&str>,
    ) -> Result<Self, LedgerError> {
        let base = reader.keys().clone();
        let source = source.map(|source| base.print(Digest::of("source", [source.as_bytes()])));
        let in_round = round.as_ref().map(|round| base.in_round(&round.name));
        let is_open = round.is_some_and(|round| !round.finished);
        let (spaces, only_open) = match in_round {
            Some(keys) if is_open => (vec![keys], Some(base)),
            Some(keys) => (vec![base, keys], None),
            None => (vec![base], None),
        };
        Ok(Self {
            is_empty: reader.is_empty()?,
            has_open_rows: reader.has_open_rows()?,
            last_run: reader.last_run()?,
            reader,
            spaces,
            only_open,
            source,
        })
    }

    /// What the ledger at `place` knows, if there is one; it is only read.
    pub(super) fn of_place(
        place: Option<&LedgerPlace>,
        plan: &ImportPlan,
    ) -> Result<Option<Self>, ImportError> {
        let Some(place) = place else {
            return Ok(None);
        };
        let Some(folder) = StateFolder::open_existing(&place.folder)? else {
            return Ok(None);
        };
        let reader = LedgerReader::open(&folder, &place.scope)?;
        let known = reader.map(|reader| Self::new(reader, None, plan.identity_source()));
        Ok(known.transpose()?)
    }

    /// Whether the ledger knew no row at all when the run began.
    pub(super) fn is_empty(&self) -> bool {
        self.is_empty
    }

    pub(super) fn reader(&self) -> &LedgerReader {
        &self.reader
    }

    /// The keys under which this run writes.
    pub(super) fn keys(&self) -> &LedgerKeys {
        &self.spaces[0]
    }

    /// The entry of a row that an earlier run has sent.
    pub(super) fn find(
        &self,
        marks: &RowMarks,
        occurrence: u64,
    ) -> Result<Option<Found>, LedgerError> {
        if self.is_empty {
            return Ok(None);
        }
        for keys in &self.spaces {
            if let Some(found) = self.find_under(keys, marks, occurrence)? {
                return Ok(Some(found));
            }
        }
        let base = self.only_open.as_ref().filter(|_| self.has_open_rows);
        let found = base.map(|keys| self.find_under(keys, marks, occurrence));
        Ok(found
            .transpose()?
            .flatten()
            .filter(|found| found.row.state.is_open()))
    }

    /// Whether the run sends rows although they were created before.
    pub(super) fn is_in_open_round(&self) -> bool {
        self.only_open.is_some()
    }

    /// Whether a row that this round has not sent was created outside of it.
    pub(super) fn is_created_outside_round(&self, marks: &RowMarks) -> Result<bool, LedgerError> {
        let Some(base) = self.only_open.as_ref().filter(|_| !self.is_empty) else {
            return Ok(false);
        };
        let found = self.find_under(base, marks, 0)?;
        Ok(found.is_some_and(|found| found.row.state == EntryState::Created))
    }

    /// The entry of any row that has claimed a key of `[duplicates]` in an earlier run and owns it.
    pub(super) fn owner_of_key(&self, key: Digest) -> Result<Option<KnownRow>, LedgerError> {
        if self.is_empty {
            return Ok(None);
        }
        for keys in &self.spaces {
            let found = self.look_up(keys, &Claim::Key(key))?;
            if let Some(owner) = found.filter(|row| row.state.owns_claims()) {
                return Ok(Some(owner));
            }
        }
        Ok(None)
    }

    fn find_under(
        &self,
        keys: &LedgerKeys,
        marks: &RowMarks,
        occurrence: u64,
    ) -> Result<Option<Found>, LedgerError> {
        let by_identity = [marks.token, marks.columns.identity()];
        for identity in by_identity.into_iter().flatten() {
            if let Some(row) = self.look_up(keys, &Claim::Identity(identity))? {
                let by_cells_only = false;
                return Ok(Some(Found { row, by_cells_only }));
            }
        }
        // Mended rows may have become equal to others, and are other rows all the same.
        if marks.token.is_some() {
            return Ok(None);
        }
        let by_cells = Claim::Cells {
            cells: marks.cells,
            occurrence,
        };
        let found = self.look_up(keys, &by_cells)?;
        let found = found.filter(|row| self.is_of_this_source(row));
        Ok(found.map(|row| Found {
            row,
            by_cells_only: marks.columns.identity().is_some(),
        }))
    }

    /// The entry that a claim leads to, if an earlier run has made it.
    fn look_up(&self, keys: &LedgerKeys, claim: &Claim) -> Result<Option<KnownRow>, LedgerError> {
        let found = self.reader.find(keys, claim)?;
        Ok(found.filter(|row| row.run <= self.last_run))
    }

    /// Identities of different sources never match, whatever the cells.
    fn is_of_this_source(&self, row: &KnownRow) -> bool {
        self.source.is_none() || row.prints.source.is_none() || row.prints.source == self.source
    }

    /// What is kept of a row's content.
    pub(super) fn prints_of(&self, row: &CheckedRow) -> RowPrints {
        let keys = self.keys();
        let LeadDigests {
            content,
            name,
            email,
            phone,
        } = row.digests.unwrap_or_default();
        let short = |digest: Option<Digest>| digest.map(|digest| keys.short_print(digest));
        RowPrints {
            source: self.source,
            cells: keys.print(row.marks.cells.0),
            content: keys.print(content),
            name: short(name),
            email: short(email),
            phone: short(phone),
        }
    }
}

/// A round as a run sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RoundView {
    pub(super) name: String,
    /// A run has gone through it: nothing is sent again any more.
    pub(super) finished: bool,
}

/// The row's one identity.
pub(super) fn identity_of(marks: &RowMarks, occurrence: u64) -> RowIdentity {
    let by_cells = || RowIdentity::of_cells(marks.cells, occurrence);
    marks
        .token
        .or(marks.columns.identity())
        .unwrap_or_else(by_cells)
}

/// Everything that leads to the row's entry once it is sent.
pub(super) fn claims_of(marks: &RowMarks, occurrence: u64, key: Option<Digest>) -> RowClaims {
    let columns = marks.columns.identity().map(Claim::Identity);
    let cells = Claim::Cells {
        cells: marks.cells,
        occurrence,
    };
    let (identity, columns, cells) = match (marks.token, columns) {
        (Some(token), columns) => (Claim::Identity(token), columns, Some(cells)),
        (None, Some(columns)) => (columns, None, Some(cells)),
        (None, None) => (cells, None, None),
    };
    RowClaims {
        identity,
        key: key.map(Claim::Key),
        columns,
        cells,
    }
}

/// Whether nothing but its cells could make the row the same row tomorrow, although the mapping
/// says which columns should.
pub(super) fn lacks_identity(marks: &RowMarks) -> bool {
    marks.token.is_none() && marks.columns == ByColumns::Blank
}

/// Whether a row with this entry is sent again, after the new ones.
pub(super) fn is_sent_again(state: EntryState) -> bool {
    matches!(state, EntryState::Refused | EntryState::Failed)
}
