//! What the server takes in a body, and what it says of the rest.

use std::borrow::Cow;

use serde_json::{Map, Value};

use crate::model::{FieldKind, FieldValue, LEAD_FIELDS, LeadField};

use super::formats;
use super::lead_values::LeadValues;

/// The longest phone number, e-mail address and web address, in characters.
///
/// Source: the API's page "Create a lead".
const PHONE_LENGTH: usize = 50;
const EMAIL_LENGTH: usize = 255;
const WEB_ADDRESS_LENGTH: usize = 2_048;

/// A field and every rule that its value breaks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FieldError {
    /// The key in the body or query; elements of a list as `marketing_attribution.0`.
    pub(super) field: String,
    /// At least one.
    pub(super) broken: Vec<BrokenRule>,
}

/// A rule that a value breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum BrokenRule {
    Required,
    NotText,
    TooLong { limit: usize },
    NotEmail,
    NotWebAddress,
    BadFormat,
    NotInteger,
    NotList,
    NotAmong,
    Below { least: u64 },
    Above { most: u64 },
}

impl FieldError {
    /// A field that breaks one rule.
    pub(super) fn new(field: impl Into<String>, broken: BrokenRule) -> Self {
        Self {
            field: field.into(),
            broken: vec![broken],
        }
    }
}

impl BrokenRule {
    /// The framework's English sentence about `subject`.
    pub(super) fn sentence(self, subject: &str) -> String {
        let rest = match self {
            Self::Required => "is required.".to_owned(),
            Self::NotText => "must be a string.".to_owned(),
            Self::TooLong { limit } => format!("must not be greater than {limit} characters."),
            Self::NotEmail => "must be a valid email address.".to_owned(),
            Self::NotWebAddress => "must be a valid URL.".to_owned(),
            Self::BadFormat => "format is invalid.".to_owned(),
            Self::NotInteger => "must be an integer.".to_owned(),
            Self::NotList => "must be an array.".to_owned(),
            Self::NotAmong => return format!("The selected {subject} is invalid."),
            Self::Below { least } => format!("must be at least {least}."),
            Self::Above { most } => format!("must not be greater than {most}."),
        };
        format!("The {subject} field {rest}")
    }
}

/// Checks the body of `POST /v1/leads`.
///
/// Texts are trimmed and empty ones count as null, keys that are no fields are passed over, as the
/// framework does. `knows(field, id)` tells whether an id names something. Returns the errors of
/// all fields, in the order of the API's page.
pub(super) fn check_lead(
    mut body: Map<String, Value>,
    knows: impl Fn(&str, i64) -> bool,
) -> Result<LeadValues, Vec<FieldError>> {
    let mut values = LeadValues::with_room();
    let mut errors = Vec::new();
    for field in &LEAD_FIELDS {
        let value = body.remove(field.name).unwrap_or(Value::Null);
        match check_field(field, value, &knows) {
            Ok(value) => values.push(value),
            Err(found) => errors.extend(found),
        }
    }
    if errors.is_empty() {
        Ok(values)
    } else {
        Err(errors)
    }
}

/// Tidies and checks the value of one field. `knows` and what is returned are those of
/// [`check_lead`].
pub(super) fn check_field(
    field: &LeadField,
    value: Value,
    knows: impl Fn(&str, i64) -> bool,
) -> Result<Option<FieldValue<'static>>, Vec<FieldError>> {
    check_value(field, tidy(value), knows)
}

/// Trims texts, also in lists, and makes null of empty ones.
///
/// Source: Laravel's middleware `TrimStrings` and `ConvertEmptyStringsToNull`.
pub(super) fn tidy(value: Value) -> Value {
    match value {
        Value::String(text) => {
            let trimmed = text.trim();
            if trimmed.is_empty() {
                Value::Null
            } else if trimmed.len() == text.len() {
                Value::String(text)
            } else {
                Value::String(trimmed.to_owned())
            }
        }
        Value::Array(items) => Value::Array(items.into_iter().map(tidy).collect()),
        other => other,
    }
}

fn check_value(
    field: &LeadField,
    value: Value,
    knows: impl Fn(&str, i64) -> bool,
) -> Result<Option<FieldValue<'static>>, Vec<FieldError>> {
    let one = |broken| vec![FieldError::new(field.name, broken)];
    match (field.kind, value) {
        (_, Value::Null) if field.required => Err(one(BrokenRule::Required)),
        (_, Value::Null) => Ok(None),
        (FieldKind::Integer, value) => match integer_of(&value) {
            None => Err(one(BrokenRule::NotInteger)),
            Some(id) if !knows(field.name, id) => Err(one(BrokenRule::NotAmong)),
            Some(id) => Ok(Some(FieldValue::Integer(id))),
        },
        (FieldKind::TextList, Value::Array(items)) => {
            check_list(field, items).map(|texts| Some(FieldValue::TextList(texts)))
        }
        (FieldKind::TextList, _) => Err(one(BrokenRule::NotList)),
        (kind, Value::String(text)) => match broken_by_text(kind, &text) {
            broken if broken.is_empty() => Ok(Some(FieldValue::Text(text.into()))),
            broken => Err(vec![FieldError {
                field: field.name.to_owned(),
                broken,
            }]),
        },
        _ => Err(one(BrokenRule::NotText)),
    }
}

fn check_list(
    field: &LeadField,
    items: Vec<Value>,
) -> Result<Vec<Cow<'static, str>>, Vec<FieldError>> {
    let mut texts = Vec::with_capacity(items.len());
    let mut errors = Vec::new();
    for (index, item) in items.into_iter().enumerate() {
        if let Value::String(text) = item {
            texts.push(text.into());
        } else {
            let name = format!("{}.{index}", field.name);
            errors.push(FieldError::new(name, BrokenRule::NotText));
        }
    }
    if errors.is_empty() {
        Ok(texts)
    } else {
        Err(errors)
    }
}

fn broken_by_text(kind: FieldKind, text: &str) -> Vec<BrokenRule> {
    let (limit, format) = match kind {
        FieldKind::Text { max_length } => (max_length, None),
        FieldKind::Phone => {
            let format = (!formats::is_e164(text)).then_some(BrokenRule::BadFormat);
            (Some(PHONE_LENGTH), format)
        }
        FieldKind::Email => {
            let format = (!formats::is_email(text)).then_some(BrokenRule::NotEmail);
            (Some(EMAIL_LENGTH), format)
        }
        FieldKind::Url => {
            let format = (!formats::is_web_address(text)).then_some(BrokenRule::NotWebAddress);
            (Some(WEB_ADDRESS_LENGTH), format)
        }
        FieldKind::Integer | FieldKind::TextList => (None, None),
    };
    too_long(text, limit).into_iter().chain(format).collect()
}

/// Says so when `text` has more than `limit` code points.
pub(super) fn too_long(text: &str, limit: Option<usize>) -> Option<BrokenRule> {
    let limit = limit?;
    // No text has more code points than bytes, so most need not be counted.
    (text.len() > limit && text.chars().count() > limit).then_some(BrokenRule::TooLong { limit })
}

/// A whole number, also written as text: PHP's integer filter takes both.
fn integer_of(value: &Value) -> Option<i64> {
    match value {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn judge(body: &Value) -> Vec<(String, Vec<BrokenRule>)> {
        let Value::Object(body) = body.clone() else {
            panic!("a body is an object");
        };
        let errors = check_lead(body, |_, id| (1..10).contains(&id))
            .err()
            .unwrap_or_default();
        errors
            .into_iter()
            .map(|error| (error.field, error.broken))
            .collect()
    }

    #[test]
    fn each_field_keeps_its_limits() {
        for (field, limit) in [
            ("first_name", 255),
            ("last_name", 255),
            ("preferred_contact", 50),
        ] {
            let with = |length| judge(&json!({"last_name": "x", field: "ş".repeat(length)}));
            assert_eq!(with(limit), [], "{field}");
            let expected = (field.to_owned(), vec![BrokenRule::TooLong { limit }]);
            assert_eq!(with(limit + 1), [expected], "{field}");
        }
        let page = |length: usize| format!("https://example.com/{}", "a".repeat(length - 20));
        let judge_page =
            |length| judge(&json!({"last_name": "x", "source_page_url": page(length)}));
        assert_eq!(judge_page(2_048), []);
        let expected = vec![BrokenRule::TooLong { limit: 2_048 }];
        assert_eq!(
            judge_page(2_049),
            [("source_page_url".to_owned(), expected)]
        );
        let endless = "x".repeat(100_000);
        let unlimited = json!({"last_name": "x", "description": endless, "message": endless});
        assert_eq!(judge(&unlimited), []);
    }

    #[test]
    fn wrong_types_and_formats_are_refused() {
        for (field, value, expected) in [
            ("last_name", json!(null), BrokenRule::Required),
            ("last_name", json!(" "), BrokenRule::Required),
            ("last_name", json!(5), BrokenRule::NotText),
            ("last_name", json!(["x"]), BrokenRule::NotText),
            ("first_name", json!(true), BrokenRule::NotText),
            ("email", json!("jane"), BrokenRule::NotEmail),
            ("email", json!({}), BrokenRule::NotText),
            (
                "phone_number",
                json!("0532 000 00 00"),
                BrokenRule::BadFormat,
            ),
            (
                "source_page_url",
                json!("example.com"),
                BrokenRule::NotWebAddress,
            ),
            ("lead_status_id", json!("New"), BrokenRule::NotInteger),
            ("lead_status_id", json!(1.5), BrokenRule::NotInteger),
            ("lead_status_id", json!(99), BrokenRule::NotAmong),
            ("country_id", json!(0), BrokenRule::NotAmong),
            ("marketing_attribution", json!("a"), BrokenRule::NotList),
            (
                "marketing_attribution",
                json!({"a": "b"}),
                BrokenRule::NotList,
            ),
        ] {
            let mut body = json!({"last_name": "x"});
            body[field] = value.clone();
            assert_eq!(
                judge(&body),
                [(field.to_owned(), vec![expected])],
                "{field}: {value}"
            );
        }
        assert_eq!(
            judge(&json!({"last_name": "x", "marketing_attribution": ["a", 1, ""]})),
            [
                (
                    "marketing_attribution.1".to_owned(),
                    vec![BrokenRule::NotText]
                ),
                (
                    "marketing_attribution.2".to_owned(),
                    vec![BrokenRule::NotText]
                ),
            ]
        );
    }

    #[test]
    fn all_errors_are_listed_in_the_order_of_the_page() {
        let body = json!({"country_id": "x", "email": 1, "first_name": 2});
        let fields: Vec<_> = judge(&body).into_iter().map(|(field, _)| field).collect();
        assert_eq!(fields, ["last_name", "first_name", "email", "country_id"]);
    }

    #[test]
    fn empty_is_null_and_unknown_keys_are_passed_over() {
        let body = json!({"last_name": " Doe ", "email": "", "nickname": 5, "lead_status_id": "2"});
        let Value::Object(body) = body else {
            unreachable!()
        };
        let values = check_lead(body, |_, _| true).unwrap();
        assert_eq!(values.text("last_name"), Some("Doe"));
        assert_eq!(values.text("email"), None);
        assert_eq!(values.integer("lead_status_id"), Some(2));
    }
}
