//! What the CRM gets.

use std::borrow::Cow;

use serde::ser::{Serialize, SerializeMap, Serializer};

use super::LeadField;

/// A lead that passed every check: its fields in the order of [`super::LEAD_FIELDS`], each once.
///
/// Serialises as the request body of `POST /v1/leads`; fields without a value are left out.
///
/// Its values borrow from the row that they come from wherever they are the same text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lead<'a> {
    fields: Vec<(&'static LeadField, FieldValue<'a>)>,
}

/// A checked value.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
#[serde(untagged)]
pub enum FieldValue<'a> {
    /// Text, a phone number, an address.
    Text(Cow<'a, str>),
    /// An id.
    Integer(i64),
    /// Several texts.
    TextList(Vec<Cow<'a, str>>),
}

impl FieldValue<'_> {
    /// The same value, independent of what it was made of.
    pub fn into_owned(self) -> FieldValue<'static> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        match self {
            Self::Text(text) => FieldValue::Text(owned(text)),
            Self::Integer(number) => FieldValue::Integer(number),
            Self::TextList(texts) => FieldValue::TextList(texts.into_iter().map(owned).collect()),
        }
    }
}

impl<'a> Lead<'a> {
    /// A lead without values, with room for `fields` of them.
    pub fn with_capacity(fields: usize) -> Self {
        Self {
            fields: Vec::with_capacity(fields),
        }
    }

    /// The same lead, independent of the row that it comes from.
    pub fn into_owned(self) -> Lead<'static> {
        let fields = self.fields.into_iter();
        Lead {
            fields: fields
                .map(|(field, value)| (field, value.into_owned()))
                .collect(),
        }
    }

    /// Sets a field. Fields must be set in the order of the API's page and only once.
    pub fn push(&mut self, field: &'static LeadField, value: FieldValue<'a>) {
        debug_assert!(
            self.get(field.name).is_none(),
            "{} is set twice",
            field.name
        );
        self.fields.push((field, value));
    }

    /// The value of the field called `name`, if it is set.
    pub fn get(&self, name: &str) -> Option<&FieldValue<'a>> {
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

impl Serialize for Lead<'_> {
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
