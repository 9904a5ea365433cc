//! The columns that a mapping names, each once.

use super::document::Reader;
use super::mapping_error::Span;
use super::node::{Node, read_each};

/// A column that the mapping uses: an index into its [`ColumnTable`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ColumnSlot(pub(super) usize);

/// Every column that the mapping names, with the places that name it.
///
/// Rules hold slots of this table, so that binding to a header resolves each name once and the
/// rules themselves are shared, not copied.
#[derive(Debug, Default)]
pub(super) struct ColumnTable {
    pub(super) columns: Vec<NamedColumn>,
}

/// A column's name and where the mapping uses it.
#[derive(Debug)]
pub(super) struct NamedColumn {
    pub(super) name: String,
    pub(super) spans: Vec<Span>,
}

impl ColumnTable {
    /// The slot of the column called `name`, used at `span`.
    pub(super) fn slot_of(&mut self, name: &str, span: Span) -> ColumnSlot {
        let known = self.columns.iter().position(|column| column.name == name);
        let index = known.unwrap_or_else(|| {
            self.columns.push(NamedColumn {
                name: name.to_owned(),
                spans: Vec::new(),
            });
            self.columns.len() - 1
        });
        self.columns[index].spans.push(span);
        ColumnSlot(index)
    }
}

/// Reads the name of one column.
pub(super) fn read_column(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<ColumnSlot> {
    let name = node.filled_text(reader)?;
    Some(reader.columns.slot_of(name.trim(), node.span.clone()))
}

/// Reads the name of a column, or a list of such names in the order of preference.
pub(super) fn read_columns(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<Vec<ColumnSlot>> {
    if node.value.is_str() {
        return read_column(node, reader).map(|slot| vec![slot]);
    }
    let names = node.list("the name of a column or a list of such names", reader)?;
    if names.is_empty() {
        node.empty(reader);
    }
    read_each(&names, |name| read_column(name, reader))
}
