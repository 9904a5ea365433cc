//! Which columns are left out, and why.

use super::concept::Concept;
use super::evidence::Fit;
use super::suggestion::Suggestion;
use super::survey::Column;
use super::synonyms::synonyms;
use super::toml_text::{comment, shown};

/// The columns that the mapping does not use, as comments, those with one reason together.
pub(super) fn left_out(suggestion: &Suggestion) -> String {
    let unused = suggestion
        .survey
        .columns
        .iter()
        .filter(|column| !suggestion.choices.used.contains(&column.index));
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for column in unused {
        let reason = why(column, suggestion);
        let name = if column.name.is_empty() {
            format!("column {}", crate::model::Header::letter(column.index))
        } else {
            shown(&column.name)
        };
        match groups.iter_mut().find(|(known, _)| *known == reason) {
            Some((_, names)) => names.push(name),
            None => groups.push((reason, vec![name])),
        }
    }
    if groups.is_empty() {
        return String::new();
    }
    let mut text = comment("Left out:");
    for (reason, names) in groups {
        text.push_str(&comment(&format!("- {}: {reason}", names.join(", "))));
    }
    text
}

fn why(column: &Column, suggestion: &Suggestion) -> String {
    if let Some(reason) = &column.unusable {
        return reason.clone();
    }
    if suggestion.choices.country == Some(column.index) {
        return "see `country_id` above".to_owned();
    }
    let Some(role) = column.role else {
        return "nothing says what it holds".to_owned();
    };
    match role.fit {
        Fit::Contradicted(why) => why.to_owned(),
        _ if role.concept.is_left_out() => synonyms().reason(role.concept).to_owned(),
        Fit::NoCells if suggestion.survey.rows > 0 => "no cell is filled".to_owned(),
        _ => why_not_chosen(role.concept).to_owned(),
    }
}

/// Why a column that could feed a field does not.
fn why_not_chosen(concept: Concept) -> &'static str {
    match concept {
        Concept::FullName | Concept::Name => {
            "the whole name, whose parts have columns of their own"
        }
        Concept::RecordId => "an id, but not the one that identifies rows best",
        Concept::Country => "a country, but not the one that tells most about the phone number",
        _ => "another column is better for its field",
    }
}
