//! Finds ids by the names of the CRM's lists.

use std::collections::HashMap;

use super::document::in_back_ticks;
use crate::model::{
    Code, FieldValue, Finding, NameEntry, NameList, fold_name, nearest_words, shorten, tidy_name,
};
use crate::validation::parse_integer;

/// The longest name of a new entry, in characters.
///
/// Source: the API's page "Create a lead reference source".
const LONGEST_NEW_NAME: usize = 255;

/// So many near names are proposed for one that is unknown.
const MOST_NEAR: usize = 3;

/// A list of at most so many entries is shown whole where none of them is near.
const SHORT_LIST: usize = 8;

/// A list that a mapping looks names up in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LookUp {
    /// The list.
    pub list: NameList,
    /// How many names that are missing from it may be made in one run; 0: none.
    pub most_new: usize,
}

/// What names stand for.
#[derive(Debug, Clone, Default)]
pub(super) enum Names {
    /// Nobody asks: every name is taken for one that has an id.
    #[default]
    NotAsked,
    /// What the CRM's lists say.
    Known(NameLists),
}

/// What the lists of a CRM hold, as far as a mapping needs it.
#[derive(Debug, Clone, Default)]
pub struct NameLists {
    lists: Vec<(NameList, NameIndex)>,
    missing_pass: bool,
}

/// The entries of one list, found by folded names.
#[derive(Debug, Clone, Default)]
struct NameIndex {
    entries: Vec<NameEntry>,
    by_id: HashMap<i64, usize>,
    by_name: HashMap<String, Vec<usize>>,
    /// By slugs or e-mail addresses.
    by_other: HashMap<String, Vec<usize>>,
}

/// What a list has under a name.
enum Entries<'a> {
    One(&'a NameEntry),
    Several(Vec<&'a NameEntry>),
    None,
}

impl NameLists {
    /// Takes in a list, whole, in place of what was known of it.
    pub fn put(&mut self, list: NameList, entries: Vec<NameEntry>) {
        let mut index = NameIndex::default();
        for entry in entries {
            index.add(entry);
        }
        self.lists.retain(|(known, _)| *known != list);
        self.lists.push((list, index));
    }

    /// Takes in an entry that was made since its list was read.
    pub fn add_new(&mut self, list: NameList, entry: NameEntry) {
        match self.lists.iter_mut().find(|(known, _)| *known == list) {
            Some((_, index)) => index.add(entry),
            None => self.put(list, vec![entry]),
        }
    }

    /// Lets names pass that are missing and may be made, without an id; otherwise each is a problem of
    /// its row.
    #[must_use]
    pub fn letting_missing_pass(self, missing_pass: bool) -> Self {
        Self {
            missing_pass,
            ..self
        }
    }

    /// Whether the list has an entry, or several, of this name.
    pub fn has(&self, list: NameList, name: &str) -> bool {
        let index = self.index(list);
        index.is_some_and(|index| !matches!(index.find(name), Entries::None))
    }

    fn index(&self, list: NameList) -> Option<&NameIndex> {
        let found = self.lists.iter().find(|(known, _)| *known == list);
        found.map(|(_, index)| index)
    }

    /// The id that `text` stands for: a name, a slug or an e-mail address, or an id itself.
    fn find<'a>(&self, look_up: LookUp, text: &'a str) -> Result<FieldValue<'a>, Finding> {
        let nothing = NameIndex::default();
        let index = self.index(look_up.list).unwrap_or(&nothing);
        let named = |id| Ok(FieldValue::named(id, text));
        let found = index.find(text);
        if let Ok(number) = parse_integer(text) {
            return match (found, index.by_id.get(&number)) {
                (Entries::One(entry), None) => named(Some(entry.id)),
                (Entries::One(entry), Some(&other)) if entry.id != number => {
                    let both = [entry, &index.entries[other]];
                    Err(ambiguous(look_up.list, &both))
                }
                // An id that the list does not show may be that of something hidden; the CRM knows.
                _ => Ok(FieldValue::Integer(number)),
            };
        }
        match found {
            Entries::One(entry) => named(Some(entry.id)),
            Entries::Several(several) => Err(ambiguous(look_up.list, &several)),
            Entries::None if look_up.most_new > 0 && text.chars().count() > LONGEST_NEW_NAME => {
                let noun = look_up.list.noun();
                let predicate =
                    format!("is no {noun} of the CRM, and too long to be the name of a new one");
                Err(Finding::new(Code::LookupUnknown, predicate))
            }
            Entries::None if look_up.most_new > 0 && self.missing_pass => named(None),
            Entries::None => Err(index.unknown(look_up.list, text)),
        }
    }
}

impl Names {
    /// The value of a field that `text`, which is not blank, names.
    pub(super) fn find<'a>(
        &self,
        look_up: LookUp,
        text: &'a str,
    ) -> Result<FieldValue<'a>, Finding> {
        match self {
            Self::Known(lists) => lists.find(look_up, text),
            Self::NotAsked => Ok(match parse_integer(text) {
                Ok(number) => FieldValue::Integer(number),
                Err(_) => FieldValue::named(None, text),
            }),
        }
    }
}

impl Names {
    /// What is to be said of a name that was found to pass.
    pub(super) fn warnings_of(&self, look_up: LookUp, value: &FieldValue<'_>) -> Vec<Finding> {
        let is_missing = matches!(value, FieldValue::Named(named) if named.id.is_none());
        if !is_missing || matches!(self, Self::NotAsked) {
            return Vec::new();
        }
        let noun = look_up.list.noun();
        let predicate = format!("is no {noun} of the CRM yet; an import makes it");
        vec![Finding::new(Code::LookupMissing, predicate)]
    }
}

impl NameIndex {
    fn add(&mut self, entry: NameEntry) {
        // A list that shifts while it is read shows an entry twice.
        if self.by_id.contains_key(&entry.id) {
            return;
        }
        let position = self.entries.len();
        self.by_id.insert(entry.id, position);
        let note = |names: &mut HashMap<String, Vec<usize>>, name: &str| {
            let folded = fold_name(name);
            if !folded.is_empty() {
                names.entry(folded).or_default().push(position);
            }
        };
        note(&mut self.by_name, &entry.name);
        if let Some(other) = &entry.other {
            note(&mut self.by_other, other);
        }
        self.entries.push(entry);
    }

    /// The entry whose name this is, to the letter or but for its writing; else the one whose slug or
    /// e-mail address it is.
    fn find(&self, text: &str) -> Entries<'_> {
        let folded = fold_name(text);
        let Some(named) = self.by_name.get(&folded) else {
            return self.entries_at(self.by_other.get(&folded));
        };
        match self.entries_at(Some(named)) {
            Entries::Several(several) => {
                let tidy = tidy_name(text);
                let mut exact = several
                    .iter()
                    .filter(|entry| tidy_name(&entry.name) == tidy);
                match (exact.next(), exact.next()) {
                    (Some(only), None) => Entries::One(only),
                    _ => Entries::Several(several),
                }
            }
            one => one,
        }
    }

    fn entries_at(&self, positions: Option<&Vec<usize>>) -> Entries<'_> {
        match positions.map_or(&[][..], Vec::as_slice) {
            [] => Entries::None,
            [only] => Entries::One(&self.entries[*only]),
            several => Entries::Several(several.iter().map(|&at| &self.entries[at]).collect()),
        }
    }

    fn unknown(&self, list: NameList, text: &str) -> Finding {
        let others = self
            .entries
            .iter()
            .filter_map(|entry| entry.other.as_deref());
        let names = self.entries.iter().map(|entry| entry.name.as_str());
        let names: Vec<&str> = if text.contains('@') {
            others.collect()
        } else {
            names.filter(|name| !name.trim().is_empty()).collect()
        };
        let near = nearest_words(text, names.iter().copied(), MOST_NEAR);
        let hint = match near[..] {
            [] if self.entries.is_empty() => format!("; it has no {}", list.plural()),
            [] if names.len() <= SHORT_LIST => format!("; known are {}", in_back_ticks(&names)),
            [] => String::new(),
            [only] => format!("; did you mean `{only}`?"),
            [ref others @ .., third] => {
                format!("; did you mean {} or `{third}`?", in_back_ticks(others))
            }
        };
        let predicate = format!("is no {} of the CRM{hint}", list.noun());
        Finding::new(Code::LookupUnknown, predicate)
    }
}

/// Names all that could be meant, so that a person can tell them apart.
fn ambiguous(list: NameList, entries: &[&NameEntry]) -> Finding {
    let shown = |entry: &&NameEntry| {
        let name = shorten(&entry.name);
        match &entry.other {
            Some(other) => format!("`{name}` (id {}, {})", entry.id, shorten(other)),
            None => format!("`{name}` (id {})", entry.id),
        }
    };
    let candidates: Vec<String> = entries.iter().take(SHORT_LIST).map(shown).collect();
    let predicate = format!(
        "could be any of {} {}: {}",
        entries.len(),
        list.plural(),
        candidates.join(", ")
    );
    Finding::new(Code::LookupAmbiguous, predicate)
}

#[cfg(test)]
mod tests;
