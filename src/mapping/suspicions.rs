//! What is legal in a mapping and most likely not meant.

use std::sync::Arc;

use annotate_snippets::Level;

use super::bind::BoundMapping;
use super::column_table::ColumnSlot;
use super::field_rule::{FieldRule, Origin};
use super::mapping_error::{Diagnostic, Document, Span, render};
use super::mapping_file::Mapping;
use super::row_reading::RowReading;
use crate::model::{FieldKind, Row, count_of, is_blank};

/// Things to look at, each at its place in the mapping file. May be empty.
#[derive(Debug)]
pub struct MappingWarnings {
    document: Arc<Document>,
    diagnostics: Vec<Diagnostic>,
}

impl MappingWarnings {
    /// How many there are.
    pub fn count(&self) -> usize {
        self.diagnostics.len()
    }

    /// Every warning as an excerpt of the file, like the errors of
    /// [`MappingError::render`](super::MappingError::render).
    pub fn render(&self, colour: bool) -> String {
        render(&self.document, &self.diagnostics, &Level::WARNING, colour)
    }
}

impl Mapping {
    /// What looks wrong in the mapping by itself, and beside the first rows of a file: `filled` has counted them.
    ///
    /// A column that feeds two fields as a whole, phone numbers without any country, and a required field whose columns
    /// are mostly empty.
    pub fn warnings(&self, filled: &FilledCells) -> MappingWarnings {
        let mut diagnostics = self.columns_mapped_twice();
        diagnostics.extend(self.phones_without_region());
        diagnostics.extend(self.required_but_empty(filled));
        diagnostics.sort_by_key(|diagnostic| diagnostic.span.start);
        MappingWarnings {
            document: Arc::clone(&self.document),
            diagnostics,
        }
    }

    fn columns_mapped_twice(&self) -> Vec<Diagnostic> {
        let mut seen: Vec<(ColumnSlot, &str)> = Vec::new();
        let mut diagnostics = Vec::new();
        for rule in &self.rules.fields {
            let whole_column = match &rule.origin {
                Origin::Columns(slots) if !rule.preparation.takes_a_part() => slots.first(),
                _ => None,
            };
            // Whatever else a column is, it may be kept in a text for people as well.
            let is_for_people = ["description", "message"].contains(&rule.check.field.name);
            let Some(slot) = whole_column.filter(|_| !is_for_people) else {
                continue;
            };
            match seen.iter().find(|(other, _)| other == slot) {
                None => seen.push((*slot, rule.check.field.name)),
                Some((_, other)) => diagnostics.push(Diagnostic {
                    span: self.span_in(rule, *slot),
                    title: format!(
                        "column `{}` feeds both `{other}` and `{}`",
                        self.columns.columns[slot.0].name, rule.check.field.name
                    ),
                    label: "mapped a second time".to_owned(),
                    help: Some("look whether another column is meant in one of them".to_owned()),
                }),
            }
        }
        diagnostics
    }

    fn phones_without_region(&self) -> impl Iterator<Item = Diagnostic> {
        let phones = self.rules.fields.iter().filter(|rule| {
            let is_constant = matches!(rule.origin, Origin::Constant(_));
            rule.check.field.kind == FieldKind::Phone && !is_constant
        });
        let lacking =
            phones.filter(|rule| rule.region.column.is_none() && rule.region.default.is_none());
        lacking.map(|rule| Diagnostic {
            span: rule.span.clone(),
            title: "numbers without `+` will be rejected".to_owned(),
            label: "nothing says of which country they are".to_owned(),
            help: Some("add a `region_column` or a `default_region`".to_owned()),
        })
    }

    fn required_but_empty<'a>(
        &'a self,
        filled: &'a FilledCells,
    ) -> impl Iterator<Item = Diagnostic> + 'a {
        let required = self.rules.fields.iter().enumerate();
        let required = required.filter(|(_, rule)| is_required(rule));
        required.filter_map(|(index, rule)| {
            let empty = *filled.empty.get(index)?;
            let is_mostly = filled.rows >= FilledCells::FEWEST_ROWS && empty * 2 > filled.rows;
            is_mostly.then(|| Diagnostic {
                span: rule.span.clone(),
                title: format!(
                    "`{}` has no value in {} of the first {}",
                    rule.check.field.name,
                    empty,
                    count_of(filled.rows, "row")
                ),
                label: "mostly empty".to_owned(),
                help: Some(
                    "look whether another column is meant; rows without it are rejected".to_owned(),
                ),
            })
        })
    }

    /// Where the rule names the column.
    fn span_in(&self, rule: &FieldRule, slot: ColumnSlot) -> Span {
        let spans = self.columns.columns[slot.0].spans.iter();
        let mut within = spans
            .filter(|span| rule.span.start <= span.start && span.end <= rule.span.end)
            .cloned();
        within.next().unwrap_or_else(|| rule.span.clone())
    }
}

/// Required, and without a value where its columns have none.
fn is_required(rule: &FieldRule) -> bool {
    rule.check.field.required && rule.default.is_none()
}

/// Counts in how many rows a required field finds nothing.
#[derive(Debug, Default)]
pub struct FilledCells {
    rows: u64,
    /// One for each field of the mapping; 0 for those that are not required.
    empty: Vec<u64>,
}

impl FilledCells {
    /// So many rows are enough to look at.
    pub const MOST_ROWS: u64 = 1000;

    /// Fewer say nothing.
    const FEWEST_ROWS: u64 = 10;

    /// Counts a row, unless a filter leaves it out.
    pub fn take(&mut self, mapping: &BoundMapping, row: &Row) {
        if (RowReading { mapping, row }).filter_that_skips().is_some() {
            return;
        }
        self.rows += 1;
        let fields = &mapping.rules.fields;
        self.empty.resize(fields.len(), 0);
        for (empty, rule) in self.empty.iter_mut().zip(fields) {
            if is_required(rule) && !matches!(rule.origin, Origin::Constant(_)) {
                let is_filled = |slot: ColumnSlot| {
                    let cell = row.cells.get(mapping.column(slot).index);
                    cell.is_some_and(|cell| !is_blank(cell))
                };
                *empty += u64::from(!rule.columns().into_iter().any(is_filled));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use insta::assert_snapshot;

    use super::{FilledCells, Mapping};
    use crate::model::{Header, Row};

    fn warnings(mapping: &str, rows: &[&str]) -> String {
        let mapping = Mapping::parse(mapping, "contacts.toml").unwrap();
        let header = Header {
            row_number: 1,
            names: ["Name", "Mail", "Phone"].map(str::to_owned).into(),
        };
        let bound = mapping.bind(&header).unwrap();
        let mut filled = FilledCells::default();
        for name in rows {
            let row = Row {
                cells: [*name, "", ""].into_iter().collect(),
                ..Row::default()
            };
            filled.take(&bound, &row);
        }
        mapping.warnings(&filled).render(false)
    }

    #[test]
    fn what_is_most_likely_not_meant_is_shown() {
        let mapping = r#"version = 1
[lead]
last_name = "Name"
email = ["Mail", "Name"]
first_name = "Name"
phone_number = "Phone"
"#;
        let rows = [&["Doe"; 4][..], &[" "; 6]].concat();
        assert_snapshot!(warnings(mapping, &rows), @r#"
        warning: `last_name` has no value in 6 of the first 10 rows
         --> contacts.toml:3:13
          |
        3 | last_name = "Name"
          |             ^^^^^^ mostly empty
          |
          = help: look whether another column is meant; rows without it are rejected

        warning: column `Name` feeds both `last_name` and `first_name`
         --> contacts.toml:5:14
          |
        5 | first_name = "Name"
          |              ^^^^^^ mapped a second time
          |
          = help: look whether another column is meant in one of them

        warning: numbers without `+` will be rejected
         --> contacts.toml:6:16
          |
        6 | phone_number = "Phone"
          |                ^^^^^^^ nothing says of which country they are
          |
          = help: add a `region_column` or a `default_region`
        "#);
    }

    #[test]
    fn what_is_usual_is_not() {
        let mapping = r#"version = 1
[lead]
last_name = { column = "Name", transform = ["last_name"] }
first_name = { column = "Name", transform = ["first_names"] }
description = { template = "{Name} {Mail}" }
email = "Mail"
phone_number = { column = "Phone", default_region = "TR" }
"#;
        for rows in [&["Doe"; 20][..], &[""; 9], &[]] {
            assert_eq!(warnings(mapping, rows), "");
        }
    }
}
