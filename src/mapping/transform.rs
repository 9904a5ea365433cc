//! What is done to a cell's text before it is looked at.

mod casing;
mod date;
mod email_address;
mod extract;
mod person_name;

use std::borrow::Cow;

use self::casing::Casing;
use self::date::DateReading;
use self::extract::Extract;
use super::document::Reader;
use super::node::{Node, read_each};
use crate::model::{Finding, is_blank, trimmed};

/// A change of text that a mapping can ask for.
#[derive(Debug, Clone)]
enum Transform {
    Trim,
    CollapseSpaces,
    Casing(Casing),
    FirstNames,
    LastName,
    EmailAddress,
    Date(DateReading),
    Extract(Extract),
}

/// Makes a transform that has no setting.
type Make = fn() -> Transform;

/// Every transform that its name alone describes: **one place to add one**.
///
/// The case transforms have a long name beside their short one, in the manner of `title_case`.
const BY_NAME: [(&str, Make); 11] = [
    ("trim", || Transform::Trim),
    ("collapse_spaces", || Transform::CollapseSpaces),
    ("upper", || Transform::Casing(Casing::upper())),
    ("upper_case", || Transform::Casing(Casing::upper())),
    ("lower", || Transform::Casing(Casing::lower())),
    ("lower_case", || Transform::Casing(Casing::lower())),
    ("title_case", || Transform::Casing(Casing::title())),
    ("first_names", || Transform::FirstNames),
    ("last_name", || Transform::LastName),
    ("email_address", || Transform::EmailAddress),
    ("date", || Transform::Date(DateReading::default())),
];

/// How a transform takes what stands behind its name.
type ReadSetting = fn(&Node<'_>, &mut Reader<'_>) -> Option<Transform>;

/// Every transform that takes a setting, as in `{ title_case = "tr" }`: **the other place**.
const WITH_SETTING: [(&str, ReadSetting); 7] = [
    ("upper", |node, reader| {
        casing_of_language(Casing::upper(), node, reader)
    }),
    ("upper_case", |node, reader| {
        casing_of_language(Casing::upper(), node, reader)
    }),
    ("lower", |node, reader| {
        casing_of_language(Casing::lower(), node, reader)
    }),
    ("lower_case", |node, reader| {
        casing_of_language(Casing::lower(), node, reader)
    }),
    ("title_case", |node, reader| {
        casing_of_language(Casing::title(), node, reader)
    }),
    ("date", |node, reader| {
        Some(Transform::Date(DateReading::read(node, reader)?))
    }),
    ("extract", |node, reader| {
        Some(Transform::Extract(Extract::read(node, reader)?))
    }),
];

fn casing_of_language(
    casing: Casing,
    node: &Node<'_>,
    reader: &mut Reader<'_>,
) -> Option<Transform> {
    casing.read_language(node, reader).map(Transform::Casing)
}

impl Transform {
    /// Reads a name, or a table of a name and its setting.
    fn read(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        if node.value.is_str() {
            return node
                .choice("transform", &BY_NAME, reader)
                .map(|make| make());
        }
        let table = node.table(
            "the name of a transform, or a table such as `{ title_case = \"tr\" }`",
            reader,
        )?;
        let mut entries = table.iter();
        let (Some((key, value)), None) = (entries.next(), entries.next()) else {
            let title = "a transform with a setting is a table of one key";
            reader.error(node.span.clone(), title, "not clear which comes first");
            reader.help("give each transform its own table, in the order that is meant");
            return None;
        };
        let setting = Node::of_entry(key, value);
        let found = WITH_SETTING.iter().find(|(name, _)| *name == setting.name);
        let Some((_, read)) = found else {
            let names = WITH_SETTING.map(|(name, _)| name);
            let what = "transform with a setting:";
            reader.unknown_word(setting.key_span, what, setting.name, &names);
            return None;
        };
        read(&setting, reader)
    }

    /// The changed text. Texts that stay as they are cost no allocation.
    ///
    /// # Errors
    ///
    /// What is wrong with a text that cannot be changed so: nothing is dropped in silence.
    fn apply<'a>(&self, text: &'a str) -> Result<Cow<'a, str>, Finding> {
        Ok(match self {
            Self::Trim => text.trim().into(),
            Self::CollapseSpaces => collapse_spaces(text),
            Self::Casing(casing) => casing.apply(text),
            Self::FirstNames => person_name::first_names(text),
            Self::LastName => person_name::last_name(text),
            Self::EmailAddress => email_address::address_in(text).into(),
            Self::Date(reading) => reading.to_iso(text)?.into(),
            Self::Extract(extract) => extract.found_in(text)?,
        })
    }
}

/// The names of all transforms, for the schema of the language.
pub(super) fn transform_names() -> (Vec<&'static str>, Vec<&'static str>) {
    let by_name = BY_NAME.iter().map(|(name, _)| *name).collect();
    let with_setting = WITH_SETTING.iter().map(|(name, _)| *name).collect();
    (by_name, with_setting)
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
        let elements = node.list("a list of transforms", reader)?;
        let transforms = read_each(&elements, |element| Transform::read(element, reader))?;
        Some(Self {
            trims: !elements.is_empty(),
            transforms,
        })
    }

    /// Whether a text that came out of the transforms would come out of them unchanged once more, so that a text that
    /// would not can be none of theirs.
    pub(super) fn is_idempotent(&self) -> bool {
        let is_idempotent = |transform: &Transform| {
            matches!(
                transform,
                Transform::Trim | Transform::CollapseSpaces | Transform::Casing(_)
            )
        };
        self.transforms.iter().all(is_idempotent)
    }

    /// Whether only a part of the cell is taken, so that another field may take another part.
    pub(super) fn takes_a_part(&self) -> bool {
        let takes_a_part = |transform: &Transform| {
            matches!(
                transform,
                Transform::FirstNames | Transform::LastName | Transform::Extract(_)
            )
        };
        self.transforms.iter().any(takes_a_part)
    }

    /// A cell's text, trimmed unless the mapping says `transform = []`.
    pub(super) fn trim<'a>(&self, cell: &'a str) -> &'a str {
        if self.trims { trimmed(cell) } else { cell }
    }

    /// A cell's text after every transform. Costs no allocation where none is asked for. A text that is blank, or
    /// becomes so, is an empty cell, whatever the transforms that follow demand.
    ///
    /// # Errors
    ///
    /// That a transform cannot be carried out, as a date that is none.
    pub(super) fn apply<'a>(&self, cell: &'a str) -> Result<Cow<'a, str>, Finding> {
        let mut text = Cow::Borrowed(self.trim(cell));
        for transform in &self.transforms {
            if is_blank(&text) {
                break;
            }
            text = match text {
                Cow::Borrowed(text) => transform.apply(text)?,
                Cow::Owned(text) => transform.apply(&text)?.into_owned().into(),
            };
        }
        Ok(text)
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

#[cfg(test)]
mod tests;
