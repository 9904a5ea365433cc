//! Cells to one line of CSV.

use csv::{QuoteStyle, Terminator, WriterBuilder};

/// The cells as CSV, quoted where needed, without a line end.
pub(super) fn csv_line<'a>(cells: impl IntoIterator<Item = &'a str>) -> Vec<u8> {
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
    use super::csv_line;

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
}
