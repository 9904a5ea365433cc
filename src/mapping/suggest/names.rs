//! Which columns hold the last and the first name.

use super::concept::Concept;
use super::header_reading::How;
use super::survey::{Column, Survey};

/// Where a name comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum NameOrigin {
    /// The column holds it.
    Column(usize),
    /// It is a part of the whole name in the column.
    PartOf(usize),
}

/// The columns of a lead's names, by their index.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Names {
    pub(super) last: Option<NameOrigin>,
    pub(super) first: Option<NameOrigin>,
}

/// Finds the names. A column that only says `Name` is what the others leave open: the last name beside a first
/// name, the first beside a last, the whole name beside neither.
pub(super) fn find_names(survey: &Survey) -> Names {
    let last = best(survey, Concept::LastName);
    let first = best(survey, Concept::FirstName);
    let mere = best(survey, Concept::Name);
    let whole = best(survey, Concept::FullName);
    let mut names = Names {
        last: last.map(|column| NameOrigin::Column(column.index)),
        first: first.map(|column| NameOrigin::Column(column.index)),
    };
    match (last, first) {
        (Some(_), Some(_)) => {}
        (None, Some(first)) => {
            names.last = mere
                .map(|mere| part_or_whole(mere, first))
                .or(whole.map(|whole| NameOrigin::PartOf(whole.index)));
        }
        (Some(last), None) => {
            names.first = mere.map(|mere| part_or_whole(mere, last)).or(whole
                .filter(|whole| is_telling(whole))
                .map(|whole| NameOrigin::PartOf(whole.index)));
        }
        (None, None) => {
            // A mere name is a person's if nothing else in the file is.
            let whole = whole.filter(|whole| is_telling(whole)).or(mere).or(whole);
            names.last = whole.map(|whole| NameOrigin::PartOf(whole.index));
            names.first = names.last;
        }
    }
    names
}

/// The column that most surely holds `concept`; the first of equal ones.
fn best(survey: &Survey, concept: Concept) -> Option<&Column> {
    let columns = survey.columns.iter().filter(|column| column.is(concept));
    columns.max_by_key(|column| {
        (
            column.facts.filled > 0 || survey.rows == 0,
            std::cmp::Reverse(column.reading.place),
            column.confidence(),
            std::cmp::Reverse(column.index),
        )
    })
}

fn is_telling(column: &Column) -> bool {
    let how = column.role.and_then(|role| role.how);
    how.is_some_and(|how| how <= How::Composed)
}

/// Whether the cells of a mere `Name` hold the other part of the name as well.
fn part_or_whole(mere: &Column, part: &Column) -> NameOrigin {
    /// Whole names have more than one word in nearly every row, last names hardly ever.
    const MOSTLY_ONE_WORD: f64 = 0.5;
    let parts: Vec<String> = part.facts.samples().map(str::to_lowercase).collect();
    let cells: Vec<String> = mere.facts.samples().map(str::to_lowercase).collect();
    let holds_part = |cell: &&String| {
        cell.contains(char::is_whitespace)
            && parts
                .iter()
                .any(|part| cell.split_whitespace().any(|word| word == part))
    };
    let holding = cells.iter().filter(holds_part).count();
    let is_whole = mere.facts.single_word_share() < MOSTLY_ONE_WORD && holding * 2 > cells.len();
    if is_whole {
        NameOrigin::PartOf(mere.index)
    } else {
        NameOrigin::Column(mere.index)
    }
}

impl NameOrigin {
    /// The column.
    pub(super) fn index(self) -> usize {
        match self {
            Self::Column(index) | Self::PartOf(index) => index,
        }
    }
}
