//! What the writer keeps in memory of tables that are written in blobs.

use rusqlite::{Connection, OptionalExtension};

use crate::ledger::intent_log::IntentLog;
use crate::ledger::recent_claims::RecentClaims;

/// What stands in the log of intents and in the newest claims, and the highest number of an entry.
///
/// Always as the database has it, but for the commit that is being made. When that fails, it is loaded
/// anew.
#[derive(Debug)]
pub(super) struct Memory {
    pub(super) log: IntentLog,
    pub(super) claims: RecentClaims,
    highest_entry: i64,
    /// The highest that the database knows of.
    highest_written: i64,
}

impl Memory {
    /// All that the database holds.
    pub(super) fn load(connection: &Connection) -> rusqlite::Result<Self> {
        let sql = "SELECT seq FROM sqlite_sequence WHERE name = 'entry'";
        let highest = connection.query_row(sql, [], |row| row.get(0)).optional()?;
        let highest_entry = highest.unwrap_or(0);
        Ok(Self {
            log: IntentLog::load(connection)?,
            claims: RecentClaims::load(connection)?,
            highest_entry,
            highest_written: highest_entry,
        })
    }

    /// The number that the next new entry must have.
    pub(super) fn next_entry(&self) -> i64 {
        self.highest_entry + 1
    }

    /// Whether no entry had this number yet. From now on one has.
    pub(super) fn is_first_use(&mut self, entry: i64) -> bool {
        let is_first = entry > self.highest_entry;
        self.highest_entry = self.highest_entry.max(entry);
        is_first
    }

    /// Notes down which number was the last: that of a row that is withdrawn stands nowhere else.
    pub(super) fn write_highest_entry(&mut self, connection: &Connection) -> rusqlite::Result<()> {
        if self.highest_entry == self.highest_written {
            return Ok(());
        }
        let sql = "UPDATE sqlite_sequence SET seq = ?1 WHERE name = 'entry'";
        let changed = connection
            .prepare_cached(sql)?
            .execute([self.highest_entry])?;
        if changed == 0 {
            let sql = "INSERT INTO sqlite_sequence (name, seq) VALUES ('entry', ?1)";
            connection.execute(sql, [self.highest_entry])?;
        }
        self.highest_written = self.highest_entry;
        Ok(())
    }
}
