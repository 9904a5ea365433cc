//! Upper, lower and title case, by the rules of a language where one is named.

use std::borrow::Cow;

use icu_casemap::options::TitlecaseOptions;
use icu_casemap::{CaseMapper, TitlecaseMapper};
use icu_locale_core::LanguageIdentifier;

use crate::mapping::document::Reader;
use crate::mapping::node::Node;

/// A change of case.
#[derive(Debug, Clone)]
pub(super) struct Casing {
    style: Style,
    language: LanguageIdentifier,
}

#[derive(Debug, Clone, Copy)]
enum Style {
    Upper,
    Lower,
    Title,
}

impl Casing {
    pub(super) fn upper() -> Self {
        Self::of_no_language(Style::Upper)
    }

    pub(super) fn lower() -> Self {
        Self::of_no_language(Style::Lower)
    }

    pub(super) fn title() -> Self {
        Self::of_no_language(Style::Title)
    }

    fn of_no_language(style: Style) -> Self {
        Self {
            style,
            language: LanguageIdentifier::UNKNOWN,
        }
    }

    /// The same by the rules of the language that `node` names, such as `tr`.
    pub(super) fn read_language(self, node: &Node<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let name = node.filled_text(reader)?;
        if let Ok(language) = name.trim().parse() {
            return Some(Self { language, ..self });
        }
        let title = format!("`{name}` is no language");
        reader.error(node.span.clone(), title, "expected a language's code");
        reader.help("write a code such as `tr`, `nl` or `de-CH`");
        None
    }

    /// The text in that case. Source: the Unicode Standard, section 3.13, and CLDR for what differs by language.
    pub(super) fn apply<'a>(&self, text: &'a str) -> Cow<'a, str> {
        let mapper = CaseMapper::new();
        match self.style {
            Style::Upper => mapper.uppercase_to_string(text, &self.language),
            Style::Lower => mapper.lowercase_to_string(text, &self.language),
            Style::Title => self.title_case(text).into(),
        }
    }

    /// The first letter of each word in upper case and the rest in lower case. White space and hyphens end a word;
    /// apostrophes do not.
    fn title_case(&self, text: &str) -> String {
        let ends_word = |character: char| character.is_whitespace() || character == '-';
        let mapper = TitlecaseMapper::new();
        text.split_inclusive(ends_word)
            .map(|word| {
                let options = TitlecaseOptions::default();
                mapper.titlecase_segment_to_string(word, &self.language, options)
            })
            .collect()
    }
}
