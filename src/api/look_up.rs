//! What answers to look-ups show. Pure.

use std::time::Duration;

use serde_json::{Map, Value};

use crate::api::answer_words::words_of;
use crate::api::classify::{Answer, Doubt};
use crate::api::exchange_error::ExchangeError;
use crate::api::lead_view::LeadView;
use crate::model::{LeadId, in_quotes};

/// What asking for one lead came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Found {
    /// The CRM shows it.
    Lead(LeadView),
    /// The CRM has no such lead, or no longer (a whole 404 or 410).
    Gone,
    /// Nothing is known.
    Unknown(LookUpFailure),
}

/// What asking for a list of leads came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Listed {
    /// A page, read whole.
    Page(LeadPage),
    /// Nothing is known.
    Failed(LookUpFailure),
}

/// A page of leads.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct LeadPage {
    /// The leads in the order of the answer; none is left out.
    pub leads: Vec<LeadView>,
    /// How many leads there are on all pages, where the answer tells.
    pub total: Option<u64>,
    /// The number of the last page, where the answer tells or lets it be reckoned.
    pub last_page: Option<u64>,
    /// Nothing says that there are more.
    pub is_last: bool,
}

/// Why a look-up shows nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LookUpFailure {
    /// The token was not accepted (401).
    Unauthorised {
        /// The server's words.
        words: String,
    },
    /// The token may not look (403).
    Forbidden {
        /// The server's words.
        words: String,
    },
    /// The server asks for a pause (429).
    Throttled {
        /// The demanded pause.
        pause: Option<Duration>,
    },
    /// A whole answer that asking again will not better: look-ups do not work here.
    Unusable {
        /// What was answered, such as `the answer is no list of leads`.
        why: String,
    },
    /// No answer, half of one, or a fault of the server's own.
    Unanswered {
        /// What happened instead of an answer.
        doubt: Doubt,
        /// The demanded pause.
        pause: Option<Duration>,
    },
    /// No connection could be made.
    NotSent {
        /// Why not, as far as is known.
        cause: String,
        /// The server's certificate is not trusted, which waiting does not cure.
        bad_certificate: bool,
    },
}

impl LookUpFailure {
    /// What it is called in the log.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Unauthorised { .. } => "unauthorised",
            Self::Forbidden { .. } => "forbidden",
            Self::Throttled { .. } => "throttled",
            Self::Unusable { .. } => "unusable",
            Self::Unanswered { .. } => "unanswered",
            Self::NotSent { .. } => "not sent",
        }
    }
}

impl From<ExchangeError> for LookUpFailure {
    fn from(error: ExchangeError) -> Self {
        match error {
            ExchangeError::NotSent {
                cause,
                bad_certificate,
            } => Self::NotSent {
                cause,
                bad_certificate,
            },
            ExchangeError::Unanswered(doubt) => Self::Unanswered { doubt, pause: None },
        }
    }
}

/// Says what `answer` shows of the lead called `id`.
pub(super) fn read_found(answer: Answer, id: &LeadId) -> Found {
    if answer.complete && matches!(answer.status, 404 | 410) {
        return Found::Gone;
    }
    match read_json(answer) {
        Err(failure) => Found::Unknown(failure),
        Ok(mut fields) => match fields.remove("data").and_then(LeadView::from_json) {
            Some(lead) if lead.id == *id => Found::Lead(lead),
            _ => Found::Unknown(unusable("the answer does not show the lead")),
        },
    }
}

/// Says which leads `answer` shows.
///
/// A list with a lead whose id cannot be read is no list: what is absent from it would prove
/// nothing.
pub(super) fn read_page(answer: Answer) -> Listed {
    let mut fields = match read_json(answer) {
        Ok(fields) => fields,
        Err(failure) => return Listed::Failed(failure),
    };
    let Some(Value::Array(items)) = fields.remove("data") else {
        return Listed::Failed(unusable("the answer is no list of leads"));
    };
    let leads: Option<Vec<_>> = items.into_iter().map(LeadView::from_json).collect();
    match leads {
        Some(leads) => Listed::Page(LeadPage {
            is_last: leads.is_empty() || ends_here(&fields),
            total: number_of(&fields, "total"),
            last_page: number_of(&fields, "last_page").or_else(|| reckon_last_page(&fields)),
            leads,
        }),
        None => Listed::Failed(unusable("the answer lists a lead without an id")),
    }
}

/// Reads the JSON object of a 2xx; every other answer is a failure.
pub(super) fn read_json(answer: Answer) -> Result<Map<String, Value>, LookUpFailure> {
    let Answer {
        status,
        body,
        complete,
        pause,
    } = answer;
    let words = || words_of(&body);
    Err(match status {
        401 => LookUpFailure::Unauthorised { words: words() },
        429 => LookUpFailure::Throttled { pause },
        _ if !complete => LookUpFailure::Unanswered {
            doubt: Doubt::half_an_answer(status),
            pause,
        },
        200..=299 => {
            let parsed = serde_json::from_slice(&body);
            return parsed.map_err(|_| unusable("the answer is no JSON object, or too long"));
        }
        403 => LookUpFailure::Forbidden { words: words() },
        408 | 500..=599 => LookUpFailure::Unanswered {
            doubt: Doubt::ServerFault {
                status,
                words: words(),
            },
            pause,
        },
        _ => unusable(&format!("the answer is {status}{}", in_quotes(&words()))),
    })
}

pub(super) fn unusable(why: &str) -> LookUpFailure {
    LookUpFailure::Unusable { why: why.into() }
}

/// Whether a list says that this page is its last, in any of the ways that the documents show. One
/// that says nothing may go on: only its empty page shows the end.
pub(super) fn ends_here(fields: &Map<String, Value>) -> bool {
    let nothing = Value::Null;
    let meta = fields.get("meta").unwrap_or(&nothing);
    let pages = number_in(meta, "current_page").zip(number_in(meta, "last_page"));
    let next = fields.get("links").and_then(|links| links.get("next"));
    pages.is_some_and(|(current, last)| current >= last)
        || next.is_some_and(Value::is_null)
        || meta.get("has_more") == Some(&Value::Bool(false))
}

/// The last page, where only the total and the size of a page are told.
fn reckon_last_page(fields: &Map<String, Value>) -> Option<u64> {
    let (total, per_page) = (number_of(fields, "total")?, number_of(fields, "per_page")?);
    (per_page > 0).then(|| total.div_ceil(per_page).max(1))
}

pub(super) fn number_of(fields: &Map<String, Value>, key: &str) -> Option<u64> {
    number_in(fields.get("meta")?, key)
}

/// A number of `meta`, also written as text.
fn number_in(meta: &Value, key: &str) -> Option<u64> {
    match meta.get(key)? {
        Value::String(text) => text.trim().parse().ok(),
        value => value.as_u64(),
    }
}

#[cfg(test)]
mod tests;
