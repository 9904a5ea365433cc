//! What people call the countries.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::LazyLock;

use crate::validation::folded::folded;

/// Codes and names that the CLDR has.
const CLDR_NAMES: &str = include_str!("country_names.tsv");

/// The longest name that is folded without the tables of Unicode, in bytes: longer than most there are.
const LONGEST_PLAIN_NAME: usize = 32;

/// Names that people use and the CLDR lacks.
const VARIANTS: &str = include_str!("country_name_variants.tsv");

/// Two-letter codes by folded names; `None` for a name that more than one country has.
type Names<'a> = HashMap<String, Option<&'a str>>;

static NAMES: LazyLock<Names<'static>> = LazyLock::new(|| read_names([CLDR_NAMES, VARIANTS]));

/// The two-letter code of the country that `name` stands for, if exactly one does.
pub(super) fn code_of_country(name: &str) -> Option<&'static str> {
    let mut room = [0; LONGEST_PLAIN_NAME];
    let found = match fold_plain(name, &mut room) {
        Some(folded) => NAMES.get(folded),
        None => NAMES.get(&fold(name)),
    };
    found.copied().flatten()
}

/// A name of ASCII letters and single spaces, which is folded without the tables of Unicode: it is only
/// put into lower case. `None` for any other, for a longer one, and for one with a word that is spelled out.
fn fold_plain<'r>(name: &str, room: &'r mut [u8; LONGEST_PLAIN_NAME]) -> Option<&'r str> {
    let folded = room.get_mut(..name.len())?;
    folded.copy_from_slice(name.as_bytes());
    folded.make_ascii_lowercase();
    let folded = std::str::from_utf8(folded).ok()?;
    let is_plain = |word: &str| {
        let are_letters = word.bytes().all(|byte| byte.is_ascii_lowercase());
        !word.is_empty() && are_letters && spelled_out(word) == word
    };
    folded.split(' ').all(is_plain).then_some(folded)
}

/// Reads tables whose lines hold a two-letter code and, after tabs or `|`, names of that country.
fn read_names<'a>(tables: impl IntoIterator<Item = &'a str>) -> Names<'a> {
    let mut names = Names::new();
    let lines = tables
        .into_iter()
        .flat_map(str::lines)
        .filter(|line| !line.starts_with('#'));
    for line in lines {
        let code = line.split('\t').next().unwrap_or(line);
        for name in line.split(['\t', '|']) {
            add_name(&mut names, name, code);
        }
    }
    names
}

fn add_name<'a>(names: &mut Names<'a>, name: &str, code: &'a str) {
    match names.entry(fold(name)) {
        Entry::Vacant(entry) => {
            entry.insert(Some(code));
        }
        Entry::Occupied(mut entry) => {
            if *entry.get() != Some(code) {
                entry.insert(None);
            }
        }
    }
}

/// A name with all that people write differently taken out: capitals, accents, punctuation, spacing.
fn fold(name: &str) -> String {
    let folded = folded(name, |character| {
        Some(match character {
            '&' => " and ",
            '.' | '\'' | '’' | '‘' | 'ʻ' | 'ʼ' | '`' => "",
            _ => return None,
        })
    });
    let words: Vec<&str> = folded.split_whitespace().map(spelled_out).collect();
    words.join(" ")
}

fn spelled_out(word: &str) -> &str {
    if word == "st" { "saint" } else { word }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::validation::phone_library::is_known_region;

    #[test]
    fn names_are_folded() {
        for (input, expected) in [
            ("Türkiye", "turkiye"),
            ("TÜRKİYE", "turkiye"),
            ("Turkıye", "turkiye"),
            ("  United\u{a0} Kingdom ", "united kingdom"),
            ("U.S.A.", "usa"),
            ("Bosnia & Herzegovina", "bosnia and herzegovina"),
            ("Côte d’Ivoire", "cote divoire"),
            ("St. Lucia", "saint lucia"),
            ("Guinea-Bissau", "guinea bissau"),
            ("Myanmar (Burma)", "myanmar burma"),
            ("Ελλάδα", "ελλαδα"),
            ("Færøerne", "faeroerne"),
            ("भारत", "भारत"),
            ("ＪＡＰＡＮ", "japan"),
            ("...", ""),
        ] {
            assert_eq!(fold(input), expected, "{input}");
        }
    }

    #[test]
    fn plain_names_are_folded_alike() {
        let names = CLDR_NAMES.split(['\t', '|', '\n']);
        let own = [
            "St Lucia",
            "st",
            "East  Timor",
            " a",
            "a ",
            "",
            "STEAD",
            "a-b",
        ];
        for name in names.chain(own) {
            let mut room = [0; LONGEST_PLAIN_NAME];
            if let Some(folded) = fold_plain(name, &mut room) {
                assert_eq!(folded, fold(name), "{name}");
            }
        }
        let mut room = [0; LONGEST_PLAIN_NAME];
        assert_eq!(
            fold_plain("United States", &mut room),
            Some("united states")
        );
    }

    #[test]
    fn a_name_that_two_countries_have_belongs_to_neither() {
        let names = read_names([
            "DE\tDEU\tSame|Only",
            "FR\tFRA\tsamé|Same",
            "# AT\tAUT\tOnly",
        ]);
        let code = |name: &str| names.get(name).copied().flatten();
        assert_eq!(code("same"), None);
        assert_eq!(code("only"), Some("DE"));
        assert_eq!(code("fra"), Some("FR"));
    }

    #[test]
    fn every_line_begins_with_a_known_code_and_all_codes_are_understood() {
        let is_data = |line: &&str| !line.starts_with('#');
        for line in CLDR_NAMES.lines().chain(VARIANTS.lines()).filter(is_data) {
            let (code, names) = line.split_once('\t').expect("a code, a tab and names");
            assert!(is_known_region(code), "{line}");
            assert_eq!(code_of_country(code), Some(code), "{line}");
            let are_words = names.split(['\t', '|']).all(|name| !fold(name).is_empty());
            assert!(are_words, "{line}");
        }
        for line in CLDR_NAMES.lines().filter(is_data) {
            let cells: Vec<&str> = line.split('\t').collect();
            assert_eq!(code_of_country(cells[1]), Some(cells[0]), "{line}");
        }
    }

    #[test]
    fn only_names_listed_on_purpose_are_ambiguous() {
        let mut ambiguous: Vec<&str> = NAMES
            .iter()
            .filter(|(_, code)| code.is_none())
            .map(|(name, _)| name.as_str())
            .collect();
        ambiguous.sort_unstable();
        let on_purpose = [
            "congo",
            "corea",
            "coree",
            "coreia",
            "kongo",
            "kore",
            "korea",
            "конго",
            "корея",
            "الكونغو",
            "كوريا",
        ];
        assert_eq!(ambiguous, on_purpose);
    }
}
