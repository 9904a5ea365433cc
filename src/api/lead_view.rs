//! A lead as the CRM shows it.

use serde_json::{Map, Value};

use crate::api::wire::{read_lead_id, read_time};
use crate::model::{LEAD_FIELDS, LeadField, LeadId};

/// A lead as an answer shows it, read as leniently as the documents demand.
///
/// Fields go by the names under which they are written; ids that answers put into an object, such
/// as `status.id`, are found there. Everything that cannot be written is left out, but for the id
/// and the time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeadView {
    /// The lead's id.
    pub id: LeadId,
    /// When the CRM says that it was created, in its own writing.
    pub created_at: Option<String>,
    fields: Vec<(&'static LeadField, Value)>,
}

impl LeadView {
    /// Reads the JSON of one lead. `None` when it has no id that can be read.
    pub fn from_json(lead: Value) -> Option<Self> {
        let Value::Object(mut lead) = lead else {
            return None;
        };
        let id = read_lead_id(lead.remove("id")?)?;
        let created_at = lead.remove("created_at").and_then(read_time);
        let fields = LEAD_FIELDS
            .iter()
            .filter_map(|field| Some((field, take_shown(&mut lead, field.name)?)))
            .collect();
        Some(Self {
            id,
            created_at,
            fields,
        })
    }

    /// What is shown of the field called `name`. `None` when the answer has no such key, which is
    /// not the same as showing null.
    pub fn shown(&self, name: &str) -> Option<&Value> {
        self.fields
            .iter()
            .find(|(field, _)| field.name == name)
            .map(|(_, value)| value)
    }
}

/// Takes out what is shown of a field: under its own name, or as an object with an id. When both
/// are there, a value goes before null.
fn take_shown(lead: &mut Map<String, Value>, name: &str) -> Option<Value> {
    let plain = lead.remove(name);
    let nested = object_of(name).and_then(|key| id_in(lead.get(key)?));
    match plain {
        Some(value) if !value.is_null() => Some(value),
        plain => nested.or(plain),
    }
}

/// The object in which answers show what a field names by its id.
///
/// Source: the API's page "Create a lead", whose body and answer differ in this.
fn object_of(name: &str) -> Option<&'static str> {
    match name {
        "lead_status_id" => Some("status"),
        "lead_reference_source_id" => Some("reference_source"),
        "assigned_user_id" => Some("assigned_user"),
        _ => None,
    }
}

/// The id of an object, or null where there is no object. A bare name shows no id.
fn id_in(object: &Value) -> Option<Value> {
    match object {
        Value::Null => Some(Value::Null),
        Value::Object(entries) => entries.get("id").cloned(),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::LeadView;
    use crate::model::LEAD_FIELDS;

    fn view(lead: Value) -> LeadView {
        LeadView::from_json(lead).unwrap()
    }

    #[test]
    fn all_fields_of_the_sandboxs_answer_are_found() {
        let sent: Value =
            serde_json::from_str(include_str!("../../fixtures/api/create_full.json")).unwrap();
        for answer in [
            include_str!("../../fixtures/api/created_full_documented.json"),
            include_str!("../../fixtures/api/created_full_framework.json"),
        ] {
            let mut answer: Value = serde_json::from_str(answer).unwrap();
            let view = view(answer["data"].take());
            assert_eq!(view.id.0, "1");
            assert_eq!(
                view.created_at.as_deref(),
                Some("2026-04-08T10:00:00.000000Z")
            );
            for field in &LEAD_FIELDS {
                assert_eq!(
                    view.shown(field.name),
                    sent.get(field.name),
                    "{}",
                    field.name
                );
            }
        }
    }

    #[test]
    fn null_is_shown_and_a_missing_key_is_not() {
        let minimal = include_str!("../../fixtures/api/created_minimal_framework.json");
        let mut minimal: Value = serde_json::from_str(minimal).unwrap();
        let minimal = view(minimal["data"].take());
        for name in ["email", "marketing_attribution", "assigned_user_id"] {
            assert_eq!(minimal.shown(name), Some(&Value::Null), "{name}");
        }
        let bare = view(json!({"id": 1}));
        assert_eq!(bare.created_at, None);
        for field in &LEAD_FIELDS {
            assert_eq!(bare.shown(field.name), None, "{}", field.name);
        }
    }

    #[test]
    fn ids_are_found_plain_and_in_objects() {
        for (lead, expected) in [
            (json!({"status": {"id": 3}}), Some(json!(3))),
            (json!({"status": {"id": "obj_3"}}), Some(json!("obj_3"))),
            (json!({"lead_status_id": 3}), Some(json!(3))),
            (json!({"lead_status_id": 3, "status": null}), Some(json!(3))),
            (
                json!({"lead_status_id": null, "status": {"id": 3}}),
                Some(json!(3)),
            ),
            (json!({"lead_status_id": null}), Some(Value::Null)),
            (json!({"status": null}), Some(Value::Null)),
            (json!({"status": {"name": "New"}}), None),
            (json!({"status": "New"}), None),
            (json!({}), None),
        ] {
            let mut whole = lead.clone();
            whole["id"] = json!(1);
            let view = view(whole);
            assert_eq!(view.shown("lead_status_id"), expected.as_ref(), "{lead}");
        }
    }

    #[test]
    fn a_lead_without_a_readable_id_is_none() {
        for lead in [
            json!({"last_name": "Doe"}),
            json!({"id": null}),
            json!({"id": " "}),
            json!({"id": [1]}),
            json!("Doe"),
            json!(null),
        ] {
            assert_eq!(LeadView::from_json(lead.clone()), None, "{lead}");
        }
    }
}
