//! One value of the document: asks it for what it should be, and notes where it is not.

use toml::Spanned;
use toml::de::{DeString, DeTable, DeValue};

use super::document::Reader;
use super::mapping_error::Span;

/// A value of the document with its place and what messages call it.
#[derive(Clone)]
pub(super) struct Node<'d> {
    /// The key under which it stands; elements of a list bear the list's.
    pub(super) name: &'d str,
    /// Where the key stands.
    pub(super) key_span: Span,
    /// Where the value stands.
    pub(super) span: Span,
    /// The value.
    pub(super) value: &'d DeValue<'d>,
}

impl<'d> Node<'d> {
    /// The value under `key`.
    pub(super) fn of_entry(
        key: &'d Spanned<DeString<'d>>,
        value: &'d Spanned<DeValue<'d>>,
    ) -> Self {
        Self {
            name: key.get_ref(),
            key_span: key.span(),
            span: value.span(),
            value: value.get_ref(),
        }
    }

    /// The text, or an error.
    pub(super) fn text(&self, reader: &mut Reader<'_>) -> Option<&'d str> {
        let text = self.value.as_str();
        if text.is_none() {
            self.wrong_type("text in quotes", reader);
        }
        text
    }

    /// The text, or an error where it is anything else or white space only.
    pub(super) fn filled_text(&self, reader: &mut Reader<'_>) -> Option<&'d str> {
        let text = self.text(reader)?;
        if text.trim().is_empty() {
            self.empty(reader);
            return None;
        }
        Some(text)
    }

    /// Text, or a whole number as its decimal text; or an error.
    pub(super) fn text_or_number(&self, reader: &mut Reader<'_>) -> Option<String> {
        match self.value {
            DeValue::String(text) => Some(text.clone().into_owned()),
            DeValue::Integer(_) => self.whole_number(reader).map(|number| number.to_string()),
            _ => {
                self.wrong_type("text in quotes or a whole number", reader);
                None
            }
        }
    }

    /// The whole number, or an error.
    pub(super) fn whole_number(&self, reader: &mut Reader<'_>) -> Option<i64> {
        let Some(integer) = self.value.as_integer() else {
            self.wrong_type("a whole number", reader);
            return None;
        };
        let number = i64::from_str_radix(integer.as_str(), integer.radix()).ok();
        if number.is_none() {
            let title = format!("the number of `{}` is too large", self.name);
            reader.error(self.span.clone(), title, "does not fit 64 bits");
        }
        number
    }

    /// `true` or `false`, or an error.
    pub(super) fn boolean(&self, reader: &mut Reader<'_>) -> Option<bool> {
        let boolean = self.value.as_bool();
        if boolean.is_none() {
            self.wrong_type("`true` or `false`", reader);
        }
        boolean
    }

    /// The elements of a list, or an error.
    pub(super) fn list(&self, expected: &str, reader: &mut Reader<'_>) -> Option<Vec<Self>> {
        let Some(array) = self.value.as_array() else {
            self.wrong_type(expected, reader);
            return None;
        };
        let element = |value: &'d Spanned<DeValue<'d>>| Self {
            span: value.span(),
            value: value.get_ref(),
            ..self.clone()
        };
        Some(array.iter().map(element).collect())
    }

    /// The table, or an error.
    pub(super) fn table(&self, expected: &str, reader: &mut Reader<'_>) -> Option<&'d DeTable<'d>> {
        let table = self.value.as_table();
        if table.is_none() {
            self.wrong_type(expected, reader);
        }
        table
    }

    /// One of a few words, each with what it means; or an error with the nearest.
    pub(super) fn choice<T: Copy>(
        &self,
        what: &str,
        known: &[(&'static str, T)],
        reader: &mut Reader<'_>,
    ) -> Option<T> {
        let word = self.text(reader)?;
        let found = known.iter().find(|(name, _)| *name == word);
        if found.is_none() {
            let names: Vec<_> = known.iter().map(|(name, _)| *name).collect();
            reader.unknown_word(self.span.clone(), what, word, &names);
        }
        found.map(|(_, meaning)| *meaning)
    }

    /// Notes that the value is of another type than `expected`.
    pub(super) fn wrong_type(&self, expected: &str, reader: &mut Reader<'_>) {
        let found = match self.value {
            DeValue::String(_) => "text",
            DeValue::Integer(_) => "a whole number",
            DeValue::Float(_) => "a number with a fraction",
            DeValue::Boolean(_) => "`true` or `false`",
            DeValue::Datetime(_) => "a date or time",
            DeValue::Array(_) => "a list",
            DeValue::Table(_) => "a table",
        };
        let title = format!("`{}` takes {expected}, not {found}", self.name);
        reader.error(self.span.clone(), title, format!("expected {expected}"));
    }

    /// Notes that there is nothing where something is needed.
    pub(super) fn empty(&self, reader: &mut Reader<'_>) {
        let title = format!("`{}` is empty", self.name);
        reader.error(self.span.clone(), title, "nothing here");
    }
}

/// Reads every element, so that each one's errors are noted; `None` if any could not be read.
pub(super) fn read_each<T>(
    elements: &[Node<'_>],
    mut read: impl FnMut(&Node<'_>) -> Option<T>,
) -> Option<Vec<T>> {
    let values: Vec<Option<T>> = elements.iter().map(&mut read).collect();
    values.into_iter().collect()
}
