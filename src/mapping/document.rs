//! Reads the TOML document with the place of every value, and gathers all that is wrong with it.
//!
//! The document is walked by hand instead of by serde, because serde stops at the first error and
//! the user wants to mend all of them at once.

use toml::de::DeTable;

use super::column_table::ColumnTable;
use super::mapping_error::{Diagnostic, Span};
use super::node::Node;
use crate::model::nearest_word;

/// What the reading of one file gathers.
pub(super) struct Reader<'d> {
    /// The whole text of the file.
    pub(super) text: &'d str,
    /// Every column that was named so far.
    pub(super) columns: ColumnTable,
    /// Everything that was found wrong so far.
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl<'d> Reader<'d> {
    pub(super) fn new(text: &'d str) -> Self {
        Self {
            text,
            columns: ColumnTable::default(),
            diagnostics: Vec::new(),
        }
    }

    /// Notes an error.
    pub(super) fn error(&mut self, span: Span, title: impl Into<String>, label: impl Into<String>) {
        self.diagnostics.push(Diagnostic {
            span,
            title: title.into(),
            label: label.into(),
            help: None,
        });
    }

    /// Adds advice to the error noted last.
    pub(super) fn help(&mut self, help: impl Into<String>) {
        if let Some(diagnostic) = self.diagnostics.last_mut() {
            diagnostic.help = Some(help.into());
        }
    }

    /// Notes a word that is none of `known`, with the nearest right one or all of them.
    pub(super) fn unknown_word(&mut self, span: Span, what: &str, word: &str, known: &[&str]) {
        self.error(span, format!("unknown {what} `{word}`"), "not known");
        self.help(match nearest_word(word, known.iter().copied()) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None => format!("known are {}", in_back_ticks(known)),
        });
    }

    /// Reads each key of `table` by its line in `keys` into `draft`; other keys are errors.
    pub(super) fn read_keys<T>(
        &mut self,
        table: &DeTable<'_>,
        place: &str,
        keys: &[Key<T>],
        draft: &mut T,
    ) {
        for (key, value) in table {
            let node = Node::of_entry(key, value);
            let Some(known) = keys.iter().find(|known| known.name == node.name) else {
                let names: Vec<_> = keys.iter().map(|known| known.name).collect();
                let what = format!("key in {place}:");
                self.unknown_word(node.key_span, &what, node.name, &names);
                continue;
            };
            match known.only_for {
                Some((fits, whom)) if !fits(draft) => {
                    let title = format!("`{}` does not fit {place}", node.name);
                    self.error(node.key_span, title, format!("only for {whom}"));
                }
                _ => (known.read)(draft, node, self),
            }
        }
    }

    /// The place of `range` within the text `node` holds, or all of it where escapes hide the place.
    pub(super) fn span_within(&self, node: &Node<'_>, text: &str, range: Span) -> Span {
        let quoted = self.text.get(node.span.clone()).unwrap_or_default();
        let plain = quoted.get(1..quoted.len().saturating_sub(1)) == Some(text);
        if plain {
            node.span.start + 1 + range.start..node.span.start + 1 + range.end
        } else {
            node.span.clone()
        }
    }
}

/// Where a key fits, and in words.
type Restriction<T> = (fn(&T) -> bool, &'static str);

/// One key that a table of the mapping file knows: **a new key is one more line of these**.
pub(super) struct Key<T> {
    name: &'static str,
    read: fn(&mut T, Node<'_>, &mut Reader<'_>),
    only_for: Option<Restriction<T>>,
}

impl<T> Key<T> {
    /// A key that `read` takes into the draft.
    pub(super) const fn new(
        name: &'static str,
        read: fn(&mut T, Node<'_>, &mut Reader<'_>),
    ) -> Self {
        Self {
            name,
            read,
            only_for: None,
        }
    }

    /// The key itself.
    pub(super) fn name(&self) -> &'static str {
        self.name
    }

    /// The same key, but an error unless `fits`; `whom` says where it does fit.
    pub(super) const fn only_for(mut self, fits: fn(&T) -> bool, whom: &'static str) -> Self {
        self.only_for = Some((fits, whom));
        self
    }
}

/// Words as messages list them.
pub(super) fn in_back_ticks(words: &[impl AsRef<str>]) -> String {
    let quoted: Vec<String> = words
        .iter()
        .map(|word| format!("`{}`", word.as_ref()))
        .collect();
    quoted.join(", ")
}
