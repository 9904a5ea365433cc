//! What has to be remembered of rows while a file is gone through, on disk and for this run only.

use rusqlite::config::DbConfig;
use rusqlite::{Connection, OptionalExtension, params};

use crate::ledger::{EntryId, Print};
use crate::model::{CellsDigest, Digest};

/// A throw-away database. Only rows that share something with others come here.
#[derive(Debug)]
pub(super) struct Notes {
    connection: Connection,
}

/// Kinds of what a row may be the first to have.
const IDENTITY: i64 = 0;
const KEY: i64 = 1;

/// The notes cannot be written or read: most likely the disk is full.
#[derive(Debug, thiserror::Error)]
#[error("cannot keep notes in a temporary file")]
pub struct NotesError(#[from] rusqlite::Error);

/// What became of the row that has an identity or key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// It is in the CRM.
    Created,
    /// It may or may not be.
    Open,
}

/// A row that shares the identity of an entry, and not its cells.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ChangedRow {
    pub(super) identity: Digest,
    pub(super) row: u64,
    /// The key of `[duplicates]`.
    pub(super) key: Option<Digest>,
    /// Whether the entry's fate is open; otherwise the CRM has it.
    pub(super) is_open: bool,
}

fn changed_row(row: &rusqlite::Row<'_>) -> rusqlite::Result<ChangedRow> {
    Ok(ChangedRow {
        identity: Digest::from_bytes(row.get(0)?),
        row: row.get(1)?,
        key: row.get::<_, Option<_>>(2)?.map(Digest::from_bytes),
        is_open: row.get(3)?,
    })
}

impl Notes {
    /// Makes an empty one in the system's folder for temporary files; it is gone with this value.
    pub(super) fn new() -> Result<Self, NotesError> {
        // An empty name makes SQLite keep the database in a file of its own that it deletes.
        let connection = Connection::open("")?;
        // Nothing here outlives the run, so nothing has to be safe.
        connection.pragma_update(None, "journal_mode", "off")?;
        connection.pragma_update(None, "synchronous", "off")?;
        connection.pragma_update(None, "cache_size", -2048)?;
        // As in the ledger: a statement is planned once, not for every value.
        connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
        connection.execute_batch(
            "CREATE TABLE occurrence (cells BLOB PRIMARY KEY, count INTEGER) WITHOUT ROWID;
             CREATE TABLE first (kind INTEGER, digest BLOB, row INTEGER, PRIMARY KEY (kind, digest)) WITHOUT ROWID;
             CREATE TABLE fate (digest BLOB PRIMARY KEY, is_open INTEGER, row INTEGER) WITHOUT ROWID;
             CREATE TABLE sent (content INTEGER, entry INTEGER, is_present INTEGER, PRIMARY KEY (content, entry)) WITHOUT ROWID;
             CREATE TABLE wanted (content INTEGER PRIMARY KEY, count INTEGER);
             CREATE TABLE changed (identity BLOB, row INTEGER, key BLOB, is_open INTEGER, PRIMARY KEY (identity, row)) WITHOUT ROWID;
             BEGIN;",
        )?;
        Ok(Self { connection })
    }

    /// Counts a row with these cells; returns how many came before it.
    pub(super) fn count_cells(&self, cells: CellsDigest) -> Result<u64, NotesError> {
        let sql = "INSERT INTO occurrence VALUES (?1, 0) \
                   ON CONFLICT DO UPDATE SET count = count + 1 RETURNING count";
        let mut statement = self.connection.prepare_cached(sql)?;
        Ok(statement.query_row([cells.0.as_bytes()], |row| row.get(0))?)
    }

    /// Notes that `row` is the first with an identity, or returns the row that was.
    pub(super) fn first_with_identity(
        &self,
        identity: Digest,
        row: u64,
    ) -> Result<Option<u64>, NotesError> {
        self.first(IDENTITY, identity, row)
    }

    /// Notes that `row` is the first with a key, or returns the row that was.
    pub(super) fn first_with_key(&self, key: Digest, row: u64) -> Result<Option<u64>, NotesError> {
        self.first(KEY, key, row)
    }

    fn first(&self, kind: i64, digest: Digest, row: u64) -> Result<Option<u64>, NotesError> {
        let digest = digest.as_bytes();
        let sql = "INSERT INTO first VALUES (?1, ?2, ?3) ON CONFLICT DO NOTHING";
        let mut statement = self.connection.prepare_cached(sql)?;
        if statement.execute(params![kind, digest, row])? > 0 {
            return Ok(None);
        }
        self.noted(kind, digest)
    }

    /// The first row with an identity, if one has been noted.
    pub(super) fn row_with_identity(&self, identity: Digest) -> Result<Option<u64>, NotesError> {
        self.noted(IDENTITY, identity.as_bytes())
    }

    /// The first row with a key, if one has been noted.
    pub(super) fn row_with_key(&self, key: Digest) -> Result<Option<u64>, NotesError> {
        self.noted(KEY, key.as_bytes())
    }

    fn noted(&self, kind: i64, digest: &[u8]) -> Result<Option<u64>, NotesError> {
        let sql = "SELECT row FROM first WHERE kind = ?1 AND digest = ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        let read = |row: &rusqlite::Row<'_>| row.get(0);
        Ok(statement
            .query_row(params![kind, digest], read)
            .optional()?)
    }

    /// Notes a row that an entry's identity leads to, and that is another row or another state of the
    /// one that the entry stands for.
    pub(super) fn add_changed(&self, changed: &ChangedRow) -> Result<(), NotesError> {
        let sql = "INSERT INTO changed VALUES (?1, ?2, ?3, ?4)";
        let mut statement = self.connection.prepare_cached(sql)?;
        let key = changed.key.as_ref().map(Digest::as_bytes);
        let (identity, row) = (changed.identity.as_bytes(), changed.row);
        statement.execute(params![identity, row, key, changed.is_open])?;
        Ok(())
    }

    /// Every such row, those of one identity one after the other in input order.
    pub(super) fn each_changed<E: From<NotesError>>(
        &self,
        take: &mut dyn FnMut(ChangedRow) -> Result<(), E>,
    ) -> Result<(), E> {
        let failed = |error: rusqlite::Error| E::from(NotesError::from(error));
        let sql = "SELECT identity, row, key, is_open FROM changed ORDER BY identity, row";
        let mut statement = self.connection.prepare(sql).map_err(failed)?;
        let mut rows = statement.query([]).map_err(failed)?;
        while let Some(row) = rows.next().map_err(failed)? {
            take(changed_row(row).map_err(failed)?)?;
        }
        Ok(())
    }

    /// Notes what became of `row`, which has this identity or key.
    pub(super) fn set_fate(&self, digest: Digest, fate: Fate, row: u64) -> Result<(), NotesError> {
        let sql = "INSERT OR REPLACE INTO fate VALUES (?1, ?2, ?3)";
        let mut statement = self.connection.prepare_cached(sql)?;
        statement.execute(params![digest.as_bytes(), fate == Fate::Open, row])?;
        Ok(())
    }

    /// What became of the row with this identity or key, and which row it is.
    pub(super) fn fate_of(&self, digest: Digest) -> Result<Option<(Fate, u64)>, NotesError> {
        let sql = "SELECT is_open, row FROM fate WHERE digest = ?1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let read = |row: &rusqlite::Row<'_>| {
            let fate = if row.get(0)? {
                Fate::Open
            } else {
                Fate::Created
            };
            Ok((fate, row.get(1)?))
        };
        Ok(statement.query_row([digest.as_bytes()], read).optional()?)
    }

    /// Notes that an earlier run created a lead with this content.
    pub(super) fn add_sent(&self, content: Print, entry: EntryId) -> Result<(), NotesError> {
        let sql = "INSERT OR IGNORE INTO sent VALUES (?1, ?2, 0)";
        let mut statement = self.connection.prepare_cached(sql)?;
        statement.execute(params![content.0, entry.0])?;
        Ok(())
    }

    /// Whether any such lead was noted.
    pub(super) fn has_sent(&self) -> Result<bool, NotesError> {
        let sql = "SELECT EXISTS (SELECT 1 FROM sent)";
        Ok(self.connection.query_row(sql, [], |row| row.get(0))?)
    }

    /// Notes that the very row of an entry stands in this file.
    pub(super) fn note_present(&self, content: Print, entry: EntryId) -> Result<(), NotesError> {
        let sql = "UPDATE sent SET is_present = 1 WHERE content = ?1 AND entry = ?2";
        let mut statement = self.connection.prepare_cached(sql)?;
        statement.execute(params![content.0, entry.0])?;
        Ok(())
    }

    /// Counts a row whose cells are new and whose lead has this content.
    pub(super) fn note_wanted(&self, content: Print) -> Result<(), NotesError> {
        let sql = "INSERT INTO wanted VALUES (?1, 1) ON CONFLICT DO UPDATE SET count = count + 1";
        let mut statement = self.connection.prepare_cached(sql)?;
        statement.execute([content.0])?;
        Ok(())
    }

    /// How many rows with new cells can be rows of earlier runs that are no longer in the file.
    pub(super) fn count_known_by_lead(&self) -> Result<u64, NotesError> {
        let sql = "SELECT coalesce(sum(min(wanted.count, absent.count)), 0) FROM wanted JOIN \
                   (SELECT content, count(*) AS count FROM sent WHERE NOT is_present GROUP BY content) \
                   AS absent USING (content)";
        Ok(self.connection.query_row(sql, [], |row| row.get(0))?)
    }

    /// Takes an entry with this content whose own row is not in the file.
    pub(super) fn take_absent(&self, content: Print) -> Result<Option<EntryId>, NotesError> {
        let sql = "UPDATE sent SET is_present = 1 WHERE content = ?1 AND entry = \
                   (SELECT min(entry) FROM sent WHERE content = ?1 AND NOT is_present) \
                   RETURNING entry";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement
            .query_row([content.0], |row| row.get(0))
            .optional()?;
        Ok(found.map(EntryId))
    }
}

#[cfg(test)]
mod tests {
    use super::{Fate, Notes};
    use crate::ledger::{EntryId, Print};
    use crate::model::{CellsDigest, Digest};

    fn digest(text: &str) -> Digest {
        Digest::of("test", [text.as_bytes()])
    }

    #[test]
    fn equal_cells_are_numbered() {
        let notes = Notes::new().unwrap();
        let count = |text| notes.count_cells(CellsDigest(digest(text))).unwrap();
        assert_eq!(
            [count("a"), count("b"), count("a"), count("a")],
            [0, 0, 1, 2]
        );
    }

    #[test]
    fn the_first_row_is_remembered_for_identities_and_keys_apart() {
        let notes = Notes::new().unwrap();
        assert_eq!(notes.first_with_identity(digest("a"), 2).unwrap(), None);
        assert_eq!(notes.first_with_key(digest("a"), 3).unwrap(), None);
        assert_eq!(notes.first_with_identity(digest("a"), 4).unwrap(), Some(2));
        assert_eq!(notes.first_with_key(digest("a"), 5).unwrap(), Some(3));
    }

    #[test]
    fn a_fate_is_the_last_that_was_set() {
        let notes = Notes::new().unwrap();
        assert_eq!(notes.fate_of(digest("a")).unwrap(), None);
        notes.set_fate(digest("a"), Fate::Open, 2).unwrap();
        notes.set_fate(digest("a"), Fate::Created, 3).unwrap();
        assert_eq!(
            notes.fate_of(digest("a")).unwrap(),
            Some((Fate::Created, 3))
        );
    }

    #[test]
    fn rows_known_by_lead_are_no_more_than_absent_rows_of_earlier_runs() {
        for (sent, present, wanted, expected) in [
            (1, 0, 1, 1),
            (1, 1, 1, 0),
            (2, 1, 3, 1),
            (3, 0, 2, 2),
            (0, 0, 2, 0),
        ] {
            let notes = Notes::new().unwrap();
            (0..sent).for_each(|entry| notes.add_sent(Print(7), EntryId(entry)).unwrap());
            (0..present).for_each(|entry| notes.note_present(Print(7), EntryId(entry)).unwrap());
            (0..wanted).for_each(|_| notes.note_wanted(Print(7)).unwrap());
            assert_eq!(notes.count_known_by_lead().unwrap(), expected);
            let taken = (0..wanted).filter(|_| notes.take_absent(Print(7)).unwrap().is_some());
            assert_eq!(taken.count() as u64, expected);
        }
    }
}
