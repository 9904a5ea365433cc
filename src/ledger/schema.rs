//! The tables, and how an older ledger becomes a newer one.

use std::path::Path;

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::ledger::keys::{LedgerKeys, SECRET_LENGTH};
use crate::ledger::ledger_error::LedgerError;
use crate::ledger::ledger_scope::LedgerScope;
use crate::ledger::private_file::{beside, create_private};
use crate::ledger::reserve::Reserve;

/// Marks the file as a ledger of ours: `LFry` in the header of the database.
const APPLICATION_ID: i64 = 0x4c46_7279;

/// The steps that make a ledger: **the one place to change its tables**. The version of a ledger
/// is the number of steps it has been through; a new step goes to the end and none ever changes.
const STEPS: [&str; 3] = [
    include_str!("schema/step_1.sql"),
    include_str!("schema/step_2.sql"),
    include_str!("schema/step_3.sql"),
];

/// The smallest page. SQLite takes a shorter file for a new database.
const SMALLEST_DATABASE_BYTES: u64 = 512;

/// How long a look-up waits for the writer, or the writer for a look-up that recovers the log.
const BUSY_TIMEOUT: std::time::Duration = std::time::Duration::from_secs(10);

/// The newest version.
pub(super) fn newest_version() -> i64 {
    i64::try_from(STEPS.len()).expect("there are few steps")
}

/// Opens the ledger at `path` for writing; makes it if there is none, brings an older one up to date.
pub(super) fn open(path: &Path, scope: &LedgerScope) -> Result<Connection, LedgerError> {
    if !path.exists() {
        refuse_if_one_was_there(path)?;
        create(path, scope)?;
    }
    let connection = open_for_writing(path)?;
    check_scope(&connection, path, scope)?;
    Ok(connection)
}

/// Opens the ledger at `path` for writing, whosever it is, and brings an older one up to date. It
/// must exist.
pub(super) fn open_for_writing(path: &Path) -> Result<Connection, LedgerError> {
    let mut connection = open_existing(path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
    let version = check_version(&connection, path)?;
    let failed = |cause| LedgerError::of(path, cause);
    set_up(&connection).map_err(failed)?;
    migrate(&mut connection, version).map_err(failed)?;
    Ok(connection)
}

/// Opens the ledger at `path` for reading only. It must exist.
///
/// An older ledger is read as it is: later steps only add to what earlier ones made.
///
/// Returns its version too: what came later is not there.
pub(super) fn open_read_only(path: &Path) -> Result<(Connection, i64), LedgerError> {
    let connection = open_existing(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
    let version = check_version(&connection, path)?;
    Ok((connection, version))
}

fn open_existing(path: &Path, mode: OpenFlags) -> Result<Connection, LedgerError> {
    let length = fs_err::metadata(path)
        .map_err(|cause| LedgerError::of_file(path, cause))?
        .len();
    // Ours are never so short, so this one was cut off.
    if length < SMALLEST_DATABASE_BYTES {
        return Err(LedgerError::Damaged {
            path: path.to_owned(),
            cause: None,
        });
    }
    let flags = mode | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let opened = Connection::open_with_flags(path, flags).and_then(|connection| {
        connection.busy_timeout(BUSY_TIMEOUT)?;
        // Otherwise SQLite plans a statement anew for every value that is bound to it, which takes
        // far longer than the look-up itself.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        // Groups, look-ups and histories together use about so many statements.
        connection.set_prepared_statement_cache_capacity(64);
        Ok(connection)
    });
    opened.map_err(|cause| LedgerError::of(path, cause))
}

/// A ledger that is gone is not made anew in silence: all it remembered would be sent again. What lies
/// beside it tells that there was one.
fn refuse_if_one_was_there(path: &Path) -> Result<(), LedgerError> {
    let traces = ["-wal", Reserve::ENDING].map(|ending| beside(path, ending));
    match traces.into_iter().find(|trace| trace.exists()) {
        Some(trace) => Err(LedgerError::Gone {
            path: path.to_owned(),
            trace,
        }),
        None => Ok(()),
    }
}

/// Makes an empty ledger beside its place and moves it there whole, so that no kill leaves half of
/// one.
fn create(path: &Path, scope: &LedgerScope) -> Result<(), LedgerError> {
    let in_file = |cause| LedgerError::of_file(path, cause);
    let draft = path.with_extension("new");
    match fs_err::remove_file(&draft) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(in_file(error)),
        _ => {}
    }
    create_private(&draft).map_err(in_file)?;
    let made = Connection::open(&draft).and_then(|mut connection| {
        connection.pragma_update(None, "application_id", APPLICATION_ID)?;
        set_up(&connection)?;
        migrate(&mut connection, 0)?;
        describe(&connection, scope)?;
        // Everything into the one file that is moved.
        connection.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
    });
    made.map_err(|cause| LedgerError::of(path, cause))?;
    fs_err::File::open(&draft)
        .and_then(|file| file.sync_all())
        .map_err(in_file)?;
    fs_err::rename(&draft, path).map_err(in_file)
}

fn set_up(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "wal")?;
    // Losing power must lose no recorded outcome: every commit waits for the disk.
    connection.pragma_update(None, "synchronous", "full")?;
    // 8 MiB: enough for the upper parts of the claims of some ten million rows.
    connection.pragma_update(None, "cache_size", -8192)?;
    // A checkpoint writes each changed page once; 16 MiB of log let many changes share one.
    connection.pragma_update(None, "wal_autocheckpoint", 4096)
}

fn migrate(connection: &mut Connection, from: i64) -> rusqlite::Result<()> {
    let done = usize::try_from(from).unwrap_or(0);
    for (index, step) in STEPS.iter().enumerate().skip(done) {
        let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        transaction.execute_batch(step)?;
        let version = i64::try_from(index + 1).expect("there are few steps");
        transaction.pragma_update(None, "user_version", version)?;
        transaction.commit()?;
    }
    Ok(())
}

/// Gives a new ledger its secret and writes down whose it is.
fn describe(connection: &Connection, scope: &LedgerScope) -> rusqlite::Result<()> {
    let mut secret = [0_u8; SECRET_LENGTH];
    getrandom::fill(&mut secret).map_err(|error| {
        rusqlite::Error::ToSqlConversionFailure(Box::new(std::io::Error::other(error.to_string())))
    })?;
    connection.execute(
        "INSERT INTO ledger (api, tenant, secret, made) VALUES (?1, ?2, ?3, ?4)",
        (
            &scope.api,
            scope.tenant.to_string(),
            secret,
            jiff::Timestamp::now().to_string(),
        ),
    )?;
    Ok(())
}

fn check_version(connection: &Connection, path: &Path) -> Result<i64, LedgerError> {
    let pragma = |name| {
        connection
            .pragma_query_value(None, name, |row| row.get::<_, i64>(0))
            .map_err(|cause| LedgerError::of(path, cause))
    };
    if pragma("application_id")? != APPLICATION_ID {
        return Err(LedgerError::Foreign {
            path: path.to_owned(),
            wanted: "leadferry".into(),
        });
    }
    let (found, known) = (pragma("user_version")?, newest_version());
    if found > known {
        return Err(LedgerError::Newer {
            path: path.to_owned(),
            found,
            known,
        });
    }
    Ok(found)
}

/// Whose ledger this is.
pub(super) fn scope_of(connection: &Connection, path: &Path) -> Result<LedgerScope, LedgerError> {
    let sql = "SELECT api, tenant FROM ledger";
    let read = connection.query_row(sql, [], |row| {
        let tenant: String = row.get(1)?;
        Ok((row.get(0)?, tenant))
    });
    let (api, tenant) = read.map_err(|cause| LedgerError::of(path, cause))?;
    let tenant = tenant.parse().map_err(|_| LedgerError::Damaged {
        path: path.to_owned(),
        cause: None,
    })?;
    Ok(LedgerScope { api, tenant })
}

fn check_scope(
    connection: &Connection,
    path: &Path,
    scope: &LedgerScope,
) -> Result<(), LedgerError> {
    if scope_of(connection, path)? == *scope {
        return Ok(());
    }
    Err(LedgerError::Foreign {
        path: path.to_owned(),
        wanted: format!("tenant {} of `{}`", scope.tenant, scope.api),
    })
}

/// The keys made from the ledger's secret.
pub(super) fn keys_of(connection: &Connection, path: &Path) -> Result<LedgerKeys, LedgerError> {
    let read = connection.query_row("SELECT secret FROM ledger", [], |row| row.get(0));
    let secret: [u8; SECRET_LENGTH] = read.map_err(|cause| LedgerError::of(path, cause))?;
    Ok(LedgerKeys::new(secret))
}

#[cfg(test)]
mod tests;
