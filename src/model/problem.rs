//! Why a row is not a lead, or a warning about it.

use std::borrow::Cow;

use serde::{Deserialize, Serialize};

use super::{Code, shorten};

/// What a check says of one value, before anybody knows which column it came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The stable code.
    pub code: Code,
    /// What is wrong, as the rest of a sentence that begins with the value: ``has no `@` ``.
    pub predicate: Cow<'static, str>,
}

impl Finding {
    /// A finding with its code and the rest of the sentence.
    pub fn new(code: Code, predicate: impl Into<Cow<'static, str>>) -> Self {
        Self {
            code,
            predicate: predicate.into(),
        }
    }
}

/// A problem of a row: a code for programs and a sentence for people.
///
/// Whether it kept the row out or is only a warning follows from the row's status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    /// The stable code.
    pub code: Code,
    /// What is wrong, where, with the value shortened to 80 characters. No full stop.
    pub sentence: String,
}

impl Problem {
    /// A problem of the whole row, or of the server's answer to it.
    pub fn new(code: Code, sentence: impl Into<String>) -> Self {
        Self {
            code,
            sentence: sentence.into(),
        }
    }

    /// A problem of `value` in the column called `column`.
    pub fn of_value(column: &str, value: &str, finding: &Finding) -> Self {
        let sentence = format!(
            "column `{column}`: `{}` {}",
            shorten(value),
            finding.predicate
        );
        Self {
            code: finding.code,
            sentence,
        }
    }
}
