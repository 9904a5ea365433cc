//! What the user must fill in before countries can be sent.

use std::fmt::Write as _;

use super::column_facts::ColumnFacts;
use super::concept::Concept;
use super::suggestion::Suggestion;
use super::survey::Survey;
use super::toml_text::{comment, quoted, shown};

/// More countries are not listed.
const MOST_COUNTRIES: usize = 30;

/// The line of `country_id`, for the user to complete: the API has no list of countries, so that their ids are
/// known to the user only. Where a column holds ids already, the line itself.
pub(super) fn country_template(suggestion: &Suggestion) -> String {
    let survey = &suggestion.survey;
    if let Some(line) = line_of_ids(survey) {
        return line;
    }
    let Some(index) = suggestion.choices.country else {
        return String::new();
    };
    let column = &survey.columns[index];
    let mut text = comment(&format!(
        "{} names countries. The CRM takes ids of its own for them, which you know and it does not list: fill them \
         in and take the # away.",
        shown(&column.name)
    ));
    let values = values_of(&column.facts);
    let _ = writeln!(
        text,
        "# country_id = {{ column = {}, values = {{ {values} }} }}\n",
        quoted(&column.name)
    );
    text
}

fn line_of_ids(survey: &Survey) -> Option<String> {
    let ids = survey
        .columns
        .iter()
        .find(|column| column.is(Concept::OwnCountryId))?;
    Some(format!("country_id = {}\n\n", quoted(&ids.name)))
}

fn values_of(facts: &ColumnFacts) -> String {
    let mut countries: Vec<&(String, usize)> = facts.counted_samples().iter().collect();
    countries.sort_by(|one, other| other.1.cmp(&one.1).then_with(|| one.0.cmp(&other.0)));
    let listed: Vec<String> = countries
        .iter()
        .take(MOST_COUNTRIES)
        .map(|(country, _)| format!("{} = 0", quoted(country)))
        .collect();
    if listed.is_empty() {
        "\"Germany\" = 0".to_owned()
    } else {
        listed.join(", ")
    }
}
