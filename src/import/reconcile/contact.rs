//! By what a lead can be searched.

use serde_json::{Map, Value};

/// A way to search for a lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum SearchKind {
    /// By its e-mail address.
    Email,
    /// By its phone number.
    Phone,
    /// By its last name.
    LastName,
}

impl SearchKind {
    /// The field that is searched for.
    pub(super) fn field(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone_number",
            Self::LastName => "last_name",
        }
    }

    pub(super) fn index(self) -> usize {
        self as usize
    }
}

/// What a search for the lead of `body` must look for to find every lead that shares a contact with
/// it: e-mail and phone, or the last name where it has neither.
pub(super) fn searches_for(body: &[u8]) -> Vec<(SearchKind, String)> {
    let lead: Map<String, Value> = serde_json::from_slice(body).unwrap_or_default();
    let term_of = |kind: SearchKind| Some((kind, term_in(&lead, kind)?));
    let contacts: Vec<_> = [SearchKind::Email, SearchKind::Phone]
        .into_iter()
        .filter_map(term_of)
        .collect();
    if contacts.is_empty() {
        return term_of(SearchKind::LastName).into_iter().collect();
    }
    contacts
}

/// What finds the lead of `body` best: its e-mail, else its phone, else its last name.
pub(in crate::import) fn best_search_term(body: &[u8]) -> Option<String> {
    let (_, term) = searches_for(body).into_iter().next()?;
    Some(term)
}

/// What a search of this kind for the lead of `body` looks for.
pub(super) fn term_of(body: &[u8], kind: SearchKind) -> Option<String> {
    let lead: Map<String, Value> = serde_json::from_slice(body).ok()?;
    term_in(&lead, kind)
}

fn term_in(lead: &Map<String, Value>, kind: SearchKind) -> Option<String> {
    let text = lead.get(kind.field())?.as_str()?.trim();
    (!text.is_empty()).then(|| text.to_owned())
}

/// Whether the lead of `body` can be searched for in this way, without reading all of it: a quote in
/// a text is always escaped in JSON, so that the key can stand for nothing but itself.
pub(super) fn has_contact(body: &[u8], kind: SearchKind) -> bool {
    let key = format!("\"{}\":\"", kind.field());
    body.windows(key.len())
        .any(|window| window == key.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::{SearchKind, has_contact, searches_for};

    #[test]
    fn a_lead_is_searched_by_email_and_phone_or_else_by_name() {
        use SearchKind::{Email, LastName, Phone};

        for (body, expected) in [
            (
                r#"{"last_name":"Doe","email":"a@example.com","phone_number":"+12025550100"}"#,
                vec![(Email, "a@example.com"), (Phone, "+12025550100")],
            ),
            (
                r#"{"last_name":"Doe","phone_number":"+12025550100"}"#,
                vec![(Phone, "+12025550100")],
            ),
            (r#"{"last_name":"Doe","email":""}"#, vec![(LastName, "Doe")]),
            ("{}", vec![]),
            ("", vec![]),
        ] {
            let found = searches_for(body.as_bytes());
            let found: Vec<_> = found.iter().map(|(kind, term)| (*kind, &**term)).collect();
            assert_eq!(found, expected, "{body}");
        }
    }

    #[test]
    fn a_contact_is_seen_without_reading_the_body() {
        let body = br#"{"last_name":"\"email\":\"a","phone_number":"+12025550100"}"#;
        assert!(has_contact(body, SearchKind::Phone));
        assert!(has_contact(body, SearchKind::LastName));
        assert!(!has_contact(body, SearchKind::Email));
    }
}
