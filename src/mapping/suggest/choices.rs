//! Which column feeds which field.

use std::collections::BTreeSet;

use super::attribution_line::attribution_line;
use super::concept::Concept;
use super::evidence::Fit;
use super::identity_choice::{IdentityChoice, choose_identity};
use super::name_lines::name_lines;
use super::names::find_names;
use super::plain_lines::plain_lines;
use super::reach_lines::{email_line, phone_line};
use super::suggestion::Line;
use super::survey::{Column, Survey};
use super::toml_text::shown;
use crate::model::LEAD_FIELDS;

/// Everything that a suggestion uses, and what is to be said about it.
#[derive(Debug, Clone, Default)]
pub(super) struct Choices {
    /// In the order of [`LEAD_FIELDS`].
    pub(super) lines: Vec<Line>,
    pub(super) identity: IdentityChoice,
    /// The column of countries, whose ids only the user knows.
    pub(super) country: Option<usize>,
    /// Columns that the mapping uses, by their index.
    pub(super) used: BTreeSet<usize>,
    /// Why it should not be used unseen.
    pub(super) doubts: Vec<String>,
}

/// Chooses a column for each field. None feeds two, but for a whole name that is divided.
pub(super) fn choose(survey: &Survey) -> Choices {
    let names = find_names(survey);
    let country = best_country(survey).map(|column| column.index);
    let email = email_line(survey);
    let phone = phone_line(survey, email.as_ref(), country);
    let mut choices = Choices {
        country,
        ..Choices::default()
    };
    if let Some(phone) = phone {
        choices.doubts.extend(phone.doubt);
        if phone.uses_country {
            choices.used.extend(country);
        }
        choices.lines.push(phone.line);
    }
    choices.lines.extend(email);
    choices.lines.extend(name_lines(survey, names));
    choices.lines.extend(plain_lines(survey));
    choices.lines.extend(attribution_line(survey));
    let position = |line: &Line| {
        LEAD_FIELDS
            .iter()
            .position(|field| field.name == line.field)
    };
    choices.lines.sort_by_key(position);
    let used = choices
        .lines
        .iter()
        .flat_map(|line| line.columns.iter().copied());
    choices.used.extend(used);
    choices.identity = choose_identity(survey);
    if let IdentityChoice::Column { index, doubt, .. } = &choices.identity {
        choices.used.insert(*index);
        choices.doubts.extend(doubt.clone());
    }
    let contradicted: Vec<String> = contradictions(survey, &choices).collect();
    choices.doubts.extend(contradicted);
    choices
}

/// The country that most surely is the lead's own.
fn best_country(survey: &Survey) -> Option<&Column> {
    let names_countries = |column: &&Column| {
        let fits = column
            .role
            .is_some_and(|role| matches!(role.fit, Fit::Confirmed | Fit::NoCells));
        column.is(Concept::Country) && fits
    };
    let countries = survey.columns.iter().filter(names_countries);
    countries.min_by_key(|column| {
        (
            column.role.map(|role| role.how.is_none()),
            // Empty columns come last, where there are rows.
            column.facts.filled == 0,
            column.reading.place,
            column.reading.number,
            std::cmp::Reverse(column.facts.filled),
            column.index,
        )
    })
}

/// Columns whose names promise a field and whose cells hold something else.
fn contradictions<'a>(
    survey: &'a Survey,
    choices: &'a Choices,
) -> impl Iterator<Item = String> + 'a {
    survey.columns.iter().filter_map(|column| {
        let role = column.role?;
        match role.fit {
            Fit::Contradicted(why) if !choices.used.contains(&column.index) => {
                Some(format!("{} is left out: {why}", shown(&column.name)))
            }
            _ => None,
        }
    })
}
