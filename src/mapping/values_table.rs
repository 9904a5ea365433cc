//! A `values` table: what a cell says, and what the CRM is to get for it.

use std::collections::BTreeMap;

use super::country_values::CountryValues;
use super::document::Reader;
use super::mapping_error::Span;
use super::node::Node;
use super::transform::Preparation;
use crate::model::{LeadField, nearest_word};

/// The field whose ids no list of the API has, so that a mapping translates countries itself.
const COUNTRY_FIELD: &str = "country_id";

/// Translates texts, exactly as they are after the transforms; countries by whatever they are called.
/// Whole numbers are kept as text.
#[derive(Debug, Clone, Default)]
pub(super) struct ValuesTable {
    by_text: BTreeMap<String, String>,
    countries: Option<CountryValues>,
}

/// One line of a table as it was read, for checks that need its place.
pub(super) struct ValuesEntry {
    pub(super) text: String,
    pub(super) translation: String,
    pub(super) key_span: Span,
    pub(super) span: Span,
}

impl ValuesTable {
    /// Reads the lines of a table.
    pub(super) fn read(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<Vec<ValuesEntry>> {
        let expected = "a table such as `{ Yes = 1 }`";
        let table = node.table(expected, reader)?;
        let mut entries = Vec::new();
        for (key, value) in table {
            let line = Node::of_entry(key, value);
            entries.extend(line.text_or_number(reader).map(|translation| ValuesEntry {
                text: line.name.to_owned(),
                translation,
                key_span: line.key_span,
                span: line.span,
            }));
        }
        Some(entries)
    }

    /// Makes the table of `field`; a text that no cell can have after its preparation is an error.
    pub(super) fn build(
        field: &LeadField,
        entries: &[ValuesEntry],
        preparation: &Preparation,
        reader: &mut Reader<'_>,
    ) -> Self {
        for entry in entries {
            let prepared = if preparation.is_idempotent() {
                preparation.apply(&entry.text).unwrap_or_default()
            } else {
                preparation.trim(&entry.text).into()
            };
            if prepared.trim().is_empty() {
                let span = entry.key_span.clone();
                reader.error(span, "an empty cell is not looked up in `values`", "empty");
                reader.help("say with `default` what an empty cell means");
            } else if prepared != entry.text {
                let title = format!("no cell can be `{}` in `values`", entry.text);
                reader.error(entry.key_span.clone(), title, "changed by the transforms");
                reader.help(format!("cells are changed first: write `{prepared}`"));
            }
        }
        let pairs = entries
            .iter()
            .map(|entry| (entry.text.clone(), entry.translation.clone()));
        let is_of_countries = field.name == COUNTRY_FIELD;
        Self {
            by_text: pairs.collect(),
            countries: is_of_countries.then(|| CountryValues::read(entries, reader)),
        }
    }

    /// What stands for `text`, if the table has it. To the letter wins over by country.
    pub(super) fn get(&self, text: &str) -> Option<&str> {
        let by_country = || self.countries.as_ref()?.get(text);
        let exact = self.by_text.get(text).map(String::as_str);
        exact.or_else(by_country)
    }

    /// What the texts of the table stand for.
    pub(super) fn translations(&self) -> impl Iterator<Item = &str> {
        self.by_text.values().map(String::as_str)
    }

    /// The text of the table that `text` was most likely meant to be.
    pub(super) fn nearest(&self, text: &str) -> Option<&str> {
        nearest_word(text, self.by_text.keys().map(String::as_str))
    }
}
