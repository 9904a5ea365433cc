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
    draft: Vec<u8>,
}

impl RecentClaims {
    /// All that the database holds.
    pub(super) fn load(connection: &Connection) -> rusqlite::Result<Self> {
        let mut owners = HashMap::default();
        let mut statement = connection.prepare("SELECT claims FROM recent_claims ORDER BY id")?;
        let mut rows = statement.query([])?;
        while let Some(row) = rows.next()? {
            let claims = row.get_ref(0)?.as_blob()?;
            owners.extend(claims_in(claims));
        }
        let draft = Vec::new();
        Ok(Self { owners, draft })
    }

    /// Who has the claim, if it is among these.
    pub(super) fn owner(&self, hash: &ClaimHash) -> Option<EntryId> {
        self.owners.get(hash).copied()
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
        connection.prepare_cached(sql)?.execute([&self.draft])?;
        self.draft.clear();
        Ok(())
    }

    /// Whether it is time to give them their places.
    pub(super) fn are_many(&self) -> bool {
        self.owners.len() >= MOST
    }

    /// Whether there are none.
    pub(super) fn is_empty(&self) -> bool {
        self.owners.is_empty()
    }

    /// Writes them where they belong. That they are forgotten here is for the caller, once it is
    /// durable.
    pub(super) fn fold(&self, connection: &Connection) -> rusqlite::Result<()> {
        let mut claims: Vec<_> = self.owners.iter().collect();
        // As the table sorts them, and in one comparison.
        claims.sort_unstable_by_key(|(hash, _)| u128::from_be_bytes(*hash.as_bytes()));
        INSERTION.insert(connection, &claims, |values, (hash, owner)| {
            values.push(hash.as_bytes())?;
            values.push(owner.0)
        })?;
        connection.execute("DELETE FROM recent_claims", [])?;
        Ok(())
    }
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
