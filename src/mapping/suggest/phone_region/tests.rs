use super::super::column_facts::ColumnFacts;
use super::*;
use crate::model::Header;

/// The region guessed for a column of phones, beside a column of e-mails and one of countries.
fn guessed(phone_name: &str, rows: &[[&str; 3]]) -> Option<String> {
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
    let region = guess_region(&survey, &witnesses);
    region.guess.map(|(region, _)| region.code().to_owned())
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
