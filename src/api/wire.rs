//! The shapes of answers, read as leniently as the documents demand.

use serde::Deserialize;
use serde_json::{Number, Value};

use crate::model::LeadId;

/// The answer to a create: only what is needed is named, everything else may be anything.
#[derive(Deserialize)]
struct CreateAnswer {
    data: Option<CreatedLead>,
    success: Option<Value>,
}

#[derive(Deserialize)]
struct CreatedLead {
    id: Option<Value>,
    created_at: Option<Value>,
}

/// What a 2xx answer to a create tells.
pub(super) struct Creation {
    /// The new lead's id.
    pub(super) lead_id: LeadId,
    /// When the CRM says that it was created, in its own writing.
    pub(super) created_at: Option<String>,
    /// Whether `success` says no although there is an id.
    pub(super) denies_success: bool,
}

/// The id that `value` is, if it is one: a number or a text, since the API's pages show both.
pub(super) fn read_lead_id(value: Value) -> Option<LeadId> {
    match value {
        Value::Number(number) => Some(LeadId(text_of(&number))),
        Value::String(text) if !text.trim().is_empty() => Some(LeadId(text)),
        _ => None,
    }
}

/// A number as JSON writes it. Whole ones, which ids are, need no formatter.
fn text_of(number: &Number) -> String {
    let whole = number.as_u64().map(|whole| whole.to_string());
    whole.unwrap_or_else(|| number.to_string())
}

/// A time in whatever writing it came.
pub(super) fn read_time(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Reads the id out of a 2xx answer, or `None` when there is none that can be read.
pub(super) fn read_creation(body: &[u8]) -> Option<Creation> {
    let answer: CreateAnswer = serde_json::from_slice(body).ok()?;
    let lead = answer.data?;
    let lead_id = read_lead_id(lead.id?)?;
    let denies_success = match answer.success {
        Some(Value::Bool(success)) => !success,
        Some(Value::String(text)) => matches!(text.as_str(), "false" | "0"),
        _ => false,
    };
    Some(Creation {
        lead_id,
        created_at: lead.created_at.and_then(read_time),
        denies_success,
    })
}

#[cfg(test)]
mod tests {
    use super::read_creation;

    #[test]
    fn the_sandboxs_answers_are_understood() {
        for body in [
            include_str!("../../fixtures/api/created_full_documented.json"),
            include_str!("../../fixtures/api/created_full_framework.json"),
            include_str!("../../fixtures/api/created_minimal_framework.json"),
        ] {
            let creation = read_creation(body.as_bytes()).unwrap();
            assert_eq!(
                (creation.lead_id.0.as_str(), creation.denies_success),
                ("1", false)
            );
        }
    }

    #[test]
    fn ids_are_read_as_numbers_and_texts() {
        for (body, expected) in [
            (
                r#"{"success":"true","data":{"id":123}}"#,
                Some(("123", false)),
            ),
            (
                r#"{"data":{"id":"obj_1","tags":[{}]}}"#,
                Some(("obj_1", false)),
            ),
            (r#"{"success":false,"data":{"id":5}}"#, Some(("5", true))),
            (r#"{"success":"false","data":{"id":5}}"#, Some(("5", true))),
            (r#"{"success":true,"data":{}}"#, None),
            (r#"{"success":true,"data":{"id":null}}"#, None),
            (r#"{"success":true,"data":{"id":" "}}"#, None),
            (r#"{"success":true,"data":[]}"#, None),
            (r#"{"success":true,"data":{"id":1"#, None),
            ("", None),
        ] {
            let creation = read_creation(body.as_bytes());
            let got = creation
                .as_ref()
                .map(|c| (c.lead_id.0.as_str(), c.denies_success));
            assert_eq!(got, expected, "{body}");
        }
    }
}
