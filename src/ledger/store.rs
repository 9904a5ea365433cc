//! Looking rows up.

use std::path::{Path, PathBuf};

use rusqlite::types::ValueRef;
use rusqlite::{Connection, OptionalExtension, Row};

use crate::ledger::apply::stored_id;
use crate::ledger::entry::{Claim, EntryId, EntryState, KnownRow, RowPrints};
use crate::ledger::history::{Round, RunId, find_round};
use crate::ledger::intent_log::IntentLog;
use crate::ledger::keys::{LedgerKeys, Print, ShortPrint};
use crate::ledger::ledger_error::LedgerError;
use crate::ledger::ledger_scope::LedgerScope;
use crate::ledger::recent_claims::RecentClaims;
use crate::ledger::schema;
use crate::ledger::state_folder::StateFolder;
use crate::ledger::taking_over::put_in_order_if_abandoned;
use crate::model::{Code, LeadId};

/// The columns that [`known_row`] reads, in its order.
macro_rules! entry_columns {
    () => {
        "SELECT entry.id, entry.state, entry.lead, entry.run, entry.row, entry.refusals, \
         entry.source, entry.cells, entry.content, entry.name, entry.email, entry.phone "
    };
}

const FIND_BY_CLAIM: &str = concat!(
    entry_columns!(),
    "FROM claim JOIN entry ON entry.id = claim.entry WHERE claim.hash = ?1"
);

const ENTRY: &str = concat!(entry_columns!(), "FROM entry WHERE id = ?1");

const ENTRIES_OF_ROW: &str = concat!(
    entry_columns!(),
    "FROM entry WHERE run = ?1 AND row = ?2 ORDER BY id"
);

const OWNER_OF_LEAD: &str = concat!(
    entry_columns!(),
    "FROM entry WHERE lead = ?2 AND state = ?1 ORDER BY id DESC LIMIT 1"
);

const EACH_CREATED: &str = concat!(entry_columns!(), "FROM entry WHERE state = ?1 ORDER BY id");

/// The version of the tables that has the log of intents and the newest claims.
pub(super) const VERSION_WITH_LOG: i64 = 3;

/// Reads a ledger while a run writes it, or while none does.
///
/// Sees what was committed before each look-up; claims of a run that goes on those of before it was opened,
/// and later ones only in part.
#[derive(Debug)]
pub struct LedgerReader {
    pub(super) connection: Connection,
    pub(super) version: i64,
    pub(super) path: PathBuf,
    keys: LedgerKeys,
    /// Claims that had no place in the big table when this was opened.
    recent: RecentClaims,
}

impl LedgerReader {
    /// Opens the ledger of `scope`, or returns `None` when nothing was ever sent there.
    pub fn open(folder: &StateFolder, scope: &LedgerScope) -> Result<Option<Self>, LedgerError> {
        let path = folder.ledger_path(scope);
        if path.exists() {
            Self::at(&path).map(Some)
        } else {
            Ok(None)
        }
    }

    /// Opens the ledger at `path`, whosever it is. It must exist.
    ///
    /// What a killed run has left behind is put in order first, which writes to the ledger. While a run goes
    /// on, rows are found that were settled before this was called, and some of those that are later.
    pub fn at(path: &Path) -> Result<Self, LedgerError> {
        put_in_order_if_abandoned(path)?;
        Self::beside_writer(path)
    }

    /// Opens the ledger that this process writes.
    pub(super) fn beside_writer(path: &Path) -> Result<Self, LedgerError> {
        let (connection, version) = schema::open_read_only(path)?;
        let keys = schema::keys_of(&connection, path)?;
        let recent = if version < VERSION_WITH_LOG {
            Ok(RecentClaims::default())
        } else {
            RecentClaims::load(&connection)
        };
        Ok(Self {
            connection,
            version,
            path: path.to_owned(),
            keys,
            recent: recent.map_err(|cause| LedgerError::of(path, cause))?,
        })
    }

    /// Where the database is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Whose ledger it is.
    pub fn scope(&self) -> Result<LedgerScope, LedgerError> {
        schema::scope_of(&self.connection, &self.path)
    }

    /// The keys of the ledger's base.
    pub fn keys(&self) -> &LedgerKeys {
        &self.keys
    }

    /// Whether no row was ever sent.
    pub fn is_empty(&self) -> Result<bool, LedgerError> {
        self.ask("SELECT NOT EXISTS (SELECT 1 FROM entry)")
    }

    /// Whether any row was created by a run whose mapping has this hash, as far as the histories of runs are
    /// still there.
    pub fn has_created_under(&self, mapping_hash: &str) -> Result<bool, LedgerError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM entry JOIN run ON run.id = entry.run \
                   WHERE entry.state = ?1 AND run.mapping_hash = ?2)";
        let state = EntryState::Created.number();
        self.connection
            .query_row(sql, (state, mapping_hash), |row| row.get(0))
            .map_err(|cause| LedgerError::of(&self.path, cause))
    }

    /// Whether the fate of any row is open.
    pub fn has_open_rows(&self) -> Result<bool, LedgerError> {
        let has_open: bool = self.ask("SELECT EXISTS (SELECT 1 FROM unsettled)")?;
        Ok(has_open || self.is_about_to_send()?)
    }

    /// Whether the log holds rows that a run is about to send.
    fn is_about_to_send(&self) -> Result<bool, LedgerError> {
        if self.version < VERSION_WITH_LOG {
            return Ok(false);
        }
        self.ask("SELECT EXISTS (SELECT 1 FROM intents)")
    }

    /// The entry that `claim` leads to, in the base or round that `keys` are for.
    pub fn find(&self, keys: &LedgerKeys, claim: &Claim) -> Result<Option<KnownRow>, LedgerError> {
        let hash = keys.claim_hash(claim);
        if let Some(owner) = self.recent.owner(&hash) {
            return self.entry(owner);
        }
        let find = || {
            let mut statement = self.connection.prepare_cached(FIND_BY_CLAIM)?;
            statement.query_row([hash.as_bytes()], known_row).optional()
        };
        find().map_err(|cause| LedgerError::of(&self.path, cause))
    }

    /// An entry by its number.
    pub fn entry(&self, entry: EntryId) -> Result<Option<KnownRow>, LedgerError> {
        let find = || {
            let mut statement = self.connection.prepare_cached(ENTRY)?;
            statement.query_row([entry.0], known_row).optional()
        };
        find().map_err(|cause| LedgerError::of(&self.path, cause))
    }

    /// The content of a created row that was last told to differ from what was sent, and whether
    /// the run that told it went through its whole file, as all have whose history was purged.
    pub fn changed_content(&self, entry: EntryId) -> Result<Option<(Print, bool)>, LedgerError> {
        let sql = "SELECT changed.content, run.id IS NULL OR run.ended_as IS 'finished' FROM changed \
                   LEFT JOIN run ON run.id = changed.run WHERE changed.entry = ?1";
        let find = || {
            let mut statement = self.connection.prepare_cached(sql)?;
            let read = |row: &Row<'_>| Ok((Print(row.get(0)?), row.get(1)?));
            statement.query_row([entry.0], read).optional()
        };
        find().map_err(|cause| LedgerError::of(&self.path, cause))
    }

    /// What came in place of an answer to a row whose fate is open; `None` when the run ended before
    /// that.
    pub fn doubt_of(&self, entry: EntryId) -> Result<Option<Code>, LedgerError> {
        let find = || {
            let sql = "SELECT doubt FROM unsettled WHERE entry = ?1";
            let mut statement = self.connection.prepare_cached(sql)?;
            let read = |row: &Row<'_>| row.get::<_, Option<String>>(0);
            statement.query_row([entry.0], read).optional()
        };
        let doubt = find().map_err(|cause| LedgerError::of(&self.path, cause))?;
        Ok(doubt.flatten().as_deref().and_then(Code::from_text))
    }

    /// Every created row, in the order of sending.
    ///
    /// Stops at the first error of `take`.
    pub fn each_created<E: From<LedgerError>>(
        &self,
        take: &mut dyn FnMut(KnownRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let failed = |cause| LedgerError::of(&self.path, cause);
        let mut statement = self
            .connection
            .prepare_cached(EACH_CREATED)
            .map_err(failed)?;
        let mut rows = statement
            .query([EntryState::Created.number()])
            .map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            take(known_row(row).map_err(failed)?)?;
        }
        Ok(())
    }

    /// The row that was created as this lead; of several, which a CRM that merges leads makes, the last.
    pub fn owner_of_lead(&self, lead: &LeadId) -> Result<Option<KnownRow>, LedgerError> {
        owner_of_lead(&self.connection, lead).map_err(|cause| LedgerError::of(&self.path, cause))
    }

    /// The round called `name`, if it was ever opened.
    pub fn round(&self, name: &str) -> Result<Option<Round>, LedgerError> {
        find_round(&self.connection, name).map_err(|cause| LedgerError::of(&self.path, cause))
    }

    /// The last run that has begun; number 0 when none has. Purging histories changes no number.
    pub fn last_run(&self) -> Result<RunId, LedgerError> {
        let sql = "SELECT coalesce(max(seq), 0) FROM sqlite_sequence WHERE name = 'run'";
        self.ask(sql).map(RunId)
    }

    /// The name of a run, `None` once its history was purged.
    pub fn run_name(&self, run: RunId) -> Result<Option<String>, LedgerError> {
        let find = || {
            let sql = "SELECT name FROM run WHERE id = ?1";
            let mut statement = self.connection.prepare_cached(sql)?;
            statement.query_row([run.0], |row| row.get(0)).optional()
        };
        find().map_err(|cause| LedgerError::of(&self.path, cause))
    }

    /// Rows that the run that goes on is about to send, as they stand now.
    pub(super) fn log(&self) -> rusqlite::Result<IntentLog> {
        if self.version < VERSION_WITH_LOG {
            return Ok(IntentLog::default());
        }
        IntentLog::load(&self.connection)
    }

    fn ask<T: rusqlite::types::FromSql>(&self, sql: &str) -> Result<T, LedgerError> {
        self.connection
            .query_row(sql, [], |row| row.get(0))
            .map_err(|cause| LedgerError::of(&self.path, cause))
    }
}

/// The entries of a row of a run: one, but for a row that was sent in and outside of a round.
///
/// Goes through the whole table, as nobody waits for it while rows are sent.
pub(super) fn entries_of_row(
    connection: &Connection,
    run: RunId,
    row: u64,
) -> rusqlite::Result<Vec<KnownRow>> {
    let mut statement = connection.prepare(ENTRIES_OF_ROW)?;
    statement.query_map((run.0, row), known_row)?.collect()
}

/// A row that was created as this lead.
pub(super) fn owner_of_lead(
    connection: &Connection,
    lead: &LeadId,
) -> rusqlite::Result<Option<KnownRow>> {
    let created = EntryState::Created.number();
    let values = (created, stored_id(lead));
    let mut statement = connection.prepare_cached(OWNER_OF_LEAD)?;
    statement.query_row(values, known_row).optional()
}

/// The highest number among the ids of leads, 0 when there is none.
pub(super) fn highest_lead(connection: &Connection) -> rusqlite::Result<i64> {
    // Numbers sort before texts.
    let sql =
        "SELECT lead FROM entry WHERE lead IS NOT NULL AND lead < '' ORDER BY lead DESC LIMIT 1";
    let highest = connection.query_row(sql, [], |row| row.get(0)).optional()?;
    Ok(highest.unwrap_or(0))
}

/// Reads the columns of `entry_columns`.
pub(super) fn known_row(row: &Row<'_>) -> rusqlite::Result<KnownRow> {
    let state: i64 = row.get(1)?;
    let state =
        EntryState::from_number(state).ok_or(rusqlite::Error::IntegralValueOutOfRange(1, state))?;
    let short = |index| -> rusqlite::Result<Option<ShortPrint>> {
        Ok(row.get::<_, Option<u32>>(index)?.map(ShortPrint))
    };
    Ok(KnownRow {
        entry: EntryId(row.get(0)?),
        state,
        lead_id: lead_id(row.get_ref(2)?)?,
        run: RunId(row.get(3)?),
        row: row.get(4)?,
        refusals: row.get(5)?,
        prints: RowPrints {
            source: row.get::<_, Option<i64>>(6)?.map(Print),
            cells: Print(row.get(7)?),
            content: Print(row.get(8)?),
            name: short(9)?,
            email: short(10)?,
            phone: short(11)?,
        },
    })
}

pub(super) fn lead_id(value: ValueRef<'_>) -> rusqlite::Result<Option<LeadId>> {
    match value {
        ValueRef::Null => Ok(None),
        ValueRef::Integer(number) => Ok(Some(LeadId(number.to_string()))),
        other => Ok(Some(LeadId(other.as_str()?.to_owned()))),
    }
}
