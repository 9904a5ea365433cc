//! The lines of phone and e-mail, which may use several columns in the order of preference.

use super::cell_shape::VALUE_SEPARATORS;
use super::concept::Concept;
use super::header_reading::{How, Place};
use super::phone_region::{PhoneRegion, Witnesses, guess_region};
use super::reason::{percent, reason_for};
use super::suggestion::Line;
use super::survey::{Column, Survey};
use super::toml_text::{one_or_list, quoted};
use crate::model::shorten;

/// More columns of one kind are somebody's table of numbers, and nobody reads a longer list.
const MOST_COLUMNS: usize = 8;

/// Below so many rows an empty column may be filled in the next file.
const FEW_ROWS: usize = 50;

/// A line of phones with what else comes of it.
pub(super) struct PhoneLine {
    pub(super) line: Line,
    pub(super) uses_country: bool,
    pub(super) doubt: Option<String>,
}

/// The line of the e-mail addresses.
pub(super) fn email_line(survey: &Survey) -> Option<Line> {
    let columns = candidates(survey, &[Concept::Email], |column| {
        (
            is_by_cells(column),
            column.reading.place == Place::Other,
            is_unsure(column),
        )
    });
    let first = *columns.first()?;
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    Some(Line {
        field: "email",
        value: email_value(&columns, &names),
        confidence: first.confidence(),
        reason: reason_for(first, survey),
        notes: order_note(&columns),
        runner_ups: Vec::new(),
        columns: columns.iter().map(|column| column.index).collect(),
    })
}

fn email_value(columns: &[&Column], names: &[&str]) -> String {
    let value = one_or_list(names);
    let is_address = |piece: &str| piece.contains('@');
    let mut keys: Vec<String> = split_key(columns, is_address).into_iter().collect();
    let is_dressed = |cell: &str| {
        let cell = cell.trim();
        let has_scheme = cell
            .get(..7)
            .is_some_and(|scheme| scheme.eq_ignore_ascii_case("mailto:"));
        has_scheme || cell.ends_with(['>', ';', ',', '.'])
    };
    if columns
        .iter()
        .any(|column| column.facts.samples().any(is_dressed))
    {
        keys.push("transform = [\"email_address\"]".to_owned());
    }
    if keys.is_empty() {
        return value;
    }
    format!("{{ column = {value}, {} }}", keys.join(", "))
}

/// What divides several values in a cell, if any has several.
fn split_key(columns: &[&Column], is_value: impl Fn(&str) -> bool) -> Option<String> {
    let has_several = |separator: &str| {
        let divides = |cell: &str| {
            cell.split(separator)
                .filter(|piece| is_value(piece))
                .count()
                > 1
        };
        columns
            .iter()
            .any(|column| column.facts.samples().any(divides))
    };
    let separator = VALUE_SEPARATORS.into_iter().find(|it| has_several(it))?;
    Some(format!("split = {}", quoted(separator.trim())))
}

/// The line of the phone numbers, with the region of those that do not say it.
pub(super) fn phone_line(
    survey: &Survey,
    email: Option<&Line>,
    country: Option<usize>,
) -> Option<PhoneLine> {
    let columns = candidates(survey, &[Concept::Mobile, Concept::Phone], |column| {
        (is_by_cells(column), phone_rank(column), is_unsure(column))
    });
    let first = *columns.first()?;
    let country = country.map(|index| &survey.columns[index]);
    let emails = email.into_iter().flat_map(|line| &line.columns);
    let witnesses = Witnesses {
        phones: columns.clone(),
        emails: emails.map(|&index| &survey.columns[index]).collect(),
        country,
    };
    let region = guess_region(survey, &witnesses);
    let mut notes = order_note(&columns);
    notes.extend(region_note(region, country));
    let line = Line {
        field: "phone_number",
        value: phone_value(&columns, country, region),
        confidence: first.confidence(),
        reason: reason_for(first, survey),
        notes,
        runner_ups: Vec::new(),
        columns: columns.iter().map(|column| column.index).collect(),
    };
    Some(PhoneLine {
        line,
        uses_country: country.is_some(),
        doubt: region_doubt(region, country),
    })
}

/// Why nobody can be sure of the country of the numbers.
fn region_doubt(region: PhoneRegion, country: Option<&Column>) -> Option<String> {
    /// With fewer valid numbers, in the share of all, the country is most likely another one.
    const FEWEST_VALID: f64 = 0.9;
    match (region.guess, region.rival) {
        (None, _) if region.national > 0 && country.is_none() => {
            Some("nothing tells which country the phone numbers belong to".to_owned())
        }
        (Some((guess, _)), Some(rival)) => Some(format!(
            "the phone numbers may be of {} or of {}",
            guess.code(),
            rival.code()
        )),
        (Some((guess, share)), None) if region.national > 0 && share < FEWEST_VALID => {
            Some(format!(
                "only {} of the phone numbers are valid in {}",
                percent(share),
                guess.code()
            ))
        }
        _ => None,
    }
}

/// Usable columns of these kinds in the order of preference. Those that only a part of their names or their cells
/// speak for are taken only if there is no surer one.
fn candidates<'a, K: Ord>(
    survey: &'a Survey,
    concepts: &[Concept],
    rank: impl Fn(&Column) -> K,
) -> Vec<&'a Column> {
    let is_one = |column: &&Column| concepts.iter().any(|&concept| column.is(concept));
    let mut columns: Vec<&Column> = survey.columns.iter().filter(is_one).collect();
    columns.sort_by_key(|column| (rank(column), column.reading.number, column.index));
    let is_named = |column: &&Column| !is_by_cells(column);
    let is_sure = |column: &&Column| is_named(column) && !is_unsure(column);
    if columns.iter().any(is_sure) {
        columns.retain(is_sure);
    } else if columns.iter().any(is_named) {
        columns.retain(is_named);
    } else {
        columns.truncate(1);
    }
    if survey.rows >= FEW_ROWS && columns.iter().any(|column| column.facts.filled > 0) {
        columns.retain(|column| column.facts.filled > 0);
    }
    columns.truncate(MOST_COLUMNS);
    columns
}

fn is_by_cells(column: &Column) -> bool {
    column.role.is_some_and(|role| role.how.is_none())
}

fn is_unsure(column: &Column) -> bool {
    let how = column.role.and_then(|role| role.how);
    how.is_some_and(|how| how >= How::InPart)
}

/// Mobiles first, because they reach the person.
fn phone_rank(column: &Column) -> u8 {
    let is_mobile = column
        .role
        .is_some_and(|role| role.concept == Concept::Mobile);
    let is_often_else = column.role.and_then(|role| role.how) == Some(How::Often);
    match column.reading.place {
        Place::Other => 5,
        _ if is_mobile && is_often_else => 4,
        _ if is_mobile => 0,
        Place::Usual => 1,
        Place::Work => 2,
        Place::Home => 3,
    }
}

fn order_note(columns: &[&Column]) -> Vec<String> {
    if columns.len() > 1 {
        vec!["Of several columns the first valid one is taken.".to_owned()]
    } else {
        Vec::new()
    }
}

fn phone_value(columns: &[&Column], country: Option<&Column>, region: PhoneRegion) -> String {
    let names: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let value = one_or_list(&names);
    let is_number = |piece: &str| {
        const FEWEST_DIGITS: usize = 7;
        let digits = piece.chars().filter(|character| character.is_numeric());
        digits.count() >= FEWEST_DIGITS
    };
    let mut keys: Vec<String> = split_key(columns, is_number).into_iter().collect();
    keys.extend(country.map(|column| format!("region_column = {}", quoted(&column.name))));
    keys.extend(
        region
            .guess
            .map(|(region, _)| format!("default_region = {}", quoted(region.code()))),
    );
    if keys.is_empty() {
        return value;
    }
    format!("{{ column = {value}, {} }}", keys.join(", "))
}

fn region_note(region: PhoneRegion, country: Option<&Column>) -> Vec<String> {
    let by_country = country.map(|column| {
        let name = shorten(&column.name);
        format!("Numbers without `+` belong to the country in `{name}`.")
    });
    let by_guess = match region.guess {
        Some((guess, share)) if region.national == 0 => Some(format!(
            "All numbers looked at have their `+`; {} of them belong to {}, which a number without is taken for.",
            percent(share),
            guess.code()
        )),
        Some((guess, share)) => Some(format!(
            "{} of the numbers looked at that have no `+` are valid in {}.",
            percent(share),
            guess.code()
        )),
        None if region.national > 0 && country.is_none() => Some(
            "Some numbers have no `+`, and nothing tells their country: add default_region = \"..\" with its \
             two letters, or their rows are rejected."
                .to_owned(),
        ),
        None => None,
    };
    let by_rival = region.rival.map(|rival| {
        format!(
            "They would be numbers of {} as well, and nothing but the language decides: look which it is.",
            rival.code()
        )
    });
    by_country
        .into_iter()
        .chain(by_guess)
        .chain(by_rival)
        .collect()
}
