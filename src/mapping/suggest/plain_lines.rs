//! The lines of fields that one column feeds as it is, or after a look-up.

use super::concept::Concept;
use super::header_reading::How;
use super::reason::reason_for;
use super::suggestion::Line;
use super::survey::{Column, Survey};
use super::toml_text::quoted;
use crate::model::{FieldKind, lead_field};

/// How the column of a field is written.
#[derive(Debug, Clone, Copy)]
enum Form {
    /// Its name.
    Plain,
    /// Its names are looked up among those of the CRM.
    LookedUp(&'static str),
}

/// A field, what its column may hold in the order of preference, and how it is written.
struct PlainField {
    field: &'static str,
    concepts: &'static [Concept],
    form: Form,
}

/// Fields of one column each. Ids of the CRM itself come before names that must be looked up.
static PLAIN_FIELDS: [PlainField; 10] = [
    PlainField::new("description", &[Concept::Description], Form::Plain),
    PlainField::new("message", &[Concept::Message], Form::Plain),
    PlainField::new(
        "preferred_contact",
        &[Concept::PreferredContact],
        Form::Plain,
    ),
    PlainField::new("source_page_url", &[Concept::SourcePageUrl], Form::Plain),
    PlainField::new("lead_status_id", &[Concept::OwnStatusId], Form::Plain),
    PlainField::new(
        "lead_reference_source_id",
        &[Concept::OwnSourceId],
        Form::Plain,
    ),
    PlainField::new("assigned_user_id", &[Concept::OwnUserId], Form::Plain),
    PlainField::new(
        "lead_status_id",
        &[Concept::LeadStatus],
        Form::LookedUp("statuses"),
    ),
    PlainField::new(
        "lead_reference_source_id",
        &[Concept::LeadSource],
        Form::LookedUp("reference_sources"),
    ),
    PlainField::new(
        "assigned_user_id",
        &[Concept::Owner],
        Form::LookedUp("users"),
    ),
];

impl PlainField {
    const fn new(field: &'static str, concepts: &'static [Concept], form: Form) -> Self {
        Self {
            field,
            concepts,
            form,
        }
    }

    fn line(&self, survey: &Survey) -> Option<Line> {
        let mut columns: Vec<&Column> = survey
            .columns
            .iter()
            .filter(|column| self.rank_of(column).is_some())
            .collect();
        let longest = columns
            .iter()
            .map(|column| column.facts.usual_length())
            .max();
        columns.sort_by_key(|column| {
            (
                self.rank_of(column),
                column.facts.filled == 0,
                column.reading.place,
                !column.reading.names_the_lead,
                // The text that somebody wrote is longer than the subject that he chose.
                self.is_long_text() && is_much_shorter(column, longest),
                column.reading.number,
                column.index,
            )
        });
        let (first, others) = columns.split_first()?;
        Some(Line {
            field: self.field,
            value: self.value(first),
            confidence: self.confidence(first),
            reason: reason_for(first, survey),
            notes: self.notes(),
            runner_ups: others.iter().map(|column| column.index).collect(),
            columns: vec![first.index],
        })
    }

    /// How good a column is for the field, the best first: weak names behind sure ones of the next kind.
    fn rank_of(&self, column: &Column) -> Option<(bool, usize)> {
        let rank = self
            .concepts
            .iter()
            .position(|&concept| column.is(concept))?;
        let how = column.role.and_then(|role| role.how);
        Some((how.is_none_or(|how| how >= How::Often), rank))
    }

    /// Whether the cells must be ids of the CRM itself.
    fn takes_own_ids(&self) -> bool {
        const OWN: [Concept; 3] = [
            Concept::OwnStatusId,
            Concept::OwnSourceId,
            Concept::OwnUserId,
        ];
        self.concepts.iter().any(|concept| OWN.contains(concept))
    }

    /// Numbers do not tell whose ids they are.
    fn confidence(&self, column: &Column) -> u8 {
        const WHOSE_IDS: u8 = 70;
        if self.takes_own_ids() {
            column.confidence().min(WHOSE_IDS)
        } else {
            column.confidence()
        }
    }

    /// Whether it takes text of any length.
    fn is_long_text(&self) -> bool {
        let field = lead_field(self.field);
        field.is_some_and(|field| field.kind == FieldKind::Text { max_length: None })
    }

    fn value(&self, column: &Column) -> String {
        match self.form {
            Form::Plain => quoted(&column.name),
            Form::LookedUp(list) => looked_up(&column.name, list),
        }
    }

    fn notes(&self) -> Vec<String> {
        match self.form {
            Form::LookedUp("reference_sources") => vec![
                "Its names are looked up in the CRM; with create_missing = true it gets those that it lacks."
                    .to_owned(),
            ],
            Form::LookedUp(_) => vec!["Its names are looked up in the CRM.".to_owned()],
            Form::Plain if self.takes_own_ids() => vec![
                "Look whether these are ids of the CRM, and not of the program that made the file.".to_owned(),
            ],
            Form::Plain => Vec::new(),
        }
    }
}

/// Whether the cells are usually less than half as long as those of the longest column.
fn is_much_shorter(column: &Column, longest: Option<usize>) -> bool {
    longest.is_some_and(|longest| column.facts.usual_length() * 2 < longest)
}

/// The lines of all these fields for which there is a column; one for each field.
pub(super) fn plain_lines(survey: &Survey) -> Vec<Line> {
    let mut lines: Vec<Line> = Vec::new();
    for field in &PLAIN_FIELDS {
        if !lines.iter().any(|line| line.field == field.field) {
            lines.extend(field.line(survey));
        }
    }
    lines
}

/// The value of a line whose names are looked up among those of the CRM: **the one place that writes it**.
fn looked_up(column: &str, list: &str) -> String {
    format!(
        "{{ column = {}, lookup = {} }}",
        quoted(column),
        quoted(list)
    )
}
