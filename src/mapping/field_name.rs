//! Names of lead fields in the rules that speak of fields.

use super::document::Reader;
use super::mapping_error::Span;
use super::node::Node;
use crate::model::{LEAD_FIELDS, LeadField, lead_field};

/// Reads the name of a field.
pub(super) fn read_field_name(
    node: &Node<'_>,
    reader: &mut Reader<'_>,
) -> Option<&'static LeadField> {
    let name = node.text(reader)?;
    let field = lead_field(name);
    if field.is_none() {
        unknown_field(node.span.clone(), name, reader);
    }
    field
}

/// Notes a name that is no field of a lead.
pub(super) fn unknown_field(span: Span, name: &str, reader: &mut Reader<'_>) {
    let names: Vec<_> = LEAD_FIELDS.iter().map(|field| field.name).collect();
    reader.unknown_word(span, "field", name, &names);
}
