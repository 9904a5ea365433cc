//! Names of columns that are nearly right.

use super::concept::Concept;
use super::synonyms::{Meaning, Synonyms};

/// Shorter names are too near to each other: `Stage` and `State`.
const SHORTEST: usize = 5;

/// From so many letters on two may be wrong.
const LONG: usize = 10;

/// What a misspelt name most likely stands for: the meanings of the only name that is near enough.
///
/// `name` is compact. The first letter must be right. Empty when no name is near, or when the nearest ones
/// stand for different things.
pub(super) fn meanings_of_misspelt<'t>(name: &str, table: &'t Synonyms) -> &'t [Meaning] {
    let length = name.chars().count();
    if length < SHORTEST || name.chars().any(char::is_numeric) {
        return &[];
    }
    let most = if length < LONG { 1 } else { 2 };
    let mut nearest: Option<(usize, &'t [Meaning])> = None;
    for (known, meanings) in table.all() {
        if !is_comparable(name, length, known, most) || !is_worth_it(meanings) {
            continue;
        }
        let distance = strsim::osa_distance(name, known);
        if distance > most {
            continue;
        }
        match nearest {
            Some((least, _)) if distance > least => {}
            Some((least, found)) if distance == least => {
                if concept_of(found) != concept_of(meanings) {
                    nearest = Some((least, &[]));
                }
            }
            _ => nearest = Some((distance, meanings)),
        }
    }
    nearest.map_or(&[], |(_, meanings)| meanings)
}

/// A cheap look that spares most comparisons.
fn is_comparable(name: &str, length: usize, known: &str, most: usize) -> bool {
    let known_length = known.chars().count();
    known_length >= SHORTEST
        && known_length.abs_diff(length) <= most
        && name.chars().next() == known.chars().next()
}

fn is_worth_it(meanings: &[Meaning]) -> bool {
    meanings
        .iter()
        .any(|known| !known.is_weak && !known.concept.is_mere_word())
}

fn concept_of(meanings: &[Meaning]) -> Option<Concept> {
    meanings
        .iter()
        .find(|known| !known.is_weak && !known.concept.is_mere_word())
        .map(|known| known.concept)
}

#[cfg(test)]
mod tests {
    use super::super::synonyms::synonyms;
    use super::*;

    #[test]
    fn near_names_are_found_and_far_ones_are_not() {
        for (name, expected) in [
            ("fisrtname", Some(Concept::FirstName)),
            ("surnmae", Some(Concept::LastName)),
            ("telehpone", Some(Concept::Phone)),
            ("descripton", Some(Concept::Description)),
            ("emial", Some(Concept::Email)),
            ("flughohe", None),
            ("cat", None),
        ] {
            let found = concept_of(meanings_of_misspelt(name, synonyms()));
            assert_eq!(found, expected, "{name}");
        }
    }
}
