//! What the mapping says about the file itself: `[source]`.

use super::document::{Key, Reader};
use super::node::{Node, read_each};

/// How to read the file. What is `None` is found by looking at the file.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SourceSettings {
    /// The sheet of a workbook.
    pub sheet: Option<String>,
    /// The row of the column names as a spreadsheet program numbers it; 0 when there is none.
    pub header_row: Option<u64>,
    /// The byte between two cells of a text file.
    pub delimiter: Option<u8>,
    /// The label of a text file's encoding, such as `windows-1254`. Not checked here.
    pub encoding: Option<String>,
    /// The names of all columns, in their order, of the file that the mapping was approved for.
    pub approved_header: Option<Vec<String>>,
}

/// The keys of `[source]`: **the one place to add one**.
pub(super) static SOURCE_KEYS: [Key<SourceSettings>; 5] = [
    Key::new("sheet", |settings, node, reader| {
        settings.sheet = node.filled_text(reader).map(str::to_owned);
    }),
    Key::new("header_row", |settings, node, reader| {
        settings.header_row = read_header_row(&node, reader);
    }),
    Key::new("delimiter", |settings, node, reader| {
        settings.delimiter = read_delimiter(&node, reader);
    }),
    Key::new("encoding", |settings, node, reader| {
        settings.encoding = node.filled_text(reader).map(str::to_owned);
    }),
    Key::new("approved_header", |settings, node, reader| {
        settings.approved_header = read_names(&node, reader);
    }),
];

impl SourceSettings {
    /// Reads `[source]`.
    pub(super) fn read(node: &Node<'_>, reader: &mut Reader<'_>) -> Self {
        let mut settings = Self::default();
        if let Some(keys) = node.table("a table", reader) {
            reader.read_keys(keys, "`[source]`", &SOURCE_KEYS, &mut settings);
        }
        settings
    }
}

/// Names may be empty, as they are in files.
fn read_names(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<Vec<String>> {
    let names = node.list("a list of the names of all columns", reader)?;
    if names.is_empty() {
        node.empty(reader);
    }
    read_each(&names, |name| name.text(reader).map(str::to_owned))
}

fn read_header_row(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<u64> {
    let number = node.whole_number(reader)?;
    let row = u64::try_from(number).ok();
    if row.is_none() {
        let title = format!("`header_row` cannot be {number}");
        reader.error(node.span.clone(), title, "rows are counted from 1");
        reader.help("write the row's number in the spreadsheet, or 0 if no row holds names");
    }
    row
}

fn read_delimiter(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<u8> {
    let text = node.text(reader)?;
    match text.as_bytes() {
        b"tab" => Some(b'\t'),
        [byte] if !matches!(byte, b'"' | b'\r' | b'\n') => Some(*byte),
        _ => {
            let title = format!("`delimiter` cannot be `{}`", text.escape_debug());
            reader.error(node.span.clone(), title, "expected one ASCII character");
            reader.help("write `\",\"`, `\";\"`, `\"|\"` or `\"tab\"`");
            None
        }
    }
}
