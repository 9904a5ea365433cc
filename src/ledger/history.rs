//! Runs and rounds.

use rusqlite::{Connection, OptionalExtension, params};

/// The number of a run in its ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RunId(pub i64);

/// What is known of a run when it begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunStart {
    /// The file as it was named.
    pub file: String,
    /// A hash of the file's content, in hexadecimal.
    pub file_hash: String,
    /// A hash of the mapping's text, in hexadecimal.
    pub mapping_hash: String,
    /// The program's version.
    pub program: String,
    /// The round that `--again` names.
    pub round: Option<String>,
}

/// What is known of a run when it ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RunEnd {
    /// Why it ended before every row had its chance, if it did.
    pub stopped: Option<String>,
    /// Rows by status, as a JSON object.
    pub counts: String,
}

/// A round, as it was opened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Round {
    /// The file's name, without its folder.
    pub file: String,
    /// A hash of its content.
    pub file_hash: String,
    /// A hash of the mapping's text.
    pub mapping_hash: String,
    /// Whether a run has gone through all its rows.
    pub finished: bool,
}

/// Letters and digits that nobody mistakes for another.
const NAME_LETTERS: &[u8] = b"23456789abcdefghjkmnpqrstvwxyz";

/// Six letters tell some 700 million runs apart.
const NAME_LENGTH: usize = 6;

/// A short name that people can type.
fn random_name() -> String {
    let mut bytes = [0_u8; NAME_LENGTH];
    if getrandom::fill(&mut bytes).is_err() {
        // Without randomness the clock does: a name that is taken is drawn again.
        let now = jiff::Timestamp::now().as_nanosecond().to_le_bytes();
        bytes.copy_from_slice(&now[1..=NAME_LENGTH]);
    }
    let letter = |byte: &u8| char::from(NAME_LETTERS[usize::from(*byte) % NAME_LETTERS.len()]);
    bytes.iter().map(letter).collect()
}

pub(super) fn begin_run(
    connection: &Connection,
    start: &RunStart,
) -> rusqlite::Result<(RunId, String)> {
    let now = jiff::Timestamp::now().to_string();
    loop {
        let name = random_name();
        let inserted = connection.execute(
            "INSERT OR IGNORE INTO run (name, file, file_hash, mapping_hash, program, round, started)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            params![
                name,
                start.file,
                start.file_hash,
                start.mapping_hash,
                start.program,
                start.round,
                now
            ],
        )?;
        if inserted > 0 {
            return Ok((RunId(connection.last_insert_rowid()), name));
        }
    }
}

pub(super) fn end_run(connection: &Connection, run: RunId, end: &RunEnd) -> rusqlite::Result<()> {
    let ended_as = if end.stopped.is_some() {
        "stopped"
    } else {
        "finished"
    };
    connection.execute(
        "UPDATE run SET ended = ?2, ended_as = ?3, reason = ?4, counts = ?5 WHERE id = ?1",
        params![
            run.0,
            jiff::Timestamp::now().to_string(),
            ended_as,
            end.stopped,
            end.counts
        ],
    )?;
    if end.stopped.is_none() {
        connection.execute(
            "UPDATE round SET finished = 1 WHERE name = (SELECT round FROM run WHERE id = ?1)",
            [run.0],
        )?;
    }
    Ok(())
}

/// Runs that never told their end were killed.
pub(super) fn note_killed_runs(connection: &Connection) -> rusqlite::Result<()> {
    connection.execute(
        "UPDATE run SET ended_as = 'killed' WHERE ended_as IS NULL",
        [],
    )?;
    Ok(())
}

pub(super) fn find_round(connection: &Connection, name: &str) -> rusqlite::Result<Option<Round>> {
    let sql = "SELECT file, file_hash, mapping_hash, finished FROM round WHERE name = ?1";
    connection
        .query_row(sql, [name], |row| {
            Ok(Round {
                file: row.get(0)?,
                file_hash: row.get(1)?,
                mapping_hash: row.get(2)?,
                finished: row.get(3)?,
            })
        })
        .optional()
}

pub(super) fn open_round(
    connection: &Connection,
    name: &str,
    round: &Round,
) -> rusqlite::Result<()> {
    connection.execute(
        "INSERT INTO round (name, file, file_hash, mapping_hash, opened, finished)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            name,
            round.file,
            round.file_hash,
            round.mapping_hash,
            jiff::Timestamp::now().to_string(),
            round.finished
        ],
    )?;
    Ok(())
}
