//! What a single column is taken for, by its name and its cells.

use super::concept::Concept;
use super::evidence::{Fit, concept_by_cells, could_be_phones, fit};
use super::header_reading::{Guess, How, Place};
use super::language::Language;
use super::survey::{Column, Survey};

/// How sure a name makes us, in percent, when no cell says anything.
fn base_confidence(how: How) -> u8 {
    match how {
        How::Named => 94,
        How::Composed => 90,
        How::Misspelt => 74,
        How::Often => 70,
        How::InPart => 60,
    }
}

/// How sure cells alone make us.
const BY_CELLS: u8 = 65;

/// So much less when a name can be read in two ways and only the others say in which.
const AMBIGUOUS: u8 = 8;

/// What a column is taken for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Role {
    pub(super) concept: Concept,
    /// How sure that is, in percent.
    pub(super) confidence: u8,
    pub(super) fit: Fit,
    /// `None` when only the cells say so.
    pub(super) how: Option<How>,
    /// The language of the name.
    pub(super) language: Option<Language>,
}

impl Role {
    /// What nothing but the cells say.
    pub(super) fn by_cells(concept: Concept) -> Self {
        Self {
            concept,
            confidence: BY_CELLS,
            fit: Fit::Confirmed,
            how: None,
            language: None,
        }
    }
}

impl Survey {
    /// What a column is taken for; `None` when nothing tells.
    pub(super) fn role_of(&self, column: &Column) -> Option<Role> {
        let guesses = self.in_its_language(&column.reading.guesses);
        let Some((guess, is_sure)) = self.choose(column, &guesses) else {
            return role_by_cells(column);
        };
        let guess = Guess {
            concept: named_instead_of_numbered(guess.concept, column),
            ..guess
        };
        let found = fit(guess.concept, &column.facts);
        if let (Fit::Contradicted(_), Concept::FullName | Concept::Name) = (found, guess.concept)
            && let Some(role) = role_of_contact(column)
        {
            return Some(role);
        }
        let ambiguity = if is_sure { 0 } else { AMBIGUOUS };
        Some(Role {
            concept: guess.concept,
            confidence: adjusted(base_confidence(guess.how) - ambiguity, found, self.rows),
            fit: found,
            how: Some(guess.how),
            language: self.language_of_guess(guess),
        })
    }

    /// Guesses in the header's language if there are any, else all of them.
    fn in_its_language(&self, guesses: &[Guess]) -> Vec<Guess> {
        let is_its = |guess: &&Guess| {
            self.language
                .is_some_and(|language| guess.languages.contains(language))
        };
        let its: Vec<Guess> = guesses.iter().filter(is_its).copied().collect();
        if its.is_empty() {
            guesses.to_vec()
        } else {
            its
        }
    }

    /// The guess that neighbours, cells and order speak for, and whether there was hardly a choice.
    fn choose(&self, column: &Column, guesses: &[Guess]) -> Option<(Guess, bool)> {
        let first = guesses.first()?;
        let of = |concept: Concept| guesses.iter().find(|guess| guess.concept == concept);
        if let Some(name) = of(Concept::Name) {
            // Which name it is the other columns tell later.
            return Some((*name, true));
        }
        if let (Some(status), Some(region)) = (of(Concept::LeadStatus), of(Concept::Region)) {
            let is_region = self.is_region(column);
            let is_sure = is_region.is_some();
            return Some(if is_region.unwrap_or(false) {
                (*region, is_sure)
            } else {
                (*status, is_sure)
            });
        }
        if let (Some(status), Some(country)) = (of(Concept::LeadStatus), of(Concept::Country)) {
            let names_countries = fit(Concept::Country, &column.facts) == Fit::Confirmed;
            let is_country =
                names_countries || (column.facts.filled == 0 && self.is_in_address(column));
            return Some((if is_country { *country } else { *status }, names_countries));
        }
        if let Some(guess) = self.hidden_field(column, guesses) {
            return Some((guess, true));
        }
        let fitting = guesses.iter().find(|guess| {
            guess.how == first.how && fit(guess.concept, &column.facts) == Fit::Confirmed
        });
        let chosen = fitting.unwrap_or(first);
        let others_feed_a_lead = guesses
            .iter()
            .any(|guess| guess.concept != chosen.concept && guess.how == chosen.how);
        Some((*chosen, !others_feed_a_lead || fitting.is_some()))
    }

    /// A field that a name which usually means something else stands for by its cells, as `User Name` for whole names.
    fn hidden_field(&self, column: &Column, guesses: &[Guess]) -> Option<Guess> {
        let first = guesses.first()?;
        let is_confirmed = |guess: &&Guess| {
            let of_several_words =
                guess.concept != Concept::FullName || column.facts.single_word_share() < 0.3;
            !guess.concept.is_left_out()
                && of_several_words
                && fit(guess.concept, &column.facts) == Fit::Confirmed
        };
        if self.rows == 0 || !first.concept.is_left_out() {
            return None;
        }
        guesses.iter().find(is_confirmed).copied()
    }

    fn language_of_guess(&self, guess: Guess) -> Option<Language> {
        let its = self
            .language
            .filter(|&language| guess.languages.contains(language));
        its.or_else(|| guess.languages.only())
    }
}

/// A column that is called an id of the CRM but holds names is what these name.
fn named_instead_of_numbered(concept: Concept, column: &Column) -> Concept {
    let named = match concept {
        Concept::OwnStatusId => Concept::LeadStatus,
        Concept::OwnSourceId => Concept::LeadSource,
        Concept::OwnUserId => Concept::Owner,
        Concept::OwnCountryId => Concept::Country,
        other => return other,
    };
    let is_contradicted = matches!(fit(concept, &column.facts), Fit::Contradicted(_));
    if is_contradicted { named } else { concept }
}

/// What a column is whose name says that it holds names, as `Contact` does, and whose cells are phones or addresses.
fn role_of_contact(column: &Column) -> Option<Role> {
    let concept = if could_be_phones(&column.facts) {
        Concept::Phone
    } else {
        concept_by_cells(&column.facts)?
    };
    Some(Role {
        how: Some(How::Often),
        ..Role::by_cells(concept)
    })
}

fn role_by_cells(column: &Column) -> Option<Role> {
    let concept = concept_by_cells(&column.facts)?;
    // `Work` above numbers is a name for a phone.
    let is_half_named = concept == Concept::Phone && column.reading.place != Place::Usual;
    Some(Role {
        how: is_half_named.then_some(How::Composed),
        ..Role::by_cells(concept)
    })
}

/// The confidence after the cells have been heard.
fn adjusted(confidence: u8, fit: Fit, rows: usize) -> u8 {
    match fit {
        Fit::Confirmed => (confidence + 4).min(98),
        Fit::NoCells if rows == 0 => confidence,
        Fit::NoCells | Fit::Plausible => confidence - 8,
        Fit::Doubtful(_) => confidence - 20,
        Fit::Contradicted(_) => 0,
    }
}
