use super::*;
use crate::mapping::SuggestedFor;

mod laws;
mod real_headers;

/// What is suggested for a header and rows whose cells are parted by `|`.
fn suggested(header: &str, rows: &[&str]) -> (Suggestion, String) {
    let header = Header {
        row_number: 1,
        names: header
            .split('|')
            .map(|name| name.trim().to_owned())
            .collect(),
    };
    let mut suggester = Suggester::new(&header);
    for (number, row) in (2..).zip(rows) {
        suggester.note(&Row {
            sequence: number - 2,
            number,
            cells: row.split('|').map(str::trim).collect(),
            ..Row::default()
        });
    }
    let suggestion = suggester.finish();
    let text = suggestion.to_toml(&SuggestedFor {
        file_name: "leads.csv".to_owned(),
        origin: "leads".to_owned(),
        ..SuggestedFor::default()
    });
    (suggestion, text)
}

/// The lines of `[lead]` that are no comments, each as it stands.
fn lead_lines(text: &str) -> Vec<&str> {
    let lead = text.split("\n[lead]\n").nth(1).unwrap();
    let is_active = |line: &&str| !line.is_empty() && !line.starts_with('#');
    lead.lines().filter(is_active).collect()
}

#[test]
fn a_plain_file_is_mapped_as_a_whole() {
    let (suggestion, text) = suggested(
        "Record ID|First Name|Last Name|Email|Mobile|Phone|Country|Lead Status|Lead Source|Owner|Notes|Tags|Company|Website",
        &[
            "101|Jane|Doe|jane@example.com|+1 202 555 0143||USA|New|Fair|Ann Lee|Wants a demo, soon.|fair;2025|Acme|acme.example.com",
            "102|Joe|Bloggs|joe@example.com||(202) 555-0144|USA|Open|Web|Ann Lee|Call back.|vip|Acme|acme.example.com",
        ],
    );
    assert_eq!(
        lead_lines(&text),
        [
            "last_name = \"Last Name\"",
            "first_name = \"First Name\"",
            "phone_number = { column = [\"Mobile\", \"Phone\"], region_column = \"Country\", default_region = \"US\" }",
            "email = \"Email\"",
            "description = \"Notes\"",
            "lead_status_id = { column = \"Lead Status\", lookup = \"statuses\" }",
            "lead_reference_source_id = { column = \"Lead Source\", lookup = \"reference_sources\" }",
            "assigned_user_id = { column = \"Owner\", lookup = \"users\" }",
            "marketing_attribution = { column = \"Tags\", split = \";\" }",
        ],
        "{text}"
    );
    assert!(text.contains("\nsource = \"leads\"\ncolumns = [\"Record ID\"]\n"));
    assert!(text.contains("# country_id = { column = \"Country\", values = { \"USA\" = 0 } }"));
    assert!(text.contains("# - `Company`: the name or data of a company, not of a person"));
    assert_eq!(suggestion.doubts(), Vec::<String>::new());
}
