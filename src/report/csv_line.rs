//! Cells to one line of CSV.

use csv::{QuoteStyle, Terminator, WriterBuilder};

/// The cells as CSV, quoted where needed, without a line end.
pub(super) fn csv_line<'a>(cells: impl IntoIterator<Item = &'a str>) -> Vec<u8> {
    let cells: Vec<&str> = cells.into_iter().collect();
    // Most lines need no quotes, and setting a writer up for each costs more than writing it.
    if cells.len() > 1 && cells.iter().all(|cell| is_plain(cell)) {
        return cells.join(",").into_bytes();
    }
    quoted_line(&cells)
}

fn is_plain(cell: &str) -> bool {
    !cell
        .bytes()
        .any(|byte| matches!(byte, b',' | b'"' | b'\r' | b'\n'))
}

fn quoted_line(cells: &[&str]) -> Vec<u8> {
    let mut writer = WriterBuilder::new()
        .quote_style(QuoteStyle::Necessary)
        .terminator(Terminator::Any(b'\n'))
        .flexible(true)
        .buffer_capacity(256)
        .from_writer(Vec::with_capacity(256));
    writer
        .write_record(cells)
        .expect("writing to memory does not fail");
    let mut line = writer
        .into_inner()
        .expect("flushing to memory does not fail");
    line.pop();
    line
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{csv_line, quoted_line};

    #[test]
    fn cells_are_quoted_where_needed() {
        for (cells, line) in [
            (vec!["a", "", "b c"], "a,,b c"),
            (
                vec!["a,b", "say \"x\"", "l1\nl2", "cr\r"],
                "\"a,b\",\"say \"\"x\"\"\",\"l1\nl2\",\"cr\r\"",
            ),
            (vec![""], "\"\""),
        ] {
            assert_eq!(String::from_utf8(csv_line(cells)).unwrap(), line);
        }
    }

    proptest! {
        #[test]
        fn plain_lines_are_written_as_the_csv_crate_writes_them(
            cells in prop::collection::vec("[ ,;\"\r\na-c#']{0,3}", 1..5)
        ) {
            let cells: Vec<&str> = cells.iter().map(String::as_str).collect();
            prop_assert_eq!(csv_line(cells.iter().copied()), quoted_line(&cells));
        }
    }
}
