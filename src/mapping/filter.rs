//! Rules that leave rows out: `[[filter]] skip_if = { column = "Status", in = ["Deleted"] }`.

use super::column_table::{ColumnSlot, read_column};
use super::document::{Key, Reader};
use super::node::{Node, read_each};
use crate::model::{shorten, trimmed};

/// Leaves out the rows whose cell in one column meets a test.
#[derive(Debug)]
pub(super) struct Filter {
    pub(super) column: ColumnSlot,
    test: CellTest,
}

/// What is asked of a cell, white space around it removed. Upper and lower case differ.
#[derive(Debug)]
enum CellTest {
    In(Vec<String>),
    NotIn(Vec<String>),
    IsEmpty(bool),
}

/// The keys of one `[[filter]]`.
pub(super) static FILTER_KEYS: [Key<Vec<Filter>>; 1] =
    [Key::new("skip_if", |filters, node, reader| {
        filters.extend(read_condition(&node, reader));
    })];

/// The keys of `skip_if`: the column, and the tests of which there must be one.
pub(super) static CONDITION_KEYS: [Key<ConditionDraft>; 5] = [
    Key::new("column", |draft, node, reader| {
        draft.column = read_column(&node, reader);
    }),
    Key::new("in", |draft, node, reader| {
        draft
            .tests
            .extend(read_texts(&node, reader).map(CellTest::In));
    }),
    Key::new("not_in", |draft, node, reader| {
        draft
            .tests
            .extend(read_texts(&node, reader).map(CellTest::NotIn));
    }),
    Key::new("equals", |draft, node, reader| {
        let text = node.text_or_number(reader);
        draft
            .tests
            .extend(text.map(|text| CellTest::In(vec![text.trim().to_owned()])));
    }),
    Key::new("is_empty", |draft, node, reader| {
        draft
            .tests
            .extend(node.boolean(reader).map(CellTest::IsEmpty));
    }),
];

#[derive(Default)]
pub(super) struct ConditionDraft {
    column: Option<ColumnSlot>,
    tests: Vec<CellTest>,
}

impl Filter {
    /// Reads all `[[filter]]` tables.
    pub(super) fn read_all(node: &Node<'_>, reader: &mut Reader<'_>) -> Vec<Self> {
        let mut filters = Vec::new();
        let expected = "tables that each begin with `[[filter]]`";
        for table in node.list(expected, reader).unwrap_or_default() {
            let Some(keys) = table.table("a table", reader) else {
                continue;
            };
            if !keys.contains_key("skip_if") {
                reader.error(
                    table.span,
                    "a filter without `skip_if`",
                    "leaves nothing out",
                );
            }
            reader.read_keys(keys, "`[[filter]]`", &FILTER_KEYS, &mut filters);
        }
        filters
    }

    /// Whether a row with this cell is left out.
    pub(super) fn skips(&self, cell: &str) -> bool {
        let cell = trimmed(cell);
        let is_any_of = |texts: &[String]| texts.iter().any(|text| text == cell);
        match &self.test {
            CellTest::In(texts) => is_any_of(texts),
            CellTest::NotIn(texts) => !is_any_of(texts),
            CellTest::IsEmpty(expected) => cell.is_empty() == *expected,
        }
    }

    /// Why a row with this cell is left out.
    pub(super) fn reason(&self, column: &str, cell: &str) -> String {
        let state = match cell.trim() {
            "" => "is empty".to_owned(),
            filled => format!("is `{}`", shorten(filled)),
        };
        let rule = match &self.test {
            CellTest::In(_) => "is among those to skip",
            CellTest::NotIn(_) => "is not among those to keep",
            CellTest::IsEmpty(true) => "is to be skipped when empty",
            CellTest::IsEmpty(false) => "is to be skipped when filled in",
        };
        format!("column `{column}` {state}, which {rule}")
    }
}

fn read_condition(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<Filter> {
    let keys = node.table(
        "a table such as `{ column = \"Status\", in = [\"Test\"] }`",
        reader,
    )?;
    let mut draft = ConditionDraft::default();
    reader.read_keys(keys, "`skip_if`", &CONDITION_KEYS, &mut draft);
    if !keys.contains_key("column") {
        reader.error(
            node.span.clone(),
            "`skip_if` names no `column`",
            "looks at nothing",
        );
    }
    let tests: Vec<_> = CONDITION_KEYS[1..].iter().map(Key::name).collect();
    let given = tests
        .iter()
        .filter(|name| keys.contains_key(**name))
        .count();
    if given != 1 {
        let title = format!("`skip_if` has {given} tests");
        reader.error(node.span.clone(), title, "takes exactly one");
        let names = super::document::in_back_ticks(&tests);
        reader.help(format!(
            "the tests are {names}; write one `[[filter]]` for each"
        ));
    }
    Some(Filter {
        column: draft.column?,
        test: draft.tests.pop()?,
    })
}

fn read_texts(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<Vec<String>> {
    let elements = node.list("a list of texts", reader)?;
    if elements.is_empty() {
        node.empty(reader);
    }
    read_each(&elements, |element| {
        let text = element.text_or_number(reader)?;
        Some(text.trim().to_owned())
    })
}
