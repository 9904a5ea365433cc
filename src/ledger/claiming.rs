//! Who may be found by what.

use rusqlite::{CachedStatement, Connection, OptionalExtension, params};

use crate::ledger::entry::{Claim, EntryId, EntryState};
use crate::ledger::keys::{ClaimHash, LedgerKeys};
use crate::ledger::memory::Memory;
use crate::ledger::new_entries::NewEntries;

/// Gives claims to entries, under the keys of the base or of a round.
pub(super) struct Claiming<'a> {
    connection: &'a Connection,
    keys: &'a LedgerKeys,
    find_owner: CachedStatement<'a>,
}

impl<'a> Claiming<'a> {
    pub(super) fn new(connection: &'a Connection, keys: &'a LedgerKeys) -> rusqlite::Result<Self> {
        let sql = "SELECT entry FROM claim WHERE hash = ?1";
        Ok(Self {
            connection,
            keys,
            find_owner: connection.prepare_cached(sql)?,
        })
    }

    /// Leaves a claim with a row that owns it already. Of equal cells the next free number is
    /// claimed, so that there are as many claims as rows.
    pub(super) fn claim(
        &mut self,
        memory: &mut Memory,
        new_entries: &NewEntries,
        (entry, claim): (EntryId, &Claim),
    ) -> rusqlite::Result<()> {
        let mut claim = *claim;
        loop {
            let hash = self.keys.claim_hash(&claim);
            match self.owner(memory, new_entries, &hash)? {
                None => {
                    memory.claims.insert(hash, entry);
                    return Ok(());
                }
                Some(owner) if owner == entry => return Ok(()),
                Some(_) => {}
            }
            let Claim::Cells { occurrence, .. } = &mut claim else {
                return Ok(());
            };
            *occurrence += 1;
        }
    }

    /// A row that was refused, failed or forgotten owns nothing any more.
    fn owner(
        &mut self,
        memory: &Memory,
        new_entries: &NewEntries,
        hash: &ClaimHash,
    ) -> rusqlite::Result<Option<EntryId>> {
        let owner = match memory.claims.owner(hash) {
            Some(owner) if memory.log.is_open(owner) => return Ok(Some(owner)),
            Some(owner) => owner,
            None => {
                let read = |row: &rusqlite::Row<'_>| row.get(0).map(EntryId);
                match self
                    .find_owner
                    .query_row([hash.as_bytes()], read)
                    .optional()?
                {
                    Some(owner) => owner,
                    None => return Ok(None),
                }
            }
        };
        let owns = match new_entries.state_of(owner) {
            Some(state) => state.owns_claims(),
            None => self.owns_in_table(owner)?,
        };
        Ok(owns.then_some(owner))
    }

    /// Whether the table has an entry that owns what it claims.
    fn owns_in_table(&self, entry: EntryId) -> rusqlite::Result<bool> {
        let state = self.state_of(entry)?;
        let owns = |state: i64| EntryState::from_number(state).is_none_or(EntryState::owns_claims);
        Ok(state.is_some_and(owns))
    }

    fn state_of(&self, entry: EntryId) -> rusqlite::Result<Option<i64>> {
        let sql = "SELECT state FROM entry WHERE id = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        statement.query_row([entry.0], |row| row.get(0)).optional()
    }

    /// Takes claims from an entry that is about to be removed. One that is not in the big table yet is left
    /// behind and leads nowhere.
    pub(super) fn disclaim(
        &self,
        entry: EntryId,
        claims: impl Iterator<Item = Claim>,
    ) -> rusqlite::Result<()> {
        let sql = "DELETE FROM claim WHERE hash = ?1 AND entry = ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        for claim in claims {
            statement.execute(params![self.keys.claim_hash(&claim).as_bytes(), entry.0])?;
        }
        Ok(())
    }
}
