//! What a lead needs beyond what the API asks for: `[require]`.

use super::document::{Key, Reader};
use super::field_name::read_field_name;
use super::field_rule::FieldRule;
use super::mapping_error::Span;
use super::node::{Node, read_each};
use crate::model::LeadField;

/// Fields of which at least one must have a value.
#[derive(Debug)]
pub(super) struct AnyOf {
    pub(super) fields: Vec<&'static LeadField>,
    span: Span,
}

/// The keys of `[require]`.
pub(super) static REQUIRE_KEYS: [Key<Vec<AnyOf>>; 1] =
    [Key::new("any_of", |groups, node, reader| {
        *groups = read_groups(&node, reader);
    })];

/// Reads `[require]`.
pub(super) fn read_require(node: &Node<'_>, reader: &mut Reader<'_>) -> Vec<AnyOf> {
    let mut groups = Vec::new();
    if let Some(keys) = node.table("a table", reader) {
        reader.read_keys(keys, "`[require]`", &REQUIRE_KEYS, &mut groups);
    }
    groups
}

/// A group of which the mapping fills no field would reject every row.
pub(super) fn check_require(groups: &[AnyOf], rules: &[FieldRule], reader: &mut Reader<'_>) {
    for group in groups {
        let is_mapped = |field: &&LeadField| rules.iter().any(|rule| rule.check.field == *field);
        if !group.fields.is_empty() && !group.fields.iter().any(is_mapped) {
            let title = "`any_of` requires fields that `[lead]` never fills";
            reader.error(group.span.clone(), title, "would reject every row");
            reader.help("add one of the fields to `[lead]`");
        }
    }
}

fn read_groups(node: &Node<'_>, reader: &mut Reader<'_>) -> Vec<AnyOf> {
    const EXPECTED: &str = "a list of lists such as `[[\"email\", \"phone_number\"]]`";
    let mut groups = Vec::new();
    for element in node.list(EXPECTED, reader).unwrap_or_default() {
        if element.value.is_str() {
            let title = "`any_of` takes a list of lists, not a list of texts";
            reader.error(node.span.clone(), title, "needs a second pair of brackets");
            reader.help("write `[[…]]`: at least one field of each inner list must have a value");
            break;
        }
        let names = element.list("a list of fields", reader).unwrap_or_default();
        let fields = read_each(&names, |name| read_field_name(name, reader));
        groups.extend(fields.map(|fields| AnyOf {
            fields,
            span: element.span,
        }));
    }
    groups
}
