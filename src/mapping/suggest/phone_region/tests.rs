use super::super::column_facts::ColumnFacts;
use super::*;
use crate::model::Header;

/// The region guessed for a column of phones, beside a column of e-mails and one of countries.
fn guessed(phone_name: &str, rows: &[[&str; 3]]) -> Option<String> {
    let region = region_of(phone_name, rows);
    region.guess.map(|(region, _)| region.code().to_owned())
}

fn region_of(phone_name: &str, rows: &[[&str; 3]]) -> PhoneRegion {
    let header = Header {
        row_number: 1,
        names: vec![phone_name.into(), "Email".into(), "Country".into()],
    };
    let facts = (0..3).map(|index| {
        let mut facts = ColumnFacts::default();
        for row in rows {
            facts.note(row[index]);
        }
        facts
    });
    let survey = Survey::new(&header, facts.collect(), rows.len());
    let [phones, emails, country] = [0, 1, 2].map(|index| &survey.columns[index]);
    let witnesses = Witnesses {
        phones: vec![phones],
        emails: vec![emails],
        country: Some(country),
    };
    guess_region(&survey, &witnesses)
}

/// What is special, the name of the phones' column, rows of phone, e-mail and country, and the region expected.
type Case = (
    &'static str,
    &'static str,
    &'static [[&'static str; 3]],
    Option<&'static str>,
);

const CASES: &[Case] = &[
    (
        "by language",
        "Telefon",
        &[["0532 123 45 67", "", ""]],
        None,
    ),
    (
        "by Turkish",
        "Cep Telefonu",
        &[["0532 123 45 67", "", ""]],
        Some("TR"),
    ),
    (
        "by German",
        "Mobiltelefonnummer",
        &[["030 23125 123", "", ""]],
        Some("DE"),
    ),
    (
        "by e-mails",
        "Phone",
        &[["030 23125 123", "a@example.de", ""]],
        Some("DE"),
    ),
    (
        "by countries",
        "Phone",
        &[["044 668 18 00", "", "Switzerland"]],
        Some("CH"),
    ),
    (
        "by other numbers",
        "Phone",
        &[["0532 123 45 67", "", ""], ["+90 532 123 45 68", "", ""]],
        Some("TR"),
    ),
    (
        "by English",
        "Phone",
        &[["(202) 555-0143", "", ""]],
        Some("US"),
    ),
    (
        "all with a plus",
        "Phone",
        &[["+44 20 7946 0123", "", ""]],
        Some("GB"),
    ),
    (
        "of two countries",
        "Phone",
        &[["+44 20 7946 0123", "", ""], ["+12025550143", "", ""]],
        None,
    ),
    (
        "valid nowhere near",
        "Phone",
        &[["0000 0000", "", ""]],
        None,
    ),
    ("no rows", "Phone", &[], None),
];

#[test]
fn numbers_are_tried_where_the_file_points() {
    for (what, name, rows, expected) in CASES {
        assert_eq!(guessed(name, rows).as_deref(), *expected, "{what}");
    }
}

#[test]
fn numbers_that_are_valid_in_several_countries_have_no_sure_one() {
    let guess = |name: &str, numbers: &[&str]| {
        let rows: Vec<[&str; 3]> = numbers.iter().map(|number| [*number, "", ""]).collect();
        region_of(name, &rows)
    };
    for (name, numbers, expected) in [
        // Of the Netherlands, South Africa and others; English says nothing.
        (
            "Phone",
            &["06 1235 6800", "06 1235 6819"][..],
            (None, false),
        ),
        // As it is grouped in North America alone.
        ("Phone", &["(202) 555-0143"], (Some("US"), false)),
        ("Phone", &["2025550143"], (Some("US"), true)),
        ("Cep Telefonu", &["0532 123 45 67"], (Some("TR"), false)),
    ] {
        let region = guess(name, numbers);
        let code = region.guess.map(|(region, _)| region.code().to_owned());
        assert_eq!(
            (code.as_deref(), region.rival.is_some()),
            expected,
            "{numbers:?}"
        );
    }
}
