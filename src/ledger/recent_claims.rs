//! The newest claims, before they have their places in the big table.

use std::collections::HashMap;
use std::sync::LazyLock;

use rusqlite::Connection;

use crate::ledger::entry::EntryId;
use crate::ledger::keys::ClaimHash;
use crate::ledger::many_rows::Insertion;
use crate::model::{ByDigest, Digest};

/// So many claims are kept apart before they go into the big table: some 3 MB of memory.
///
/// Hashes lie anywhere in the table. One by one, nearly each would have a page of 4 KiB written for it;
/// sorted, so many together share the pages of a table of a million claims ten to one.
///
/// Few in tests, so that those of whole runs come so far.
const MOST: usize = if cfg!(test) { 16 } else { 65_536 };

/// So many of them are written into the big table between two commits, for rows wait for the next one.
///
/// They are neighbours there, so that few pages are written more often than all at once would write them.
const PIECE: usize = if cfg!(test) { 5 } else { 4_096 };

static INSERTION: LazyLock<Insertion> = LazyLock::new(|| {
    let on_conflict = "ON CONFLICT (hash) DO UPDATE SET entry = excluded.entry";
    Insertion::new("INSERT INTO claim (hash, entry)", 2, on_conflict)
});

/// Bytes of an entry's number.
const NUMBER_LENGTH: usize = 8;

/// Claims that stand in `recent_claims` only, and those of the commit that is being made.
#[derive(Debug, Default)]
pub(super) struct RecentClaims {
    owners: HashMap<ClaimHash, EntryId, ByDigest>,
    /// Older ones that are on their way into the big table.
    folding: Option<Folding>,
    draft: Vec<u8>,
    /// The blob that was written last.
    last_blob: i64,
}

/// Claims that go into the big table piece by piece.
///
/// Until the last piece is there all of them stand in their blobs too: whoever reads those after a kill folds
/// them once more, which changes nothing.
#[derive(Debug)]
struct Folding {
    /// In the order of the table.
    claims: Vec<(ClaimHash, EntryId)>,
    /// So many are in the table.
    folded: usize,
    /// The last of their blobs.
    last_blob: i64,
}

impl Folding {
    fn owner(&self, hash: &ClaimHash) -> Option<EntryId> {
        let place = self
            .claims
            .binary_search_by_key(&in_table_order(hash), |(hash, _)| in_table_order(hash));
        place.ok().map(|place| self.claims[place].1)
    }
}

impl RecentClaims {
    /// All that the database holds.
    pub(super) fn load(connection: &Connection) -> rusqlite::Result<Self> {
        let mut recent = Self::default();
        let sql = "SELECT id, claims FROM recent_claims ORDER BY id";
        let mut statement = connection.prepare(sql)?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            recent.last_blob = row.get(0)?;
            let claims = row.get_ref(1)?.as_blob()?;
            recent.owners.extend(claims_in(claims));
        }
        Ok(recent)
    }

    /// Who has the claim, if it is among these.
    pub(super) fn owner(&self, hash: &ClaimHash) -> Option<EntryId> {
        let older = || self.folding.as_ref().and_then(|older| older.owner(hash));
        self.owners.get(hash).copied().or_else(older)
    }

    /// Gives a claim an owner.
    pub(super) fn insert(&mut self, hash: ClaimHash, owner: EntryId) {
        self.owners.insert(hash, owner);
        self.draft.extend_from_slice(hash.as_bytes());
        self.draft.extend_from_slice(&owner.0.to_le_bytes());
    }

    /// Writes down what is new.
    pub(super) fn write(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        if self.draft.is_empty() {
            return Ok(());
        }
        let sql = "INSERT INTO recent_claims (claims) VALUES (?1)";
        self.last_blob = connection.prepare_cached(sql)?.insert([&self.draft])?;
        self.draft.clear();
        Ok(())
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.owners.is_empty() && self.folding.is_none()
    }

    /// Whether some should be given their places between two commits: they are many, or were.
    pub(super) fn wants_to_fold(&self) -> bool {
        self.folding.is_some() || self.owners.len() >= MOST
    }

    /// Writes a few where they belong. They are so once this is durable and [`Self::note_folded`].
    pub(super) fn fold_some(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        // A number of a blob is used again once there is no blob at all.
        if self.is_empty() {
            return Ok(());
        }
        let folding = match &mut self.folding {
            Some(folding) => folding,
            none => none.insert(Folding {
                claims: sorted(std::mem::take(&mut self.owners).into_iter()),
                folded: 0,
                last_blob: self.last_blob,
            }),
        };
        let rest = &folding.claims[folding.folded..];
        if rest.len() > PIECE {
            return insert(connection, &rest[..PIECE]);
        }
        insert(connection, rest)?;
        let sql = "DELETE FROM recent_claims WHERE id <= ?1";
        connection.execute(sql, [folding.last_blob]).map(|_| ())
    }

    /// What [`Self::fold_some`] has written is durable.
    pub(super) fn note_folded(&mut self) {
        if let Some(folding) = &mut self.folding {
            folding.folded += PIECE;
            if folding.folded >= folding.claims.len() {
                self.folding = None;
            }
        }
    }

    /// Writes all where they belong. That they are forgotten here is for the caller, once it is
    /// durable.
    pub(super) fn fold(&self, connection: &Connection) -> rusqlite::Result<()> {
        if let Some(folding) = &self.folding {
            insert(connection, &folding.claims[folding.folded..])?;
        }
        let newest = self.owners.iter().map(|(hash, owner)| (*hash, *owner));
        insert(connection, &sorted(newest))?;
        connection.execute("DELETE FROM recent_claims", [])?;
        Ok(())
    }
}

fn insert(connection: &Connection, claims: &[(ClaimHash, EntryId)]) -> rusqlite::Result<()> {
    INSERTION.insert(connection, claims, |values, (hash, owner)| {
        values.push(hash.as_bytes())?;
        values.push(owner.0)
    })
}

fn sorted(claims: impl Iterator<Item = (ClaimHash, EntryId)>) -> Vec<(ClaimHash, EntryId)> {
    let mut claims: Vec<_> = claims.collect();
    claims.sort_unstable_by_key(|(hash, _)| in_table_order(hash));
    claims
}

/// As the table sorts them, and in one comparison.
fn in_table_order(hash: &ClaimHash) -> u128 {
    u128::from_be_bytes(*hash.as_bytes())
}

/// A piece that is cut off, which no commit leaves, is no claim.
fn claims_in(bytes: &[u8]) -> impl Iterator<Item = (ClaimHash, EntryId)> {
    let claims = bytes.chunks_exact(Digest::LENGTH + NUMBER_LENGTH);
    claims.filter_map(|claim| {
        let (hash, number) = claim.split_first_chunk()?;
        let number = i64::from_le_bytes(*number.first_chunk()?);
        Some((Digest::from_bytes(*hash), EntryId(number)))
    })
}

#[cfg(test)]
mod tests;
