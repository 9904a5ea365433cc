//! Finds the columns that a mapping names in the header of a file.

use std::sync::Arc;

use super::column_table::{ColumnSlot, NamedColumn};
use super::document::in_back_ticks;
use super::duplicates::DuplicateRule;
use super::field_rule::FieldRule;
use super::identity::BoundIdentity;
use super::mapping_error::{Diagnostic, MappingError};
use super::mapping_file::{Mapping, Rules};
use super::names::{LookUp, NameLists, Names};
use super::values_table::ValuesTable;
use crate::model::{Code, Header, NameList, is_blank, looks_like_a_cell, nearest_word, shorten};

/// A mapping whose columns are found; judges rows.
///
/// Rows are judged one by one without any state, so it may be shared by threads.
#[derive(Debug)]
pub struct BoundMapping {
    pub(super) rules: Arc<Rules>,
    /// One for each slot of the mapping's column table.
    columns: Vec<BoundColumn>,
    /// How many columns the header names.
    pub(super) header_length: usize,
    identity: Option<BoundIdentity>,
    /// The used column that stands furthest right, if any is used.
    pub(super) last_column: Option<ColumnSlot>,
    /// What names stand for.
    pub(super) names: Names,
}

/// A used column and where it stands.
#[derive(Debug)]
pub(super) struct BoundColumn {
    /// Counted from 0.
    pub(super) index: usize,
    pub(super) name: String,
}

impl Mapping {
    /// Finds every column that the mapping uses in `header`. Names must agree exactly.
    ///
    /// # Errors
    ///
    /// All names that the header lacks, with the nearest of its names, and all that it holds more
    /// than once, each at its place in the mapping.
    pub fn bind(&self, header: &Header) -> Result<BoundMapping, MappingError> {
        let mut columns = Vec::with_capacity(self.columns.columns.len());
        let mut diagnostics = Vec::new();
        for column in &self.columns.columns {
            match header.positions_of(&column.name)[..] {
                [index] => columns.push(BoundColumn {
                    index,
                    name: column.name.clone(),
                }),
                [] => diagnostics.extend(unknown_column(column, header)),
                ref several => diagnostics.extend(repeated_column(column, several)),
            }
        }
        if !diagnostics.is_empty() {
            return Err(MappingError::new(Arc::clone(&self.document), diagnostics));
        }
        let last_column = (0..columns.len()).max_by_key(|&slot| columns[slot].index);
        let identity = self.rules.identity.as_ref();
        Ok(BoundMapping {
            rules: Arc::clone(&self.rules),
            identity: identity.map(|identity| identity.bind(|slot| columns[slot.0].index)),
            columns,
            header_length: header.names.len(),
            last_column: last_column.map(ColumnSlot),
            names: Names::default(),
        })
    }
}

impl BoundMapping {
    /// What makes a row the same row tomorrow, if the mapping says so.
    pub fn identity(&self) -> Option<&BoundIdentity> {
        self.identity.as_ref()
    }

    /// Which leads are duplicates, if the mapping says so.
    pub fn duplicates(&self) -> Option<&DuplicateRule> {
        self.rules.duplicates.as_ref()
    }

    /// The lists of the CRM that the mapping looks names up in, each once.
    pub fn look_ups(&self) -> impl Iterator<Item = LookUp> {
        // Each list belongs to one field.
        self.rules.fields.iter().filter_map(|rule| rule.look_up)
    }

    /// The columns that feed the field whose ids a list has.
    pub fn columns_of(&self, list: NameList) -> Vec<&str> {
        let mut rules = self.rules.fields.iter();
        let rule = rules.find(|rule| rule.check.field.name == list.field());
        let slots = rule.map(FieldRule::columns).unwrap_or_default();
        let names = slots
            .into_iter()
            .map(|slot| self.column(slot).name.as_str());
        names.collect()
    }

    /// Looks names up in `lists` from now on. Before that every name passes, and has no id.
    pub fn look_up_in(&mut self, lists: NameLists) {
        self.names = Names::Known(lists);
    }

    /// What names are looked up in, if anything.
    pub fn name_lists(&self) -> Option<&NameLists> {
        match &self.names {
            Names::NotAsked => None,
            Names::Known(lists) => Some(lists),
        }
    }

    /// What is wrong with names that stand in the mapping itself, a sentence for each: constants, defaults and
    /// what `values` translates to.
    pub fn own_names_that_fail(&self) -> Vec<String> {
        let mut sentences = Vec::new();
        for rule in &self.rules.fields {
            let Some(look_up) = rule.look_up else {
                continue;
            };
            let values = rule.check.values.iter().flat_map(ValuesTable::translations);
            let default = rule.default.as_deref();
            // A default goes through `values` as a cell does.
            let default = default.map(|text| rule.check.translation_of(text).unwrap_or(text));
            let names = values.chain(default).filter(|name| !is_blank(name));
            let mut names: Vec<&str> = names.collect();
            names.sort_unstable();
            names.dedup();
            let failing = names.into_iter().filter_map(|name| {
                let finding = self.names.find(look_up, name).err()?;
                let (field, noun) = (rule.check.field.name, look_up.list.noun());
                // Who else is in the list stands in the results alone.
                let what = match finding.code {
                    Code::LookupAmbiguous => format!("which is the name of more than one {noun}"),
                    _ => format!("which is no {noun} of the CRM"),
                };
                Some(format!("the mapping names `{name}` for `{field}`, {what}"))
            });
            sentences.extend(failing);
        }
        sentences
    }

    /// The column in `slot`.
    pub(super) fn column(&self, slot: ColumnSlot) -> &BoundColumn {
        &self.columns[slot.0]
    }
}

fn unknown_column<'a>(
    column: &'a NamedColumn,
    header: &'a Header,
) -> impl Iterator<Item = Diagnostic> + 'a {
    let names: Vec<&str> = header.names.iter().map(String::as_str).collect();
    let known: Vec<&str> = names.into_iter().filter(|name| !name.is_empty()).collect();
    let help = match nearest_word(&column.name, known.iter().copied()) {
        Some(nearest) => format!("did you mean `{}`?", shorten(nearest)),
        None if known.iter().any(|name| looks_like_a_cell(name)) => format!(
            "{} looks like a row: is the line with the names missing?",
            header_row(header)
        ),
        None if known.is_empty() => format!("{} names no column", header_row(header)),
        None => {
            let shown: Vec<String> = known.iter().map(|name| shorten(name)).collect();
            let shown: Vec<&str> = shown.iter().map(String::as_str).collect();
            format!("{} has {}", header_row(header), in_back_ticks(&shown))
        }
    };
    column.spans.iter().map(move |span| Diagnostic {
        span: span.clone(),
        title: format!("the file has no column `{}`", column.name),
        label: "not in the header".to_owned(),
        help: Some(help.clone()),
    })
}

/// The header and where it stands, for whoever sees that it is another row.
fn header_row(header: &Header) -> String {
    match header.row_number {
        0 => "the header (letters, as no row holds names)".to_owned(),
        row => format!("the header (row {row})"),
    }
}

fn repeated_column<'a>(
    column: &'a NamedColumn,
    positions: &[usize],
) -> impl Iterator<Item = Diagnostic> + 'a {
    let letters: Vec<String> = positions.iter().copied().map(Header::letter).collect();
    let title = format!(
        "the file has {} columns called `{}`: {}",
        letters.len(),
        column.name,
        letters.join(", ")
    );
    column.spans.iter().map(move |span| Diagnostic {
        span: span.clone(),
        title: title.clone(),
        label: "which of them is not clear".to_owned(),
        help: Some("give the columns different names in the file".to_owned()),
    })
}

#[cfg(test)]
mod tests;
