//! The column that makes a row the same row tomorrow.

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
    ids.first().map_or(IdentityChoice::None, |column| {
        IdentityChoice::Unfit(why_unfit(column, survey))
    })
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
