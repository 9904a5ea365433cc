//! The table of what columns are called, `synonyms.toml`, ready to be asked.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use serde::Deserialize;

use super::concept::Concept;
use super::fold::compact;
use super::language::{Language, LanguageSet};

const TABLE: &str = include_str!("synonyms.toml");

/// What a name stands for, in the languages in which it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Meaning {
    pub(super) concept: Concept,
    pub(super) languages: LanguageSet,
    /// Whether it often means something else too.
    pub(super) is_weak: bool,
}

/// A section as the file has it.
#[derive(Debug, Deserialize)]
struct Section {
    why: Option<String>,
    #[serde(flatten)]
    names: BTreeMap<String, Vec<String>>,
}

/// The table. Names are compared without capitals, accents, separators and spaces.
pub(super) struct Synonyms {
    names: HashMap<String, Vec<Meaning>>,
    reasons: HashMap<Concept, String>,
    cells: HashMap<Concept, HashSet<String>>,
}

static SYNONYMS: LazyLock<Synonyms> =
    LazyLock::new(|| Synonyms::read(TABLE).expect("the table in the program is read by a test"));

/// The table of the program.
pub(super) fn synonyms() -> &'static Synonyms {
    &SYNONYMS
}

impl Synonyms {
    fn read(table: &str) -> Result<Self, toml::de::Error> {
        let sections: BTreeMap<Concept, Section> = toml::from_str(table)?;
        let mut synonyms = Self {
            names: HashMap::new(),
            reasons: HashMap::new(),
            cells: HashMap::new(),
        };
        for (concept, section) in sections {
            for (code, names) in &section.names {
                if let Some(language) = Language::from_code(code) {
                    for name in names {
                        synonyms.add(concept, language, name);
                    }
                }
            }
            let reason = section.why.map(|why| (concept, why));
            synonyms.reasons.extend(reason);
        }
        Ok(synonyms)
    }

    fn add(&mut self, concept: Concept, language: Language, name: &str) {
        let is_weak = name.ends_with('?');
        if concept.is_of_cells() {
            let cells = self.cells.entry(concept).or_default();
            cells.insert(compact(name));
            return;
        }
        for spelling in spellings(name) {
            let meanings = self.names.entry(spelling).or_default();
            let is_same =
                |known: &&mut Meaning| known.concept == concept && known.is_weak == is_weak;
            if let Some(known) = meanings.iter_mut().find(is_same) {
                known.languages.insert(language);
                continue;
            }
            let mut languages = LanguageSet::default();
            languages.insert(language);
            meanings.push(Meaning {
                concept,
                languages,
                is_weak,
            });
        }
    }

    /// What a name stands for, its words run together as [`compact`] makes them. Empty if it is unknown.
    pub(super) fn meanings(&self, compact_name: &str) -> &[Meaning] {
        self.names.get(compact_name).map_or(&[], Vec::as_slice)
    }

    /// Every name with what it stands for.
    pub(super) fn all(&self) -> impl Iterator<Item = (&str, &[Meaning])> {
        self.names
            .iter()
            .map(|(name, meanings)| (name.as_str(), meanings.as_slice()))
    }

    /// Why a column of this kind is left out; empty for one that is not.
    pub(super) fn reason(&self, concept: Concept) -> &str {
        self.reasons.get(&concept).map_or("", String::as_str)
    }

    /// Whether `cell` is one of the words under a section of cells.
    pub(super) fn is_cell_of(&self, concept: Concept, cell: &str) -> bool {
        self.cells
            .get(&concept)
            .is_some_and(|cells| cells.contains(&compact(cell)))
    }
}

/// A name as it is compared; with umlauts also as people spell them without.
fn spellings(name: &str) -> Vec<String> {
    let plain = compact(name);
    let spelled_out = name
        .replace('ä', "ae")
        .replace('ö', "oe")
        .replace('ü', "ue");
    if spelled_out == name {
        vec![plain]
    } else {
        vec![plain, compact(&spelled_out)]
    }
}

#[cfg(test)]
mod tests;
