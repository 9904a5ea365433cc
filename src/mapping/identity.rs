//! What makes a row the same row tomorrow: `[identity]`.

use super::column_table::{ColumnSlot, read_column};
use super::document::{Key, Reader};
use super::node::Node;
use crate::model::is_own_column;

/// The word for all cells. A column that is really called so is named in a list.
const ALL_CELLS: &str = "all";

/// What makes a row the same row tomorrow, with the columns found in a file's header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BoundIdentity {
    source: String,
    columns: IdentityColumns,
}

/// The cells of a row that make its identity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IdentityColumns {
    /// Every cell but those in our own columns, as
    /// [`Header::original_cells`](crate::model::Header::original_cells) gives them.
    All,
    /// Columns of the header counted from 0, in the order in which the mapping lists them. At least
    /// one; none twice and none of our own.
    Indices(Vec<usize>),
}

/// `[identity]` as the mapping says it.
#[derive(Debug)]
pub(super) struct Identity {
    source: String,
    columns: NamedCells,
}

#[derive(Debug)]
enum NamedCells {
    All,
    Slots(Vec<ColumnSlot>),
}

/// The keys of `[identity]`: **the one place to add one**.
pub(super) static IDENTITY_KEYS: [Key<IdentityDraft>; 2] = [
    Key::new("source", |draft, node, reader| {
        let text = node.filled_text(reader);
        draft.source = text.map(|text| text.trim().to_owned());
    }),
    Key::new("columns", |draft, node, reader| {
        draft.columns = read_cells(&node, reader);
    }),
];

#[derive(Default)]
pub(super) struct IdentityDraft {
    source: Option<String>,
    columns: Option<NamedCells>,
}

impl Identity {
    /// Reads `[identity]`; `None` where it is wrong, which has been reported.
    pub(super) fn read(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let keys = node.table("a table", reader)?;
        let mut draft = IdentityDraft::default();
        reader.read_keys(keys, "`[identity]`", &IDENTITY_KEYS, &mut draft);
        if !keys.contains_key("source") {
            let title = "`[identity]` lacks `source`";
            reader.error(node.key_span.clone(), title, "belongs to no source");
            reader.help("add `source = \"…\"` with a name for where the rows come from");
        }
        if !keys.contains_key("columns") {
            let title = "`[identity]` lacks `columns`";
            reader.error(node.key_span.clone(), title, "identifies nothing");
            reader.help("add `columns = [\"…\"]` with the column of the rows' ids, or `\"all\"`");
        }
        Some(Self {
            source: draft.source?,
            columns: draft.columns?,
        })
    }

    /// The columns that it names.
    pub(super) fn slots(&self) -> &[ColumnSlot] {
        match &self.columns {
            NamedCells::All => &[],
            NamedCells::Slots(slots) => slots,
        }
    }

    /// The same for a file in which each column stands where `index_of` says.
    pub(super) fn bind(&self, index_of: impl Fn(ColumnSlot) -> usize) -> BoundIdentity {
        let columns = match &self.columns {
            NamedCells::All => IdentityColumns::All,
            NamedCells::Slots(slots) => {
                IdentityColumns::Indices(slots.iter().copied().map(index_of).collect())
            }
        };
        BoundIdentity {
            source: self.source.clone(),
            columns,
        }
    }
}

impl BoundIdentity {
    /// Where the rows come from: filled, white space around it removed. Identities of different
    /// sources never match.
    pub fn source(&self) -> &str {
        &self.source
    }

    /// The cells that are compared.
    pub fn columns(&self) -> &IdentityColumns {
        &self.columns
    }
}

fn read_cells(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<NamedCells> {
    let names = match node.value.as_str() {
        Some(word) if word.trim() == ALL_CELLS => return Some(NamedCells::All),
        Some(_) => vec![node.clone()],
        None => node.list("a list of columns, or `\"all\"`", reader)?,
    };
    if names.is_empty() {
        node.empty(reader);
        reader.help("name the column of the rows' ids, or write `\"all\"` for all cells");
    }
    let mut slots = Vec::with_capacity(names.len());
    for name in &names {
        slots.extend(read_identity_column(name, &slots, reader));
    }
    Some(NamedCells::Slots(slots))
}

/// Reads the name of a column that is none of `earlier` and not ours.
fn read_identity_column(
    node: &Node<'_>,
    earlier: &[ColumnSlot],
    reader: &mut Reader<'_>,
) -> Option<ColumnSlot> {
    let slot = read_column(node, reader)?;
    let name = reader.columns.columns[slot.0].name.clone();
    if is_own_column(&name) {
        let title = format!("`{name}` cannot make an identity");
        reader.error(node.span.clone(), title, "a column that leadferry adds");
        reader.help("name columns that the file itself has");
    } else if earlier.contains(&slot) {
        let title = format!("`{}` names `{name}` twice", node.name);
        reader.error(node.span.clone(), title, "named before");
        reader.help("remove it");
    }
    Some(slot)
}

#[cfg(test)]
mod tests;
