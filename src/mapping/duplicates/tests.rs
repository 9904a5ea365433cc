use insta::assert_snapshot;
use proptest::prelude::*;

use crate::mapping::{DuplicateRule, DuplicateScope, Mapping, MappingError, OnDuplicate};
use crate::model::{FieldValue, Header, Lead, lead_field};

/// A mapping with some fields and these lines under `[duplicates]`.
fn parse(lines: &str) -> Result<Mapping, MappingError> {
    let text = format!(
        r#"version = 1
[duplicates]
{lines}
[lead]
last_name = "A"
email = "A"
country_id = "A"
marketing_attribution = "A"
preferred_contact = {{ value = "phone" }}
"#
    );
    Mapping::parse(&text, "contacts.toml")
}

fn errors(lines: &str) -> String {
    parse(lines).unwrap_err().render(false)
}

fn rule(lines: &str) -> DuplicateRule {
    let mapping = parse(lines).unwrap_or_else(|error| panic!("{}", error.render(false)));
    let header = Header {
        row_number: 1,
        names: vec!["A".to_owned()],
    };
    mapping.bind(&header).unwrap().duplicates().unwrap().clone()
}

#[test]
fn what_is_left_out_has_its_usual_meaning() {
    use DuplicateScope::{File, Ledger};
    use OnDuplicate::{Reject, Send, Skip};
    let cases = [
        ("", File, Skip),
        ("within = \"file\"\naction = \"skip\"", File, Skip),
        ("within = \"ledger\"", Ledger, Skip),
        ("action = \"reject\"", File, Reject),
        ("within = \"ledger\"\naction = \"send\"", Ledger, Send),
    ];
    for (lines, within, action) in cases {
        let rule = rule(&format!("key = [\"email\", \"last_name\"]\n{lines}"));
        assert_eq!((rule.within(), rule.action()), (within, action), "{lines}");
        let names: Vec<_> = rule.key().iter().map(|field| field.name).collect();
        assert_eq!(names, ["email", "last_name"]);
    }
}

#[test]
fn every_wrong_part_of_the_rule_is_marked() {
    let lines = "key = [\"emial\", \"email\", \"phone_number\", \"email\"]\nwithin = \"ledgr\"\naction = \"ignore\"\nkeys = []";
    assert_snapshot!(errors(lines), @r#"
    error: unknown field `emial`
     --> contacts.toml:3:8
      |
    3 | key = ["emial", "email", "phone_number", "email"]
      |        ^^^^^^^ not known
      |
      = help: did you mean `email`?

    error: `key` names `phone_number`, which `[lead]` never fills
     --> contacts.toml:3:26
      |
    3 | key = ["emial", "email", "phone_number", "email"]
      |                          ^^^^^^^^^^^^^^ is never there to compare
      |
      = help: add `phone_number` to `[lead]`

    error: `key` names `email` twice
     --> contacts.toml:3:42
      |
    3 | key = ["emial", "email", "phone_number", "email"]
      |                                          ^^^^^^^ named before
      |
      = help: remove it

    error: unknown `within` `ledgr`
     --> contacts.toml:4:10
      |
    4 | within = "ledgr"
      |          ^^^^^^^ not known
      |
      = help: did you mean `ledger`?

    error: unknown `action` `ignore`
     --> contacts.toml:5:10
      |
    5 | action = "ignore"
      |          ^^^^^^^^ not known
      |
      = help: known are `skip`, `reject`, `send`

    error: unknown key in `[duplicates]`: `keys`
     --> contacts.toml:6:1
      |
    6 | keys = []
      | ^^^^ not known
      |
      = help: did you mean `key`?
    "#);
}

#[test]
fn a_rule_that_compares_nothing_is_refused() {
    assert_snapshot!(errors("within = \"file\""), @r#"
    error: `[duplicates]` lacks `key`
     --> contacts.toml:2:2
      |
    2 | [duplicates]
      |  ^^^^^^^^^^ compares nothing
      |
      = help: add `key = ["…"]` with the fields in which duplicates agree
    "#);
    assert_snapshot!(errors("key = []"), @r#"
    error: `key` is empty
     --> contacts.toml:3:7
      |
    3 | key = []
      |       ^^ nothing here
      |
      = help: name the fields in which duplicates agree
    "#);
    assert_snapshot!(errors("key = [\"preferred_contact\"]"), @r#"
    error: `key` has the same value in every row
     --> contacts.toml:3:7
      |
    3 | key = ["preferred_contact"]
      |       ^^^^^^^^^^^^^^^^^^^^^ makes all rows duplicates
      |
      = help: name a field that comes from a column
    "#);
    let with_a_constant = parse("key = [\"preferred_contact\", \"email\"]");
    assert!(with_a_constant.is_ok());
}

#[test]
fn wrong_values_are_refused() {
    let cases = [
        (
            "key = \"email\"",
            "error: `key` takes a list of fields such as `[\"email\"]`, not text",
        ),
        (
            "key = [1]",
            "error: `key` takes text in quotes, not a whole number",
        ),
        (
            "key = [\"email\"]\nwithin = true",
            "error: `within` takes text in quotes, not `true` or `false`",
        ),
        (
            "key = [\"email\"]\naction = \"Skip\"",
            "error: unknown `action` `Skip`",
        ),
    ];
    for (lines, expected) in cases {
        let rendered = errors(lines);
        assert_eq!(rendered.lines().next(), Some(expected), "{lines}");
    }
}

#[test]
fn a_field_whose_line_is_wrong_is_not_told_to_be_missing() {
    let text = "version = 1\n[lead]\nlast_name = \"A\"\nemail = 3\n[duplicates]\nkey = [\"email\"]";
    let error = Mapping::parse(text, "m.toml").unwrap_err();
    assert_eq!(error.to_string(), "mapping file `m.toml` has 1 error");
    let text = "version = 1\n[duplicates]\nkey = [\"email\"]";
    let error = Mapping::parse(text, "m.toml").unwrap_err();
    assert_eq!(error.to_string(), "mapping file `m.toml` has 1 error");
}

/// A lead of some fields of the key that the tests below use.
fn lead(
    last_name: Option<&str>,
    email: Option<&str>,
    country_id: Option<i64>,
    tags: Option<&[String]>,
) -> Lead<'static> {
    let mut lead = Lead::default();
    let text = |text: &str| FieldValue::Text(text.to_owned().into());
    let fields = [
        ("last_name", last_name.map(text)),
        ("email", email.map(text)),
        ("country_id", country_id.map(FieldValue::Integer)),
        (
            "marketing_attribution",
            tags.map(|tags| {
                FieldValue::TextList(tags.iter().map(|tag| tag.clone().into()).collect())
            }),
        ),
    ];
    for (name, value) in fields {
        if let Some(value) = value {
            lead.push(lead_field(name).unwrap(), value);
        }
    }
    lead
}

#[test]
fn the_key_of_a_lead_has_one_text_for_each_field() {
    let whole = rule(r#"key = ["marketing_attribution", "email", "country_id", "last_name"]"#);
    let by_email = rule(r#"key = ["email"]"#);
    let tags = ["a".to_owned(), "b\",\"c".to_owned()];
    let jane = lead(
        Some("Özil"),
        Some("Jane.ÖZIL@Example.com"),
        Some(90),
        Some(&tags),
    );
    assert_eq!(
        whole.key_of(&jane).unwrap(),
        [r#"["a","b\",\"c"]"#, "jane.özil@example.com", "90", "Özil"]
    );
    assert_eq!(by_email.key_of(&jane).unwrap(), ["jane.özil@example.com"]);
    let nameless = lead(None, None, Some(7), None);
    assert_eq!(whole.key_of(&nameless).unwrap(), ["", "", "7", ""]);
    assert_eq!(by_email.key_of(&nameless), None);
    assert_eq!(whole.key_of(&Lead::default()), None);
}

type Values = (
    Option<String>,
    Option<String>,
    Option<i64>,
    Option<Vec<String>>,
);

/// Checked values, which are never blank, from so few characters that many are equal.
fn any_values() -> impl Strategy<Value = Values> {
    (
        prop::option::of("[aB,\\[\\]\"0]{1,3}"),
        prop::option::of("[abAB]@[abAB]"),
        prop::option::of(0..3_i64),
        prop::option::of(prop::collection::vec("[a,\"\\\\]{1,2}", 1..3)),
    )
}

proptest! {
    #[test]
    fn keys_are_equal_exactly_if_the_values_are(one in any_values(), other in any_values()) {
        let rule = rule(r#"key = ["last_name", "email", "country_id", "marketing_attribution"]"#);
        let key = |(name, email, country, tags): &Values| {
            let lead = lead(name.as_deref(), email.as_deref(), *country, tags.as_deref());
            rule.key_of(&lead)
        };
        let comparable = |(name, email, country, tags): &Values| {
            let email = email.as_ref().map(|email| email.to_lowercase());
            (name.clone(), email, *country, tags.clone())
        };
        prop_assert_eq!(key(&one) == key(&other), comparable(&one) == comparable(&other));
        prop_assert_eq!(key(&one).is_none(), one == (None, None, None, None));
    }

    #[test]
    fn single_fields_are_told_apart_too(one in any_values(), other in any_values()) {
        for name in ["last_name", "email", "country_id", "marketing_attribution"] {
            let rule = rule(&format!("key = [\"{name}\"]"));
            let lead = |(name, email, country, tags): &Values| {
                lead(name.as_deref(), email.as_deref(), *country, tags.as_deref())
            };
            let value = |lead: &Lead<'static>| match lead.get(name) {
                Some(FieldValue::Text(text)) if name == "email" => {
                    Some(FieldValue::Text(text.to_lowercase().into()))
                }
                value => value.cloned(),
            };
            let (one, other) = (lead(&one), lead(&other));
            prop_assert_eq!(
                rule.key_of(&one) == rule.key_of(&other),
                value(&one) == value(&other)
            );
        }
    }
}
