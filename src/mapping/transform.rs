//! What is done to a cell's text before it is looked at.

use std::borrow::Cow;

use super::document::Reader;
use super::node::{Node, read_each};
use crate::model::trimmed;

/// A change of text that a mapping can ask for.
type Transform = fn(&str) -> Cow<'_, str>;

/// Every transform by name: **the one place to add one**.
///
/// The case transforms have a long name beside their short one, in the manner of `title_case`.
static TRANSFORMS: [(&str, Transform); 7] = [
    ("trim", |text| text.trim().into()),
    ("collapse_spaces", collapse_spaces),
    ("upper", upper_case),
    ("upper_case", upper_case),
    ("lower", lower_case),
    ("lower_case", lower_case),
    ("title_case", title_case),
];

fn upper_case(text: &str) -> Cow<'_, str> {
    text.to_uppercase().into()
}

fn lower_case(text: &str) -> Cow<'_, str> {
    text.to_lowercase().into()
}

/// How the cells of a field are prepared. By default white space around them is removed.
#[derive(Debug, Clone)]
pub(super) struct Preparation {
    trims: bool,
    transforms: Vec<Transform>,
}

impl Default for Preparation {
    fn default() -> Self {
        Self {
            trims: true,
            transforms: Vec::new(),
        }
    }
}

impl Preparation {
    /// Reads a `transform` list. The empty list keeps cells as they are; any other trims first.
    pub(super) fn read(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let names = node.list("a list of transforms", reader)?;
        let transforms = read_each(&names, |name| name.choice("transform", &TRANSFORMS, reader))?;
        Some(Self {
            trims: !names.is_empty(),
            transforms,
        })
    }

    /// A cell's text, trimmed unless the mapping says `transform = []`.
    pub(super) fn trim<'a>(&self, cell: &'a str) -> &'a str {
        if self.trims { trimmed(cell) } else { cell }
    }

    /// A cell's text after every transform. Costs no allocation where none is asked for.
    pub(super) fn apply<'a>(&self, cell: &'a str) -> Cow<'a, str> {
        let trimmed = Cow::Borrowed(self.trim(cell));
        self.transforms
            .iter()
            .fold(trimmed, |text, transform| match text {
                Cow::Borrowed(text) => transform(text),
                Cow::Owned(text) => transform(&text).into_owned().into(),
            })
    }
}

/// Every run of white space, line breaks too, becomes one space.
fn collapse_spaces(text: &str) -> Cow<'_, str> {
    let mut collapsed = String::with_capacity(text.len());
    let mut in_space = false;
    for character in text.chars() {
        if !character.is_whitespace() {
            collapsed.push(character);
        } else if !in_space {
            collapsed.push(' ');
        }
        in_space = character.is_whitespace();
    }
    collapsed.into()
}

/// The first letter of each word in upper case and the rest in lower case, by Unicode's rules,
/// which are of no language. White space and hyphens end a word; apostrophes do not.
fn title_case(text: &str) -> Cow<'_, str> {
    let mut titled = String::with_capacity(text.len());
    for word in
        text.split_inclusive(|character: char| character.is_whitespace() || character == '-')
    {
        let mut rest = word.chars();
        titled.extend(rest.next().into_iter().flat_map(char::to_uppercase));
        titled.push_str(&rest.as_str().to_lowercase());
    }
    titled.into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_transform_does_what_its_name_says() {
        let cases = [
            ("trim", " a \n", "a"),
            ("collapse_spaces", "a \n\t b  c", "a b c"),
            ("upper", "straße", "STRASSE"),
            ("lower", "ÇELİK", "çeli\u{307}k"),
            ("title_case", "JEAN-luc o'NEILL", "Jean-Luc O'neill"),
            ("title_case", "  élodie  ", "  Élodie  "),
            ("title_case", "van der berg", "Van Der Berg"),
            ("title_case", "", ""),
        ];
        for (name, input, expected) in cases {
            let (_, transform) = TRANSFORMS.iter().find(|known| known.0 == name).unwrap();
            assert_eq!(transform(input), expected, "{name} of {input:?}");
        }
    }

    #[test]
    fn cells_are_trimmed_by_default_and_nothing_is_allocated() {
        let prepared = Preparation::default().apply("\u{a0} a b ");
        assert_eq!(prepared, "a b");
        assert!(matches!(prepared, Cow::Borrowed(_)));
    }
}
