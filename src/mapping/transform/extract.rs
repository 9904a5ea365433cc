//! The part of a text that a regular expression finds.

use std::borrow::Cow;

use regex::Regex;

use crate::mapping::document::Reader;
use crate::mapping::node::Node;
use crate::model::{Code, Finding, shorten};

/// A regular expression of whose groups the first that takes part counts, or else the whole match.
#[derive(Debug, Clone)]
pub(super) struct Extract(Regex);

impl Extract {
    /// Reads the expression, in the syntax of the `regex` crate.
    pub(super) fn read(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let pattern = node.filled_text(reader)?;
        match Regex::new(pattern) {
            Ok(expression) => Some(Self(expression)),
            Err(error) => {
                let title = format!("`{}` is no regular expression", shorten(pattern));
                reader.error(node.span.clone(), title, reason(&error));
                reader.help("https://docs.rs/regex/latest/regex/#syntax shows what can be written");
                None
            }
        }
    }

    /// What the expression finds first.
    ///
    /// # Errors
    ///
    /// [`Code::ExtractNoMatch`] if it finds nothing, or none of its groups takes part.
    pub(super) fn found_in<'a>(&self, text: &'a str) -> Result<Cow<'a, str>, Finding> {
        let found = self.0.captures(text).and_then(|captures| {
            // Of several groups, as in `(a)|(b)`, the first that takes part.
            let mut groups = captures.iter().skip(1).flatten();
            if captures.len() > 1 {
                groups.next()
            } else {
                captures.get(0)
            }
        });
        let found = found.ok_or_else(|| {
            let predicate = format!("has nothing that fits `{}`", shorten(self.0.as_str()));
            Finding::new(Code::ExtractNoMatch, predicate)
        })?;
        Ok(found.as_str().into())
    }
}

/// The last line of what the crate says; before it stands a drawing of its own.
fn reason(error: &regex::Error) -> String {
    let said = error.to_string();
    let last = said.lines().last().unwrap_or_default();
    last.trim_start_matches("error: ").to_owned()
}
