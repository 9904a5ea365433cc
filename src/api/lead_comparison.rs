//! Whether a lead that the CRM shows is the one that was sent. Pure.

mod normal_form;

use serde_json::{Map, Value};

use crate::api::lead_view::LeadView;
use crate::model::{LEAD_FIELDS, LeadField};

use normal_form::{agree, full_name, is_empty, phones_are_alike};

/// The fields by which people are told apart.
const PERSONAL_FIELDS: [&str; 4] = ["last_name", "first_name", "phone_number", "email"];

/// Fields that no server fills by itself: one that shows a value where none was sent shows another
/// lead, or one that somebody has worked on.
const OWN_FIELDS: [&str; 5] = [
    "first_name",
    "phone_number",
    "email",
    "description",
    "message",
];

/// What a body that was sent and a lead that is shown have in common.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Comparison {
    /// Every field that was sent is shown and agrees.
    Equal,
    /// Every field that was sent and is shown agrees, one that tells people apart among them; but not
    /// all are shown, so that it may be the lead of another row.
    EqualAsShown {
        /// The fields that were sent and are not shown; at least one.
        hidden: Vec<&'static str>,
    },
    /// The same person by e-mail, phone or name, with other values elsewhere.
    SharesContact {
        /// The field that is shared: `email`, `phone_number` or `last_name`, which stands for the
        /// whole name.
        shared: &'static str,
        /// The fields that do not agree, in the order of the API's page; at least one.
        differing: Vec<&'static str>,
    },
    /// Another lead.
    Different,
    /// The answer shows no field of those sent that tells people apart: it proves nothing.
    NotShown,
}

impl Comparison {
    /// Whether nothing that is shown speaks against the lead.
    pub fn is_equal_as_far_as_shown(&self) -> bool {
        matches!(self, Self::Equal | Self::EqualAsShown { .. })
    }
}

/// Compares the JSON `body` of a create with a lead that the CRM shows.
///
/// Only fields that were sent count, and names, contacts and texts that are shown though none were
/// sent: what the server fills by itself, such as a first status or an owner, makes no difference. Null, an empty text and an empty list count as not sent. Fields
/// that the answer does not show are not compared.
///
/// Values agree after outer white space, Unicode NFC, line ends, the case of e-mail addresses and
/// the punctuation of phone numbers; a number agrees with its text. A list may also be shown as an
/// object, then in any order, or as one text, then whatever stands between its words.
///
/// When fields differ, the contact is shared if the e-mail agrees or the phone is alike: equal
/// digits, or the end of the longer number, as when one is written without its country. The name
/// (first and last together, without regard to case) decides only when neither was sent or neither
/// is shown.
///
/// A `body` that is no JSON object has sent nothing.
pub fn compare(body: &[u8], shown: &LeadView) -> Comparison {
    let sent: Map<String, Value> = serde_json::from_slice(body).unwrap_or_default();
    let pairs = pairs_of(&sent, shown);
    let tells_apart = |pair: &Pair<'_>| PERSONAL_FIELDS.contains(&pair.field.name);
    if !pairs.iter().any(tells_apart) {
        return Comparison::NotShown;
    }
    let differing: Vec<_> = LEAD_FIELDS
        .iter()
        .filter(|field| differs(field, &pairs, shown))
        .map(|field| field.name)
        .collect();
    if differing.is_empty() {
        let hidden = hidden_fields(&sent, shown);
        return if hidden.is_empty() {
            Comparison::Equal
        } else {
            Comparison::EqualAsShown { hidden }
        };
    }
    match shared_contact(&pairs, &sent, shown) {
        Some(shared) => Comparison::SharesContact { shared, differing },
        None => Comparison::Different,
    }
}

/// Whether a lead shows `field` of the `body` that was sent as it was sent; `None` when it was not sent.
///
/// One that a lead of ours does not show so, masked or cut, does not tell other leads apart either.
pub fn shows_as_sent(body: &[u8], shown: &LeadView, field: &str) -> Option<bool> {
    let sent: Map<String, Value> = serde_json::from_slice(body).ok()?;
    let (field, sent) = LEAD_FIELDS
        .iter()
        .find(|known| known.name == field)
        .zip(sent.get(field))?;
    let agrees = |shown: &Value| agree(field.kind, sent, shown);
    Some(shown.shown(field.name).is_some_and(agrees))
}

/// A field that was sent and is shown.
struct Pair<'a> {
    field: &'static LeadField,
    sent: &'a Value,
    shown: &'a Value,
}

fn hidden_fields(sent: &Map<String, Value>, view: &LeadView) -> Vec<&'static str> {
    let is_sent = |name: &str| sent.get(name).is_some_and(|value| !is_empty(value));
    let names = LEAD_FIELDS.iter().map(|field| field.name);
    names
        .filter(|name| is_sent(name) && view.shown(name).is_none())
        .collect()
}

fn differs(field: &LeadField, pairs: &[Pair<'_>], view: &LeadView) -> bool {
    if let Some(pair) = pairs.iter().find(|pair| pair.field.name == field.name) {
        return !agree(field.kind, pair.sent, pair.shown);
    }
    let is_filled = |value: &Value| !is_empty(value);
    OWN_FIELDS.contains(&field.name) && view.shown(field.name).is_some_and(is_filled)
}

fn pairs_of<'a>(sent: &'a Map<String, Value>, view: &'a LeadView) -> Vec<Pair<'a>> {
    LEAD_FIELDS
        .iter()
        .filter_map(|field| {
            let sent = sent.get(field.name).filter(|value| !is_empty(value))?;
            let shown = view.shown(field.name)?;
            Some(Pair { field, sent, shown })
        })
        .collect()
}

fn shared_contact(
    pairs: &[Pair<'_>],
    sent: &Map<String, Value>,
    view: &LeadView,
) -> Option<&'static str> {
    let find = |name| pairs.iter().find(|pair| pair.field.name == name);
    let (email, phone) = (find("email"), find("phone_number"));
    if email.is_none() && phone.is_none() {
        return shares_name(sent, view).then_some("last_name");
    }
    let has_email = email.is_some_and(|pair| agree(pair.field.kind, pair.sent, pair.shown));
    let has_phone = phone.is_some_and(|pair| phones_are_alike(pair.sent, pair.shown));
    (has_email.then_some("email")).or(has_phone.then_some("phone_number"))
}

/// Whether the whole name is the same, as far as it is shown.
fn shares_name(sent: &Map<String, Value>, view: &LeadView) -> bool {
    let names = ["first_name", "last_name"].into_iter();
    let shown = names.filter_map(|name| Some((name, view.shown(name)?)));
    let sent = full_name(shown.clone().filter_map(|(name, _)| sent.get(name)));
    !sent.is_empty() && sent == full_name(shown.map(|(_, value)| value))
}

#[cfg(test)]
mod tests;
