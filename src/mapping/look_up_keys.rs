//! Reads `lookup` and `create_missing`.

use super::document::Reader;
use super::mapping_error::Span;
use super::node::Node;
use crate::model::{LeadField, NameList};

/// The lists by the words of the mapping.
static LISTS: [(&str, NameList); 3] = {
    use NameList::{ReferenceSources, Statuses, Users};
    [
        ("statuses", Statuses),
        ("reference_sources", ReferenceSources),
        ("users", Users),
    ]
};

/// So many entries `create_missing = true` makes in one run. A column that was mapped by mistake has more
/// texts than a business has sources of leads.
const USUAL_MOST: usize = 50;

/// No `create_missing` makes more in one run: so many names are kept in memory.
const MOST: usize = 1_000;

/// A `create_missing` that makes something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CreateMissing {
    /// The most in one run.
    pub(super) most: usize,
    span: Span,
}

/// Reads the list that a field's names are looked up in: there is one for each of three fields.
pub(super) fn read_lookup(
    field: &LeadField,
    node: &Node<'_>,
    reader: &mut Reader<'_>,
) -> Option<NameList> {
    let Some(right) = NameList::ALL.iter().find(|list| list.field() == field.name) else {
        let title = format!("the CRM has no list of names for `{}`", field.name);
        reader.error(node.key_span.clone(), title, "cannot be looked up");
        reader.help("translate names to ids with `values`");
        return None;
    };
    let list = node.choice("list", &LISTS, reader)?;
    if list != *right {
        let title = format!("`{}` takes no ids of {}", field.name, list.plural());
        reader.error(node.span.clone(), title, "another list");
        reader.help(format!("write `lookup = \"{}\"`", right.word()));
        return None;
    }
    Some(list)
}

/// Reads whether missing names are made: `true`, `false`, or the most in one run.
pub(super) fn read_create_missing(
    node: &Node<'_>,
    reader: &mut Reader<'_>,
) -> Option<CreateMissing> {
    let span = node.key_span.clone();
    let of = |most| CreateMissing { most, span };
    if let Some(makes) = node.value.as_bool() {
        return makes.then(|| of(USUAL_MOST));
    }
    if node.value.as_integer().is_none() {
        node.wrong_type("`true`, `false` or a whole number", reader);
        return None;
    }
    let number = node.whole_number(reader)?;
    let most = usize::try_from(number).ok();
    let Some(most) = most.filter(|most| (1..=MOST).contains(most)) else {
        let title = format!("`create_missing` cannot make {number}");
        reader.error(node.span.clone(), title, format!("from 1 to {MOST}"));
        return None;
    };
    Some(of(most))
}

impl CreateMissing {
    /// Only reference sources can be made.
    pub(super) fn check(&self, look_up: Option<NameList>, reader: &mut Reader<'_>) {
        let span = self.span.clone();
        match look_up {
            Some(NameList::ReferenceSources) => {}
            Some(list) => {
                let title = format!("`create_missing` cannot make {}", list.plural());
                reader.error(span, title, "the API lets nobody make one");
                reader.help("remove it; only reference sources can be made");
            }
            None => {
                let title = "`create_missing` without `lookup`";
                reader.error(span, title, "nothing is looked up");
                reader.help("add `lookup = \"reference_sources\"`");
            }
        }
    }
}
