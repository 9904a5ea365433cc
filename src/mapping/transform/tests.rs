use std::borrow::Cow;

use toml::de::DeTable;

use super::Preparation;
use crate::mapping::document::Reader;
use crate::mapping::node::Node;

/// Reads the list that stands behind `transform = `.
fn preparation(list: &str) -> Result<Preparation, Vec<String>> {
    let text = format!("transform = {list}");
    let table = DeTable::parse(&text).unwrap();
    let (key, value) = table.get_ref().iter().next().unwrap();
    let mut reader = Reader::new(&text);
    let read = Preparation::read(&Node::of_entry(key, value), &mut reader);
    let told = reader.diagnostics.into_iter().map(|it| it.title).collect();
    read.ok_or(told)
}

/// The text after the transforms, or the code of the problem.
fn after(list: &str, input: &str) -> String {
    match preparation(list).unwrap().apply(input) {
        Ok(text) => text.into_owned(),
        Err(finding) => finding.code.as_str().to_owned(),
    }
}

#[test]
fn each_transform_does_what_its_name_says() {
    for (list, input, expected) in [
        ("['trim']", " a \n", "a"),
        ("['collapse_spaces']", "a \n\t b  c", "a b c"),
        ("['upper']", "straße", "STRASSE"),
        ("['upper_case']", "izmir", "IZMIR"),
        ("[{ upper = 'tr' }]", "izmir ılıca", "İZMİR ILICA"),
        ("['lower']", "ÇELİK", "çeli\u{307}k"),
        ("[{ lower = 'tr' }]", "ÇELİK IŞIK", "çelik ışık"),
        ("[{ lower_case = 'az' }]", "IŞIQ", "ışıq"),
        ("['title_case']", "JEAN-luc o'NEILL", "Jean-Luc O'neill"),
        ("['title_case']", "élodie  durand", "Élodie  Durand"),
        ("['title_case']", "van der berg", "Van Der Berg"),
        (
            "[{ title_case = 'tr' }]",
            "İLKER ILGAZ-iNAN",
            "İlker Ilgaz-İnan",
        ),
        ("[{ title_case = 'nl' }]", "ijsbrand", "IJsbrand"),
        ("['first_names']", "Jan Pieter van der Berg", "Jan Pieter"),
        ("['last_name']", "Jan Pieter van der Berg", "van der Berg"),
        ("['last_name', 'upper']", "Berg, Jan", "BERG"),
        (
            "['email_address']",
            "Jane Doe <jane@example.com>",
            "jane@example.com",
        ),
        ("['date']", "2024-3-1", "2024-03-01"),
        ("[{ date = 'dmy' }]", "1.3.2024", "2024-03-01"),
        ("[{ date = 'dmy' }]", "31.2.2024", "date.invalid"),
        ("[{ extract = '#(\\d+)' }]", "order #123 of May", "123"),
        ("[{ extract = '\\d+' }]", "no number", "extract.no_match"),
        // What is empty stays so, and is no problem.
        ("['trim', { extract = '\\d+' }, 'date']", "  ", ""),
        ("[]", " a ", " a "),
    ] {
        assert_eq!(after(list, input), expected, "{list} of {input:?}");
    }
}

#[test]
fn what_cannot_be_a_transform_is_told() {
    for (list, expected) in [
        ("['titel_case']", "unknown transform `titel_case`"),
        (
            "[{ first_names = 'tr' }]",
            "unknown transform with a setting: `first_names`",
        ),
        (
            "[{ upper = 'tr', lower = 'tr' }]",
            "a transform with a setting is a table of one key",
        ),
        ("[{ upper = 'turkish!' }]", "`turkish!` is no language"),
        (
            "[{ date = 'dym' }]",
            "`dym` says nothing of how dates are written",
        ),
        ("[{ extract = '(' }]", "`(` is no regular expression"),
        (
            "[{ extract = 7 }]",
            "`extract` takes text in quotes, not a whole number",
        ),
        (
            "[7]",
            "`transform` takes the name of a transform, or a table such as `{ title_case = \"tr\" }`, not a whole number",
        ),
    ] {
        assert_eq!(preparation(list).unwrap_err(), [expected], "{list}");
    }
}

#[test]
fn cells_are_trimmed_by_default_and_nothing_is_allocated() {
    let preparation = Preparation::default();
    let prepared = preparation.apply("\u{a0} a b ").unwrap();
    assert_eq!(prepared, "a b");
    assert!(matches!(prepared, Cow::Borrowed(_)));
}
