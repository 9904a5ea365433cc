//! What the CRM gets.

use std::borrow::Cow;
use std::io::Write as _;

use super::{LeadField, fold_name};

/// A lead that passed every check: its fields in the order of [`super::LEAD_FIELDS`], each once.
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
    /// An id that was looked up by a name. In a box, because most leads have none and all would grow with it.
    Named(Box<NamedId<'a>>),
}

/// An id that goes by a name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NamedId<'a> {
    /// The id; `None` where names are not looked up, or the CRM has yet to be given the name. A lead with
    /// such a value is only looked at and never sent.
    pub id: Option<i64>,
    /// The name that it was looked up by.
    pub name: Cow<'a, str>,
}

/// As the id alone.
impl serde::Serialize for NamedId<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.id.serialize(serializer)
    }
}

impl FieldValue<'_> {
    /// The same value, independent of what it was made of.
    pub fn into_owned(self) -> FieldValue<'static> {
        let owned = |text: Cow<'_, str>| Cow::Owned(text.into_owned());
        match self {
            Self::Text(text) => FieldValue::Text(owned(text)),
            Self::Integer(number) => FieldValue::Integer(number),
            Self::TextList(texts) => FieldValue::TextList(texts.into_iter().map(owned).collect()),
            Self::Named(named) => FieldValue::named(named.id, owned(named.name)),
        }
    }

    /// An id that goes by this name.
    pub fn named<'a>(id: Option<i64>, name: impl Into<Cow<'a, str>>) -> FieldValue<'a> {
        let name = name.into();
        FieldValue::Named(Box::new(NamedId { id, name }))
    }

    /// About as many bytes as it has in JSON.
    fn json_length(&self) -> usize {
        const LONGEST_NUMBER: usize = 20;
        match self {
            Self::Text(text) => text.len() + 2,
            Self::Integer(_) | Self::Named(_) => LONGEST_NUMBER,
            Self::TextList(texts) => texts.iter().map(|text| text.len() + 3).sum::<usize>() + 2,
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

    /// The values that go by a name, with their fields.
    pub fn named_ids(&self) -> impl Iterator<Item = (&'static LeadField, &NamedId<'a>)> {
        self.fields.iter().filter_map(|(field, value)| match value {
            FieldValue::Named(named) => Some((*field, &**named)),
            _ => None,
        })
    }

    /// What the lead says, as digests are made of it: as [`Self::to_json`], but with the folded name in
    /// the place of each id that goes by one. The lead says the same whatever id the CRM gives a name.
    pub fn to_json_by_name(&self) -> Vec<u8> {
        let by_name = |(field, value): &(&'static LeadField, FieldValue<'a>)| match value {
            FieldValue::Named(named) => (*field, FieldValue::Text(fold_name(&named.name).into())),
            other => (*field, other.clone()),
        };
        let fields = self.fields.iter().map(by_name).collect();
        Lead { fields }.to_json()
    }

    /// The body of `POST /v1/leads`: compact JSON in UTF-8. Fields without a value are left out.
    ///
    /// Byte for byte what `serde_json` writes of a map, which is what the digests of leads in a ledger
    /// are made of. Written by hand because most texts can be copied as they are.
    pub fn to_json(&self) -> Vec<u8> {
        let length_of = |(field, value): &(&LeadField, FieldValue<'_>)| {
            field.name.len() + 4 + value.json_length()
        };
        let length: usize = self.fields.iter().map(length_of).sum();
        let mut json = Vec::with_capacity(length + 2);
        json.push(b'{');
        for (index, (field, value)) in self.fields.iter().enumerate() {
            if index > 0 {
                json.push(b',');
            }
            // Names of fields are plain letters.
            json.push(b'"');
            json.extend_from_slice(field.name.as_bytes());
            json.extend_from_slice(b"\":");
            push_value(&mut json, value);
        }
        json.push(b'}');
        json
    }
}

fn push_value(json: &mut Vec<u8>, value: &FieldValue<'_>) {
    match value {
        FieldValue::Text(text) => push_text(json, text),
        FieldValue::Integer(number) => {
            write!(json, "{number}").expect("writing to memory does not fail");
        }
        FieldValue::Named(named) => match named.id {
            Some(id) => write!(json, "{id}").expect("writing to memory does not fail"),
            None => json.extend_from_slice(b"null"),
        },
        FieldValue::TextList(texts) => {
            json.push(b'[');
            for (index, text) in texts.iter().enumerate() {
                if index > 0 {
                    json.push(b',');
                }
                push_text(json, text);
            }
            json.push(b']');
        }
    }
}

fn push_text(json: &mut Vec<u8>, text: &str) {
    if needs_escapes(text.as_bytes()) {
        serde_json::to_writer(json, text).expect("writing a text to memory does not fail");
        return;
    }
    json.push(b'"');
    json.extend_from_slice(text.as_bytes());
    json.push(b'"');
}

/// Whether JSON cannot hold the text as it is: for a control character, a quote or a backslash. Looks at
/// eight bytes at a time.
fn needs_escapes(text: &[u8]) -> bool {
    let (words, rest) = text.as_chunks::<8>();
    let mut last = [b' '; 8];
    last[..rest.len()].copy_from_slice(rest);
    words
        .iter()
        .chain([&last])
        .any(|word| word_needs_escapes(u64::from_le_bytes(*word)))
}

/// The same for eight bytes in one number.
///
/// Source: "Determine if a word has a byte less than n" and "has a zero byte", in Sean Eron Anderson's
/// "Bit Twiddling Hacks".
fn word_needs_escapes(word: u64) -> bool {
    const ONES: u64 = u64::from_le_bytes([1; 8]);
    const HIGHEST_BITS: u64 = u64::from_le_bytes([0x80; 8]);
    let has_less = |word: u64, than: u8| word.wrapping_sub(ONES * u64::from(than)) & !word;
    let has = |byte: u8| has_less(word ^ (ONES * u64::from(byte)), 1);
    (has_less(word, b' ') | has(b'"') | has(b'\\')) & HIGHEST_BITS != 0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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

    #[test]
    fn the_body_has_the_id_and_the_digest_is_of_the_name() {
        let lead = |id, name: &'static str| {
            let mut lead = Lead::default();
            lead.push(
                lead_field("last_name").unwrap(),
                FieldValue::Text("Doe".into()),
            );
            lead.push(
                lead_field("lead_status_id").unwrap(),
                FieldValue::named(id, name),
            );
            lead
        };
        for (id, body) in [
            (Some(3), r#"{"last_name":"Doe","lead_status_id":3}"#),
            (None, r#"{"last_name":"Doe","lead_status_id":null}"#),
        ] {
            assert_eq!(lead(id, "New").to_json(), body.as_bytes());
        }
        let by_name = r#"{"last_name":"Doe","lead_status_id":"new"}"#;
        assert_eq!(lead(Some(3), " New").to_json_by_name(), by_name.as_bytes());
        assert_eq!(lead(None, "NEW").to_json_by_name(), by_name.as_bytes());
    }

    fn any_text() -> impl Strategy<Value = String> {
        prop_oneof![
            any::<String>(),
            "[a\"\\\\/\u{0}-\u{21}\u{7e}-\u{a0}\u{2028}😀]{0,40}"
        ]
    }

    proptest! {
        #[test]
        fn the_body_is_what_serde_json_writes(
            text in any_text(),
            number in any::<i64>(),
            list in prop::collection::vec(any_text(), 0..4),
        ) {
            let values = [
                ("last_name", FieldValue::Text(text.as_str().into())),
                ("country_id", FieldValue::Integer(number)),
                (
                    "marketing_attribution",
                    FieldValue::TextList(list.iter().map(|text| text.as_str().into()).collect()),
                ),
            ];
            let (mut lead, mut map) = (Lead::default(), serde_json::Map::new());
            for (name, value) in values {
                map.insert(name.into(), serde_json::to_value(&value).unwrap());
                lead.push(lead_field(name).unwrap(), value);
                prop_assert_eq!(lead.to_json(), serde_json::to_vec(&map).unwrap());
            }
        }
    }
}
