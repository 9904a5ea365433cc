//! The line of `marketing_attribution`, which joins tags, campaigns and where they ran.

use super::concept::Concept;
use super::header_reading::How;
use super::reason::reason_for;
use super::suggestion::Line;
use super::survey::{Column, Survey};
use super::toml_text::{one_or_list, quoted};

/// What its columns may hold, in the order in which they are joined.
const KINDS: [Concept; 4] = [
    Concept::Tags,
    Concept::Category,
    Concept::Campaign,
    Concept::Utm,
];

/// More columns are not joined.
const MOST_COLUMNS: usize = 6;

/// The line, with all columns of tags, campaigns and the like; one of categories where there are no tags.
pub(super) fn attribution_line(survey: &Survey) -> Option<Line> {
    let mut columns: Vec<&Column> = survey
        .columns
        .iter()
        .filter(|column| kind_of(column).is_some())
        .collect();
    columns.sort_by_key(|column| (kind_of(column), column.reading.number, column.index));
    if columns.iter().any(|column| column.is(Concept::Tags)) {
        columns.retain(|column| !column.is(Concept::Category));
    }
    let mut categories = 0;
    columns.retain(|column| {
        categories += usize::from(column.is(Concept::Category));
        categories <= 1 || !column.is(Concept::Category)
    });
    columns.truncate(MOST_COLUMNS);
    let first = *columns.first()?;
    let confidence = columns.iter().map(|column| column.confidence()).min();
    let mut notes = Vec::new();
    if columns.len() > 1 {
        notes.push("The pieces of all these columns are sent.".to_owned());
    }
    Some(Line {
        field: "marketing_attribution",
        value: value(&columns),
        confidence: confidence.unwrap_or_default(),
        reason: reason_for(first, survey),
        notes,
        runner_ups: Vec::new(),
        columns: columns.iter().map(|column| column.index).collect(),
    })
}

/// Its place in [`KINDS`]; `None` for a column that is something else, or only perhaps one of these.
fn kind_of(column: &Column) -> Option<usize> {
    let how = column.role.and_then(|role| role.how)?;
    let kind = KINDS.iter().position(|&kind| column.is(kind))?;
    (how < How::Often || how == How::Misspelt).then_some(kind)
}

fn value(columns: &[&Column]) -> String {
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let mut keys = vec![format!("column = {}", one_or_list(&names))];
    keys.extend(separator_in(columns).map(|separator| format!("split = {}", quoted(separator))));
    if columns.len() > 1 {
        keys.push("join = true".to_owned());
    }
    match keys.as_slice() {
        [_] => one_or_list(&names),
        keys => format!("{{ {} }}", keys.join(", ")),
    }
}

/// What divides the pieces in the cells: the first of these that several cells of a column hold, or one of a few.
/// Commas are a part of many names, so they count only between tags, and only if no other cell has one.
fn separator_in(columns: &[&Column]) -> Option<&'static str> {
    const SEPARATORS: [&str; 5] = [":::", ";", "|", "\n", ","];
    SEPARATORS.into_iter().find(|&separator| {
        let divides = columns.iter().any(|column| is_dividing(separator, column));
        let is_in_a_name = |column: &&&Column| {
            let cells = &mut column.facts.samples();
            !column.is(Concept::Tags) && cells.any(|cell| cell.contains(separator))
        };
        divides && (separator != "," || columns.iter().find(is_in_a_name).is_none())
    })
}

fn is_dividing(separator: &str, column: &Column) -> bool {
    /// One cell in so many is enough.
    const ONE_IN: usize = 20;
    let cells: Vec<&str> = column.facts.samples().collect();
    let holding = cells.iter().filter(|cell| cell.contains(separator)).count();
    holding > 0 && holding * ONE_IN >= cells.len()
}

#[cfg(test)]
mod tests {
    use super::super::column_facts::ColumnFacts;
    use super::*;
    use crate::model::Header;

    /// The line for columns that are given as `NAME: CELL / CELL`.
    fn line(columns: &[&str]) -> Option<String> {
        let columns: Vec<(&str, Vec<&str>)> = columns
            .iter()
            .filter_map(|column| column.split_once(':'))
            .map(|(name, cells)| (name, cells.split('/').map(str::trim).collect()))
            .collect();
        let header = Header {
            row_number: 1,
            names: columns.iter().map(|(name, _)| (*name).to_owned()).collect(),
        };
        let facts = columns.iter().map(|(_, cells)| {
            let mut facts = ColumnFacts::default();
            for cell in cells {
                facts.note(cell);
            }
            facts
        });
        let survey = Survey::new(&header, facts.collect(), columns[0].1.len());
        attribution_line(&survey).map(|line| line.value)
    }

    #[test]
    fn columns_are_joined_and_their_cells_divided() {
        let joined: &[&str] = &[
            "utm_source: a",
            "utm_campaign: b, c",
            "Tags: d, e",
            "Category: f",
        ];
        for (columns, expected) in [
            (
                &["Labels: * myContacts ::: Friends / a"][..],
                Some("{ column = \"Labels\", split = \":::\" }"),
            ),
            (
                &["Tags: fair;2025 / vip"],
                Some("{ column = \"Tags\", split = \";\" }"),
            ),
            (
                &["Tags: fair, 2025"],
                Some("{ column = \"Tags\", split = \",\" }"),
            ),
            (&["Tags: fair / vip"], Some("\"Tags\"")),
            (&["Tags: "], Some("\"Tags\"")),
            (&["Campaign: Berlin, 2025"], Some("\"Campaign\"")),
            (
                joined,
                Some("{ column = [\"Tags\", \"utm_campaign\", \"utm_source\"], join = true }"),
            ),
            (&["Groups: a"], None),
            (&["Tags: 2024-03-01"], None),
        ] {
            assert_eq!(line(columns).as_deref(), expected, "{columns:?}");
        }
    }
}
