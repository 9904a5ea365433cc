//! The checked values of one lead.

use crate::model::{FieldValue, LEAD_FIELDS};

/// One value for each of [`LEAD_FIELDS`], in its order; `None` where the lead has nothing.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct LeadValues(Vec<Option<FieldValue<'static>>>);

impl LeadValues {
    /// An empty lead, to be filled with [`Self::push`].
    pub(super) fn with_room() -> Self {
        Self(Vec::with_capacity(LEAD_FIELDS.len()))
    }

    /// A lead that has a last name and nothing else.
    pub(super) fn of_last_name(last_name: String) -> Self {
        let mut values = Self::with_room();
        let mut last_name = Some(FieldValue::Text(last_name.into()));
        for field in &LEAD_FIELDS {
            let is_name = field.name == "last_name";
            values.push(last_name.take_if(|_| is_name));
        }
        values
    }

    /// Adds the value of the next field.
    pub(super) fn push(&mut self, value: Option<FieldValue<'static>>) {
        self.0.push(value);
    }

    /// All values with their fields' names, in the order of the API's page.
    pub(super) fn iter(
        &self,
    ) -> impl Iterator<Item = (&'static str, Option<&FieldValue<'static>>)> {
        LEAD_FIELDS
            .iter()
            .map(|field| field.name)
            .zip(self.0.iter().map(Option::as_ref))
    }

    fn get(&self, name: &str) -> Option<&FieldValue<'static>> {
        self.iter()
            .find(|(field, _)| *field == name)
            .and_then(|(_, value)| value)
    }

    /// The text of the field called `name`.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            FieldValue::Text(text) => Some(text),
            FieldValue::Integer(_) | FieldValue::TextList(_) | FieldValue::Named(_) => None,
        }
    }

    /// The number in the field called `name`.
    pub(super) fn integer(&self, name: &str) -> Option<i64> {
        match self.get(name)? {
            FieldValue::Integer(number) => Some(*number),
            FieldValue::Named(named) => named.id,
            FieldValue::Text(_) | FieldValue::TextList(_) => None,
        }
    }

    /// First and last name with a space between them, or the one there is.
    pub(super) fn full_name(&self) -> String {
        let names = ["first_name", "last_name"].map(|name| self.text(name).unwrap_or_default());
        names.join(" ").trim().to_owned()
    }
}
