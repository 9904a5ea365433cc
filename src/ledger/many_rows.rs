//! Rows that are written many at a time.

use rusqlite::{CachedStatement, Connection, ToSql};

/// So many rows go into one statement.
///
/// For each statement `SQLite` opens the table and its indexes, looks up the highest number and checks whether the
/// transaction still holds, which costs as much as the row itself. More rows would gain next to nothing.
const ROWS: usize = 32;

/// How a table gets rows.
pub(super) struct Insertion {
    one: String,
    many: String,
}

/// Where the values of a row go, from the first column to the last.
pub(super) struct Values<'s, 'c> {
    statement: &'s mut CachedStatement<'c>,
    bound: usize,
}

impl Values<'_, '_> {
    /// The value of the next column.
    pub(super) fn push(&mut self, value: impl ToSql) -> rusqlite::Result<()> {
        self.bound += 1;
        self.statement.raw_bind_parameter(self.bound, value)
    }
}

impl Insertion {
    /// `into` is what stands before the values, of which a row has as many as there are `columns`, and
    /// `on_conflict` what stands behind them.
    pub(super) fn new(into: &str, columns: usize, on_conflict: &str) -> Self {
        let row = format!("({})", vec!["?"; columns].join(", "));
        let of = |rows| {
            let values = vec![&*row; rows].join(", ");
            format!("{into} VALUES {values} {on_conflict}")
        };
        Self {
            one: of(1),
            many: of(ROWS),
        }
    }

    /// Writes the rows in the order in which they are; `bind` pushes the values of one.
    pub(super) fn insert<T>(
        &self,
        connection: &Connection,
        rows: &[T],
        bind: impl Fn(&mut Values<'_, '_>, &T) -> rusqlite::Result<()>,
    ) -> rusqlite::Result<()> {
        let (full, rest) = rows.as_chunks::<ROWS>();
        if !full.is_empty() {
            let mut many = connection.prepare_cached(&self.many)?;
            full.iter()
                .try_for_each(|rows| execute(&mut many, rows, &bind))?;
        }
        if !rest.is_empty() {
            let mut one = connection.prepare_cached(&self.one)?;
            rest.chunks(1)
                .try_for_each(|row| execute(&mut one, row, &bind))?;
        }
        Ok(())
    }
}

fn execute<T>(
    statement: &mut CachedStatement<'_>,
    rows: &[T],
    bind: &impl Fn(&mut Values<'_, '_>, &T) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let mut values = Values {
        statement,
        bound: 0,
    };
    rows.iter().try_for_each(|row| bind(&mut values, row))?;
    statement.raw_execute().map(|_| ())
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::{Insertion, ROWS};

    #[test]
    fn however_many_rows_there_are_each_is_written_once_and_later_ones_win() {
        let on_conflict = "ON CONFLICT (key) DO UPDATE SET value = excluded.value";
        let insertion = Insertion::new("INSERT INTO pair (key, value)", 2, on_conflict);
        for count in [0, 1, ROWS - 1, ROWS, ROWS + 1, 3 * ROWS + 2] {
            let connection = Connection::open_in_memory().unwrap();
            let sql = "CREATE TABLE pair (key INTEGER PRIMARY KEY, value INTEGER)";
            connection.execute_batch(sql).unwrap();
            for factor in [1, 10] {
                let rows: Vec<_> = (0..count).collect();
                let bind = |values: &mut super::Values<'_, '_>, key: &usize| {
                    values.push(*key)?;
                    values.push(*key * factor)
                };
                insertion.insert(&connection, &rows, bind).unwrap();
            }
            let sql = "SELECT count(*), coalesce(sum(value), 0) FROM pair";
            let read = |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?));
            let written: (usize, usize) = connection.query_row(sql, [], read).unwrap();
            assert_eq!(written, (count, (0..count).sum::<usize>() * 10));
        }
    }
}
