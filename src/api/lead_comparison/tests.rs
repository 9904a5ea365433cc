use proptest::prelude::*;
use serde_json::{Value, json};

use super::{Comparison, compare};
use crate::api::lead_view::LeadView;

fn compared(sent: &Value, shown: &Value) -> Comparison {
    let mut lead = shown.clone();
    lead["id"] = json!(1);
    let view = LeadView::from_json(lead).unwrap();
    compare(sent.to_string().as_bytes(), &view)
}

/// Compares one field of two leads that have the same last name and e-mail.
fn agrees(field: &str, sent: &Value, shown: &Value) -> bool {
    let lead = |value: &Value| {
        let mut lead = json!({"last_name": "Doe", "email": "doe@example.com"});
        lead[field] = value.clone();
        lead
    };
    compared(&lead(sent), &lead(shown)) == Comparison::Equal
}

#[test]
fn values_agree_in_their_normal_forms() {
    for (field, sent, shown) in [
        ("phone_number", json!("+12025550100"), json!("12025550100")),
        ("message", json!("a"), json!(" \t\na\u{a0} ")),
        ("message", json!("\u{feff}a\u{200b}"), json!("a")),
        ("message", json!("a\r\nb\rc"), json!("a\nb\nc")),
        ("message", json!("a\nb"), json!("a\r\nb")),
        ("last_name", json!("Mu\u{308}ller"), json!("Müller")),
        ("last_name", json!("Müller"), json!("Mu\u{308}ller")),
        (
            "email",
            json!("Jane@Example.COM"),
            json!("jane@example.com"),
        ),
        (
            "email",
            json!("jane@example.com"),
            json!("JANE@example.com "),
        ),
        (
            "email",
            json!("ÇELIK@example.com"),
            json!("çelik@example.com"),
        ),
        (
            "phone_number",
            json!("+12025550100"),
            json!("+1 (202) 555-0100"),
        ),
        (
            "phone_number",
            json!("+12025550100"),
            json!("tel:+1.202.555.0100"),
        ),
        ("lead_status_id", json!(3), json!("3")),
        ("country_id", json!("3"), json!(3)),
        ("message", json!("5"), json!(5)),
        ("message", json!(""), json!(null)),
        ("message", json!(null), json!("")),
        ("message", json!(" "), json!(null)),
    ] {
        assert!(agrees(field, &sent, &shown), "{field}: {sent} and {shown}");
    }
}

#[test]
fn lists_agree_in_every_shape() {
    for (sent, shown) in [
        (json!([]), json!(null)),
        (json!([""]), json!([])),
        (json!(["a b", "c"]), json!(["a b", " c ", ""])),
        (json!(["a", "b"]), json!({"0": "b", "x": "a"})),
        (json!(["a", "b"]), json!({"tags": ["a", "b"]})),
        (json!(["a b", "c"]), json!("a b, c")),
        (json!(["a", "b"]), json!("a;b|")),
        (json!(["a", "b"]), json!("[\"a\",\"b\"]")),
        (json!(["a"]), json!("a")),
        (json!(["1"]), json!([1])),
    ] {
        assert!(
            agrees("marketing_attribution", &sent, &shown),
            "{sent} and {shown}"
        );
    }
}

#[test]
fn other_values_do_not_agree() {
    for (field, sent, shown) in [
        ("message", json!("a"), json!(null)),
        ("message", json!("a"), json!("")),
        ("message", json!("a"), json!("A")),
        ("message", json!("a b"), json!("a  b")),
        ("message", json!("a\nb"), json!("a b")),
        ("message", json!("a"), json!(["a", "b"])),
        ("last_name", json!("Müller"), json!("Muller")),
        ("email", json!("a@example.com"), json!("b@example.com")),
        ("phone_number", json!("+12025550100"), json!("+12025550101")),
        ("phone_number", json!("+12025550100"), json!("n/a")),
        ("lead_status_id", json!(3), json!(30)),
        ("lead_status_id", json!(3), json!(null)),
        (
            "marketing_attribution",
            json!(["a", "b"]),
            json!(["b", "a"]),
        ),
        ("marketing_attribution", json!(["a", "b"]), json!(["a"])),
        ("marketing_attribution", json!(["a", "b"]), json!("a")),
        ("marketing_attribution", json!(["a"]), json!({"a": "b"})),
        ("marketing_attribution", json!(["a"]), json!(null)),
    ] {
        assert!(!agrees(field, &sent, &shown), "{field}: {sent} and {shown}");
    }
}

#[test]
fn only_what_was_sent_and_is_shown_is_compared() {
    let sent = json!({"last_name": "Doe", "email": "doe@example.com", "message": "a"});
    for shown in [
        json!({"last_name": "Doe", "email": "doe@example.com", "message": "a",
            "status": {"id": 1}, "assigned_user": {"id": 2}, "country_id": 3,
            "description": null, "phone_number": ""}),
        json!({"last_name": "Doe", "email": "DOE@example.com", "message": "a"}),
    ] {
        assert_eq!(compared(&sent, &shown), Comparison::Equal, "{shown}");
    }
    for (shown, hidden) in [
        (
            json!({"last_name": "Doe", "email": "doe@example.com"}),
            vec!["message"],
        ),
        (json!({"last_name": "Doe", "message": "a"}), vec!["email"]),
        (
            json!({"email": "doe@example.com"}),
            vec!["last_name", "message"],
        ),
    ] {
        let expected = Comparison::EqualAsShown { hidden };
        assert_eq!(compared(&sent, &shown), expected, "{shown}");
    }
    for shown in [
        json!({}),
        json!({"message": "a", "status": {"id": 1}}),
        json!({"message": "b", "first_name": "Jane"}),
    ] {
        assert_eq!(compared(&sent, &shown), Comparison::NotShown, "{shown}");
    }
    for body in ["", "[]", "{}", "{\"last_name\""] {
        let view = LeadView::from_json(json!({"id": 1, "last_name": "Doe"})).unwrap();
        assert_eq!(compare(body.as_bytes(), &view), Comparison::NotShown);
    }
}

#[test]
fn a_name_contact_or_text_that_was_not_sent_is_of_another_lead() {
    let sent = json!({"last_name": "Doe", "email": "doe@example.com"});
    for (name, value) in [
        ("first_name", "Jane"),
        ("phone_number", "+12025550100"),
        ("description", "a"),
        ("message", "a"),
    ] {
        let mut shown = sent.clone();
        shown[name] = json!(value);
        let expected = Comparison::SharesContact {
            shared: "email",
            differing: vec![name],
        };
        assert_eq!(compared(&sent, &shown), expected, "{shown}");
    }
}

#[test]
fn a_shared_contact_is_told_with_what_differs() {
    let sent = json!({"last_name": "Doe", "email": "doe@example.com", "message": "a",
        "phone_number": "+902125550100"});
    let shares = |shared, differing: &[&'static str]| Comparison::SharesContact {
        shared,
        differing: differing.to_vec(),
    };
    for (shown, expected) in [
        (
            json!({"last_name": "Roe", "email": "DOE@example.com", "message": "b"}),
            shares("email", &["last_name", "message"]),
        ),
        (
            json!({"last_name": "Doe", "email": null, "phone_number": "+90 212 555 01 00"}),
            shares("phone_number", &["email"]),
        ),
        (
            json!({"last_name": "Doe", "phone_number": "0212 555 01 00"}),
            shares("phone_number", &["phone_number"]),
        ),
        (
            json!({"last_name": "Doe", "phone_number": "00902125550100"}),
            shares("phone_number", &["phone_number"]),
        ),
        (
            json!({"last_name": "Doe", "phone_number": "0100"}),
            Comparison::Different,
        ),
        (
            json!({"last_name": "Doe", "email": "", "phone_number": null}),
            Comparison::Different,
        ),
        // Neither e-mail nor phone is shown, so that the name decides.
        (
            json!({"last_name": "DOE", "message": "a"}),
            shares("last_name", &["last_name"]),
        ),
    ] {
        assert_eq!(compared(&sent, &shown), expected, "{shown}");
    }
}

#[test]
fn the_name_decides_only_where_there_is_no_contact() {
    let sent = json!({"first_name": "Zoë", "last_name": "van  Dyk", "message": "a"});
    for (shown, is_shared) in [
        (
            json!({"first_name": "ZOE\u{308}", "last_name": "Van Dyk", "message": "b"}),
            true,
        ),
        (
            json!({"first_name": "Zoë van", "last_name": "Dyk", "message": "a"}),
            true,
        ),
        (json!({"last_name": "van Dyk", "message": "b"}), true),
        (
            json!({"first_name": "", "last_name": "van Dyk", "message": "a"}),
            false,
        ),
        (
            json!({"first_name": "Zoë", "last_name": "Dyk", "message": "a"}),
            false,
        ),
    ] {
        let got = compared(&sent, &shown);
        let expected = matches!(
            got,
            Comparison::SharesContact {
                shared: "last_name",
                ..
            }
        );
        assert_eq!(expected, is_shared, "{shown}: {got:?}");
    }
    let last_only = json!({"last_name": "Doe", "message": "a"});
    let with_first = json!({"first_name": "Jane", "last_name": "Doe", "message": "b"});
    assert_eq!(compared(&last_only, &with_first), Comparison::Different);
    let with_email = json!({"last_name": "Doe", "email": "a@example.com"});
    let other = json!({"last_name": "Doe", "email": "b@example.com"});
    assert_eq!(compared(&with_email, &other), Comparison::Different);
}

#[test]
fn the_sandboxs_answers_equal_what_was_sent() {
    let full = include_bytes!("../../../fixtures/api/create_full.json").as_slice();
    let minimal = include_bytes!("../../../fixtures/api/create_minimal.json").as_slice();
    let view = |answer: &str| {
        let mut answer: Value = serde_json::from_str(answer).unwrap();
        LeadView::from_json(answer["data"].take()).unwrap()
    };
    let full_view = view(include_str!(
        "../../../fixtures/api/created_full_documented.json"
    ));
    let minimal_view = view(include_str!(
        "../../../fixtures/api/created_minimal_framework.json"
    ));
    assert_eq!(compare(full, &full_view), Comparison::Equal);
    assert_eq!(compare(minimal, &minimal_view), Comparison::Equal);
    assert_eq!(compare(full, &minimal_view), Comparison::Different);
}

fn body() -> impl Strategy<Value = Value> {
    let text = || proptest::option::of("\\PC{0,20}");
    let list = proptest::collection::vec("\\PC{0,8}", 0..4);
    let ids = (proptest::option::of(any::<i64>()), any::<i64>());
    let contact = proptest::option::of(("[a-z]{1,8}@[a-z]{1,8}\\.example", "\\+[1-9][0-9]{6,14}"));
    ("\\PC{0,20}", text(), contact, list, ids).prop_map(
        |(last, message, contact, list, (status, country))| {
            let mut body = json!({
                "last_name": format!("x{last}"),
                "message": message,
                "marketing_attribution": list,
                "lead_status_id": status,
                "country_id": country,
            });
            if let Some((email, phone)) = contact {
                body["email"] = json!(email);
                body["phone_number"] = json!(phone);
            }
            body
        },
    )
}

/// What a server may make of a value without changing what it says.
fn disguised(name: &str, value: &Value) -> Value {
    match value {
        Value::String(text) if name == "email" => json!(text.to_uppercase()),
        Value::String(text) if name == "phone_number" => {
            json!(format!("{} ({}", &text[..2], &text[2..]))
        }
        Value::String(text) => json!(format!("\u{feff} {}\r\n", text.trim())),
        Value::Number(number) => json!(number.to_string()),
        Value::Array(items) => {
            let items = items.iter().map(|item| disguised("", item));
            Value::Object(
                items
                    .enumerate()
                    .map(|(i, item)| (i.to_string(), item))
                    .collect(),
            )
        }
        other => other.clone(),
    }
}

proptest! {
    #[test]
    fn a_body_equals_itself_in_any_disguise(body in body()) {
        prop_assert_eq!(compared(&body, &body), Comparison::Equal);
        let mut shown = body.clone();
        for (name, value) in shown.as_object_mut().unwrap() {
            *value = disguised(name, value);
        }
        prop_assert_eq!(compared(&body, &shown), Comparison::Equal);
    }

    #[test]
    fn a_body_with_another_ending_is_not_equal(body in body(), field in 0_usize..2) {
        let name = ["last_name", "message"][field];
        let text = body[name].as_str().unwrap_or_default();
        let with_ending = |ending: char| {
            let mut lead = body.clone();
            lead[name] = json!(format!("{text}{ending}"));
            lead
        };
        prop_assert_ne!(compared(&with_ending('x'), &with_ending('y')), Comparison::Equal);
    }

    #[test]
    fn no_body_and_no_view_make_it_panic(body in any::<Vec<u8>>(), name in any::<String>()) {
        let view = LeadView::from_json(json!({"id": 1, "last_name": name, "email": {}})).unwrap();
        compare(&body, &view);
    }
}
