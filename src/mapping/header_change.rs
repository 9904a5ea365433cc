//! What differs between the header that a mapping was approved for and that of today's file.

use std::fmt;

use super::document::in_back_ticks;
use crate::model::shorten;

/// Names that came, went or moved. Never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HeaderChange {
    /// Names at the same place, before and after.
    renamed: Vec<(String, String)>,
    added: Vec<String>,
    gone: Vec<String>,
    /// Names that stand elsewhere, with their columns before and after, counted from 1. Those that only made room for
    /// others are none of them.
    moved: Vec<(String, usize, usize)>,
}

impl HeaderChange {
    /// Compares the names of two headers in their order; `None` if they are the same.
    ///
    /// White space around names does not count. A name that occurs several times is compared by its occurrences.
    pub fn between<A: AsRef<str>, B: AsRef<str>>(approved: &[A], present: &[B]) -> Option<Self> {
        let approved = occurrences(approved);
        let present = occurrences(present);
        if approved == present {
            return None;
        }
        let renamed = renamed(&approved, &present);
        let is_renamed = |name: &&Occurrence<'_>| {
            let mut names = renamed.iter().flat_map(|(before, after)| [before, after]);
            names.any(|renamed| renamed == *name)
        };
        let only_in = |names: &[Occurrence<'_>], others: &[Occurrence<'_>]| {
            let lacking = names.iter().filter(|name| !others.contains(name));
            let lacking = lacking.filter(|name| !is_renamed(name));
            lacking.map(Occurrence::shown).collect()
        };
        Some(Self {
            added: only_in(&present, &approved),
            gone: only_in(&approved, &present),
            moved: moved(&approved, &present),
            renamed: renamed
                .iter()
                .map(|(before, after)| (before.shown(), after.shown()))
                .collect(),
        })
    }
}

impl fmt::Display for HeaderChange {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let renamed = self.renamed.iter();
        let renamed: Vec<String> = renamed
            .map(|(before, after)| format!("`{before}` is now `{after}`"))
            .collect();
        let moved = self.moved.iter();
        let moved: Vec<String> = moved
            .map(|(name, before, after)| format!("`{name}` moved from column {before} to {after}"))
            .collect();
        let list = |word: &str, names: &[String]| {
            let filled = !names.is_empty();
            filled.then(|| format!("{word} {}", listed(names)))
        };
        let parts: Vec<String> = [
            (!renamed.is_empty()).then(|| first_few(&renamed)),
            list("new:", &self.added),
            list("gone:", &self.gone),
            (!moved.is_empty()).then(|| first_few(&moved)),
        ]
        .into_iter()
        .flatten()
        .collect();
        formatter.write_str(&parts.join("; "))
    }
}

/// A name, and how many like it stand before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Occurrence<'a> {
    name: &'a str,
    earlier: usize,
}

impl Occurrence<'_> {
    fn shown(&self) -> String {
        shorten(self.name)
    }
}

fn occurrences<S: AsRef<str>>(names: &[S]) -> Vec<Occurrence<'_>> {
    let mut found: Vec<Occurrence<'_>> = Vec::with_capacity(names.len());
    for name in names {
        let name = name.as_ref().trim();
        let earlier = found.iter().filter(|other| other.name == name).count();
        found.push(Occurrence { name, earlier });
    }
    found
}

/// Names at one place of which neither occurs in the other header.
fn renamed<'a>(
    approved: &[Occurrence<'a>],
    present: &[Occurrence<'a>],
) -> Vec<(Occurrence<'a>, Occurrence<'a>)> {
    if approved.len() != present.len() {
        return Vec::new();
    }
    let pairs = approved.iter().zip(present);
    let changed =
        pairs.filter(|(before, after)| !present.contains(before) && !approved.contains(after));
    changed.map(|(before, after)| (*before, *after)).collect()
}

/// Names of both headers that come in another order than the others of both.
fn moved(approved: &[Occurrence<'_>], present: &[Occurrence<'_>]) -> Vec<(String, usize, usize)> {
    let place_in = |names: &[Occurrence<'_>], name: &Occurrence<'_>| {
        names.iter().position(|other| other == name)
    };
    let places: Vec<(usize, usize)> = present
        .iter()
        .enumerate()
        .filter_map(|(after, name)| Some((place_in(approved, name)?, after)))
        .collect();
    let kept = longest_ascending(&places);
    let others = places.iter().filter(|place| !kept.contains(place));
    others
        .map(|&(before, after)| (present[after].shown(), before + 1, after + 1))
        .collect()
}

/// The longest part of `places`, not necessarily one behind the other, whose first numbers ascend.
fn longest_ascending(places: &[(usize, usize)]) -> Vec<(usize, usize)> {
    // For each place how long the best part is that ends with it, and which place comes before it there.
    let mut chains: Vec<(usize, Option<usize>)> = Vec::with_capacity(places.len());
    for (index, place) in places.iter().enumerate() {
        let before = (0..index).filter(|&other| places[other].0 < place.0);
        let longest = before.max_by_key(|&other| chains[other].0);
        let length = longest.map_or(1, |other| chains[other].0 + 1);
        chains.push((length, longest));
    }
    let last = (0..chains.len()).max_by_key(|&index| chains[index].0);
    let backwards = std::iter::successors(last, |&index| chains[index].1);
    backwards.map(|index| places[index]).collect()
}

/// More names would hide the message.
const MOST_SHOWN: usize = 8;

fn listed(names: &[String]) -> String {
    let shown = in_back_ticks(&names[..names.len().min(MOST_SHOWN)]);
    shown + &and_more(names.len())
}

fn first_few(parts: &[String]) -> String {
    let shown = parts[..parts.len().min(MOST_SHOWN)].join(", ");
    shown + &and_more(parts.len())
}

fn and_more(all: usize) -> String {
    match all.saturating_sub(MOST_SHOWN) {
        0 => String::new(),
        more => format!(" and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::HeaderChange;

    #[test]
    fn what_came_went_and_moved_is_told() {
        let approved = ["Id", "Name", "Phone", "Mail", "Note"];
        for (present, expected) in [
            (&["Id", "Name", "Phone", "Mail", "Note"][..], None),
            (&["Id", " Name ", "Phone", "Mail", "Note"], None),
            (
                &["Id", "Name", "Phone", "Mail", "Note", "Town"],
                Some("new: `Town`"),
            ),
            (&["Id", "Name", "Mail", "Note"], Some("gone: `Phone`")),
            (
                &["Id", "Name", "Phone", "E-mail", "Note"],
                Some("`Mail` is now `E-mail`"),
            ),
            (
                &["Name", "Phone", "Mail", "Note", "Id"],
                Some("`Id` moved from column 1 to 5"),
            ),
            (
                &["Id", "Phone", "Town", "Mail", "Name"],
                Some("new: `Town`; gone: `Note`; `Name` moved from column 2 to 5"),
            ),
            (
                &["Id", "Name", "Phone", "Mail", "Note", "Note"],
                Some("new: `Note`"),
            ),
            (
                &["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"],
                Some(
                    "new: `a`, `b`, `c`, `d`, `e`, `f`, `g`, `h` and 2 more; gone: `Id`, `Name`, `Phone`, \
                     `Mail`, `Note`",
                ),
            ),
        ] {
            let change = HeaderChange::between(&approved, present);
            let told = change.map(|change| change.to_string());
            assert_eq!(told.as_deref(), expected, "{present:?}");
        }
    }
}
