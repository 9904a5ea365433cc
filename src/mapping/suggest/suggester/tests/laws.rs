//! What holds for any header and any cells.

use std::collections::BTreeMap;

use proptest::prelude::*;

use super::suggested;
use crate::mapping::Mapping;
use crate::model::Header;

/// Names that mean something, so that generated headers are not all nonsense, and some that mean nothing.
const NAMES: [&str; 36] = [
    "Last Name",
    "Surname",
    "Name",
    "First Name",
    "Full Name",
    "Contact",
    "Phone",
    "Mobile",
    "Phone 2",
    "Fax",
    "Email",
    "E-mail 2",
    "Country",
    "Mailing Country",
    "Estado",
    "Stato",
    "Status",
    "Lead Status",
    "Source",
    "Owner",
    "Owner ID",
    "ID",
    "Record ID",
    "Notes",
    "Comments",
    "Message",
    "Tags",
    "Campaign",
    "utm_source",
    "Landing Page",
    "Website",
    "Company",
    "lead_status_id",
    "country_id",
    "leadferry_row",
    "",
];

const CELLS: [&str; 22] = [
    "",
    "Jane",
    "Jane Doe",
    "Doe, Jane",
    "jane@example.com",
    "+12025550143",
    "(202) 555-0144",
    "0532 123 45 67",
    "DE",
    "Germany",
    "New",
    "SP",
    "42",
    "1",
    "https://example.com",
    "www.example.com",
    "2024-03-01",
    "true",
    "a;b",
    "a ::: b",
    "\"quoted\\\" \u{7} cell\n",
    "é\u{301}ñ",
];

fn any_name() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => proptest::sample::select(&NAMES[..]).prop_map(str::to_owned),
        1 => "[ -~ğüşéаб\\n\\t]{0,24}",
        1 => any::<String>(),
    ]
}

fn any_cell() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => proptest::sample::select(&CELLS[..]).prop_map(str::to_owned),
        1 => any::<String>(),
    ]
}

/// A header of up to 12 names with up to 6 rows, `|` taken out because it parts the cells.
fn any_file() -> impl Strategy<Value = (String, Vec<String>)> {
    (1_usize..12).prop_flat_map(|columns| {
        let names = proptest::collection::vec(any_name(), columns);
        let row = proptest::collection::vec(any_cell(), 0..=columns);
        (names, proptest::collection::vec(row, 0..6)).prop_map(|(names, rows)| {
            let join = |cells: Vec<String>| {
                let cells: Vec<String> = cells.iter().map(|cell| cell.replace('|', "/")).collect();
                cells.join("|")
            };
            (join(names), rows.into_iter().map(join).collect())
        })
    })
}

/// Every column that a line of `[lead]` names, with the fields it feeds.
fn fields_by_column(text: &str) -> BTreeMap<String, Vec<String>> {
    let table: toml::Table = toml::from_str(text).unwrap();
    let mut fields: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (field, line) in table["lead"].as_table().unwrap() {
        let columns = line.get("column").unwrap_or(line);
        let names = match columns {
            toml::Value::Array(names) => names.clone(),
            one => vec![one.clone()],
        };
        for name in names {
            let name = name.as_str().unwrap().to_owned();
            fields.entry(name).or_default().push(field.clone());
        }
    }
    fields
}

proptest! {
    #[test]
    fn a_suggestion_is_a_mapping_that_binds_to_its_header((names, rows) in any_file()) {
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let (suggestion, text) = suggested(&names, &rows);
        match Mapping::parse(&text, "suggested.toml") {
            Ok(mapping) => {
                prop_assert!(suggestion.is_complete());
                let names = names.split('|').map(|name| name.trim().to_owned()).collect();
                let header = Header { row_number: 1, names };
                prop_assert!(mapping.bind(&header).is_ok(), "{}", text);
            }
            Err(error) => {
                // Only the last name may be missing, and nothing else may be wrong.
                let whole = text.replace("# last_name = \"...\"", "last_name = \"x\"");
                prop_assert!(!suggestion.is_complete(), "{}\n{}", text, error.render(false));
                prop_assert!(Mapping::parse(&whole, "suggested.toml").is_ok(), "{}", text);
            }
        }
    }

    #[test]
    fn no_column_feeds_two_fields_but_a_whole_name((names, rows) in any_file()) {
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let (_, text) = suggested(&names, &rows);
        for (column, fields) in fields_by_column(&text) {
            let is_divided = fields == ["first_name", "last_name"] || fields == ["last_name", "first_name"];
            prop_assert!(fields.len() == 1 || is_divided, "{column} feeds {fields:?}:\n{text}");
        }
    }

    #[test]
    fn a_suggestion_that_is_not_complete_is_never_sure((names, rows) in any_file()) {
        let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
        let (suggestion, _) = suggested(&names, &rows);
        prop_assert!(suggestion.is_complete() || !suggestion.doubts().is_empty());
    }
}
