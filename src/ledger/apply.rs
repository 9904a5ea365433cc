//! One note becomes a few changes of the tables.

use std::sync::Arc;

use rusqlite::types::{ToSqlOutput, Value};
use rusqlite::{CachedStatement, Connection, OptionalExtension, ToSql, params};

use crate::ledger::claiming::Claiming;
use crate::ledger::entry::{Claim, EntryId, EntryState, KnownRow, RowClaims};
use crate::ledger::history::RunId;
use crate::ledger::intent_log::OpenIntent;
use crate::ledger::keys::LedgerKeys;
use crate::ledger::memory::Memory;
use crate::ledger::new_entries::{NewEntries, NewEntry};
use crate::ledger::store::owner_of_lead;
use crate::ledger::writer::{Intent, Note, Settlement};
use crate::model::{CellsDigest, Code, Digest, LeadId};

/// Applies notes to the tables and to what the writer keeps in memory of them.
///
/// For one commit: the statement that every row needs is looked up once.
pub(super) struct Book<'a> {
    connection: &'a Connection,
    run: RunId,
    /// In milliseconds since 1970.
    now: i64,
    memory: &'a mut Memory,
    claiming: Claiming<'a>,
    new_entries: NewEntries,
}

impl<'a> Book<'a> {
    /// For notes of run `run`; claims are those of `keys`.
    pub(super) fn new(
        connection: &'a Connection,
        keys: &'a LedgerKeys,
        run: RunId,
        memory: &'a mut Memory,
    ) -> rusqlite::Result<Self> {
        Ok(Self {
            connection,
            run,
            now: jiff::Timestamp::now().as_millisecond(),
            memory,
            claiming: Claiming::new(connection, keys)?,
            new_entries: NewEntries::default(),
        })
    }

    /// Applies one note.
    pub(super) fn apply(&mut self, note: &Note) -> rusqlite::Result<()> {
        match note {
            Note::LookedInVain(entry) => {
                let sql = "UPDATE unsettled SET looks = looks + 1 WHERE entry = ?1";
                self.execute(sql, [entry.0])
            }
            Note::Intend(intent) => self.intend(intent),
            Note::Settle(entry, settlement) => match self.memory.log.close(*entry) {
                Some(open) => self.settle_logged(&open, settlement),
                None => self.settle(*entry, settlement),
            },
            Note::Withdraw {
                entry,
                before,
                claims,
            } => match self.memory.log.close(*entry) {
                // It has claimed nothing.
                Some(_) => Ok(()),
                None => self.withdraw(*entry, *before, claims),
            },
            Note::Claim(entry, claim) => self.claim(*entry, claim),
            Note::Changed(entry, content) => {
                let sql = "INSERT INTO changed (entry, content, run) VALUES (?1, ?2, ?3) \
                           ON CONFLICT (entry) DO UPDATE SET content = ?2, run = ?3";
                self.execute(sql, params![entry.0, content.0, self.run.0])
            }
        }
    }

    /// Which row has this lead.
    pub(super) fn owner_of_lead(&mut self, lead: &LeadId) -> rusqlite::Result<Option<KnownRow>> {
        self.new_entries.write(self.connection)?;
        owner_of_lead(self.connection, lead)
    }

    /// Writes down what is kept in memory until all notes of a commit are applied.
    pub(super) fn finish(mut self) -> rusqlite::Result<()> {
        for open in self.memory.log.take_overdue() {
            self.write_out(&open, EntryState::Intended, None)?;
        }
        self.new_entries.write(self.connection)?;
        self.memory.log.write(self.connection, self.run)?;
        self.memory.claims.write(self.connection)?;
        self.memory.write_highest_entry(self.connection)
    }

    /// A new row only goes into the log.
    fn intend(&mut self, intent: &Arc<Intent>) -> rusqlite::Result<()> {
        let entry = intent.entry;
        let is_new = self.memory.is_first_use(entry.0)
            || self.memory.log.is_open(entry)
            || !self.has_entry(entry)?;
        if is_new {
            self.memory.log.open(intent, self.run, self.now);
            return Ok(());
        }
        self.intend_again(intent)
    }

    fn has_entry(&mut self, entry: EntryId) -> rusqlite::Result<bool> {
        self.new_entries.write(self.connection)?;
        let sql = "SELECT 1 FROM entry WHERE id = ?1";
        self.prepare(sql)?.exists([entry.0])
    }

    /// A row that the tables know has its intent there: what it was before must come back when it is
    /// withdrawn.
    fn intend_again(&mut self, intent: &Intent) -> rusqlite::Result<()> {
        let prints = &intent.prints;
        let short = |print: Option<crate::ledger::ShortPrint>| print.map(|print| print.0);
        let sql = "UPDATE entry SET state = ?2, run = ?3, row = ?4, source = ?5, cells = ?6, \
                   content = ?7, name = ?8, email = ?9, phone = ?10 WHERE id = ?1";
        self.execute(
            sql,
            params![
                intent.entry.0,
                EntryState::Intended.number(),
                self.run.0,
                intent.row,
                prints.source.map(|print| print.0),
                prints.cells.0,
                prints.content.0,
                short(prints.name),
                short(prints.email),
                short(prints.phone),
            ],
        )?;
        self.keep_body(intent, self.now, None)?;
        self.claim_all(intent.entry, intent.claims.when_intended())
    }

    /// Keeps what is needed to look for the lead.
    fn keep_body(
        &self,
        intent: &Intent,
        key_since: i64,
        doubt: Option<Code>,
    ) -> rusqlite::Result<()> {
        let sql = "INSERT INTO unsettled (entry, body, request_key, cells, known_before, key_since, \
                   doubt) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7) \
                   ON CONFLICT (entry) DO UPDATE SET body = ?2, request_key = ?3, cells = ?4, \
                   known_before = ?5, doubt = ?7, looks = 0, \
                   key_since = iif(request_key IS ?3, key_since, ?6)";
        let body: &[u8] = &intent.body;
        let key = intent.request_key.as_bytes();
        let cells = cells_of(&intent.claims).map(|cells| *cells.0.as_bytes());
        let before = intent.known_before.map(|entry| entry.0);
        let doubt = doubt.map(Code::as_str);
        self.execute(
            sql,
            params![intent.entry.0, body, key, cells, before, key_since, doubt],
        )
    }

    /// The fate of a row that stands in the log only.
    fn settle_logged(
        &mut self,
        open: &OpenIntent,
        settlement: &Settlement,
    ) -> rusqlite::Result<()> {
        let claims = &open.intent.claims;
        match settlement {
            Settlement::Created(lead_id, claims_when_sent) => {
                self.insert_entry(open, EntryState::Created, Some(lead_id));
                self.claim_all(open.intent.entry, claims.when_intended())?;
                self.claim_all(open.intent.entry, claims_when_sent.when_sent())
            }
            Settlement::Found(lead_id) => {
                self.insert_entry(open, EntryState::Created, Some(lead_id));
                self.claim_all(open.intent.entry, claims.when_intended())
            }
            Settlement::Refused => {
                self.insert_entry(open, EntryState::Refused, None);
                self.claim_all(open.intent.entry, claims.when_intended())
            }
            Settlement::Failed => {
                self.insert_entry(open, EntryState::Failed, None);
                self.claim_all(open.intent.entry, claims.when_intended())
            }
            // It never was refused.
            Settlement::Absent => Ok(()),
            Settlement::Unknown(doubt) => self.write_out(open, EntryState::Unknown, Some(*doubt)),
            Settlement::Taken => self.write_out(open, EntryState::Taken, None),
        }
    }

    /// Gives a row of the log its rows in the tables, as one whose fate is open. Unless it is only intended,
    /// it is known by everything, as one that is in the CRM.
    pub(super) fn write_out(
        &mut self,
        open: &OpenIntent,
        state: EntryState,
        doubt: Option<Code>,
    ) -> rusqlite::Result<()> {
        let intent = &open.intent;
        self.insert_entry(open, state, None);
        self.keep_body(intent, open.key_since, doubt)?;
        self.claim_all(intent.entry, intent.claims.when_intended())?;
        match cells_of(&intent.claims) {
            Some(cells) if state != EntryState::Intended => {
                self.claim(intent.entry, &first_of_cells(cells))
            }
            _ => Ok(()),
        }
    }

    fn insert_entry(&mut self, open: &OpenIntent, state: EntryState, lead: Option<&LeadId>) {
        self.new_entries.push(NewEntry {
            intent: Arc::clone(&open.intent),
            run: open.run,
            state,
            lead: lead.map_or(Value::Null, |id| stored_id(id).into()),
        });
    }

    /// The fate of a row that the tables know.
    fn settle(&mut self, entry: EntryId, settlement: &Settlement) -> rusqlite::Result<()> {
        self.new_entries.write(self.connection)?;
        match settlement {
            Settlement::Created(lead_id, claims) => {
                set_created(self.connection, entry, lead_id)?;
                self.claim_all(entry, claims.when_sent())
            }
            Settlement::Found(lead_id) => set_created(self.connection, entry, lead_id),
            Settlement::Refused => {
                let sql = "UPDATE entry SET state = ?2, refusals = refusals + 1 WHERE id = ?1";
                self.execute(sql, params![entry.0, EntryState::Refused.number()])?;
                forget_body(self.connection, entry)
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
        forget_body(self.connection, entry)?;
        let sql = "UPDATE entry SET state = ?2 WHERE id = ?1 AND refusals > 0";
        self.execute(sql, params![entry.0, EntryState::Refused.number()])?;
        self.execute(
            "DELETE FROM entry WHERE id = ?1 AND refusals = 0",
            [entry.0],
        )
    }

    /// A row that may be in the CRM is known by everything, as one that is there.
    pub(super) fn leave_open(&mut self, entry: EntryId, state: EntryState) -> rusqlite::Result<()> {
        let sql = "SELECT cells FROM unsettled WHERE entry = ?1";
        let read = |row: &rusqlite::Row<'_>| row.get::<_, Option<_>>(0);
        let cells = self.prepare(sql)?.query_row([entry.0], read).optional()?;
        if let Some(cells) = cells.flatten() {
            let cells = CellsDigest(Digest::from_bytes(cells));
            self.claim(entry, &first_of_cells(cells))?;
        }
        set_state(self.connection, entry, state)
    }

    fn withdraw(
        &mut self,
        entry: EntryId,
        before: Option<EntryState>,
        claims: &RowClaims,
    ) -> rusqlite::Result<()> {
        self.new_entries.write(self.connection)?;
        forget_body(self.connection, entry)?;
        if let Some(state) = before {
            return set_state(self.connection, entry, state);
        }
        self.claiming.disclaim(entry, claims.when_intended())?;
        self.execute("DELETE FROM entry WHERE id = ?1", [entry.0])
    }

    fn claim_all(
        &mut self,
        entry: EntryId,
        mut claims: impl Iterator<Item = Claim>,
    ) -> rusqlite::Result<()> {
        claims.try_for_each(|claim| self.claim(entry, &claim))
    }

    fn claim(&mut self, entry: EntryId, claim: &Claim) -> rusqlite::Result<()> {
        self.claiming
            .claim(self.memory, &self.new_entries, (entry, claim))
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

fn cells_of(claims: &RowClaims) -> Option<CellsDigest> {
    match claims.cells? {
        Claim::Cells { cells, .. } => Some(cells),
        Claim::Identity(_) | Claim::Key(_) => None,
    }
}

fn first_of_cells(cells: CellsDigest) -> Claim {
    let occurrence = 0;
    Claim::Cells { cells, occurrence }
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

/// An id as the database keeps it.
pub(super) enum StoredId<'a> {
    Number(i64),
    Text(&'a str),
}

/// A whole number if it comes back as the same text, which takes less room.
pub(super) fn stored_id(id: &LeadId) -> StoredId<'_> {
    match id.0.parse::<i64>() {
        Ok(number) if number.to_string() == id.0 => StoredId::Number(number),
        _ => StoredId::Text(&id.0),
    }
}

impl From<StoredId<'_>> for Value {
    fn from(id: StoredId<'_>) -> Self {
        match id {
            StoredId::Number(number) => number.into(),
            StoredId::Text(text) => text.to_owned().into(),
        }
    }
}

impl ToSql for StoredId<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match self {
            Self::Number(number) => (*number).into(),
            Self::Text(text) => (*text).into(),
        })
    }
}
