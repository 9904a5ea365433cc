use insta::assert_snapshot;
use proptest::prelude::*;

use crate::mapping::{Mapping, SourceSettings};

fn parse(text: &str) -> Result<Mapping, crate::mapping::MappingError> {
    Mapping::parse(text, "contacts.toml")
}

fn errors(text: &str) -> String {
    parse(text).unwrap_err().render(false)
}

/// The errors of one line of `[lead]` beside a right `last_name`.
fn lead_errors(line: &str) -> String {
    errors(&format!(
        "version = 1\n[lead]\nlast_name = \"Surname\"\n{line}\n"
    ))
}

/// The mapping of the design.
const WHOLE: &str = r#"
version = 1

[source]
sheet = "Contacts"
header_row = 1
delimiter = ";"
approved_header = ["Surname", ""]
encoding = "windows-1254"

[identity]
source = "old-crm-contacts"
columns = ["Contact ID"]

[lead]
last_name = "Surname"
first_name = { column = "Given Name", transform = ["trim", "title_case"] }
phone_number = { column = ["Mobile", "Phone"], region_column = "Country", default_region = "TR" }
email = { column = "E-mail", level = "server", on_invalid = "drop" }
description = { template = "{Company}: {Notes}" }
lead_status_id = { column = "Stage", lookup = "statuses", values = { Hot = "Qualified" }, default = "New" }
lead_reference_source_id = { column = "Lead Source", lookup = "reference_sources", create_missing = true }
assigned_user_id = { column = "Owner", lookup = "users" }
country_id = { column = "Country", values = { Turkey = 1, Germany = 2 } }
marketing_attribution = { column = "Tags", split = ";" }
preferred_contact = { value = "phone" }

[require]
any_of = [["email", "phone_number"]]

[[filter]]
skip_if = { column = "Status", in = ["Deleted", "Test"] }

[duplicates]
key = ["email"]
within = "file"
action = "skip"
"#;

#[test]
fn the_whole_language_is_read() {
    let mapping = parse(WHOLE).unwrap_or_else(|error| panic!("{}", error.render(false)));
    let expected = SourceSettings {
        approved_header: Some(vec!["Surname".to_owned(), String::new()]),
        sheet: Some("Contacts".into()),
        header_row: Some(1),
        delimiter: Some(b';'),
        encoding: Some("windows-1254".into()),
    };
    assert_eq!(mapping.source_settings(), &expected);
    let windows = format!("\u{feff}{}", WHOLE.replace('\n', "\r\n"));
    assert_eq!(parse(&windows).unwrap().text(), windows);
}

const MANY_ERRORS: &str = r#"version = 1
souce = {}

[source]
sheet = 3
header_row = -1

[lead]
last_nmae = "Surname"
first_name = { colunm = "Given Name" }
phone_number = 12

[require]
any_of = ["email"]
"#;

#[test]
fn the_error_itself_is_one_line() {
    let error = parse(MANY_ERRORS).unwrap_err();
    assert_eq!(
        error.to_string(),
        "mapping file `contacts.toml` has 8 errors"
    );
}

#[test]
fn all_errors_of_a_file_are_shown_in_its_order() {
    assert_snapshot!(errors(MANY_ERRORS), @r#"
    error: unknown key in the mapping: `souce`
     --> contacts.toml:2:1
      |
    2 | souce = {}
      | ^^^^^ not known
      |
      = help: did you mean `source`?

    error: `sheet` takes text in quotes, not a whole number
     --> contacts.toml:5:9
      |
    5 | sheet = 3
      |         ^ expected text in quotes

    error: `header_row` cannot be -1
     --> contacts.toml:6:14
      |
    6 | header_row = -1
      |              ^^ rows are counted from 1
      |
      = help: write the row's number in the spreadsheet, or 0 if no row holds names

    error: `[lead]` lacks `last_name`
     --> contacts.toml:8:2
      |
    8 | [lead]
      |  ^^^^ every lead needs it
      |
      = help: add `last_name = "…"` with the name of its column

    error: unknown field `last_nmae`
     --> contacts.toml:9:1
      |
    9 | last_nmae = "Surname"
      | ^^^^^^^^^ not known
      |
      = help: did you mean `last_name`?

    error: unknown key in `first_name`: `colunm`
      --> contacts.toml:10:16
       |
    10 | first_name = { colunm = "Given Name" }
       |                ^^^^^^ not known
       |
       = help: did you mean `column`?

    error: `phone_number` takes the name of a column, or a table such as `{ column = "…" }`, not a whole number
      --> contacts.toml:11:16
       |
    11 | phone_number = 12
       |                ^^ expected the name of a column, or a table such as `{ column = "…" }`

    error: `any_of` takes a list of lists, not a list of texts
      --> contacts.toml:14:10
       |
    14 | any_of = ["email"]
       |          ^^^^^^^^^ needs a second pair of brackets
       |
       = help: write `[[…]]`: at least one field of each inner list must have a value
    "#);
}

#[test]
fn text_that_is_not_toml_is_shown_at_its_place() {
    assert_snapshot!(errors("version = 1\n[lead]\nlast_name = Surname\n"), @r#"
    error: the file is not valid TOML
     --> contacts.toml:3:13
      |
    3 | last_name = Surname
      |             ^^^^^^^ string values must be quoted, expected literal string
    "#);
    assert_snapshot!(errors("version = 1\nversion = 1\n[lead\n"), @r#"
    error: the file is not valid TOML
     --> contacts.toml:2:1
      |
    2 | version = 1
      | ^^^^^^^ duplicate key

    error: the file is not valid TOML
     --> contacts.toml:3:6
      |
    3 | [lead
      |      ^ unclosed table, expected `]`
    "#);
}

#[test]
fn another_version_is_refused_without_a_look_at_the_rest() {
    assert_snapshot!(errors("version = 2\nfields = []\n"), @r#"
    error: version 2 of the mapping language is not known
     --> contacts.toml:1:11
      |
    1 | version = 2
      |           ^ this program reads version 1
    "#);
    assert_snapshot!(errors(""), @r#"
    error: the mapping does not say its `version`
     --> contacts.toml:1:1
      |
    1 |
      | ^ missing
      |
      = help: begin the file with `version = 1`

    error: the mapping has no `[lead]`
     --> contacts.toml:1:1
      |
    1 |
      | ^ says nothing about leads
      |
      = help: add `[lead]` with at least `last_name = "…"`
    "#);
    assert_snapshot!(errors("version = \"1\"\n[lead]\nlast_name = \"A\"\n"), @r#"
    error: `version` takes a whole number, not text
     --> contacts.toml:1:11
      |
    1 | version = "1"
      |           ^^^ expected a whole number
    "#);
}

#[test]
fn look_ups_that_could_never_work_are_refused() {
    assert_snapshot!(lead_errors(r#"lead_status_id = { column = "Stage", lookup = "users" }"#), @r#"
    error: `lead_status_id` takes no ids of users
     --> contacts.toml:4:47
      |
    4 | lead_status_id = { column = "Stage", lookup = "users" }
      |                                               ^^^^^^^ another list
      |
      = help: write `lookup = "statuses"`
    "#);
    assert_snapshot!(lead_errors(r#"country_id = { column = "Country", lookup = "countries" }"#), @r#"
    error: the CRM has no list of names for `country_id`
     --> contacts.toml:4:36
      |
    4 | country_id = { column = "Country", lookup = "countries" }
      |                                    ^^^^^^ cannot be looked up
      |
      = help: translate names to ids with `values`
    "#);
    assert_snapshot!(lead_errors(r#"assigned_user_id = { column = "Owner", lookup = "user", create_missing = true }"#), @r#"
    error: unknown list `user`
     --> contacts.toml:4:49
      |
    4 | assigned_user_id = { column = "Owner", lookup = "user", create_missing = true }
      |                                                 ^^^^^^ not known
      |
      = help: did you mean `users`?
    "#);
    assert_snapshot!(lead_errors(r#"message = { column = "Notes", lookup = "users" }"#), @r#"
    error: `lookup` does not fit `message`
     --> contacts.toml:4:31
      |
    4 | message = { column = "Notes", lookup = "users" }
      |                               ^^^^^^ only for ids
    "#);
}

#[test]
fn only_reference_sources_are_made() {
    assert_snapshot!(lead_errors(r#"lead_status_id = { column = "Stage", lookup = "statuses", create_missing = true }"#), @r#"
    error: `create_missing` cannot make statuses
     --> contacts.toml:4:59
      |
    4 | lead_status_id = { column = "Stage", lookup = "statuses", create_missing = true }
      |                                                           ^^^^^^^^^^^^^^ the API lets nobody make one
      |
      = help: remove it; only reference sources can be made
    "#);
    assert_snapshot!(lead_errors(r#"lead_reference_source_id = { column = "Source", create_missing = true }"#), @r#"
    error: `create_missing` without `lookup`
     --> contacts.toml:4:49
      |
    4 | lead_reference_source_id = { column = "Source", create_missing = true }
      |                                                 ^^^^^^^^^^^^^^ nothing is looked up
      |
      = help: add `lookup = "reference_sources"`
    "#);
    assert_snapshot!(lead_errors(r#"lead_reference_source_id = { column = "Source", lookup = "reference_sources", create_missing = 0 }"#), @r#"
    error: `create_missing` cannot make 0
     --> contacts.toml:4:96
      |
    4 | lead_reference_source_id = { column = "Source", lookup = "reference_sources", create_missing = 0 }
      |                                                                                                ^ from 1 to 1000
    "#);
    assert_snapshot!(lead_errors(r#"lead_reference_source_id = { column = "Source", lookup = "reference_sources", create_missing = "all" }"#), @r#"
    error: `create_missing` takes `true`, `false` or a whole number, not text
     --> contacts.toml:4:96
      |
    4 | lead_reference_source_id = { column = "Source", lookup = "reference_sources", create_missing = "all" }
      |                                                                                                ^^^^^ expected `true`, `false` or a whole number
    "#);
}

#[test]
fn a_country_has_one_id_whatever_it_is_called() {
    assert_snapshot!(lead_errors(r#"country_id = { column = "Country", values = { Germany = 2, DE = 3 } }"#), @r#"
    error: `Germany` and `DE` are the same country with different ids
     --> contacts.toml:4:60
      |
    4 | country_id = { column = "Country", values = { Germany = 2, DE = 3 } }
      |                                                            ^^ `Germany` stands for `2`
      |
      = help: write the country once: all its names and codes are understood
    "#);
}

#[test]
fn a_value_that_is_looked_up_goes_with_nothing_else() {
    assert_snapshot!(lead_errors(r#"lead_status_id = { value = "New", lookup = "statuses", default = "Won" }"#), @r#"
    error: `default` has no effect on a constant
     --> contacts.toml:4:56
      |
    4 | lead_status_id = { value = "New", lookup = "statuses", default = "Won" }
      |                                                        ^^^^^^^ `value` is taken as it is
    "#);
    assert_snapshot!(lead_errors(r#"lead_status_id = { value = "New" }"#), @r#"
    error: `New` is not a whole number in plain digits
     --> contacts.toml:4:28
      |
    4 | lead_status_id = { value = "New" }
      |                            ^^^^^ cannot be sent
    "#);
}

#[test]
fn keys_that_do_not_fit_the_field_are_refused() {
    let text = r#"version = 1
[lead]
last_name = { column = "Surname", default_region = "TR", on_invalid = "drop" }
email = { column = "E-mail", join = true, level = "delivrable" }
phone_number = { column = "Phone", default_region = "Turkey", level = "server" }
"#;
    assert_snapshot!(errors(text), @r#"
    error: `default_region` does not fit `last_name`
     --> contacts.toml:3:35
      |
    3 | last_name = { column = "Surname", default_region = "TR", on_invalid = "drop" }
      |                                   ^^^^^^^^^^^^^^ only for phone numbers

    error: `last_name` cannot be dropped
     --> contacts.toml:3:71
      |
    3 | last_name = { column = "Surname", default_region = "TR", on_invalid = "drop" }
      |                                                                       ^^^^^^ every lead needs this field

    error: `join` does not fit `email`
     --> contacts.toml:4:30
      |
    4 | email = { column = "E-mail", join = true, level = "delivrable" }
      |                              ^^^^ only for lists of texts

    error: unknown level `delivrable`
     --> contacts.toml:4:51
      |
    4 | email = { column = "E-mail", join = true, level = "delivrable" }
      |                                                   ^^^^^^^^^^^^ not known
      |
      = help: did you mean `deliverable`?

    error: unknown region `Turkey`
     --> contacts.toml:5:53
      |
    5 | phone_number = { column = "Phone", default_region = "Turkey", level = "server" }
      |                                                     ^^^^^^^^ not a two-letter country code
      |
      = help: did you mean `TR`?

    error: `level` does not fit `phone_number`
     --> contacts.toml:5:63
      |
    5 | phone_number = { column = "Phone", default_region = "Turkey", level = "server" }
      |                                                               ^^^^^ only for e-mail addresses
    "#);
}

#[test]
fn values_that_could_never_be_used_are_refused() {
    let line = r#"country_id = { column = "Country", values = { Turkey = "TR", " Germany" = 2, "" = 3 }, default = "none" }"#;
    assert_snapshot!(lead_errors(line), @r#"
    error: `TR` is not a whole number in plain digits
     --> contacts.toml:4:56
      |
    4 | country_id = { column = "Country", values = { Turkey = "TR", " Germany" = 2, "" = 3 }, default = "none" }
      |                                                        ^^^^ cannot be sent

    error: no cell can be ` Germany` in `values`
     --> contacts.toml:4:62
      |
    4 | country_id = { column = "Country", values = { Turkey = "TR", " Germany" = 2, "" = 3 }, default = "none" }
      |                                                              ^^^^^^^^^^ changed by the transforms
      |
      = help: cells are changed first: write `Germany`

    error: an empty cell is not looked up in `values`
     --> contacts.toml:4:78
      |
    4 | country_id = { column = "Country", values = { Turkey = "TR", " Germany" = 2, "" = 3 }, default = "none" }
      |                                                                              ^^ empty
      |
      = help: say with `default` what an empty cell means

    error: `none` is not in the `values` of the mapping
     --> contacts.toml:4:98
      |
    4 | country_id = { column = "Country", values = { Turkey = "TR", " Germany" = 2, "" = 3 }, default = "none" }
      |                                                                                                  ^^^^^^ cannot be sent
    "#);
}

#[test]
fn a_field_has_exactly_one_origin() {
    assert_snapshot!(lead_errors(r#"email = { column = "E-mail", value = "a@example.com" }"#), @r#"
    error: `email` has both `column` and `value`
     --> contacts.toml:4:30
      |
    4 | email = { column = "E-mail", value = "a@example.com" }
      |                              ^^^^^ only one of them can give the value
    "#);
    assert_snapshot!(lead_errors(r#"email = { on_invalid = "drop" }"#), @r#"
    error: `email` has no origin
     --> contacts.toml:4:1
      |
    4 | email = { on_invalid = "drop" }
      | ^^^^^ gets no value
      |
      = help: name its `column`, or give it a `value` or a `template`
    "#);
    assert_snapshot!(lead_errors(r#"email = { value = "jane", level = "server" }"#), @r#"
    error: `jane` has no `@`
     --> contacts.toml:4:19
      |
    4 | email = { value = "jane", level = "server" }
      |                   ^^^^^^ cannot be sent

    error: `level` has no effect on a constant
     --> contacts.toml:4:27
      |
    4 | email = { value = "jane", level = "server" }
      |                           ^^^^^ `value` is taken as it is
    "#);
}

#[test]
fn templates_are_marked_within_their_text() {
    assert_snapshot!(lead_errors(r#"description = { template = "ğ {Company: x" }"#), @r#"
    error: a brace of the template has no partner
     --> contacts.toml:4:31
      |
    4 | description = { template = "ğ {Company: x" }
      |                               ^ is never closed
      |
      = help: write `{{` and `}}` for braces that are meant as text
    "#);
    assert_snapshot!(lead_errors(r#"message = { template = "hello" }"#), @r#"
    error: the template names no column
     --> contacts.toml:4:24
      |
    4 | message = { template = "hello" }
      |                        ^^^^^^^ always the same text
      |
      = help: name a column in braces, such as `{Notes}`, or use `value`
    "#);
}

/// Lines beside a right `last_name`, and how the title of their first error begins.
const WRONG_LINES: [(&str, &str); 24] = [
    (
        "[source]\ndelimiter = \"::\"",
        "error: `delimiter` cannot be `::`",
    ),
    ("first_name = \"\"", "error: `first_name` is empty"),
    ("first_name = []", "error: `first_name` is empty"),
    (
        "first_name = { column = \"A\", default = \" \" }",
        "error: `default` is empty",
    ),
    (
        "first_name = { value = true }",
        "error: `value` takes text in quotes or a whole number, not `true` or `false`",
    ),
    (
        "first_name = { value = [\"a\"] }",
        "error: `value` takes text in quotes or a whole number, not a list",
    ),
    (
        "first_name = { column = \"A\", transform = [\"titlecase\"] }",
        "error: unknown transform `titlecase`",
    ),
    (
        "first_name = { column = \"A\", transform = \"trim\" }",
        "error: `transform` takes a list of transforms, not text",
    ),
    ("country_id = { value = \"TR\" }", "error: `TR` "),
    ("country_id = { value = 99999999999999999999 }", "error: "),
    (
        "marketing_attribution = { value = [] }",
        "error: `value` is empty",
    ),
    (
        "marketing_attribution = { value = [1] }",
        "error: `value` takes text in quotes, not a whole number",
    ),
    (
        "marketing_attribution = { column = \"A\", split = \"\" }",
        "error: `split` is empty",
    ),
    (
        "email = { column = \"A\", on_invalid = \"Drop\" }",
        "error: unknown `on_invalid` `Drop`",
    ),
    (
        "[require]\nany_of = [[\"emial\"]]",
        "error: unknown field `emial`",
    ),
    (
        "[require]\nany_of = [[\"email\"]]",
        "error: `any_of` requires fields that `[lead]` never fills",
    ),
    (
        "[filter]\nskip_if = {}",
        "error: `filter` takes tables that each begin with `[[filter]]`, not a table",
    ),
    ("[[filter]]", "error: a filter without `skip_if`"),
    (
        "[[filter]]\nskip_if = { column = \"A\" }",
        "error: `skip_if` has 0 tests",
    ),
    (
        "[[filter]]\nskip_if = { in = [\"a\"] }",
        "error: `skip_if` names no `column`",
    ),
    (
        "[[filter]]\nskip_if = { column = \"A\", in = [] }",
        "error: `in` is empty",
    ),
    (
        "[[filter]]\nskip_if = { column = \"A\", is_empty = 1 }",
        "error: `is_empty` takes `true` or `false`, not a whole number",
    ),
    (
        "[source]\ndelimiter = \"é\"",
        "error: `delimiter` cannot be `é`",
    ),
    (
        "[source]\nheader = 1",
        "error: unknown key in `[source]`: `header`",
    ),
];

#[test]
fn wrong_lines_are_refused() {
    for (line, expected) in WRONG_LINES {
        let rendered = lead_errors(line);
        let title = rendered.lines().next().unwrap();
        assert!(
            title.starts_with(expected),
            "{line}\nexpected {expected}\ngot      {title}"
        );
    }
}

#[test]
fn delimiters_may_be_named() {
    for (text, expected) in [("tab", b'\t'), ("\\t", b'\t'), (",", b','), ("|", b'|')] {
        let text =
            format!("version = 1\n[source]\ndelimiter = \"{text}\"\n[lead]\nlast_name = \"A\"");
        assert_eq!(
            parse(&text).unwrap().source_settings().delimiter,
            Some(expected)
        );
    }
}

#[test]
fn colour_is_only_added_where_wanted() {
    let error = parse("version = 2").unwrap_err();
    assert!(error.render(true).contains('\u{1b}'));
    assert!(!error.render(false).contains('\u{1b}'));
}

proptest! {
    #[test]
    fn whatever_is_wrong_with_a_file_can_be_shown(
        place in any::<prop::sample::Index>(),
        removed in 0..9_usize,
        inserted in prop_oneof![any::<String>(), "[\\[\\]{}=\"',.\n# a-z0-9]{0,6}"],
    ) {
        let characters: Vec<char> = WHOLE.chars().collect();
        let start = place.index(characters.len());
        let end = (start + removed).min(characters.len());
        let kept = characters[..start].iter().copied();
        let damaged: String = kept.chain(inserted.chars()).chain(characters[end..].iter().copied()).collect();
        if let Err(error) = parse(&damaged) {
            prop_assert!(error.render(false).starts_with("error: "));
            prop_assert!(!error.to_string().contains('\n'));
        }
    }
}
