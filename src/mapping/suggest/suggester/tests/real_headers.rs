//! Headers as programs export them, in `real_headers.txt`.

use std::collections::BTreeMap;

use super::suggested;

const CASES: &str = include_str!("../real_headers.txt");

/// What is suggested or expected: columns by field, and by `region` and `identity`.
type Mapped = BTreeMap<String, Vec<String>>;

struct Case<'a> {
    name: &'a str,
    header: &'a str,
    rows: Vec<&'a str>,
    expected: Mapped,
}

fn cases() -> Vec<Case<'static>> {
    CASES.split("\n== ").skip(1).map(case).collect()
}

fn case(text: &'static str) -> Case<'static> {
    let mut lines = text.lines().filter(|line| !line.is_empty());
    let name = lines.next().unwrap();
    let header = lines.next().unwrap();
    let (rows, expected): (Vec<_>, Vec<_>) = lines.partition(|line| line.starts_with('>'));
    let expected = expected.into_iter().map(|line| {
        let (field, columns) = line.split_once(": ").unwrap();
        let columns = columns.split("; ").map(str::to_owned).collect();
        (field.to_owned(), columns)
    });
    Case {
        name,
        header,
        rows: rows.into_iter().map(|row| &row[1..]).collect(),
        expected: expected.collect(),
    }
}

/// The columns that a written mapping uses.
fn mapped(text: &str) -> Mapped {
    let table: toml::Table = toml::from_str(text).unwrap();
    let mut mapped = Mapped::new();
    let names = |value: &toml::Value| -> Vec<String> {
        match value {
            toml::Value::Array(names) => names
                .iter()
                .map(|name| name.as_str().unwrap().to_owned())
                .collect(),
            other => vec![other.as_str().unwrap().to_owned()],
        }
    };
    if let Some(identity) = table.get("identity") {
        mapped.insert("identity".to_owned(), names(&identity["columns"]));
    }
    for (field, line) in table["lead"].as_table().unwrap() {
        let columns = line.get("column").unwrap_or(line);
        mapped.insert(field.clone(), names(columns));
        if let Some(region) = line.get("region_column") {
            mapped.insert("region".to_owned(), names(region));
        }
    }
    mapped
}

#[test]
fn exports_of_many_programs_are_understood() {
    let mut wrong = Vec::new();
    for case in cases() {
        let (_, text) = suggested(case.header, &case.rows);
        let found = mapped(&text);
        let fields: Vec<&String> = found.keys().chain(case.expected.keys()).collect();
        for field in fields {
            let (found, expected) = (found.get(field), case.expected.get(field));
            let difference = format!(
                "{}: {field}: expected {expected:?}, found {found:?}",
                case.name
            );
            if found != expected && !wrong.contains(&difference) {
                wrong.push(difference);
            }
        }
    }
    assert!(cases().len() > 30);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
