//! The two parts of a full name.
//!
//! Both parts together have every word of the name: nothing is lost where a mapping takes both.

use std::borrow::Cow;

/// Words that begin a last name which goes on behind them, in lower case.
const PARTICLES: [&str; 49] = [
    "af", "al", "am", "auf", "av", "bin", "bint", "binti", "da", "dal", "das", "de", "degli",
    "dei", "del", "della", "delle", "den", "der", "des", "di", "do", "dos", "du", "el", "ibn",
    "la", "las", "le", "lo", "los", "ter", "ten", "'t", "van", "vom", "von", "vander", "vanden",
    "zu", "zum", "zur", "ben", "st.", "بن", "بنت", "ابن", "آل", "أبو",
];

/// Commas of the scripts that have one of their own.
const COMMAS: [char; 3] = [',', '،', '，'];

/// Words that stand between two last names, in lower case.
const CONNECTORS: [&str; 3] = ["y", "e", "i"];

/// What stands behind a last name and belongs to it, in lower case and without dots.
const SUFFIXES: [&str; 13] = [
    "jr", "sr", "ii", "iii", "iv", "phd", "md", "dds", "esq", "cpa", "mba", "msc", "bsc",
];

/// The given names: what stands behind the comma of `Berg, Jan van der`, else what comes before the last name. Empty
/// for a name of one word.
pub(super) fn first_names(name: &str) -> Cow<'_, str> {
    let name = without_outer_commas(name);
    match parts_by_comma(name) {
        Some((_, first)) => first.into(),
        None => parts_by_words(name).0.into(),
    }
}

/// The family name: what stands before the comma, else the last word with the particles before it (`van der Berg`)
/// and what belongs behind it (`Berg Jr.`).
pub(super) fn last_name(name: &str) -> Cow<'_, str> {
    let name = without_outer_commas(name);
    match parts_by_comma(name) {
        Some((last, _)) => last.into(),
        None => parts_by_words(name).1.into(),
    }
}

/// A comma before or behind a name parts nothing.
fn without_outer_commas(name: &str) -> &str {
    name.trim_matches(|character: char| character.is_whitespace() || COMMAS.contains(&character))
}

/// The last name and the given names around a comma, unless only a degree or the like stands behind it.
fn parts_by_comma(name: &str) -> Option<(&str, &str)> {
    let (last, first) = name.split_once(COMMAS)?;
    let (last, first) = (last.trim(), first.trim());
    let are_suffixes = first.split([' ', ',']).all(is_suffix);
    (!last.is_empty() && !first.is_empty() && !are_suffixes).then_some((last, first))
}

fn is_suffix(word: &str) -> bool {
    let bare = word.replace('.', "").to_lowercase();
    bare.is_empty() || SUFFIXES.contains(&bare.as_str())
}

/// The given names and the last name, parted between two words.
fn parts_by_words(name: &str) -> (&str, &str) {
    let name = name.trim();
    let words = words_of(name);
    let behind_name = words
        .iter()
        .rposition(|&(_, word)| !is_suffix(word.trim_end_matches(',')));
    // A name of suffixes alone is a name all the same.
    let last = behind_name.unwrap_or(words.len().saturating_sub(1));
    let start = start_of_last_name(&words, last);
    match words.get(start) {
        Some(&(at, _)) => (name[..at].trim_end(), &name[at..]),
        None => ("", name),
    }
}

/// Which word the last name begins with, whose last word before any suffix is the one at `last`.
fn start_of_last_name(words: &[(usize, &str)], last: usize) -> usize {
    let lower_case = |index: usize| words[index].1.to_lowercase();
    let is_particle = |index: &usize| PARTICLES.contains(&lower_case(*index).as_str());
    // A name that begins with a small particle has no given names: `van der Berg`, but not `Van Morrison`.
    let begins_small = words
        .first()
        .is_some_and(|(_, word)| word.starts_with(char::is_lowercase));
    let first = usize::from(!begins_small);
    if let Some(particle) = (first..last).find(is_particle) {
        return particle;
    }
    // José Ortega y Gasset.
    let has_connector = last >= 3 && CONNECTORS.contains(&lower_case(last - 1).as_str());
    if has_connector { last - 2 } else { last }
}

/// The words of a text, each with where it begins.
fn words_of(text: &str) -> Vec<(usize, &str)> {
    let start = text.as_ptr() as usize;
    text.split_whitespace()
        .map(|word| (word.as_ptr() as usize - start, word))
        .collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn full_names_are_parted_where_people_would() {
        for (name, first, last) in [
            ("Jane Doe", "Jane", "Doe"),
            ("Doe, Jane", "Jane", "Doe"),
            ("van der Berg, Jan Pieter", "Jan Pieter", "van der Berg"),
            ("Jan Pieter van der Berg", "Jan Pieter", "van der Berg"),
            ("Vincent van Gogh", "Vincent", "van Gogh"),
            ("Robert De Niro", "Robert", "De Niro"),
            ("María de la Cruz Pérez", "María", "de la Cruz Pérez"),
            ("José Ortega y Gasset", "José", "Ortega y Gasset"),
            ("Ana Maria dos Santos", "Ana Maria", "dos Santos"),
            ("Dr. Jane Doe", "Dr. Jane", "Doe"),
            ("John Smith Jr.", "John", "Smith Jr."),
            ("John Smith, Jr.", "John", "Smith, Jr."),
            ("John Smith, PhD, MBA", "John", "Smith, PhD, MBA"),
            ("Smith, John, PhD", "John, PhD", "Smith"),
            ("Ayşe Gül Yılmaz", "Ayşe Gül", "Yılmaz"),
            ("Al Gore", "Al", "Gore"),
            ("Van Morrison", "Van", "Morrison"),
            ("Иванов Иван", "Иванов", "Иван"),
            ("山田太郎", "", "山田太郎"),
            ("Madonna", "", "Madonna"),
            ("Doe,", "", "Doe"),
            ("van der Berg", "", "van der Berg"),
            ("von Bülow", "", "von Bülow"),
            ("محمد بن سلمان", "محمد", "بن سلمان"),
            (", Jane", "", "Jane"),
            (",", "", ""),
            ("  Jane   Doe  ", "Jane", "Doe"),
            ("III", "", "III"),
            ("", "", ""),
        ] {
            assert_eq!(first_names(name), first, "{name}");
            assert_eq!(last_name(name), last, "{name}");
        }
    }

    proptest! {
        #[test]
        fn no_word_of_a_name_is_lost_or_told_twice(name in "[\\PC]{0,12}( (van|de|y|Jr\\.|[\\PC]{0,6})){0,4}") {
            let words = |text: &str| {
                let mut words: Vec<String> = text
                    .split(|it: char| it.is_whitespace() || [',', '،', '，'].contains(&it))
                    .filter(|word| !word.is_empty())
                    .map(str::to_owned)
                    .collect();
                words.sort();
                words
            };
            let parts = format!("{} {}", first_names(&name), last_name(&name));
            prop_assert_eq!(words(&parts), words(&name));
        }
    }
}
