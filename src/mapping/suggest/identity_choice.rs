//! The column that makes a row the same row tomorrow.

use super::cell_shape::CellShape;
use super::concept::Concept;
use super::header_reading::How;
use super::survey::{Column, Survey};
use super::toml_text::shown;

/// Whether there is one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) enum IdentityChoice {
    /// No column looks like it.
    #[default]
    None,
    /// Some do by their names, but not by their cells: why, a sentence.
    Unfit(String),
    /// This one.
    Column {
        /// Counted from 0.
        index: usize,
        /// In percent.
        confidence: u8,
        /// A sentence.
        reason: String,
        /// Why it should not be used unseen.
        doubt: Option<String>,
    },
}

/// Chooses the first column that is called an id and whose cells are all filled and all different.
pub(super) fn choose_identity(survey: &Survey) -> IdentityChoice {
    let is_id = |column: &&Column| column.is(Concept::RecordId);
    let mut ids: Vec<&Column> = survey.columns.iter().filter(is_id).collect();
    ids.sort_by_key(|column| (how(column), column.reading.place, column.index));
    let fit = ids.iter().find(|column| {
        let is_identifying = column.facts.filled == survey.rows && column.facts.is_unique();
        if survey.rows == 0 {
            how(column) <= How::Composed
        } else {
            is_identifying && !column.facts.counts_rows()
        }
    });
    if let Some(column) = fit {
        return identity(column, survey);
    }
    if let Some(column) = unnamed_id(survey) {
        return identity_by_cells(column);
    }
    ids.first().map_or(IdentityChoice::None, |column| {
        IdentityChoice::Unfit(why_unfit(column, survey))
    })
}

/// A column whose name says nothing and whose cells are codes, all filled and all different.
fn unnamed_id(survey: &Survey) -> Option<&Column> {
    /// Fewer rows differ by chance.
    const FEWEST_ROWS: usize = 5;
    let is_id = |column: &&Column| {
        column.role.is_none()
            && column.unusable.is_none()
            && column.facts.filled == survey.rows
            && column.facts.is_unique()
            && column.facts.share(&[CellShape::Code]) >= 1.0
    };
    let mut columns = survey.columns.iter();
    if survey.rows < FEWEST_ROWS {
        return None;
    }
    columns.find(is_id)
}

fn identity_by_cells(column: &Column) -> IdentityChoice {
    /// The cells say it, and nothing else.
    const BY_CELLS: u8 = 65;
    let name = shown(&column.name);
    IdentityChoice::Column {
        index: column.index,
        confidence: BY_CELLS,
        reason: format!(
            "{name} says nothing, but its cells are codes, all filled and all different."
        ),
        doubt: Some(format!("only its cells say that {name} identifies rows")),
    }
}

fn identity(column: &Column, survey: &Survey) -> IdentityChoice {
    let name = shown(&column.name);
    let (reason, doubt) = if survey.rows == 0 {
        (
            format!(
                "{name} is called an id; there is no row to see whether all are filled and different."
            ),
            Some(format!("nothing shows that {name} identifies rows")),
        )
    } else {
        (
            format!("{name} is called an id, and all cells looked at are filled and different."),
            None,
        )
    };
    IdentityChoice::Column {
        index: column.index,
        confidence: column.confidence(),
        reason,
        doubt,
    }
}

fn how(column: &Column) -> How {
    let how = column.role.and_then(|role| role.how);
    how.unwrap_or(How::InPart)
}

fn why_unfit(column: &Column, survey: &Survey) -> String {
    let name = shown(&column.name);
    if column.facts.counts_rows() {
        format!(
            "{name} counts the rows from 1. If the program it comes from gives these numbers once and for all, make \
             it the identity; if the next file counts from 1 again, it is none."
        )
    } else if column.facts.filled < survey.rows {
        format!("{name} is called an id, but some of its cells are empty.")
    } else {
        format!("{name} is called an id, but some of its cells are equal.")
    }
}
