//! The lines of the last and the first name.

use super::concept::Concept;
use super::names::{NameOrigin, Names};
use super::reason::{percent, reason_for};
use super::suggestion::Line;
use super::survey::{Column, Survey};
use super::toml_text::{quoted, shown};

/// So much less sure is a part of a whole name than a column of its own, in percent.
const DIVIDED: u8 = 4;

/// The transforms that take a part of a whole name.
const LAST_PART: &str = "last_name";
const FIRST_PART: &str = "first_names";

/// Writes the lines of the names that were found.
pub(super) fn name_lines(survey: &Survey, names: Names) -> Vec<Line> {
    let last = names.last.map(|origin| {
        let mut line = line("last_name", LAST_PART, origin, survey);
        line.notes.extend(missing_note(survey, names, origin));
        line
    });
    let first = names
        .first
        .map(|origin| line("first_name", FIRST_PART, origin, survey));
    last.into_iter().chain(first).collect()
}

fn line(field: &'static str, transform: &str, origin: NameOrigin, survey: &Survey) -> Line {
    let column = &survey.columns[origin.index()];
    let reason = reason_for(column, survey);
    let (value, confidence, reason) = match origin {
        NameOrigin::Column(_) => (quoted(&column.name), column.confidence(), reason),
        NameOrigin::PartOf(_) => (
            part_of(&column.name, transform),
            column.confidence().saturating_sub(DIVIDED),
            format!("{reason} It is a whole name, of which this takes a part."),
        ),
    };
    Line {
        field,
        value,
        confidence,
        reason,
        notes: Vec::new(),
        runner_ups: Vec::new(),
        columns: vec![column.index],
    }
}

/// The value of a line that takes a part of a whole name.
fn part_of(column: &str, transform: &str) -> String {
    format!(
        "{{ column = {}, transform = [{}] }}",
        quoted(column),
        quoted(transform)
    )
}

/// What becomes of rows without a last name, and what could be done about it.
fn missing_note(survey: &Survey, names: Names, origin: NameOrigin) -> Option<String> {
    let column = &survey.columns[origin.index()];
    let missing = survey.rows - column.facts.filled;
    if missing == 0 || column.facts.filled == 0 {
        return None;
    }
    let first = names.first.map(|first| &survey.columns[first.index()]);
    let company = survey
        .columns
        .iter()
        .find(|column| column.is(Concept::Company));
    let others: Vec<&Column> = first
        .into_iter()
        .chain(company)
        .filter(|other| other.index != column.index && other.facts.filled > 0)
        .collect();
    let share = percent(1.0 - column.facts.filled_share());
    let fate = format!("{share} of the rows have none and are rejected");
    if others.is_empty() {
        return Some(format!("{fate}, because the CRM takes no lead without."));
    }
    let mut list = vec![quoted(&column.name)];
    list.extend(others.iter().map(|other| quoted(&other.name)));
    let names: Vec<String> = others.iter().map(|other| shown(&other.name)).collect();
    Some(format!(
        "{fate}; to send them under {}: last_name = [{}]",
        names.join(" or "),
        list.join(", ")
    ))
}
