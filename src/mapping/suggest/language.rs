//! The languages of the table of synonyms, and which of them a header is in.

/// A language of the table: its code there, its name, and where it is spoken, the likeliest country first.
struct LanguageFacts {
    code: &'static str,
    name: &'static str,
    regions: &'static [&'static str],
}

const fn language(
    code: &'static str,
    name: &'static str,
    regions: &'static [&'static str],
) -> LanguageFacts {
    LanguageFacts {
        code,
        name,
        regions,
    }
}

/// Every language of the table: **the one place to add one**. At most 32.
static LANGUAGES: [LanguageFacts; 27] = [
    language(
        "en",
        "English",
        &["US", "GB", "CA", "AU", "IN", "IE", "NZ", "ZA"],
    ),
    language("tr", "Turkish", &["TR"]),
    language("de", "German", &["DE", "AT", "CH"]),
    language(
        "es",
        "Spanish",
        &[
            "ES", "MX", "AR", "CO", "CL", "PE", "VE", "EC", "UY", "GT", "CR",
        ],
    ),
    language(
        "fr",
        "French",
        &["FR", "BE", "CH", "CA", "LU", "MA", "TN", "DZ"],
    ),
    language("it", "Italian", &["IT", "CH"]),
    language("pt", "Portuguese", &["BR", "PT", "AO", "MZ"]),
    language("nl", "Dutch", &["NL", "BE"]),
    language("pl", "Polish", &["PL"]),
    language("ru", "Russian", &["RU", "KZ", "BY", "UA"]),
    language(
        "ar",
        "Arabic",
        &[
            "SA", "AE", "EG", "JO", "KW", "QA", "MA", "DZ", "IQ", "LB", "OM", "BH", "TN",
        ],
    ),
    language("sv", "Swedish", &["SE", "FI"]),
    language("da", "Danish", &["DK"]),
    language("no", "Norwegian", &["NO"]),
    language("fi", "Finnish", &["FI"]),
    language("cs", "Czech or Slovak", &["CZ", "SK"]),
    language("hu", "Hungarian", &["HU"]),
    language("ro", "Romanian", &["RO", "MD"]),
    language("el", "Greek", &["GR", "CY"]),
    language("uk", "Ukrainian", &["UA"]),
    language("ja", "Japanese", &["JP"]),
    language("zh", "Chinese", &["CN", "TW", "HK"]),
    language("ko", "Korean", &["KR"]),
    language("id", "Indonesian", &["ID"]),
    language("vi", "Vietnamese", &["VN"]),
    language("hr", "Croatian or Serbian", &["HR", "RS", "BA"]),
    language("bg", "Bulgarian", &["BG"]),
];

/// A language of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Language(usize);

impl Language {
    /// The language with this code.
    pub(super) fn from_code(code: &str) -> Option<Self> {
        let index = LANGUAGES.iter().position(|facts| facts.code == code);
        index.map(Self)
    }

    /// Its name in English.
    pub(super) fn name(self) -> &'static str {
        LANGUAGES[self.0].name
    }

    /// Two-letter codes of countries where it is spoken, the likeliest first.
    pub(super) fn regions(self) -> &'static [&'static str] {
        LANGUAGES[self.0].regions
    }
}

/// Several languages that have a word in common.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct LanguageSet(u32);

impl LanguageSet {
    /// Adds a language.
    pub(super) fn insert(&mut self, language: Language) {
        self.0 |= 1 << language.0;
    }

    /// Whether `language` is among them.
    pub(super) fn contains(self, language: Language) -> bool {
        self.0 & (1 << language.0) != 0
    }

    /// All that either has.
    pub(super) fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// What both have, or all of the first where they have nothing in common.
    pub(super) fn narrowed(self, other: Self) -> Self {
        match self.0 & other.0 {
            0 => self,
            common => Self(common),
        }
    }

    /// The only one there is.
    pub(super) fn only(self) -> Option<Language> {
        let mut languages = self.iter();
        let first = languages.next();
        first.filter(|_| languages.next().is_none())
    }

    fn iter(self) -> impl Iterator<Item = Language> {
        (0..LANGUAGES.len())
            .map(Language)
            .filter(move |&language| self.contains(language))
    }
}

/// The language that most of a header's columns are in: each has one vote, shared by the languages that it
/// could be. English when nothing tells, or when two are even. `None` when no column is known.
pub(super) fn language_of(columns: impl Iterator<Item = LanguageSet>) -> Option<Language> {
    let mut votes = [0.0_f64; LANGUAGES.len()];
    for set in columns {
        let share = 1.0 / f64::from(set.0.count_ones().max(1));
        for language in set.iter() {
            votes[language.0] += share;
        }
    }
    // Of equal ones the first, which is the one more exports are in.
    let best = (0..LANGUAGES.len())
        .rev()
        .max_by(|&one, &other| votes[one].total_cmp(&votes[other]))?;
    (votes[best] > 0.0).then_some(Language(best))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn set(codes: &[&str]) -> LanguageSet {
        let mut set = LanguageSet::default();
        for code in codes {
            set.insert(Language::from_code(code).unwrap());
        }
        set
    }

    #[test]
    fn words_of_many_languages_count_for_little() {
        for (columns, expected) in [
            (vec![set(&["en", "de", "tr"]), set(&["de"])], Some("German")),
            (
                vec![set(&["tr"]), set(&["en"]), set(&["tr", "de"])],
                Some("Turkish"),
            ),
            (vec![set(&["en"]), set(&["de"])], Some("English")),
            (vec![], None),
        ] {
            let found = language_of(columns.into_iter());
            assert_eq!(found.map(Language::name), expected);
        }
    }
}
