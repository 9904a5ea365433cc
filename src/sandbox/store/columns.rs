//! The values of a lead's fields, to and from their columns.

use std::borrow::Cow;

use rusqlite::types::{Null, ValueRef};
use rusqlite::{CachedStatement, Row};
use serde_json::json;

use crate::model::{FieldKind, FieldValue};

/// Binds the value of one field.
pub(super) fn bind_value(
    statement: &mut CachedStatement<'_>,
    position: usize,
    value: Option<&FieldValue<'_>>,
) -> Result<(), rusqlite::Error> {
    match value {
        None => statement.raw_bind_parameter(position, Null),
        Some(FieldValue::Text(text)) => statement.raw_bind_parameter(position, text.as_ref()),
        Some(FieldValue::Integer(number)) => statement.raw_bind_parameter(position, number),
        Some(FieldValue::Named(named)) => statement.raw_bind_parameter(position, named.id),
        Some(FieldValue::TextList(texts)) => {
            statement.raw_bind_parameter(position, json!(texts).to_string())
        }
    }
}

/// Reads the value of one field.
pub(super) fn read_value(
    kind: FieldKind,
    row: &Row<'_>,
    position: usize,
) -> Result<Option<FieldValue<'static>>, rusqlite::Error> {
    if row.get_ref(position)? == ValueRef::Null {
        return Ok(None);
    }
    Ok(Some(match kind {
        FieldKind::Integer => FieldValue::Integer(row.get(position)?),
        FieldKind::TextList => {
            let text: String = row.get(position)?;
            FieldValue::TextList(serde_json::from_str(&text).unwrap_or_default())
        }
        FieldKind::Text { .. } | FieldKind::Phone | FieldKind::Email | FieldKind::Url => {
            FieldValue::Text(Cow::Owned(row.get(position)?))
        }
    }))
}
