//! Reads the settings of a field's long form.

use std::borrow::Cow;

use super::document::Reader;
use super::field_rule::OnInvalid;
use super::mapping_error::Span;
use super::node::{Node, read_each};
use super::value_check::{Checked, ValueCheck};
use crate::model::{FieldKind, FieldValue, Finding, LeadField, shorten};
use crate::validation::{EmailLevel, Region};

static EMAIL_LEVELS: [(&str, EmailLevel); 2] = [
    ("server", EmailLevel::Server),
    ("deliverable", EmailLevel::Deliverable),
];

static ON_INVALID: [(&str, OnInvalid); 2] =
    [("reject", OnInvalid::Reject), ("drop", OnInvalid::Drop)];

/// Reads a `value`, which must be right in itself because no row can mend it.
pub(super) fn read_constant(
    field: &'static LeadField,
    node: &Node<'_>,
    reader: &mut Reader<'_>,
) -> Option<Checked<'static>> {
    if field.kind == FieldKind::TextList && node.value.is_array() {
        let elements = node.list("a list of texts", reader)?;
        if elements.is_empty() {
            node.empty(reader);
        }
        let texts = read_each(&elements, |element| {
            let text = element.filled_text(reader)?;
            Some(Cow::Owned(text.to_owned()))
        })?;
        return Some(Checked {
            value: FieldValue::TextList(texts),
            warnings: Vec::new(),
        });
    }
    let text = node.text_or_number(reader)?;
    match ValueCheck::plain(field).check(&text, &|| Ok(None)) {
        Ok(Some(checked)) => return Some(checked.into_owned()),
        Ok(None) => node.empty(reader),
        Err(finding) => note_unusable(&text, &node.span, Some(finding), reader),
    }
    None
}

/// Reads what stands for an empty cell.
pub(super) fn read_default(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<(String, Span)> {
    let text = node.text_or_number(reader)?;
    if text.trim().is_empty() {
        node.empty(reader);
        return None;
    }
    Some((text, node.span.clone()))
}

/// Reads what becomes of a field whose value is wrong.
pub(super) fn read_on_invalid(
    field: &LeadField,
    node: &Node<'_>,
    reader: &mut Reader<'_>,
) -> OnInvalid {
    let chosen = node
        .choice("`on_invalid`", &ON_INVALID, reader)
        .unwrap_or_default();
    if chosen == OnInvalid::Drop && field.required {
        let title = format!("`{}` cannot be dropped", field.name);
        reader.error(node.span.clone(), title, "every lead needs this field");
    }
    chosen
}

/// Reads how strict an e-mail address is looked at.
pub(super) fn read_level(node: &Node<'_>, reader: &mut Reader<'_>) -> EmailLevel {
    node.choice("level", &EMAIL_LEVELS, reader)
        .unwrap_or_default()
}

/// Reads the code of a country.
pub(super) fn read_region(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<Region> {
    let text = node.filled_text(reader)?;
    let region = Region::from_code(text);
    if region.is_none() {
        let title = format!("unknown region `{text}`");
        reader.error(node.span.clone(), title, "not a two-letter country code");
        reader.help(match Region::from_text(text) {
            Some(meant) => format!("did you mean `{}`?", meant.code()),
            None => "write a country code such as `TR`, `DE` or `US`".to_owned(),
        });
    }
    region
}

/// Reads what divides the pieces of a cell: a text, or a list of texts of which any does.
pub(super) fn read_separators(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<Vec<String>> {
    if node.value.is_str() {
        return read_separator(node, reader).map(|separator| vec![separator]);
    }
    let elements = node.list("text in quotes or a list of texts", reader)?;
    if elements.is_empty() {
        node.empty(reader);
    }
    read_each(&elements, |element| read_separator(element, reader))
}

fn read_separator(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<String> {
    let text = node.text(reader)?;
    if text.is_empty() {
        node.empty(reader);
        return None;
    }
    Some(text.to_owned())
}

/// Notes a text of the mapping itself that the CRM would not take.
pub(super) fn note_unusable(
    text: &str,
    span: &Span,
    finding: Option<Finding>,
    reader: &mut Reader<'_>,
) {
    if let Some(finding) = finding {
        let title = format!("`{}` {}", shorten(text), finding.predicate);
        reader.error(span.clone(), title, "cannot be sent");
    }
}
