//! How every error looks: what failed, why, and what to do.

use std::error::Error;
use std::fmt::Write as _;

use crate::cli::terminal::uses_colour;
use crate::import::ImportError;
use crate::ledger::{LedgerError, LockError};
use crate::mapping::MappingError;
use crate::model::ExitCode;
use crate::report::{Level, LogLine};

/// A command that failed, ready to be shown.
#[derive(Debug)]
pub(super) struct Failure {
    message: String,
    causes: Vec<String>,
    /// Marked excerpts of a file; they take the place of message and causes.
    excerpt: Option<String>,
    hints: Vec<String>,
    pub(super) exit_code: ExitCode,
}

impl Failure {
    /// Wrong usage or settings, with the hint that helps.
    pub(super) fn unusable(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            message: message.into(),
            causes: Vec::new(),
            excerpt: None,
            hints: vec![hint.into()],
            exit_code: ExitCode::Unusable,
        }
    }

    /// An error with all its causes.
    pub(super) fn of(error: &(dyn Error + 'static)) -> Self {
        let causes = std::iter::successors(error.source(), |&cause| cause.source());
        Self {
            message: error.to_string(),
            causes: causes.map(ToString::to_string).collect(),
            excerpt: None,
            hints: Vec::new(),
            exit_code: ExitCode::Unusable,
        }
    }

    /// Puts this failure under a sentence that says what was being done.
    pub(super) fn while_doing(mut self, message: impl Into<String>) -> Self {
        self.causes
            .insert(0, std::mem::replace(&mut self.message, message.into()));
        self
    }

    /// How the program ends for it.
    pub(super) fn with_exit_code(mut self, exit_code: ExitCode) -> Self {
        self.exit_code = exit_code;
        self
    }

    /// What to do, one action after the other; replaces what was there.
    pub(super) fn with_hint(mut self, hints: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.hints = hints.into_iter().map(Into::into).collect();
        self
    }

    /// One thing more that can be done.
    pub(super) fn and_hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The failure as it is told.
    pub(super) fn line(&self) -> LogLine {
        let mut line = LogLine::new(Level::Error, self.message.as_str())
            .with("exit_code", self.exit_code.number());
        if !self.causes.is_empty() {
            line = line.with("causes", self.causes.as_slice());
        }
        if let Some(excerpt) = &self.excerpt {
            line = line.with("excerpt", excerpt.as_str());
        }
        if !self.hints.is_empty() {
            line = line.with("hint", self.hints.join("; "));
        }
        line.shown_as(self.render())
    }

    /// The failure as people read it: `error:`, `Caused by:`, `hint:`.
    pub(super) fn render(&self) -> String {
        let mut text = String::new();
        if let Some(excerpt) = &self.excerpt {
            text.push_str(excerpt.trim_end());
        } else {
            let _ = write!(text, "error: {}", self.message);
            for cause in &self.causes {
                let _ = write!(text, "\n  Caused by: {cause}");
            }
        }
        for (index, hint) in self.hints.iter().enumerate() {
            let gap = if index == 0 { "\n\n" } else { "\n" };
            let _ = write!(text, "{gap}hint: {hint}");
        }
        text
    }
}

impl From<ImportError> for Failure {
    fn from(error: ImportError) -> Self {
        let exit_code = match error {
            ImportError::Names(ref error) if error.is_of_the_mapping() => ExitCode::Unusable,
            ImportError::Preflight(_)
            | ImportError::Names(_)
            | ImportError::NamesOfCheck(_)
            | ImportError::Locked(LockError::Held { .. })
            | ImportError::Ledger(LedgerError::Full { .. })
            | ImportError::Interrupted
            | ImportError::KnownByLead { .. }
            | ImportError::ImportedElsewhere { .. }
            | ImportError::LeadsGone { .. } => ExitCode::Stopped,
            _ => ExitCode::Unusable,
        };
        Self {
            exit_code,
            ..Self::of(&error).with_hint(error.hint())
        }
    }
}

impl From<MappingError> for Failure {
    fn from(error: MappingError) -> Self {
        Self {
            excerpt: Some(error.render(uses_colour())),
            ..Self::of(&error)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Failure;

    #[test]
    fn a_failure_shows_what_why_and_what_to_do() {
        let cause = std::io::Error::other("no such file");
        let failure = Failure::of(&cause)
            .while_doing("cannot open mapping file `maps/hubspot.toml`")
            .with_hint(Some("check the path"));
        assert_eq!(
            failure.render(),
            "error: cannot open mapping file `maps/hubspot.toml`\n  \
             Caused by: no such file\n\nhint: check the path"
        );
    }
}
