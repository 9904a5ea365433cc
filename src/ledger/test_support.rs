//! A ledger in a throw-away folder, and short ways to fill it.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use bytes::Bytes;
use tempfile::TempDir;

use crate::ledger::{
    Claim, EntryId, EntryState, Group, Intent, KnownRow, Ledger, LedgerKeys, LedgerReader,
    LedgerScope, LockHolder, Note, Print, RowClaims, RowPrints, RunEnd, RunLock, RunStart,
    Settlement, StateFolder, Upkeep, Waiting,
};
use crate::model::{CellsDigest, Code, Digest, LeadId, RowIdentity};

/// A state folder with the ledger of one scope.
pub(super) struct Place {
    pub(super) folder: TempDir,
    pub(super) scope: LedgerScope,
    pub(super) path: PathBuf,
}

impl Place {
    pub(super) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let scope = LedgerScope {
            api: "https://crm.example.com/api".into(),
            tenant: 7,
        };
        let state = StateFolder::open(folder.path()).unwrap();
        let path = state.ledger_path(&scope);
        Self {
            folder,
            scope,
            path,
        }
    }

    pub(super) fn open(&self) -> Ledger {
        Ledger::open(&self.path, &self.scope, lock(&self.path)).unwrap()
    }

    /// A ledger in which a run over `leads.csv` has begun.
    pub(super) fn open_with_run(&self) -> Ledger {
        let mut ledger = self.open();
        ledger.begin_run(&run_of("leads.csv"), None).unwrap();
        ledger
    }

    pub(super) fn reader(&self) -> LedgerReader {
        LedgerReader::at(&self.path).unwrap()
    }

    pub(super) fn upkeep(&self) -> Upkeep {
        Upkeep::open(&self.path, lock(&self.path)).unwrap()
    }

    /// A number that `sql` asks for.
    pub(super) fn ask(&self, sql: &str) -> i64 {
        let connection = rusqlite::Connection::open(&self.path).unwrap();
        connection.query_row(sql, [], |row| row.get(0)).unwrap()
    }

    /// Changes the ledger behind its back.
    pub(super) fn execute(&self, sql: &str) {
        let connection = rusqlite::Connection::open(&self.path).unwrap();
        connection.execute_batch(sql).unwrap();
    }
}

pub(super) fn lock(ledger: &Path) -> RunLock {
    RunLock::take(ledger, &LockHolder::this_process("leads.csv"), Waiting::No).unwrap()
}

pub(super) fn run_of(file: &str) -> RunStart {
    RunStart {
        file: file.into(),
        file_hash: format!("hash of {file}"),
        mapping_hash: "hash of the mapping".into(),
        program: "0.1.0".into(),
        round: None,
    }
}

pub(super) fn end(stopped: Option<&str>) -> RunEnd {
    RunEnd {
        stopped: stopped.map(str::to_owned),
        counts: r#"{"created":1,"pending":0}"#.into(),
    }
}

pub(super) fn digest(text: &str) -> Digest {
    Digest::of("test", [text.as_bytes()])
}

pub(super) fn identity(name: &str) -> Claim {
    Claim::Identity(RowIdentity(digest(name)))
}

pub(super) fn cells(name: &str, occurrence: u64) -> Claim {
    Claim::Cells {
        cells: CellsDigest(digest(name)),
        occurrence,
    }
}

/// What leads to a row that is known by nothing but `identity`.
pub(super) fn only(identity: Claim) -> RowClaims {
    RowClaims {
        identity,
        key: None,
        columns: None,
        cells: None,
    }
}

pub(super) fn intent(entry: EntryId, row: u64, claims: RowClaims) -> Note {
    Note::Intend(Arc::new(Intent {
        entry,
        row,
        claims,
        prints: RowPrints {
            source: None,
            cells: Print(1),
            content: Print(2),
            name: None,
            email: None,
            phone: None,
        },
        body: Bytes::from(format!(r#"{{"last_name":"Row {row}"}}"#)),
        request_key: digest("key"),
        known_before: None,
    }))
}

pub(super) fn created(entry: EntryId, id: &str, claims: RowClaims) -> Note {
    Note::Settle(entry, Settlement::Created(LeadId(id.into()), claims))
}

pub(super) fn write(ledger: &mut Ledger, group: impl Into<Group>) {
    let keys = ledger.keys().clone();
    ledger.commit(&keys, &group.into()).unwrap();
}

/// Writes a row down in `state`, under the identity that its number makes.
pub(super) fn add_row(ledger: &mut Ledger, row: u64, state: EntryState) -> EntryId {
    let entry = next_free_entry(ledger.path());
    let claims = only(identity(&row.to_string()));
    let settlement = match state {
        EntryState::Intended => None,
        EntryState::Created => Some(Settlement::Created(LeadId(format!("{row}00")), claims)),
        EntryState::Refused => Some(Settlement::Refused),
        EntryState::Failed => Some(Settlement::Failed),
        EntryState::Unknown => Some(Settlement::Unknown(Code::ServerNoAnswer)),
        EntryState::Taken => Some(Settlement::Taken),
    };
    let mut group = vec![intent(entry, row, claims)];
    group.extend(settlement.map(|settlement| Note::Settle(entry, settlement)));
    write(ledger, group);
    entry
}

fn next_free_entry(ledger: &Path) -> EntryId {
    let connection = rusqlite::Connection::open(ledger).unwrap();
    let sql = "SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'entry'";
    let next = connection.query_row(sql, [], |row| row.get(0));
    EntryId(next.unwrap())
}

/// The row that has the identity that its number makes.
pub(super) fn find_row(reader: &LedgerReader, keys: &LedgerKeys, row: u64) -> Option<KnownRow> {
    reader.find(keys, &identity(&row.to_string())).unwrap()
}
