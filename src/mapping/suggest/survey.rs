//! The columns of a file: what their names and their cells say, put together.

use super::column_facts::ColumnFacts;
use super::concept::Concept;
use super::evidence::Fit;
use super::header_reading::{HeaderReading, read_header};
use super::language::{Language, LanguageSet, language_of};
use super::names_by_address::name_by_addresses;
use super::role::Role;
use crate::model::{Header, is_own_column};

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
}

/// The votes of a column's name; none if it says nothing.
fn languages(column: &Column) -> Option<LanguageSet> {
    let sets = column.reading.guesses.iter().map(|guess| guess.languages);
    sets.reduce(LanguageSet::union)
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
