//! The tables, and how a data file is opened.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use rusqlite::Connection;

use crate::model::{FieldKind, LEAD_FIELDS};
use crate::sandbox::SandboxError;
use crate::sandbox::look_up_data::SEEDED_SOURCES;

use super::reference_source::{ReferenceSource, ReferenceSources};

/// Marks a file as a sandbox's: the bytes `lfsb`.
const APPLICATION_ID: i64 = 0x6C66_7362;

/// The version of the tables. Columns that a file lacks are added on opening and need no new one.
const FORMAT_VERSION: i64 = 1;

/// 2026-01-01 in microseconds since 1970.
const SEEDED_AT: i64 = 1_767_225_600_000_000;

/// How long to wait for another sandbox that is just letting go of the file.
const LOCK_WAIT: Duration = Duration::from_secs(2);

/// Opens the database with its tables made and its sources seeded.
pub(super) fn open(data: Option<&Path>) -> Result<Connection, SandboxError> {
    let Some(path) = data else {
        let opened = Connection::open_in_memory();
        return opened
            .and_then(|connection| {
                // Nothing survives a crash in memory, so there is nothing to roll back.
                set(&connection, "journal_mode", "OFF")?;
                set(&connection, "temp_store", "MEMORY")?;
                make_tables(&connection)?;
                Ok(connection)
            })
            .map_err(|source| SandboxError::Memory { source });
    };
    let failed = |source| SandboxError::Data {
        path: path.to_owned(),
        source,
    };
    let connection = Connection::open(path).map_err(failed)?;
    if !is_ours_or_empty(&connection).map_err(failed)? {
        return Err(SandboxError::NotOurs {
            path: path.to_owned(),
        });
    }
    let prepared = prepare_file(&connection);
    prepared.map_err(failed)?;
    Ok(connection)
}

fn set(connection: &Connection, pragma: &str, value: &str) -> Result<(), rusqlite::Error> {
    connection
        .pragma_update_and_check(None, pragma, value, |_| Ok(()))
        .or_else(|error| {
            // Some pragmas answer with what they were set to and some with nothing.
            match error {
                rusqlite::Error::QueryReturnedNoRows => Ok(()),
                error => Err(error),
            }
        })
}

fn read_number(connection: &Connection, pragma: &str) -> Result<i64, rusqlite::Error> {
    connection.pragma_query_value(None, pragma, |row| row.get(0))
}

fn is_ours_or_empty(connection: &Connection) -> Result<bool, rusqlite::Error> {
    connection.busy_timeout(LOCK_WAIT)?;
    let tables = "SELECT count(*) FROM sqlite_schema";
    let tables: i64 = connection.query_row(tables, [], |row| row.get(0))?;
    let is_ours = read_number(connection, "application_id")? == APPLICATION_ID
        && read_number(connection, "user_version")? == FORMAT_VERSION;
    Ok(tables == 0 || is_ours)
}

fn prepare_file(connection: &Connection) -> Result<(), rusqlite::Error> {
    set(connection, "locking_mode", "EXCLUSIVE")?;
    set(connection, "journal_mode", "WAL")?;
    // Leads survive the end of the process; losing power may cost the last ones.
    set(connection, "synchronous", "NORMAL")?;
    make_tables(connection)
}

fn make_tables(connection: &Connection) -> Result<(), rusqlite::Error> {
    connection.execute_batch(
        "CREATE TABLE IF NOT EXISTS leads (
             id INTEGER PRIMARY KEY,
             tenant_id INTEGER NOT NULL,
             created_at INTEGER NOT NULL
         );
         CREATE TABLE IF NOT EXISTS reference_sources (
             id INTEGER PRIMARY KEY,
             tenant_id INTEGER,
             name TEXT NOT NULL,
             color TEXT,
             created_at INTEGER NOT NULL
         );",
    )?;
    add_missing_columns(connection)?;
    seed_sources(connection)?;
    set(connection, "application_id", &APPLICATION_ID.to_string())?;
    set(connection, "user_version", &FORMAT_VERSION.to_string())
}

fn add_missing_columns(connection: &Connection) -> Result<(), rusqlite::Error> {
    let mut statement = connection.prepare("SELECT name FROM pragma_table_info('leads')")?;
    let present: Vec<String> = statement
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let fields = LEAD_FIELDS.iter().map(|field| match field.kind {
        FieldKind::Integer => (field.name, "INTEGER"),
        _ => (field.name, "TEXT"),
    });
    for (column, kind) in fields.chain([("updated_at", "INTEGER")]) {
        if !present.iter().any(|name| name == column) {
            let sql = format!("ALTER TABLE leads ADD COLUMN {column} {kind}");
            connection.execute_batch(&sql)?;
        }
    }
    Ok(())
}

fn seed_sources(connection: &Connection) -> Result<(), rusqlite::Error> {
    let mut sources = ReferenceSources::read(connection)?;
    if sources.iter().next().is_some() {
        return Ok(());
    }
    for (name, color) in SEEDED_SOURCES {
        let source = ReferenceSource {
            id: 0,
            tenant: None,
            name: name.to_owned(),
            color: Some(color.to_owned()),
            created_at: SEEDED_AT,
        };
        sources.insert(connection, source)?;
    }
    Ok(())
}

/// How many leads each tenant has, deleted ones left out.
pub(super) fn count_leads(connection: &Connection) -> Result<HashMap<i64, u64>, rusqlite::Error> {
    let sql = "SELECT tenant_id, count(*) FROM leads WHERE tenant_id > 0 GROUP BY tenant_id";
    let mut statement = connection.prepare(sql)?;
    let counts = statement.query_map([], |row| {
        let count: i64 = row.get(1)?;
        Ok((row.get(0)?, count.unsigned_abs()))
    })?;
    counts.collect()
}
