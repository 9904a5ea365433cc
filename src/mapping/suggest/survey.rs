//! The columns of a file: what their names and their cells say, put together.

use super::column_facts::ColumnFacts;
use super::concept::Concept;
use super::evidence::{Fit, concept_by_cells, could_be_phones, fit};
use super::header_reading::{Guess, HeaderReading, How, Place, read_header};
use super::language::{Language, LanguageSet, language_of};
use super::synonyms::synonyms;
use crate::model::{Header, is_own_column};

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

/// What a column holds, as far as is known.
#[derive(Debug, Clone)]
pub(super) struct Column {
    /// Counted from 0.
    pub(super) index: usize,
    pub(super) name: String,
    pub(super) facts: ColumnFacts,
    pub(super) reading: HeaderReading,
    /// Why a mapping cannot name it.
    pub(super) unusable: Option<String>,
    pub(super) role: Option<Role>,
}

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

/// All columns of a file.
#[derive(Debug, Clone)]
pub(super) struct Survey {
    pub(super) columns: Vec<Column>,
    /// The language that most names are in.
    pub(super) language: Option<Language>,
    /// Rows that were looked at.
    pub(super) rows: usize,
}

impl Column {
    /// Whether it holds `concept`, its cells do not contradict, and a mapping can name it.
    pub(super) fn is(&self, concept: Concept) -> bool {
        self.unusable.is_none()
            && self.role.is_some_and(|role| {
                role.concept == concept && !matches!(role.fit, Fit::Contradicted(_))
            })
    }

    /// Whether it holds names of people, or parts of them.
    fn is_of_names(&self) -> bool {
        use Concept::{FirstName, FullName, LastName, Name};
        [FirstName, LastName, FullName, Name]
            .into_iter()
            .any(|concept| self.is(concept))
    }

    /// How sure its role is; 0 without one.
    pub(super) fn confidence(&self) -> u8 {
        self.role.map_or(0, |role| role.confidence)
    }
}

impl Survey {
    /// Puts together what the names in `header` and the cells of each column say.
    pub(super) fn new(header: &Header, facts: Vec<ColumnFacts>, rows: usize) -> Self {
        let names_say_something = header.row_number > 0;
        let columns: Vec<Column> = facts
            .into_iter()
            .enumerate()
            .map(|(index, facts)| {
                let name = &header.names[index];
                Column {
                    index,
                    name: name.clone(),
                    facts,
                    reading: if names_say_something {
                        read_header(name)
                    } else {
                        HeaderReading::default()
                    },
                    unusable: why_unusable(header, name),
                    role: None,
                }
            })
            .collect();
        let mut survey = Self {
            language: language_of(columns.iter().filter_map(languages)),
            columns,
            rows,
        };
        survey.settle();
        survey
    }

    /// Decides what each column is taken for.
    fn settle(&mut self) {
        let roles: Vec<Option<Role>> = self
            .columns
            .iter()
            .map(|column| self.role_of(column))
            .collect();
        for (column, role) in self.columns.iter_mut().zip(roles) {
            column.role = role;
        }
        if !self.columns.iter().any(Column::is_of_names) {
            name_by_addresses(&mut self.columns);
        }
    }

    fn role_of(&self, column: &Column) -> Option<Role> {
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

    /// Whether `Estado` and its like name a region rather than a status; `None` when nothing tells.
    fn is_region(&self, column: &Column) -> Option<bool> {
        let facts = &column.facts;
        let count = |concept: Concept| {
            facts
                .samples()
                .filter(|cell| synonyms().is_cell_of(concept, cell))
                .count()
        };
        let (statuses, regions) = (count(Concept::StatusCells), count(Concept::RegionCells));
        if statuses != regions {
            return Some(regions > statuses);
        }
        let has_region_besides = self.columns.iter().any(|other| {
            other.index != column.index
                && other.reading.place == Place::Usual
                && only_guess(other) == Some(Concept::Region)
        });
        let has_status_besides = self.columns.iter().any(|other| {
            other.index != column.index && only_guess(other) == Some(Concept::LeadStatus)
        });
        match (has_status_besides, has_region_besides) {
            (true, false) => Some(true),
            (false, true) => Some(false),
            _ => self.is_in_address(column).then_some(true),
        }
    }

    /// Whether it stands beside a street, a town or a postal code.
    fn is_in_address(&self, column: &Column) -> bool {
        let near = column.index.saturating_sub(1)..=column.index + 1;
        self.columns.iter().any(|other| {
            other.index != column.index
                && near.contains(&other.index)
                && only_guess(other)
                    .is_some_and(|guess| guess.is_of_address() || guess == Concept::Region)
        })
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

/// The votes of a column's name; none if it says nothing.
fn languages(column: &Column) -> Option<LanguageSet> {
    let sets = column.reading.guesses.iter().map(|guess| guess.languages);
    sets.reduce(LanguageSet::union)
}

/// The only thing that a column can be by its name.
fn only_guess(column: &Column) -> Option<Concept> {
    match column.reading.guesses[..] {
        [only] => Some(only.concept),
        _ => None,
    }
}

/// Finds names in columns whose own names say nothing: by the e-mail addresses beside them, which most people make of
/// their names, the first name first.
fn name_by_addresses(columns: &mut [Column]) {
    let mut named: Vec<(f64, usize)> = columns
        .iter()
        .filter(|column| column.role.is_none() && column.unusable.is_none())
        .filter_map(|column| Some((column.facts.place_in_addresses()?, column.index)))
        .collect();
    named.sort_by(|one, other| one.0.total_cmp(&other.0));
    let is_whole = |index: usize| columns[index].facts.single_word_share() < 0.5;
    let found = match named[..] {
        [(_, whole)] if is_whole(whole) => vec![(whole, Concept::FullName)],
        [(_, first), (_, last)] if !is_whole(first) && !is_whole(last) => {
            vec![(first, Concept::FirstName), (last, Concept::LastName)]
        }
        _ => Vec::new(),
    };
    for (index, concept) in found {
        columns[index].role = Some(Role {
            concept,
            confidence: BY_CELLS,
            fit: Fit::Confirmed,
            how: None,
            language: None,
        });
    }
}

/// What a column is whose name says that it holds names, as `Contact` does, and whose cells are phones or addresses.
fn role_of_contact(column: &Column) -> Option<Role> {
    let concept = if could_be_phones(&column.facts) {
        Concept::Phone
    } else {
        concept_by_cells(&column.facts)?
    };
    Some(Role {
        concept,
        confidence: BY_CELLS,
        fit: Fit::Confirmed,
        how: Some(How::Often),
        language: None,
    })
}

fn role_by_cells(column: &Column) -> Option<Role> {
    let concept = concept_by_cells(&column.facts)?;
    // `Work` above numbers is a name for a phone.
    let is_half_named = concept == Concept::Phone && column.reading.place != Place::Usual;
    Some(Role {
        concept,
        confidence: BY_CELLS,
        fit: Fit::Confirmed,
        how: is_half_named.then_some(How::Composed),
        language: None,
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

fn why_unusable(header: &Header, name: &str) -> Option<String> {
    if name.is_empty() {
        return Some("it has no name".to_owned());
    }
    if is_own_column(name) {
        return Some("leadferry has added it".to_owned());
    }
    match header.positions_of(name).len() {
        0 | 1 => None,
        several => Some(format!(
            "{several} columns have this name, so that no mapping can tell them apart"
        )),
    }
}
