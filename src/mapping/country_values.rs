//! Countries in `values`: one line of the table stands for all that a country is called.

use std::collections::HashMap;

use super::document::Reader;
use super::values_table::ValuesEntry;
use crate::validation::Region;

/// What the CRM is to get for each country that a `values` table names.
#[derive(Debug, Clone, Default)]
pub(super) struct CountryValues {
    by_region: HashMap<Region, String>,
}

impl CountryValues {
    /// Reads the left sides as countries: codes, and names in English and other languages. What is none
    /// stands only for itself. Two that mean one country must agree.
    pub(super) fn read(entries: &[ValuesEntry], reader: &mut Reader<'_>) -> Self {
        let mut first_of: HashMap<Region, &ValuesEntry> = HashMap::new();
        let mut in_order: Vec<_> = entries.iter().collect();
        in_order.sort_by_key(|entry| entry.key_span.start);
        for entry in in_order {
            let Some(region) = Region::from_text(&entry.text) else {
                continue;
            };
            let first = *first_of.entry(region).or_insert(entry);
            if first.translation != entry.translation {
                let title = format!(
                    "`{}` and `{}` are the same country with different ids",
                    first.text, entry.text
                );
                let label = format!("`{}` stands for `{}`", first.text, first.translation);
                reader.error(entry.key_span.clone(), title, label);
                reader.help("write the country once: all its names and codes are understood");
            }
        }
        let pairs = first_of
            .into_iter()
            .map(|(region, entry)| (region, entry.translation.clone()));
        Self {
            by_region: pairs.collect(),
        }
    }

    /// What stands for the country that `text` is a name or code of.
    pub(super) fn get(&self, text: &str) -> Option<&str> {
        let region = Region::from_text(text)?;
        self.by_region.get(&region).map(String::as_str)
    }
}
