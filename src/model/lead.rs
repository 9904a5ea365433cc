//! What the CRM gets.

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::LeadField;

/// A lead that passed every check: its fields in the order of [`super::LEAD_FIELDS`], each once.
///
/// Serialises as the request body of `POST /v1/leads`; fields without a value are left out.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lead {
    fields: Vec<(&'static LeadField, FieldValue)>,
}

/// A checked value.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(untagged)]
pub enum FieldValue {
    /// Text, a phone number, an address.
    Text(String),
    /// An id.
    Integer(i64),
    /// Several texts.
    TextList(Vec<String>),
}

impl Lead {
    /// Sets a field. Fields must be set in the order of the API's page and only once.
    pub fn push(&mut self, field: &'static LeadField, value: FieldValue) {
        debug_assert!(
            self.get(field.name).is_none(),
            "{} is set twice",
            field.name
        );
        self.fields.push((field, value));
    }

    /// The value of the field called `name`, if it is set.
    pub fn get(&self, name: &str) -> Option<&FieldValue> {
        self.fields
            .iter()
            .find(|(field, _)| field.name == name)
            .map(|(_, value)| value)
    }

    /// The request body: compact JSON in UTF-8.
    pub fn to_json(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("texts, numbers and lists of texts always serialise")
    }
}

impl Serialize for Lead {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.fields.len()))?;
        for (field, value) in &self.fields {
            map.serialize_entry(field.name, value)?;
        }
        map.end()
    }
}

#[cfg(test)]
mod tests {
    use super::{FieldValue, Lead};
    use crate::model::lead_field;

    #[test]
    fn the_body_holds_what_was_set_and_nothing_else() {
        let mut lead = Lead::default();
        let mut set = |name, value| lead.push(lead_field(name).unwrap(), value);
        set("last_name", FieldValue::Text("O\"Neill\n".into()));
        set("country_id", FieldValue::Integer(90));
        set(
            "marketing_attribution",
            FieldValue::TextList(vec!["a".into(), "ç".into()]),
        );
        assert_eq!(
            String::from_utf8(lead.to_json()).unwrap(),
            r#"{"last_name":"O\"Neill\n","country_id":90,"marketing_attribution":["a","ç"]}"#
        );
    }
}
