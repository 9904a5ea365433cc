//! Names of countries, and what rows come to by them.

use crate::mapping::{BoundMapping, Mapping, Verdict};
use crate::model::{Cells, Header, Row};

/// A mapping with this line beside a last name that is always there, for a file with column `A`.
fn mapping_with(line: &str) -> BoundMapping {
    let text = format!("version = 1\n[lead]\nlast_name = {{ value = \"L\" }}\n{line}\n");
    let mapping = Mapping::parse(&text, "test.toml");
    let mapping = mapping.unwrap_or_else(|error| panic!("{}", error.render(false)));
    let header = Header {
        row_number: 1,
        names: vec!["A".into()],
    };
    mapping.bind(&header).unwrap()
}

/// What the mapping makes of a row with this cell in column `A`.
fn shown(mapping: &BoundMapping, cell: &str) -> String {
    let row = Row {
        cells: [cell].into_iter().collect::<Cells>(),
        ..Row::default()
    };
    match mapping.judge(&row) {
        Verdict::Ready { lead, warnings } => {
            let body = String::from_utf8(lead.to_json()).unwrap();
            let codes = warnings.iter().map(|it| format!(" {}", it.code));
            body.replace(r#""last_name":"L""#, "") + &codes.collect::<Vec<_>>().concat()
        }
        Verdict::Rejected { problems, .. } => {
            let told = problems
                .iter()
                .map(|it| format!("{}: {}", it.code, it.sentence));
            told.collect::<Vec<_>>().join(" | ")
        }
        Verdict::Filtered(_) => "filtered".into(),
    }
}

#[test]
fn countries_are_understood_by_all_their_names() {
    let line = r#"country_id = { column = "A", values = { Turkey = 1, DE = 2, Deutschland = 2, "Cote d'Ivoire" = 3, Nowhere = "", USA = 4, "United States" = 4, Congo = 5 } }"#;
    let mapping = mapping_with(line);
    for (cell, id) in [
        ("Turkey", 1),
        ("turkey", 1),
        ("Türkiye", 1),
        ("TÜRKİYE", 1),
        ("TR", 1),
        ("TUR", 1),
        ("Türkei", 1),
        ("Germany", 2),
        ("deutschland", 2),
        ("DEU", 2),
        ("Almanya", 2),
        ("Ivoorkust", 3),
        ("U.S.A.", 4),
        ("Estados Unidos", 4),
        // Which of the two is not clear, but the mapping says.
        ("Congo", 5),
        ("17", 17),
    ] {
        let expected = format!(r#"{{,"country_id":{id}}}"#);
        assert_eq!(shown(&mapping, cell), expected, "{cell:?}");
    }
    assert_eq!(shown(&mapping, "Nowhere"), "{}");
    for cell in ["France", "nowhere", "Kongo", "CONGO"] {
        assert!(
            shown(&mapping, cell).starts_with("values.unknown"),
            "{cell}"
        );
    }
    // Only countries have many names.
    let status = mapping_with(r#"lead_status_id = { column = "A", values = { Turkey = 1 } }"#);
    assert!(shown(&status, "TR").starts_with("values.unknown"));
}
