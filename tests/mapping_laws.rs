//! Laws of mappings, through files: nothing is lost or mixed on the way from a row to a lead.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::ops::ControlFlow;

use leadferry::mapping::{Mapping, Verdict};
use leadferry::model::{FieldKind, FieldValue, LEAD_FIELDS, Lead, LeadField, Problem, Row};
use leadferry::source::{Source, SourceOptions};
use proptest::prelude::*;

const NAMES: [&str; 5] = ["A", "B", "C", "D", "E"];

/// Reads a table that was written as CSV, and judges each row by `mapping`.
fn judged<T>(
    mapping: &str,
    names: &[&str],
    rows: &[Vec<String>],
    take: impl Fn(&Row, Verdict<'_>) -> T,
) -> Vec<T> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("rows.csv");
    let mut writer = csv::Writer::from_path(&path).unwrap();
    writer.write_record(names).unwrap();
    for row in rows {
        writer.write_record(row).unwrap();
    }
    writer.flush().unwrap();
    let options = SourceOptions {
        header_row: Some(1),
        delimiter: Some(b','),
        encoding: Some("utf-8".to_owned()),
        ..SourceOptions::default()
    };
    let source = Source::open(&path, &options).unwrap();
    let mapping = Mapping::parse(mapping, "laws.toml")
        .unwrap_or_else(|error| panic!("{}", error.render(false)));
    let bound = mapping.bind(source.header()).unwrap();
    let mut taken = Vec::new();
    source
        .read_rows(&mut |row| {
            taken.push(take(&row, bound.judge(&row)));
            ControlFlow::Continue(())
        })
        .unwrap();
    taken
}

fn text_of(lead: &Lead<'_>, field: &str) -> String {
    match lead.get(field) {
        Some(FieldValue::Text(text)) => text.to_string(),
        _ => String::new(),
    }
}

/// Cells of any characters but NUL, which is no text.
fn any_cell() -> impl Strategy<Value = String> {
    let any_text = any::<String>().prop_map(|text| text.replace('\0', ""));
    prop_oneof![
        any_text,
        "[a-z ,;\"\n]{0,9}",
        Just(String::new()),
        Just("\u{feff}".to_owned())
    ]
}

const COPIES: &str = r#"version = 1
[lead]
last_name = { column = "A", transform = [] }
first_name = { column = "B", transform = [], on_invalid = "drop" }
description = { template = "<{B}|{C}|{D}>", transform = [] }
message = { column = ["E", "D"], transform = [] }
"#;

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Every row begins with its number, so that a cell of another row would show.
    #[test]
    fn no_cell_is_lost_or_gets_into_another_row(
        cells in prop::collection::vec(prop::collection::vec(any_cell(), 4), 1..12),
    ) {
        let rows: Vec<Vec<String>> = cells
            .into_iter()
            .enumerate()
            .map(|(number, cells)| [vec![number.to_string()], cells].concat())
            .collect();
        let leads = judged(COPIES, &NAMES, &rows, |_, verdict| match verdict {
            Verdict::Ready { lead, .. } => lead.into_owned(),
            other => panic!("{other:?}"),
        });
        prop_assert_eq!(leads.len(), rows.len());
        let is_blank = |cell: &str| cell.trim().is_empty();
        for (row, lead) in rows.iter().zip(&leads) {
            let [a, b, c, d, e] = &row[..] else { panic!("five cells") };
            prop_assert_eq!(&text_of(lead, "last_name"), a);
            let fits = b.chars().count() <= 255 && !is_blank(b);
            let first_name = if fits { b.as_str() } else { "" };
            prop_assert_eq!(text_of(lead, "first_name"), first_name);
            let all = [b, c, d].map(String::as_str);
            let whole = if all.iter().all(|cell| is_blank(cell)) {
                String::new()
            } else {
                format!("<{b}|{c}|{d}>")
            };
            prop_assert_eq!(text_of(lead, "description"), whole);
            let message = [e, d].into_iter().find(|cell| !is_blank(cell));
            prop_assert_eq!(text_of(lead, "message"), message.cloned().unwrap_or_default());
        }
    }
}

/// A cell that is often right for a field of that kind.
fn likely_cell(kind: FieldKind) -> BoxedStrategy<String> {
    match kind {
        FieldKind::Text { .. } => prop_oneof![" ?[A-Za-zÀ-ž' .-]{1,20} ?", "\\PC{1,30}"].boxed(),
        FieldKind::Phone => prop_oneof![
            "\\+1 202 555 01[0-9]{2}",
            "\\(202\\) 555-01[0-9]{2}( ext\\. [0-9]{2})?",
            "0?532 [0-9]{3} [0-9]{2} [0-9]{2}",
        ]
        .boxed(),
        FieldKind::Email => "[a-zA-Z.+]{1,12}@[a-zé-]{1,9}\\.(com|de|test)".boxed(),
        FieldKind::Url => "https?://[a-z]{1,9}\\.(com|de)(/[a-z ]{0,9})?(\\?q=[a-z]{1,5})?".boxed(),
        FieldKind::Integer => "0{0,2}[1-9][0-9]{0,8}".boxed(),
        FieldKind::TextList => "([a-zA-Z ]{0,6};){0,3}[a-zA-Z ]{0,6}".boxed(),
    }
}

fn likely_rows() -> impl Strategy<Value = Vec<Vec<String>>> {
    let cells: Vec<BoxedStrategy<String>> = LEAD_FIELDS
        .iter()
        .map(|field| prop_oneof![4 => likely_cell(field.kind), 1 => Just(String::new())].boxed())
        .collect();
    prop::collection::vec(cells, 1..8)
}

/// Each field from a column of its own name.
fn own_names(phone_keys: &str) -> String {
    let line = |field: &LeadField| {
        let keys = match field.kind {
            FieldKind::Phone => phone_keys,
            FieldKind::TextList => ", split = \";\"",
            _ => "",
        };
        format!("{0} = {{ column = \"{0}\"{keys} }}\n", field.name)
    };
    let lines: String = LEAD_FIELDS.iter().map(line).collect();
    format!("version = 1\n[lead]\n{lines}")
}

/// The cells that a lead would be written as.
fn cells_of(lead: &Lead<'_>) -> Vec<String> {
    let cell = |value: &FieldValue<'_>| match value {
        FieldValue::Text(text) => text.to_string(),
        FieldValue::Integer(number) => number.to_string(),
        FieldValue::TextList(texts) => texts.join(";"),
        FieldValue::Named(_) => unreachable!("nothing is looked up"),
    };
    LEAD_FIELDS
        .iter()
        .map(|field| lead.get(field.name).map(cell).unwrap_or_default())
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn a_valid_lead_survives_being_written_and_mapped_again(rows in likely_rows()) {
        let names: Vec<&str> = LEAD_FIELDS.iter().map(|field| field.name).collect();
        let first = judged(&own_names(", default_region = \"US\""), &names, &rows, |_, verdict| {
            match verdict {
                Verdict::Ready { lead, .. } => Some(lead.into_owned()),
                _ => None,
            }
        });
        let leads: Vec<Lead<'static>> = first.into_iter().flatten().collect();
        prop_assume!(!leads.is_empty());
        let written: Vec<Vec<String>> = leads.iter().map(cells_of).collect();
        // Without a region: what was sent needs none.
        let again = judged(&own_names(""), &names, &written, |_, verdict| match verdict {
            Verdict::Ready { lead, .. } => lead.into_owned(),
            other => panic!("{other:?}"),
        });
        prop_assert_eq!(again, leads);
    }
}

const EVERYTHING: &str = r#"version = 1
[lead]
last_name = { column = ["A", "B"], transform = ["last_name"] }
first_name = { column = "A", transform = ["first_names", { title_case = "tr" }] }
phone_number = { column = ["C", "D"], region_column = "E", default_region = "US", split = ";" }
email = { column = ["D", "C"], level = "deliverable", split = [",", " "] }
description = { template = "{E}: {B}", transform = [{ extract = '(.*)x' }] }
message = { column = "B", transform = [{ date = "dmy" }], on_invalid = "drop" }
source_page_url = "E"
country_id = { column = "E", values = { Turkey = 1 } }
marketing_attribution = { column = ["A", "B"], split = "a", join = true }
[[filter]]
skip_if = { column = "B", in = ["skip"] }
"#;

/// The columns that a sentence says something of.
fn columns_named(sentence: &str) -> impl Iterator<Item = &str> {
    sentence
        .match_indices("column `")
        .filter_map(|(at, words)| sentence[at + words.len()..].split('`').next())
}

proptest! {
    #[test]
    fn every_problem_names_a_column_of_the_file_or_a_field(
        rows in prop::collection::vec(prop::collection::vec("[a-z@. 0-9;]{0,12}", 5), 1..6),
    ) {
        let all: Vec<Vec<Problem>> = judged(EVERYTHING, &NAMES, &rows, |_, verdict| match verdict {
            Verdict::Ready { warnings, .. } => warnings,
            Verdict::Rejected { problems, .. } | Verdict::Filtered(problems) => problems,
        });
        for problem in all.iter().flatten() {
            let sentence = &problem.sentence;
            let columns: Vec<&str> = columns_named(sentence).collect();
            prop_assert!(columns.iter().all(|name| NAMES.contains(name)), "{sentence}");
            let names_field = LEAD_FIELDS
                .iter()
                .any(|field| sentence.contains(&format!("`{}`", field.name)));
            prop_assert!(!columns.is_empty() || names_field, "{sentence}");
        }
    }
}
