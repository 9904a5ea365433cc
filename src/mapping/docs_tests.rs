//! Every example in `docs/mapping.md` is a mapping that works.

use super::Mapping;

const DOCUMENTATION: &str = include_str!("../../docs/mapping.md");

/// What examples leave out because the page is not about it.
const USUAL_START: [(&str, &str); 2] = [
    ("version", "version = 1\n"),
    ("last_name", "[lead]\nlast_name = \"Surname\"\n"),
];

fn examples() -> Vec<&'static str> {
    DOCUMENTATION
        .split("```toml\n")
        .skip(1)
        .map(|rest| rest.split("```").next().unwrap())
        .collect()
}

/// Makes a whole mapping of an example that shows one key.
fn completed(example: &str) -> String {
    let [(_, version), (_, last_name)] = USUAL_START;
    if example.contains("version = ") {
        return example.to_owned();
    }
    if example.contains("last_name = ") {
        return format!("{version}{example}");
    }
    match example.split_once("[lead]\n") {
        Some((before, after)) => format!("{version}{before}{last_name}{after}"),
        None => format!("{version}{example}{last_name}"),
    }
}

/// Every example as a whole mapping.
pub(super) fn whole_examples() -> Vec<String> {
    examples().into_iter().map(completed).collect()
}

#[test]
fn every_example_of_the_documentation_is_read() {
    assert!(examples().len() >= 20);
    for example in whole_examples() {
        if let Err(error) = Mapping::parse(&example, "docs/mapping.md") {
            panic!("{}", error.render(false));
        }
    }
}

#[test]
fn every_field_key_and_transform_is_documented() {
    let words = [
        "column",
        "template",
        "value",
        "transform",
        "values",
        "default",
        "on_invalid",
        "region_column",
        "default_region",
        "level",
        "split",
        "lookup",
        "create_missing",
        "statuses",
        "reference_sources",
        "users",
        "any_of",
        "skip_if",
        "in",
        "not_in",
        "equals",
        "is_empty",
        "source",
        "columns",
        "key",
        "within",
        "file",
        "ledger",
        "action",
        "skip",
        "reject",
        "send",
        "sheet",
        "header_row",
        "delimiter",
        "encoding",
        "trim",
        "collapse_spaces",
        "upper",
        "lower",
        "title_case",
        "first_names",
        "last_name",
        "email_address",
        "date",
        "extract",
        "join",
        "approved_header",
    ];
    let fields = crate::model::LEAD_FIELDS.iter().map(|field| field.name);
    for word in words.into_iter().chain(fields) {
        assert!(
            DOCUMENTATION.contains(&format!("`{word}`")),
            "`{word}` is not documented"
        );
    }
}
