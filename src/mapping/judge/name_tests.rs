//! Names of the CRM's lists and of countries, and what rows come to by them.

use crate::mapping::{BoundMapping, Mapping, NameLists, Verdict};
use crate::model::{Cells, Header, NameEntry, NameList, Row};

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

fn lists() -> NameLists {
    let entry = |id, name: &str, other: Option<&str>| NameEntry {
        id,
        name: name.into(),
        other: other.map(str::to_owned),
    };
    let mut lists = NameLists::default();
    lists.put(
        NameList::Statuses,
        vec![
            entry(1, "New", Some("new")),
            entry(3, "Qualified", Some("sql")),
        ],
    );
    lists.put(NameList::ReferenceSources, vec![entry(7, "Website", None)]);
    lists
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

const STAGE: &str = r#"lead_status_id = { column = "A", lookup = "statuses", values = { Hot = "qualified", Cold = 9, Odd = "Nowhere" }, default = "new" }"#;

#[test]
fn values_come_before_the_look_up_and_a_default_is_a_name() {
    let mut mapping = mapping_with(STAGE);
    mapping.look_up_in(lists());
    for (cell, expected) in [
        ("Qualified", r#"{,"lead_status_id":3}"#),
        ("Hot", r#"{,"lead_status_id":3}"#),
        ("Cold", r#"{,"lead_status_id":9}"#),
        ("SQL", r#"{,"lead_status_id":3}"#),
        ("4", r#"{,"lead_status_id":4}"#),
        (" ", r#"{,"lead_status_id":1}"#),
        (
            "Newt",
            "lookup.unknown: column `A`: `Newt` is no status of the CRM; did you mean `New`?",
        ),
        (
            "Odd",
            "lookup.unknown: column `A`: `Odd` stands for `Nowhere`, which is no status of the CRM; \
             known are `New`, `Qualified`",
        ),
    ] {
        assert_eq!(shown(&mapping, cell), expected, "{cell:?}");
    }
}

#[test]
fn names_of_the_mapping_itself_are_told_beforehand() {
    let mut mapping = mapping_with(&STAGE.replace("\"new\"", "\"nwe\""));
    assert_eq!(mapping.own_names_that_fail(), Vec::<String>::new());
    mapping.look_up_in(lists());
    assert_eq!(
        mapping.own_names_that_fail(),
        [
            "the mapping names `Nowhere` for `lead_status_id`, which is no status of the CRM",
            "the mapping names `nwe` for `lead_status_id`, which is no status of the CRM",
        ]
    );
}

#[test]
fn before_lists_are_there_every_name_passes_without_an_id() {
    let mapping = mapping_with(STAGE);
    for (cell, expected) in [
        ("Anything", r#"{,"lead_status_id":null}"#),
        ("Cold", r#"{,"lead_status_id":9}"#),
        ("", r#"{,"lead_status_id":null}"#),
    ] {
        assert_eq!(shown(&mapping, cell), expected, "{cell:?}");
    }
}

#[test]
fn a_wrong_name_can_be_dropped() {
    let mut mapping = mapping_with(
        r#"lead_status_id = { column = "A", lookup = "statuses", on_invalid = "drop" }"#,
    );
    mapping.look_up_in(lists());
    assert_eq!(shown(&mapping, "Nope"), "{} field.dropped");
}

#[test]
fn one_name_can_stand_for_every_row() {
    let line = r#"lead_reference_source_id = { value = "website", lookup = "reference_sources" }"#;
    let mut mapping = mapping_with(line);
    mapping.look_up_in(lists());
    assert_eq!(shown(&mapping, "x"), r#"{,"lead_reference_source_id":7}"#);
    let mut mapping = mapping_with(&line.replace("website", "Fair"));
    mapping.look_up_in(lists());
    assert_eq!(
        shown(&mapping, "x"),
        "lookup.unknown: field `lead_reference_source_id`: `Fair` is no reference source of the \
         CRM; known are `Website`"
    );
}

#[test]
fn a_mapping_tells_what_it_looks_up() {
    let look_ups = |line: &str| -> Vec<_> {
        let mapping = mapping_with(line);
        mapping
            .look_ups()
            .map(|it| (it.list, it.most_new))
            .collect()
    };
    let source = |more: &str| {
        format!(
            r#"lead_reference_source_id = {{ column = "A", lookup = "reference_sources"{more} }}"#
        )
    };
    assert_eq!(look_ups(STAGE), [(NameList::Statuses, 0)]);
    for (more, most) in [
        ("", 0),
        (", create_missing = false", 0),
        (", create_missing = true", 50),
        (", create_missing = 120", 120),
    ] {
        let expected = [(NameList::ReferenceSources, most)];
        assert_eq!(look_ups(&source(more)), expected, "{more}");
    }
    assert_eq!(look_ups(r#"lead_status_id = "A""#), []);
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
