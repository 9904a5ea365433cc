//! How far back the lead of a row can lie: no further than a lead that was there before the row was
//! sent. What is compared is the CRM's own writing, never a clock of ours.

use std::cmp::Ordering;

use jiff::civil::DateTime;
use jiff::{Span, Timestamp};
use serde::{Deserialize, Serialize};

use crate::api::LeadView;
use crate::ledger::EntryId;
use crate::model::LeadId;

/// A lead that was in the CRM before a row was sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(in crate::import) struct KnownBefore {
    pub(in crate::import) id: LeadId,
    /// Rows with a later entry than this were first sent after it was there, if any is known to be.
    pub(in crate::import) later_than: Option<EntryId>,
    /// When the CRM says that it was created, where that is known.
    pub(in crate::import) created_at: Option<String>,
}

impl KnownBefore {
    /// A lead that an earlier run knew, of which nothing else is kept.
    pub(in crate::import) fn of_earlier_run(id: LeadId) -> Self {
        Self {
            id,
            later_than: None,
            created_at: None,
        }
    }
}

/// Times without a zone jump back when summer time ends, by an hour as a rule and by two at most.
const JUMP_HOURS: i64 = 2;

/// Whether `lead` is surely older than a lead that was there before the row was sent, and so not the
/// row's own.
///
/// Its time must say so, and where both ids are numbers the ids too: they ascend in every database,
/// while a time may be set back. Without times nothing is sure.
pub(super) fn is_surely_older(lead: &LeadView, before: &KnownBefore) -> bool {
    let times = lead.created_at.as_deref().zip(before.created_at.as_deref());
    let is_earlier = times.is_some_and(|(time, other)| is_surely_earlier(time, other));
    is_earlier && lead.id != before.id && !has_later_id(&lead.id, &before.id)
}

fn has_later_id(id: &LeadId, other: &LeadId) -> bool {
    let numbers = id.0.parse::<u64>().ok().zip(other.0.parse::<u64>().ok());
    numbers.is_some_and(|(number, other)| number > other)
}

/// Which of two times of the CRM's writing is the earlier one, if they can be compared.
pub(super) fn compare_times(time: &str, other: &str) -> Option<Ordering> {
    if let (Ok(time), Ok(other)) = (time.parse::<Timestamp>(), other.parse::<Timestamp>()) {
        return Some(time.cmp(&other));
    }
    let (time, other) = (time.parse::<DateTime>(), other.parse::<DateTime>());
    Some(time.ok()?.cmp(&other.ok()?))
}

fn is_surely_earlier(time: &str, other: &str) -> bool {
    if let (Ok(time), Ok(other)) = (time.parse::<Timestamp>(), other.parse::<Timestamp>()) {
        return time < other;
    }
    let (Ok(time), Ok(other)) = (time.parse::<DateTime>(), other.parse::<DateTime>()) else {
        return false;
    };
    let latest = time.checked_add(Span::new().hours(JUMP_HOURS));
    latest.is_ok_and(|latest| latest < other)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{KnownBefore, is_surely_older};
    use crate::api::LeadView;
    use crate::model::LeadId;

    #[test]
    fn a_lead_is_older_when_time_and_id_say_so() {
        let noon = Some("2026-04-08T12:00:00Z");
        for (lead, before, expected) in [
            (("1", Some("2026-04-08T11:59:59Z")), ("5", noon), true),
            (
                ("1", Some("2026-04-08T14:59:59.9+03:00")),
                ("5", noon),
                true,
            ),
            (("1", noon), ("5", noon), false),
            (("6", Some("2026-04-08T11:00:00Z")), ("5", noon), false),
            (("5", Some("2026-04-08T11:00:00Z")), ("5", noon), false),
            (("a", Some("2026-04-08T11:00:00Z")), ("b", noon), true),
            (("1", None), ("5", noon), false),
            (("1", noon), ("5", None), false),
            (("1", Some("yesterday")), ("5", noon), false),
            // Without a zone, an hour may be that of the change to winter time.
            (
                ("1", Some("2026-04-08 11:00:00")),
                ("5", Some("2026-04-08 12:00:00")),
                false,
            ),
            (
                ("1", Some("2026-04-08 11:00:00")),
                ("5", Some("2026-04-08 13:00:01")),
                true,
            ),
            (("1", Some("2026-04-08 01:00:00")), ("5", noon), false),
        ] {
            let view = |(id, time): (&str, Option<&str>)| json!({"id": id, "created_at": time});
            let lead_view = LeadView::from_json(view(lead)).unwrap();
            let known = KnownBefore {
                id: LeadId(before.0.into()),
                later_than: None,
                created_at: before.1.map(str::to_owned),
            };
            assert_eq!(
                is_surely_older(&lead_view, &known),
                expected,
                "{lead:?} {before:?}"
            );
        }
    }
}
