//! What the name of a column says.

use super::combination::combined;
use super::concept::Concept;
use super::fold::words_of;
use super::language::LanguageSet;
use super::segmentation::{Segment, segments};
use super::synonyms::{Meaning, Synonyms, synonyms};
use super::typo::meanings_of_misspelt;

/// Longer names are sentences, of which no more is looked at.
const MOST_WORDS: usize = 24;

/// How the name says it; the surest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum How {
    /// The table has the name.
    Named,
    /// It is made of names that the table has.
    Composed,
    /// The table has it, and says that it often means something else.
    Often,
    /// All but a letter or two.
    Misspelt,
    /// Some of its words are unknown.
    InPart,
}

/// Which of several columns of one kind it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Place {
    #[default]
    Usual,
    Work,
    Home,
    Other,
}

/// One thing that a column can hold by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Guess {
    pub(super) concept: Concept,
    pub(super) how: How,
    pub(super) languages: LanguageSet,
}

/// What the name of a column says. Without guesses it says nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct HeaderReading {
    pub(super) guesses: Vec<Guess>,
    pub(super) place: Place,
    /// The number in the name, 0 without one: `Phone 2` comes behind `Phone`.
    pub(super) number: u32,
    /// Whether the name says that it is the lead's own, as `Lead Status` does.
    pub(super) names_the_lead: bool,
}

/// Reads the name of a column.
pub(super) fn read_header(name: &str) -> HeaderReading {
    let mut words = words_of(name);
    words.truncate(MOST_WORDS);
    let table = synonyms();
    let parts = segments(&words, table);
    let mut reading = HeaderReading {
        guesses: named(&words, table),
        place: place_of(&parts),
        number: number_of(&words),
        names_the_lead: words.len() > 1 && mentions_the_lead(&words, table),
    };
    if reading.guesses.is_empty() {
        reading.guesses = composed(&words, &parts, table);
    }
    if reading.names_the_lead {
        reading.guesses.iter_mut().for_each(number_of_the_lead);
    }
    reading
}

/// The whole name is in the table.
fn named(words: &[String], table: &Synonyms) -> Vec<Guess> {
    let meanings = table.meanings(&words.concat()).iter();
    let concepts = meanings.filter(|known| !known.concept.is_mere_word());
    let mut guesses: Vec<Guess> = concepts
        .map(|known| Guess {
            concept: known.concept,
            how: if known.is_weak {
                How::Often
            } else {
                How::Named
            },
            languages: known.languages,
        })
        .collect();
    guesses.sort_by_key(|guess| (guess.how, guess.concept));
    guesses
}

fn composed(words: &[String], parts: &[Segment<'_>], table: &Synonyms) -> Vec<Guess> {
    let unknown = parts
        .iter()
        .filter(|part| matches!(part, Segment::Unknown(_)))
        .count();
    if unknown == 0 {
        return combine(parts, How::Composed);
    }
    let misspelt = misspelt(words, parts, table);
    if !misspelt.is_empty() {
        return misspelt;
    }
    let in_part = combine(parts, How::InPart);
    let tells_enough = |guess: &Guess| {
        guess.concept.is_left_out()
            || matches!(
                guess.concept,
                Concept::Phone
                    | Concept::Mobile
                    | Concept::Email
                    | Concept::Country
                    | Concept::RecordId
            )
    };
    in_part.into_iter().filter(tells_enough).collect()
}

/// The whole name, or what is left of it without the words that say whose it is, is nearly in the table.
fn misspelt(words: &[String], parts: &[Segment<'_>], table: &Synonyms) -> Vec<Guess> {
    let is_number = |word: &&String| !word.chars().all(char::is_numeric);
    let whole: String = words.iter().filter(is_number).map(String::as_str).collect();
    let mut found = meanings_of_misspelt(&whole, table);
    if let ([first, _, ..], true) = (parts, found.is_empty())
        && first.is_mere_word()
        && let Some(rest) = words.get(1..)
    {
        let rest: String = rest.iter().filter(is_number).map(String::as_str).collect();
        found = meanings_of_misspelt(&rest, table);
    }
    let concepts = found.iter().filter(|known| !known.concept.is_mere_word());
    concepts
        .filter(|known| !known.is_weak)
        .map(|known| Guess {
            concept: known.concept,
            how: How::Misspelt,
            languages: known.languages,
        })
        .collect()
}

/// What the parts come to. A part that can be a mere word is one if any other part is more, unless that is about a
/// deal: `Deal - Contact person` names the person.
fn combine(parts: &[Segment<'_>], how: How) -> Vec<Guess> {
    let has_concept = |part: &&Segment<'_>| part.concepts().next().is_some();
    let (words, telling): (Vec<&Segment<'_>>, Vec<&Segment<'_>>) = parts
        .iter()
        .filter(has_concept)
        .partition(|part| part.is_mere_word());
    let guesses = sum(&telling, how);
    let is_about_deal = guesses.iter().all(|guess| guess.concept == Concept::Deal);
    if is_about_deal {
        sum(&[words, telling].concat(), how)
    } else {
        guesses
    }
}

/// What parts come to, one after the other. Among several, what a part often but not always means does not count if it
/// has another meaning.
fn sum(parts: &[&Segment<'_>], how: How) -> Vec<Guess> {
    let mut guesses: Vec<Guess> = Vec::new();
    for (position, part) in parts.iter().enumerate() {
        let is_told = parts.len() > 1 && part.concepts().any(|known| !known.is_weak);
        let counts = |known: &Meaning| !(is_told && known.is_weak);
        let own = part.concepts().filter(counts).map(|known| Guess {
            concept: known.concept,
            how: if known.is_weak {
                how.max(How::Often)
            } else {
                how
            },
            languages: known.languages,
        });
        guesses = if position == 0 {
            own.collect()
        } else {
            pairs(&guesses, &own.collect::<Vec<_>>())
        };
    }
    guesses.sort_by_key(|guess| (guess.how, guess.concept));
    guesses
}

/// What each of one part and each of another come to. If some feed a lead, only these.
fn pairs(ones: &[Guess], others: &[Guess]) -> Vec<Guess> {
    let mut found: Vec<Guess> = Vec::new();
    for one in ones {
        for other in others {
            let guess = Guess {
                concept: combined(one.concept, other.concept),
                how: one.how.max(other.how),
                languages: one.languages.narrowed(other.languages),
            };
            if !found.iter().any(|known| known.concept == guess.concept) {
                found.push(guess);
            }
        }
    }
    if found.iter().any(|guess| !guess.concept.is_left_out()) {
        found.retain(|guess| !guess.concept.is_left_out());
    }
    found
}

/// `Customer No` numbers customers, not rows.
fn number_of_the_lead(guess: &mut Guess) {
    if guess.concept == Concept::RowNumber {
        guess.concept = Concept::RecordId;
    }
}

fn place_of(parts: &[Segment<'_>]) -> Place {
    let has = |word: Concept| parts.iter().any(|part| part.has(word));
    if has(Concept::Other) {
        Place::Other
    } else if has(Concept::Home) {
        Place::Home
    } else if has(Concept::Work) || has(Concept::Company) {
        Place::Work
    } else {
        Place::Usual
    }
}

fn number_of(words: &[String]) -> u32 {
    let mut numbers = words.iter().filter_map(|word| word.parse().ok());
    numbers.next_back().unwrap_or(0)
}

fn mentions_the_lead(words: &[String], table: &Synonyms) -> bool {
    words.iter().any(|word| {
        let meanings = table.meanings(word);
        meanings
            .iter()
            .any(|known| known.concept == Concept::Prefix)
    })
}

#[cfg(test)]
mod tests;
