use super::*;

fn sections() -> BTreeMap<Concept, Section> {
    toml::from_str(TABLE).unwrap()
}

/// The languages that every field's section must speak.
const REQUIRED: [&str; 11] = [
    "en", "tr", "de", "es", "fr", "it", "pt", "nl", "pl", "ru", "ar",
];

#[test]
fn every_field_has_names_in_every_language() {
    for (concept, section) in sections() {
        let is_field = concept < Concept::OwnStatusId && concept != Concept::Name;
        if is_field || concept.is_left_out() {
            for code in REQUIRED {
                let names = section.names.get(code);
                assert!(
                    names.is_some_and(|names| !names.is_empty()),
                    "{concept:?}: {code}"
                );
            }
        }
    }
}

#[test]
fn every_language_is_known_and_no_name_is_empty() {
    for (concept, section) in sections() {
        for (code, names) in &section.names {
            assert!(Language::from_code(code).is_some(), "{concept:?}: {code}");
            for name in names {
                assert!(!compact(name).is_empty(), "{concept:?}: {name}");
            }
        }
    }
}

#[test]
fn what_is_left_out_says_why_and_nothing_else_does() {
    for (concept, section) in sections() {
        assert_eq!(section.why.is_some(), concept.is_left_out(), "{concept:?}");
    }
}

#[test]
fn names_are_found_in_any_spelling() {
    let first = |name: &str| {
        synonyms()
            .meanings(&compact(name))
            .first()
            .map(|found| found.concept)
    };
    for (name, expected) in [
        ("LastName", Concept::LastName),
        ("E-MAIL", Concept::Email),
        ("Ländercode", Concept::Country),
        ("Laendercode", Concept::Country),
        ("SOYADI", Concept::LastName),
        ("البريد الالكتروني", Concept::Email),
    ] {
        assert_eq!(first(name), Some(expected), "{name}");
    }
    assert_eq!(first("Flughöhe"), None);
}
