//! Takes the name of a column apart into the names it is made of.

use super::concept::Concept;
use super::synonyms::{Meaning, Synonyms};

/// No name of the table has more words.
const MOST_WORDS_OF_A_NAME: usize = 9;

/// What remains unknown costs more than any number of known names.
const COST_OF_UNKNOWN_WORD: usize = 100;

/// One known name takes less than two.
const COST_OF_NAME: usize = 10;

/// A part of a column's name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Segment<'t> {
    /// Words that the table knows.
    Known(&'t [Meaning]),
    /// Digits.
    Number,
    /// A word that the table lacks, by its place.
    Unknown(usize),
}

impl Segment<'_> {
    /// Whether it is known to say only more about a column.
    pub(super) fn is_mere_word(&self) -> bool {
        match self {
            Self::Known(meanings) => meanings.iter().any(|known| known.concept.is_mere_word()),
            Self::Number => true,
            Self::Unknown(_) => false,
        }
    }

    /// What the column can be by this part of its name.
    pub(super) fn concepts(&self) -> impl Iterator<Item = Meaning> + '_ {
        let meanings: &[Meaning] = match self {
            Self::Known(meanings) => meanings,
            Self::Number | Self::Unknown(_) => &[],
        };
        let is_concept = |known: &&Meaning| !known.concept.is_mere_word();
        meanings.iter().filter(is_concept).copied()
    }

    /// Whether it has this mere word.
    pub(super) fn has(&self, word: Concept) -> bool {
        matches!(self, Self::Known(meanings) if meanings.iter().any(|known| known.concept == word))
    }
}

/// Covers the words with as few unknown words and then as few names as possible.
pub(super) fn segments<'t>(words: &[String], table: &'t Synonyms) -> Vec<Segment<'t>> {
    // For each number of words from the start: what the best way there costs, and its last part.
    let mut ways: Vec<(usize, usize, Segment<'t>)> = vec![(0, 0, Segment::Number)];
    for end in 1..=words.len() {
        let starts = end.saturating_sub(MOST_WORDS_OF_A_NAME)..end;
        let best = starts
            .filter_map(|start| {
                let (cost, segment) = segment_of(words, start, end, table)?;
                Some((ways[start].0 + cost, start, segment))
            })
            .min_by_key(|(cost, ..)| *cost);
        ways.extend(best);
    }
    let mut found = Vec::new();
    let mut end = words.len();
    while end > 0 {
        let (_, start, segment) = ways[end].clone();
        found.push(segment);
        end = start;
    }
    found.reverse();
    found
}

/// What the words from `start` to `end` are together; a single word is always something.
fn segment_of<'t>(
    words: &[String],
    start: usize,
    end: usize,
    table: &'t Synonyms,
) -> Option<(usize, Segment<'t>)> {
    let part = &words[start..end];
    let meanings = table.meanings(&part.concat());
    if !meanings.is_empty() {
        return Some((COST_OF_NAME, Segment::Known(meanings)));
    }
    match part {
        [number] if number.chars().all(char::is_numeric) => Some((1, Segment::Number)),
        [_] => Some((COST_OF_UNKNOWN_WORD, Segment::Unknown(start))),
        _ => None,
    }
}
