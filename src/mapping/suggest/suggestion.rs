//! A suggested mapping, before it is written down.

use super::choices::Choices;
use super::survey::Survey;

/// A line of which we are less sure than this, in percent, is nobody's to use unseen.
const CONFIDENT: u8 = 90;

/// One line of `[lead]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line {
    pub(super) field: &'static str,
    /// What stands behind the `=`, in TOML.
    pub(super) value: String,
    /// In percent.
    pub(super) confidence: u8,
    /// Why, as sentences.
    pub(super) reason: String,
    /// What else should be known, a sentence each.
    pub(super) notes: Vec<String>,
    /// Other columns that could feed the field, by their index.
    pub(super) runner_ups: Vec<usize>,
    /// The columns that it uses, by their index.
    pub(super) columns: Vec<usize>,
}

/// A mapping that was made by looking at a file.
#[derive(Debug, Clone)]
pub struct Suggestion {
    pub(super) survey: Survey,
    pub(super) choices: Choices,
}

impl Suggestion {
    /// Whether it has all that a mapping must have: a last name for every lead.
    pub fn is_complete(&self) -> bool {
        self.line("last_name").is_some()
    }

    /// Why it should not be used unseen, a sentence each without a full stop. Empty when it is sure of everything.
    pub fn doubts(&self) -> Vec<String> {
        let mut doubts = self.choices.doubts.clone();
        if !self.is_complete() {
            doubts.insert(0, "no column holds last names".to_owned());
        }
        if self.survey.rows == 0 {
            doubts.push("the file has no rows to compare with".to_owned());
        }
        let unsure = self
            .choices
            .lines
            .iter()
            .filter(|line| line.confidence < CONFIDENT);
        doubts.extend(unsure.map(|line| {
            let confidence = line.confidence;
            format!("`{}` is only {confidence} % sure", line.field)
        }));
        doubts
    }

    /// How many columns of the file it uses.
    pub fn used_columns(&self) -> usize {
        self.choices.used.len()
    }

    pub(super) fn line(&self, field: &str) -> Option<&Line> {
        self.choices.lines.iter().find(|line| line.field == field)
    }
}
