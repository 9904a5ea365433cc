//! The lines of the last and the first name.

use super::concept::Concept;
use super::fold::words_of;
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

/// The parts of a whole name whose last name comes first, whatever particles it has: there may be several given names
/// behind it.
const FIRST_WORD: &str = r"^([^\s,]+)";
const OTHER_WORDS: &str = r"^[^\s,]+,?\s*(.*)$";

/// How sure anybody can be that cells are written as the name of their column says, in percent.
const ORDER_BY_NAME: u8 = 70;

/// Words for the last name and for the given names in languages that often put the last name first, and words that
/// stand for both in that order; folded.
const LAST_NAME_WORDS: [&str; 13] = [
    "nom",
    "cognome",
    "nazwisko",
    "soyad",
    "soyadi",
    "soyisim",
    "apellido",
    "apellidos",
    "nachname",
    "zuname",
    "фамилия",
    "achternaam",
    "sobrenome",
];
const FIRST_NAME_WORDS: [&str; 15] = [
    "prenom",
    "prenoms",
    "nome",
    "imie",
    "ad",
    "adi",
    "isim",
    "nombre",
    "nombres",
    "vorname",
    "имя",
    "voornaam",
    "отчество",
    "name",
    "names",
];
const WHOLE_NAME_WORDS: [&str; 7] = ["фио", "fio", "nev", "氏名", "姓名", "성명", "お名前"];

/// Whether the name of a column says that the last name comes first in its cells.
fn puts_last_name_first(name: &str) -> bool {
    let words = words_of(name);
    let is_one_of = |word: &String, known: &[&str]| known.contains(&word.as_str());
    let begins = words
        .first()
        .is_some_and(|first| is_one_of(first, &LAST_NAME_WORDS));
    let goes_on = words
        .iter()
        .skip(1)
        .any(|word| is_one_of(word, &FIRST_NAME_WORDS));
    (begins && goes_on) || words.iter().any(|word| is_one_of(word, &WHOLE_NAME_WORDS))
}

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
        NameOrigin::PartOf(_) if puts_last_name_first(&column.name) => {
            let pattern = if transform == LAST_PART {
                FIRST_WORD
            } else {
                OTHER_WORDS
            };
            (
                extract_of(&column.name, pattern),
                column.confidence().min(ORDER_BY_NAME),
                format!(
                    "{reason} It is a whole name, of which this takes a part: its name says that the last name comes first."
                ),
            )
        }
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

/// The value of a line that takes what a regular expression finds.
fn extract_of(column: &str, pattern: &str) -> String {
    format!(
        "{{ column = {}, transform = [{{ extract = '{pattern}' }}] }}",
        quoted(column)
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

#[cfg(test)]
mod tests {
    use super::puts_last_name_first;

    #[test]
    fn the_order_of_a_whole_name_is_read_from_its_name() {
        for (name, expected) in [
            ("Nom Prénom", true),
            ("Nom et prénom", true),
            ("Nom complet", false),
            ("Prénom Nom", false),
            ("ФИО", true),
            ("Фамилия Имя", true),
            ("Имя Фамилия", false),
            ("Cognome e Nome", true),
            ("Nome e cognome", false),
            ("Soyadı Adı", true),
            ("Adı Soyadı", false),
            ("Nazwisko i imię", true),
            ("Név", true),
            ("氏名", true),
            ("Full Name", false),
        ] {
            assert_eq!(puts_last_name_first(name), expected, "{name}");
        }
    }
}
