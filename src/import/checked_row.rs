//! A row with everything that can be said of it alone.

use bytes::Bytes;

use crate::import::identify::RowMarks;
use crate::model::{Digest, FieldValue, HashInput, Lead, Problem, Row, trimmed};

/// A row after its check, before anybody asked the ledger or looked at other rows.
#[derive(Debug)]
pub(super) struct CheckedRow {
    pub(super) row: Row,
    pub(super) marks: RowMarks,
    pub(super) finding: Finding,
    /// Where a ledger is asked.
    pub(super) digests: Option<LeadDigests>,
    /// The key of `[duplicates]`.
    pub(super) key: Option<Digest>,
    /// A name that its lead has no id for yet.
    pub(super) new_name: Option<String>,
}

impl CheckedRow {
    /// Whether the row may be one that was imported with other cells: it is a lead, and no token
    /// says which row it is.
    pub(super) fn may_be_known_by_lead(&self) -> bool {
        self.marks.token.is_none() && matches!(self.finding, Finding::Ready { .. })
    }
}

/// What the mapping makes of a row.
#[derive(Debug)]
pub(super) enum Finding {
    /// A rule leaves it out.
    Filtered(Vec<Problem>),
    /// It is no lead.
    Rejected(Vec<Problem>),
    /// It is one.
    Ready {
        /// The request body.
        body: Bytes,
        /// What is to be said all the same.
        warnings: Vec<Problem>,
    },
}

/// Digests of what a lead says; of a rejected row, of those fields that are right.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct LeadDigests {
    pub(super) content: Digest,
    pub(super) name: Option<Digest>,
    pub(super) email: Option<Digest>,
    pub(super) phone: Option<Digest>,
}

impl LeadDigests {
    /// `body` is the lead's own JSON.
    ///
    /// Names that were looked up count as they were written, and not by their ids: a lead says the same
    /// whatever becomes of the CRM's lists.
    pub(super) fn of(lead: &Lead<'_>, body: &[u8]) -> Self {
        let content = match lead.named_ids().next() {
            None => Digest::of("lead", [body]),
            Some(_) => Digest::of("lead", [lead.to_json_by_name().as_slice()]),
        };
        Self {
            content,
            name: digest_of(lead, "name", &["first_name", "last_name"]),
            email: digest_of(lead, "email", &["email"]),
            phone: digest_of(lead, "phone", &["phone_number"]),
        }
    }
}

/// The digest of some fields, upper and lower case being the same; `None` when all are absent.
fn digest_of(lead: &Lead<'_>, domain: &str, fields: &[&str]) -> Option<Digest> {
    let text_of = |name: &&str| match lead.get(name) {
        Some(FieldValue::Text(text)) => trimmed(text),
        _ => "",
    };
    let mut is_filled = false;
    let mut input = HashInput::new();
    input.push_part(domain.as_bytes());
    for text in fields.iter().map(text_of) {
        is_filled |= !text.is_empty();
        input.push_part_in_lower_case(text);
    }
    is_filled.then(|| Digest::from_hash(&input.hash()))
}

/// The same of texts in lower case, from wherever they come.
pub(super) fn digest_of_texts(domain: &str, texts: &[String]) -> Option<Digest> {
    if texts.iter().all(String::is_empty) {
        return None;
    }
    Some(Digest::of(domain, texts.iter().map(String::as_bytes)))
}
