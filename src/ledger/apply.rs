//! One note becomes a few changes of the tables.

use rusqlite::{CachedStatement, Connection, OptionalExtension, ToSql, params};

use crate::ledger::entry::{Claim, EntryId, EntryState, RowClaims};
use crate::ledger::history::RunId;
use crate::ledger::keys::LedgerKeys;
use crate::ledger::writer::{Intent, Note, Settlement};
use crate::model::{CellsDigest, Digest, LeadId};

/// Applies a note of run `run`; claims are those of `keys`.
pub(super) fn apply(
    connection: &Connection,
    keys: &LedgerKeys,
    run: RunId,
    note: &Note,
) -> rusqlite::Result<()> {
    let book = Book { connection, keys };
    match note {
        Note::LookedInVain(entry) => {
            let sql = "UPDATE unsettled SET looks = looks + 1 WHERE entry = ?1";
            book.execute(sql, [entry.0])
        }
        Note::Intend(intent) => book.intend(intent, run),
        Note::Settle(entry, settlement) => book.settle(*entry, settlement),
        Note::Withdraw {
            entry,
            before,
            claims,
        } => book.withdraw(*entry, *before, claims),
        Note::Claim(entry, claim) => book.claim(*entry, claim),
        Note::Changed(entry, content) => {
            let sql = "INSERT INTO changed (entry, content, run) VALUES (?1, ?2, ?3) \
                       ON CONFLICT (entry) DO UPDATE SET content = ?2, run = ?3";
            book.execute(sql, params![entry.0, content.0, run.0])
        }
    }
}

struct Book<'a> {
    connection: &'a Connection,
    keys: &'a LedgerKeys,
}

impl Book<'_> {
    fn intend(&self, intent: &Intent, run: RunId) -> rusqlite::Result<()> {
        let prints = &intent.prints;
        let short = |print: Option<crate::ledger::ShortPrint>| print.map(|print| print.0);
        let sql = "INSERT INTO entry (id, state, run, row, refusals, source, cells, content, name, \
                   email, phone) VALUES (?1, ?2, ?3, ?4, 0, ?5, ?6, ?7, ?8, ?9, ?10) \
                   ON CONFLICT (id) DO UPDATE SET state = ?2, run = ?3, row = ?4, source = ?5, \
                   cells = ?6, content = ?7, name = ?8, email = ?9, phone = ?10";
        self.execute(
            sql,
            params![
                intent.entry.0,
                EntryState::Intended.number(),
                run.0,
                intent.row,
                prints.source.map(|print| print.0),
                prints.cells.0,
                prints.content.0,
                short(prints.name),
                short(prints.email),
                short(prints.phone),
            ],
        )?;
        let sql = "INSERT INTO unsettled (entry, body, request_key, cells, known_before, key_since) \
                   VALUES (?1, ?2, ?3, ?4, ?5, ?6) \
                   ON CONFLICT (entry) DO UPDATE SET body = ?2, request_key = ?3, cells = ?4, \
                   known_before = ?5, doubt = NULL, looks = 0, \
                   key_since = iif(request_key IS ?3, key_since, ?6)";
        let body: &[u8] = &intent.body;
        let key = intent.request_key.as_bytes();
        let cells = digest_of_cells(&intent.claims);
        let before = intent.known_before.map(|entry| entry.0);
        let now = jiff::Timestamp::now().as_millisecond();
        self.execute(sql, params![intent.entry.0, body, key, cells, before, now])?;
        self.claim_all(intent.entry, intent.claims.when_intended())
    }

    fn settle(&self, entry: EntryId, settlement: &Settlement) -> rusqlite::Result<()> {
        match settlement {
            Settlement::Created(lead_id, claims) => {
                set_created(self.connection, entry, lead_id)?;
                self.claim_all(entry, claims.when_sent())
            }
            Settlement::Found(lead_id) => set_created(self.connection, entry, lead_id),
            Settlement::Refused => {
                let sql = "UPDATE entry SET state = ?2, refusals = refusals + 1 WHERE id = ?1";
                self.execute(sql, params![entry.0, EntryState::Refused.number()])?;
                self.forget_body(entry)
            }
            Settlement::Failed => set_failed(self.connection, entry),
            Settlement::Absent => self.forget_unless_refused(entry),
            Settlement::Unknown(doubt) => {
                let sql = "UPDATE unsettled SET doubt = ?2 WHERE entry = ?1";
                self.execute(sql, params![entry.0, doubt.as_str()])?;
                self.leave_open(entry, EntryState::Unknown)
            }
            Settlement::Taken => self.leave_open(entry, EntryState::Taken),
        }
    }

    /// Claims that are left behind lead nowhere, as numbers of entries are never used again.
    fn forget_unless_refused(&self, entry: EntryId) -> rusqlite::Result<()> {
        self.forget_body(entry)?;
        let sql = "UPDATE entry SET state = ?2 WHERE id = ?1 AND refusals > 0";
        self.execute(sql, params![entry.0, EntryState::Refused.number()])?;
        self.execute(
            "DELETE FROM entry WHERE id = ?1 AND refusals = 0",
            [entry.0],
        )
    }

    /// A row that may be in the CRM is known by everything, as one that is there.
    fn leave_open(&self, entry: EntryId, state: EntryState) -> rusqlite::Result<()> {
        let sql = "SELECT cells FROM unsettled WHERE entry = ?1";
        let read = |row: &rusqlite::Row<'_>| row.get::<_, Option<_>>(0);
        let cells = self.prepare(sql)?.query_row([entry.0], read).optional()?;
        if let Some(cells) = cells.flatten() {
            let cells = CellsDigest(Digest::from_bytes(cells));
            let occurrence = 0;
            self.claim(entry, &Claim::Cells { cells, occurrence })?;
        }
        self.set_state(entry, state)
    }

    fn withdraw(
        &self,
        entry: EntryId,
        before: Option<EntryState>,
        claims: &RowClaims,
    ) -> rusqlite::Result<()> {
        self.forget_body(entry)?;
        if let Some(state) = before {
            return self.set_state(entry, state);
        }
        for claim in claims.when_intended() {
            let sql = "DELETE FROM claim WHERE hash = ?1 AND entry = ?2";
            self.execute(sql, params![self.keys.claim_hash(&claim), entry.0])?;
        }
        self.execute("DELETE FROM entry WHERE id = ?1", [entry.0])
    }

    fn claim_all(
        &self,
        entry: EntryId,
        claims: impl Iterator<Item = Claim>,
    ) -> rusqlite::Result<()> {
        claims
            .into_iter()
            .try_for_each(|claim| self.claim(entry, &claim))
    }

    /// Leaves a claim with a row that owns it already. Of equal cells the next free number is
    /// claimed, so that there are as many claims as rows.
    fn claim(&self, entry: EntryId, claim: &Claim) -> rusqlite::Result<()> {
        let mut claim = *claim;
        while let Some(owner) = self.claim_unless_owned(entry, &claim)? {
            match &mut claim {
                Claim::Cells { occurrence, .. } if owner != entry => *occurrence += 1,
                _ => break,
            }
        }
        Ok(())
    }

    /// Returns the owner when there is one already.
    fn claim_unless_owned(
        &self,
        entry: EntryId,
        claim: &Claim,
    ) -> rusqlite::Result<Option<EntryId>> {
        let hash = self.keys.claim_hash(claim);
        let sql = "INSERT INTO claim (hash, entry) VALUES (?1, ?2) ON CONFLICT (hash) DO NOTHING";
        if self.prepare(sql)?.execute(params![hash, entry.0])? > 0 {
            return Ok(None);
        }
        // A row that was refused, failed or forgotten owns nothing any more.
        let sql = "SELECT entry.id, entry.state FROM claim JOIN entry ON entry.id = claim.entry \
                   WHERE claim.hash = ?1";
        let read = |row: &rusqlite::Row<'_>| Ok((EntryId(row.get(0)?), row.get(1)?));
        let owner: Option<(EntryId, i64)> =
            self.prepare(sql)?.query_row([hash], read).optional()?;
        let owner = owner.filter(|(owner, state)| {
            *owner == entry || EntryState::from_number(*state).is_none_or(EntryState::owns_claims)
        });
        if let Some((owner, _)) = owner {
            return Ok(Some(owner));
        }
        self.execute(
            "UPDATE claim SET entry = ?2 WHERE hash = ?1",
            params![hash, entry.0],
        )?;
        Ok(None)
    }

    fn set_state(&self, entry: EntryId, state: EntryState) -> rusqlite::Result<()> {
        set_state(self.connection, entry, state)
    }

    fn forget_body(&self, entry: EntryId) -> rusqlite::Result<()> {
        forget_body(self.connection, entry)
    }

    fn execute(&self, sql: &str, values: impl rusqlite::Params) -> rusqlite::Result<()> {
        execute(self.connection, sql, values)
    }

    fn prepare(&self, sql: &str) -> rusqlite::Result<CachedStatement<'_>> {
        self.connection.prepare_cached(sql)
    }
}

/// The CRM has the row under this id; what was sent is no longer needed.
pub(super) fn set_created(
    connection: &Connection,
    entry: EntryId,
    lead_id: &LeadId,
) -> rusqlite::Result<()> {
    let sql = "UPDATE entry SET state = ?2, lead = ?3 WHERE id = ?1";
    let state = EntryState::Created.number();
    execute(connection, sql, params![entry.0, state, stored_id(lead_id)])?;
    forget_body(connection, entry)
}

/// A row that an ended run was about to send may be in the CRM. `keys` are those of that run.
pub(super) fn leave_intent_open(
    connection: &Connection,
    keys: &LedgerKeys,
    entry: EntryId,
) -> rusqlite::Result<()> {
    let book = Book { connection, keys };
    book.leave_open(entry, EntryState::Unknown)
}

fn digest_of_cells(claims: &RowClaims) -> Option<[u8; Digest::LENGTH]> {
    match claims.cells? {
        Claim::Cells { cells, .. } => Some(*cells.0.as_bytes()),
        Claim::Identity(_) | Claim::Key(_) => None,
    }
}

/// The CRM does not have the row; what was sent is no longer needed.
pub(super) fn set_failed(connection: &Connection, entry: EntryId) -> rusqlite::Result<()> {
    set_state(connection, entry, EntryState::Failed)?;
    forget_body(connection, entry)
}

fn set_state(connection: &Connection, entry: EntryId, state: EntryState) -> rusqlite::Result<()> {
    let sql = "UPDATE entry SET state = ?2 WHERE id = ?1";
    execute(connection, sql, params![entry.0, state.number()])
}

fn forget_body(connection: &Connection, entry: EntryId) -> rusqlite::Result<()> {
    let sql = "DELETE FROM unsettled WHERE entry = ?1";
    execute(connection, sql, [entry.0])
}

fn execute(
    connection: &Connection,
    sql: &str,
    values: impl rusqlite::Params,
) -> rusqlite::Result<()> {
    connection.prepare_cached(sql)?.execute(values).map(|_| ())
}

/// An id as the database keeps it: a whole number if it comes back as the same text.
pub(super) fn stored_id(id: &LeadId) -> Box<dyn ToSql + '_> {
    match id.0.parse::<i64>() {
        Ok(number) if number.to_string() == id.0 => Box::new(number),
        _ => Box::new(id.0.as_str()),
    }
}
