use proptest::prelude::*;

use crate::mapping::{Mapping, Verdict};
use crate::model::{CellFault, CellFaultKind, Cells, Header, Problem, Row};

/// What is judged: rules beside `version`, and columns with their cells.
fn judge(rules: &str, columns: &[(&str, &str)]) -> Verdict<'static> {
    judge_with_faults(rules, columns, &[])
}

fn judge_with_faults(
    rules: &str,
    columns: &[(&str, &str)],
    faults: &[(Option<usize>, CellFaultKind)],
) -> Verdict<'static> {
    let names: Vec<&str> = columns.iter().map(|(name, _)| *name).collect();
    let cells: Cells = columns.iter().map(|(_, cell)| *cell).collect();
    let faults = faults
        .iter()
        .map(|&(column_index, kind)| CellFault { column_index, kind });
    let row = Row {
        cells,
        faults: faults.collect(),
        ..Row::default()
    };
    judge_row(rules, &names, &row)
}

fn judge_row(rules: &str, names: &[&str], row: &Row) -> Verdict<'static> {
    let text = format!("version = 1\n{rules}\n");
    let mapping = Mapping::parse(&text, "test.toml");
    let mapping = mapping.unwrap_or_else(|error| panic!("{}", error.render(false)));
    let header = Header {
        row_number: 1,
        names: names.iter().map(|&name| name.to_owned()).collect(),
    };
    let bound = mapping.bind(&header);
    bound
        .unwrap_or_else(|error| panic!("{}", error.render(false)))
        .judge(row)
        .into_owned()
}

/// The verdict on one line of `[lead]` beside a last name that is always there.
fn judge_field(line: &str, columns: &[(&str, &str)]) -> Verdict<'static> {
    judge(
        &format!("[lead]\nlast_name = {{ value = \"L\" }}\n{line}"),
        columns,
    )
}

/// A verdict in one text: the body of a lead without the last name `L`, then what is to be said.
fn shown(verdict: &Verdict) -> String {
    let said = |problems: &[Problem]| -> String {
        let lines = problems
            .iter()
            .map(|it| format!(" | {}: {}", it.code, it.sentence));
        lines.collect()
    };
    match verdict {
        Verdict::Ready { lead, warnings } => {
            let body = String::from_utf8(lead.to_json()).unwrap();
            body.replace(r#""last_name":"L","#, "")
                .replace(r#""last_name":"L""#, "")
                + &said(warnings)
        }
        Verdict::Rejected { problems, .. } => format!("rejected{}", said(problems)),
        Verdict::Filtered(problems) => format!("filtered{}", said(problems)),
    }
}

fn codes(verdict: &Verdict<'_>) -> Vec<&'static str> {
    let problems = match verdict {
        Verdict::Ready { warnings, .. } => warnings,
        Verdict::Rejected { problems, .. } | Verdict::Filtered(problems) => problems,
    };
    problems
        .iter()
        .map(|problem| problem.code.as_str())
        .collect()
}

/// Judges one line of `[lead]` for one cell in column `A`.
fn assert_cases(cases: &[(&str, &str, &str)]) {
    for (line, cell, expected) in cases {
        let verdict = judge_field(line, &[("A", cell)]);
        assert_eq!(shown(&verdict), *expected, "{line} with {cell:?}");
    }
}

#[test]
fn cells_are_trimmed_and_transformed_and_empty_ones_left_out() {
    assert_cases(&[
        (r#"message = "A""#, " x\u{a0}", r#"{"message":"x"}"#),
        (
            r#"message = { column = "A", transform = [] }"#,
            " x ",
            r#"{"message":" x "}"#,
        ),
        (r#"message = { column = "A", transform = [] }"#, " \t", "{}"),
        (r#"message = "A""#, " \u{a0}\n", "{}"),
        (
            r#"message = { column = "A", transform = ["upper", "collapse_spaces"] }"#,
            " a  b ",
            r#"{"message":"A B"}"#,
        ),
    ]);
}

#[test]
fn a_default_stands_for_an_empty_cell_only() {
    assert_cases(&[
        (
            r#"message = { column = "A", default = "none" }"#,
            " ",
            r#"{"message":"none"}"#,
        ),
        (
            r#"message = { column = "A", default = "none" }"#,
            "x",
            r#"{"message":"x"}"#,
        ),
        (
            r#"country_id = { column = "A", values = { TR = 90 }, default = "TR" }"#,
            "",
            r#"{"country_id":90}"#,
        ),
        (
            r#"country_id = { column = "A", default = 7 }"#,
            "",
            r#"{"country_id":7}"#,
        ),
    ]);
}

#[test]
fn values_translate_whole_texts() {
    assert_cases(&[
        (
            r#"country_id = { column = "A", values = { TR = 90 } }"#,
            " TR ",
            r#"{"country_id":90}"#,
        ),
        (
            r#"country_id = { column = "A", values = { TR = 90 } }"#,
            "12",
            r#"{"country_id":12}"#,
        ),
        (
            r#"country_id = { column = "A", values = { TR = 90 }, transform = ["upper"] }"#,
            "tr",
            r#"{"country_id":90}"#,
        ),
        (
            r#"message = { column = "A", values = { a = "b", "n/a" = "" } }"#,
            "a",
            r#"{"message":"b"}"#,
        ),
        (
            r#"message = { column = "A", values = { a = "b", "n/a" = "" } }"#,
            "A",
            r#"{"message":"A"}"#,
        ),
        (
            r#"message = { column = "A", values = { a = "b", "n/a" = "" } }"#,
            "n/a",
            "{}",
        ),
        (
            r#"message = { column = "A", values = { "n/a" = "" }, default = "d" }"#,
            "n/a",
            "{}",
        ),
    ]);
}

#[test]
fn lists_are_split_where_the_mapping_says_so() {
    assert_cases(&[
        (
            r#"marketing_attribution = "A""#,
            "a; b",
            r#"{"marketing_attribution":["a; b"]}"#,
        ),
        (
            r#"marketing_attribution = { column = "A", split = ";" }"#,
            "a; b;;  ;",
            r#"{"marketing_attribution":["a","b"]}"#,
        ),
        (
            r#"marketing_attribution = { column = "A", split = ";", values = { a = "A" } }"#,
            "a;b",
            r#"{"marketing_attribution":["A","b"]}"#,
        ),
        (
            r#"marketing_attribution = { column = "A", split = ";" }"#,
            " ; ",
            "{}",
        ),
    ]);
}

#[test]
fn phone_numbers_become_e164() {
    assert_cases(&[
        (
            r#"phone_number = { column = "A", default_region = "US" }"#,
            "(202) 555-0143",
            r#"{"phone_number":"+12025550143"}"#,
        ),
        (
            r#"phone_number = "A""#,
            "+1 202-555-0143",
            r#"{"phone_number":"+12025550143"}"#,
        ),
    ]);
}

#[test]
fn constants_are_the_same_for_every_row() {
    let line = "country_id = { value = 3 }\nmarketing_attribution = { value = [\"a\", \"b\"] }\npreferred_contact = { value = \"phone\" }";
    let expected =
        r#"{"preferred_contact":"phone","country_id":3,"marketing_attribution":["a","b"]}"#;
    assert_eq!(shown(&judge_field(line, &[])), expected);
}

#[test]
fn wrong_values_reject_the_row_with_column_and_value() {
    let cases = [
        (
            r#"country_id = { column = "A", values = { Turkey = 1 } }"#,
            "Turky",
            "rejected | values.unknown: column `A`: `Turky` is not in the `values` of the mapping; did you mean `Turkey`?",
        ),
        (
            r#"country_id = { column = "A", values = { Turkey = 1 } }"#,
            "xyz",
            "rejected | values.unknown: column `A`: `xyz` is not in the `values` of the mapping",
        ),
        (
            r#"country_id = "A""#,
            "Turkey",
            "rejected | integer.invalid: column `A`: `Turkey` ",
        ),
        (
            r#"email = "A""#,
            " jane ",
            "rejected | email.no_at_sign: column `A`: `jane` ",
        ),
        (
            r#"source_page_url = "A""#,
            "example.com",
            "rejected | url.not_absolute: column `A`: `example.com` ",
        ),
        (
            r#"preferred_contact = "A""#,
            &"é".repeat(51),
            "rejected | field.too_long: column `A`: `éé",
        ),
        (
            r#"phone_number = "A""#,
            "0202 555 0143",
            "rejected | phone.no_region: column `A`: `0202 555 0143` ",
        ),
        (
            r#"email = { column = "A", on_invalid = "drop" }"#,
            "jane",
            "{} | field.dropped: column `A`: `jane` ",
        ),
        (
            r#"email = { template = "{A}" }"#,
            "jane",
            "rejected | email.no_at_sign: field `email`: `jane` ",
        ),
    ];
    for (line, cell, expected) in cases {
        let shown = shown(&judge_field(line, &[("A", cell)]));
        assert!(
            shown.starts_with(expected),
            "{line}\nexpected {expected}\ngot      {shown}"
        );
    }
    let longest = "é".repeat(50);
    let verdict = judge_field(r#"preferred_contact = "A""#, &[("A", &longest)]);
    assert!(matches!(verdict, Verdict::Ready { .. }));
}

#[test]
fn a_dropped_field_is_named() {
    let line = r#"email = { column = "A", on_invalid = "drop" }"#;
    let shown = shown(&judge_field(line, &[("A", "jane")]));
    assert!(shown.ends_with("; `email` is left out"), "{shown}");
}

#[test]
fn the_first_filled_column_wins_and_for_phones_and_emails_the_first_valid_one() {
    let cases = [
        (r#"message = ["A", "B"]"#, " ", "b", r#"{"message":"b"}"#),
        (r#"message = ["A", "B"]"#, "a", "b", r#"{"message":"a"}"#),
        (
            r#"country_id = ["A", "B"]"#,
            "a",
            "1",
            "rejected | integer.invalid: column `A`: `a`",
        ),
        (
            r#"email = ["A", "B"]"#,
            "jane@example.com",
            "x",
            r#"{"email":"jane@example.com"}"#,
        ),
        (
            r#"email = ["A", "B"]"#,
            "",
            "jane@example.com",
            r#"{"email":"jane@example.com"}"#,
        ),
        (
            r#"email = ["A", "B"]"#,
            "x",
            "jane@example.com",
            r#"{"email":"jane@example.com"} | column.passed_over: column `A`: `x` "#,
        ),
        (
            r#"email = ["A", "B"]"#,
            "x",
            " ",
            "rejected | email.no_at_sign: column `A`: `x` ",
        ),
        (
            r#"email = { column = ["A", "B"], default = "a@example.com" }"#,
            " ",
            "",
            r#"{"email":"a@example.com"}"#,
        ),
    ];
    for (line, first, second, expected) in cases {
        let shown = shown(&judge_field(line, &[("A", first), ("B", second)]));
        assert!(
            shown.starts_with(expected),
            "{line}\nexpected {expected}\ngot      {shown}"
        );
    }
    let none_valid = judge_field(r#"email = ["A", "B"]"#, &[("A", "x"), ("B", "y")]);
    assert_eq!(codes(&none_valid), ["email.no_at_sign", "email.no_at_sign"]);
}

#[test]
fn a_passed_over_column_names_the_one_that_was_taken() {
    let line = r#"email = ["A", "B"]"#;
    let shown = shown(&judge_field(line, &[("A", "x"), ("B", "jane@example.com")]));
    assert!(shown.ends_with("; column `B` was taken instead"), "{shown}");
}

#[test]
fn the_region_comes_from_the_column_and_else_from_the_default() {
    let with_default =
        r#"phone_number = { column = "A", region_column = "C", default_region = "US" }"#;
    let without = r#"phone_number = { column = "A", region_column = "C" }"#;
    let cases: [(&str, &str, &str, &[&str]); 8] = [
        (with_default, "2025550143", " ", &[]),
        (without, "2025550143", "United States", &[]),
        (without, "2025550143", "", &["phone.no_region"]),
        (
            with_default,
            "2025550143",
            "Narnia",
            &["phone.unknown_region"],
        ),
        (with_default, "+12025550143", "Narnia", &[]),
        (with_default, "tel:+12025550143", "Narnia", &[]),
        (with_default, "", "Narnia", &[]),
        (
            with_default,
            "2025550143 ext 12",
            "US",
            &["phone.extension_dropped"],
        ),
    ];
    for (line, phone, country, expected) in cases {
        let verdict = judge_field(line, &[("A", phone), ("C", country)]);
        assert_eq!(
            codes(&verdict),
            expected,
            "{line} with {phone} and {country}: {verdict:?}"
        );
    }
    let verdict = judge_field(with_default, &[("A", "2025550143"), ("C", "Narnia")]);
    assert_eq!(
        shown(&verdict),
        "rejected | phone.unknown_region: column `A`: `2025550143` has no country code, and column `C` names no known country: `Narnia`"
    );
}

#[test]
fn templates_are_left_out_when_all_their_columns_are_empty() {
    let line = r#"description = { template = "{A}: {B} {{x}}" }"#;
    let cases = [
        (" Acme ", "call", r#"{"description":"Acme: call {x}"}"#),
        ("Acme", "", r#"{"description":"Acme:  {x}"}"#),
        (" ", "", "{}"),
        ("{B}", "b", r#"{"description":"{B}: b {x}"}"#),
    ];
    for (first, second, expected) in cases {
        let verdict = judge_field(line, &[("A", first), ("B", second)]);
        assert_eq!(shown(&verdict), expected);
    }
}

#[test]
fn a_row_without_a_required_field_is_rejected_with_all_its_problems() {
    let rules = r#"[require]
any_of = [["email", "phone_number"], ["first_name"]]
[lead]
last_name = ["Surname", "Name"]
first_name = "Given"
email = "E-mail"
phone_number = { column = "Phone", on_invalid = "drop" }
"#;
    let names = ["Surname", "Name", "Given", "E-mail", "Phone"];
    let cases: [([&str; 5], &[&str]); 4] = [
        (["a", "", "b", "j@example.com", ""], &[]),
        (
            [" ", "", "", "", ""],
            &["field.missing", "require.any_of", "require.any_of"],
        ),
        (["", "a", "b", "jane", ""], &["email.no_at_sign"]),
        (
            ["", "a", "b", "", "20255501"],
            &["field.dropped", "require.any_of"],
        ),
    ];
    for (cells, expected) in cases {
        let row: Vec<_> = names.into_iter().zip(cells).collect();
        assert_eq!(codes(&judge(rules, &row)), expected, "{cells:?}");
    }
    let row: Vec<_> = names.into_iter().zip([" ", "", "b", "", ""]).collect();
    assert_eq!(
        shown(&judge(rules, &row)),
        "rejected | field.missing: `last_name` has no value: nothing in columns `Surname`, `Name` \
         | require.any_of: none of `email`, `phone_number` has a value"
    );
}

#[test]
fn a_rejected_row_keeps_the_fields_that_were_valid() {
    let rules = r#"[require]
any_of = [["message"]]
[lead]
last_name = "A"
email = "B"
phone_number = { column = "C", on_invalid = "drop" }
country_id = "D"
message = "E"
"#;
    let cases = [
        (
            ["", "j@example.com", "x", "1", "m"],
            r#"{"email":"j@example.com","message":"m","country_id":1}"#,
        ),
        (
            ["a", "jane", "+12025550143", "x", "m"],
            r#"{"last_name":"a","phone_number":"+12025550143","message":"m"}"#,
        ),
        (["a", "", "", "", ""], r#"{"last_name":"a"}"#),
        (["", "", "", "", ""], "{}"),
    ];
    for (cells, expected) in cases {
        let row: Vec<_> = ["A", "B", "C", "D", "E"].into_iter().zip(cells).collect();
        let Verdict::Rejected { partial, .. } = judge(rules, &row) else {
            panic!("{cells:?} is not rejected");
        };
        assert_eq!(String::from_utf8(partial.to_json()).unwrap(), expected);
    }
}

#[test]
fn filters_come_before_every_check() {
    let cases = [
        (r#"in = ["Deleted", "Test"]"#, " Test ", true),
        (r#"in = ["Deleted", "Test"]"#, "test", false),
        ("in = [3]", "3", true),
        (r#"not_in = ["Open"]"#, "Open", false),
        (r#"not_in = ["Open"]"#, "", true),
        (r#"equals = "x""#, "x", true),
        ("is_empty = true", " ", true),
        ("is_empty = true", "x", false),
        ("is_empty = false", "x", true),
    ];
    for (test, cell, is_skipped) in cases {
        let rules = format!(
            "[[filter]]\nskip_if = {{ column = \"S\", {test} }}\n[lead]\nlast_name = \"A\""
        );
        let verdict = judge(&rules, &[("A", ""), ("S", cell)]);
        assert_eq!(
            matches!(verdict, Verdict::Filtered(_)),
            is_skipped,
            "{test} of {cell:?}"
        );
    }
    let rules = "[[filter]]\nskip_if = { column = \"S\", in = [\"x\"] }\n[lead]\nlast_name = \"A\"";
    assert_eq!(
        shown(&judge(rules, &[("A", ""), ("S", "x")])),
        "filtered | filter.skipped: column `S` is `x`, which is among those to skip"
    );
}

#[test]
fn faults_matter_only_in_columns_that_are_used() {
    use CellFaultKind::{DigitsLost, ErrorValue, NotText, TooManyCells};
    let rules = r#"[[filter]]
skip_if = { column = "Status", equals = "x" }
[lead]
last_name = "Name"
email = { column = ["E-mail", "Other"] }
description = { template = "{Notes} {Name}" }
message = { column = "Message", on_invalid = "drop" }
phone_number = { column = "Phone", region_column = "Country" }
"#;
    let columns = [
        ("Name", "a"),
        ("E-mail", "#N/A"),
        ("Other", "j@example.com"),
        ("Notes", "b"),
        ("Message", "c"),
        ("Unused", "d"),
        ("Status", "e"),
        ("Phone", "2025550143"),
        ("Country", "US"),
    ];
    let cases: [(Option<usize>, CellFaultKind, &[&str]); 10] = [
        (Some(5), ErrorValue, &[]),
        (Some(0), ErrorValue, &["cell.error_value"]),
        (Some(0), DigitsLost, &["cell.digits_lost"]),
        (Some(3), NotText, &["cell.not_text"]),
        (Some(1), ErrorValue, &["column.passed_over"]),
        (Some(4), NotText, &["field.dropped"]),
        (Some(6), ErrorValue, &["cell.error_value"]),
        (Some(8), ErrorValue, &["cell.error_value"]),
        (None, TooManyCells, &["row.too_many_cells"]),
        (None, NotText, &["cell.not_text"]),
    ];
    for (index, kind, expected) in cases {
        let mut columns = columns;
        if index != Some(1) {
            columns[1].1 = "";
        }
        let verdict = judge_with_faults(rules, &columns, &[(index, kind)]);
        assert_eq!(codes(&verdict), expected, "{index:?} {kind:?}: {verdict:?}");
        let only_warns = matches!(index, Some(1 | 4 | 5));
        assert_eq!(
            matches!(verdict, Verdict::Ready { .. }),
            only_warns,
            "{index:?}"
        );
    }
}

#[test]
fn a_row_that_ends_before_a_used_column_is_told_once() {
    let rules = "[lead]\nlast_name = \"C\"\nmessage = \"B\"\nemail = \"D\"\n\
                 [require]\nany_of = [[\"email\"]]";
    let names = ["A", "B", "C", "D", "E"];
    let row = |cells: &[&str]| Row {
        cells: cells.iter().copied().collect(),
        ..Row::default()
    };
    assert_eq!(
        shown(&judge_row(rules, &names, &row(&["a"]))),
        "rejected | row.too_few_cells: the row ends after 1 cell, before column `D` (D)"
    );
    let verdict = judge_row(rules, &names, &row(&["a", "b", "c", "d@example.com"]));
    assert!(matches!(verdict, Verdict::Ready { .. }), "{verdict:?}");
}

const EVERYTHING: &str = r#"version = 1
[lead]
last_name = { column = ["A", "B"], transform = ["title_case", "collapse_spaces"] }
first_name = { column = "B", values = { a = "" }, on_invalid = "drop" }
phone_number = { column = ["C", "D"], region_column = "E", default_region = "US" }
email = { column = ["D", "C"], on_invalid = "drop" }
description = { template = "{E}: {F}" }
source_page_url = { column = "F", on_invalid = "drop" }
country_id = { column = "E", values = { Turkey = 1 }, default = 3, on_invalid = "drop" }
marketing_attribution = { column = "A", split = "a" }
[require]
any_of = [["email", "phone_number"]]
[[filter]]
skip_if = { column = "F", in = ["skip"] }
"#;

fn any_fault() -> impl Strategy<Value = CellFault> {
    let kinds = prop_oneof![
        Just(CellFaultKind::ErrorValue),
        Just(CellFaultKind::DigitsLost),
        Just(CellFaultKind::NotText),
        Just(CellFaultKind::TooManyCells),
    ];
    (prop::option::of(0..9_usize), kinds)
        .prop_map(|(column_index, kind)| CellFault { column_index, kind })
}

fn any_cell() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "\\+?[0-9 ()-]{0,16}",
        "[a-z.]{0,6}@[a-z.]{0,9}",
        Just("Turkey".to_owned()),
        Just(" ".to_owned()),
        Just("skip".to_owned()),
    ]
}

proptest! {
    #[test]
    fn whatever_a_row_holds_it_is_judged_and_a_lead_has_a_last_name(
        cells in prop::collection::vec(any_cell(), 0..8),
        faults in prop::collection::vec(any_fault(), 0..3),
    ) {
        let header = Header {
            row_number: 1,
            names: ["A", "B", "C", "D", "E", "F"].map(str::to_owned).to_vec(),
        };
        let mapping = Mapping::parse(EVERYTHING, "test.toml").unwrap();
        let row = Row {
            cells: cells.iter().map(String::as_str).collect(),
            faults,
            ..Row::default()
        };
        match mapping.bind(&header).unwrap().judge(&row) {
            Verdict::Ready { lead, .. } => prop_assert!(lead.get("last_name").is_some()),
            Verdict::Rejected { problems, .. } | Verdict::Filtered(problems) => {
                prop_assert!(!problems.is_empty());
            }
        }
    }
}

#[test]
fn of_several_phones_or_addresses_in_a_cell_the_first_valid_one_is_taken() {
    let phone = r#"phone_number = { column = "Phone", default_region = "US", split = [";", "/"] }"#;
    for (cell, expected) in [
        (
            "(202) 555-0143",
            r#"{"phone_number":"+12025550143"}"#.to_owned(),
        ),
        (
            " ; 12 / 202-555-0143 / 202-555-0144",
            [
                r#"{"phone_number":"+12025550143"}"#,
                " | cell.others_left_out: column `Phone`: `; 12 / 202-555-0143 / 202-555-0144` has several values; ",
                "`202-555-0143` was taken, and `12`, `202-555-0144` left out",
            ]
            .concat(),
        ),
        (
            "12; 13",
            "rejected | phone.too_short: column `Phone`: `12; 13` has no valid piece; the first, `12`, has too few \
             digits (read as a number of US)"
                .to_owned(),
        ),
        (" ; / ", "{}".to_owned()),
    ] {
        assert_eq!(shown(&judge_field(phone, &[("Phone", cell)])), expected);
    }
    let email = r#"email = { column = "Mail", split = ";", transform = ["email_address"] }"#;
    let verdict = judge_field(
        email,
        &[("Mail", "Jane <a@example.com>; Bob <b@example.com>")],
    );
    assert_eq!(
        shown(&verdict),
        [
            r#"{"email":"a@example.com"}"#,
            " | cell.others_left_out: column `Mail`: `Jane <a@example.com>; Bob <b@example.com>` has several values; ",
            "`Jane <a@example.com>` was taken, and `Bob <b@example.com>` left out",
        ]
        .concat()
    );
    let email = r#"email = { column = "Mail", split = "," }"#;
    let verdict = judge_field(email, &[("Mail", "a@example.com, b@example.com")]);
    assert_eq!(codes(&verdict), ["cell.others_left_out"]);
}

#[test]
fn a_joined_list_has_the_pieces_of_all_its_columns() {
    let line = r#"marketing_attribution = { column = ["Tags", "Campaign"], split = ";", join = true, default = "none" }"#;
    for (tags, campaign, expected) in [
        ("a; b", "c", r#"["a","b","c"]"#),
        ("", "c;;d", r#"["c","d"]"#),
        ("a", " ", r#"["a"]"#),
        ("", ";", r#"["none"]"#),
    ] {
        let verdict = judge_field(line, &[("Tags", tags), ("Campaign", campaign)]);
        let expected = format!("{{\"marketing_attribution\":{expected}}}");
        assert_eq!(shown(&verdict), expected);
    }
}

#[test]
fn a_transform_that_cannot_be_carried_out_is_a_problem_of_the_row() {
    let line = r#"message = { column = "Note", transform = [{ extract = '\d+' }] }"#;
    assert_eq!(
        shown(&judge_field(line, &[("Note", "none")])),
        r"rejected | extract.no_match: column `Note`: `none` has nothing that fits `\d+`"
    );
    assert_eq!(shown(&judge_field(line, &[("Note", " ")])), "{}");
}

#[test]
fn what_values_leaves_out_gets_no_default() {
    let line = r#"country_id = { column = ["Country", "Land"], values = { Turkey = 1, Unknown = "" }, default = "Turkey" }"#;
    for (country, land, expected) in [
        ("", "", r#"{"country_id":1}"#),
        ("Unknown", "", "{}"),
        ("Unknown", "Turkey", "{}"),
        ("", "Unknown", "{}"),
        ("Turkey", "Unknown", r#"{"country_id":1}"#),
    ] {
        let verdict = judge_field(line, &[("Country", country), ("Land", land)]);
        assert_eq!(shown(&verdict), expected, "{country} {land}");
    }
}
