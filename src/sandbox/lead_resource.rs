//! A lead as answers show it.

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::json;

use super::ErrorStyle;
use super::lead_values::LeadValues;
use super::look_up_data::{STATUSES, country_name, find_status, find_user};

/// Laravel writes microseconds even when they are 0.
const TIME_PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(6));

/// The fields that answers do not show under the name by which they are written: they come first
/// or last, or as an object.
const SHOWN_ELSEWHERE: [&str; 6] = [
    "first_name",
    "last_name",
    "lead_status_id",
    "lead_reference_source_id",
    "assigned_user_id",
    "marketing_attribution",
];

/// Keys of the answer that an import never fills.
const NEVER_FILLED: [&str; 5] = [
    "external_id",
    "external_branch_id",
    "external_created_at",
    "last_synced_at",
    "import_source_id",
];

/// A lead with what the server added to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct StoredLead {
    pub(super) id: i64,
    /// Microseconds since 1970 in UTC; leads are never updated, so this is both times.
    pub(super) created_at: i64,
    pub(super) values: LeadValues,
    /// The reference source's name, where the lead has one.
    pub(super) source_name: Option<String>,
}

/// The `LeadResource` of the API's pages: all its keys, with status, source and user resolved.
#[derive(Debug)]
pub(super) struct LeadResource<'a> {
    pub(super) lead: &'a StoredLead,
    pub(super) style: ErrorStyle,
    /// Whether the key `id` is there: a fault leaves it out.
    pub(super) shows_id: bool,
}

impl<'a> LeadResource<'a> {
    /// The resource in full.
    pub(super) fn new(lead: &'a StoredLead, style: ErrorStyle) -> Self {
        Self {
            lead,
            style,
            shows_id: true,
        }
    }

    fn serialize_values<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let values = &self.lead.values;
        if self.shows_id {
            map.serialize_entry("id", &self.lead.id)?;
        }
        map.serialize_entry("first_name", &values.text("first_name"))?;
        map.serialize_entry("last_name", &values.text("last_name"))?;
        map.serialize_entry("full_name", &values.full_name())?;
        for (name, value) in values.iter() {
            if !SHOWN_ELSEWHERE.contains(&name) {
                map.serialize_entry(name, &value)?;
            }
        }
        map.serialize_entry("is_converted", &self.style.truth(false))?;
        map.serialize_entry("converted_at", &())?;
        map.serialize_entry("customer_id", &())?;
        let attribution = values
            .iter()
            .find(|(name, _)| *name == "marketing_attribution");
        map.serialize_entry(
            "marketing_attribution",
            &attribution.and_then(|(_, value)| value),
        )
    }

    fn serialize_objects<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let values = &self.lead.values;
        let status = values
            .integer("lead_status_id")
            .and_then(find_status)
            .unwrap_or(&STATUSES[0]);
        let status = json!({
            "id": status.id,
            "name": status.name,
            "slug": status.slug,
            "color": status.color,
            "is_terminal": status.is_terminal,
        });
        map.serialize_entry("status", &status)?;
        let source = values
            .integer("lead_reference_source_id")
            .map(|id| json!({"id": id, "name": self.lead.source_name, "external_id": null}));
        map.serialize_entry("reference_source", &source)?;
        let user = values
            .integer("assigned_user_id")
            .and_then(find_user)
            .map(|user| json!({"id": user.id, "name": user.name}));
        map.serialize_entry("assigned_user", &user)?;
        let country = values.integer("country_id").and_then(country_name);
        map.serialize_entry("country_name", &country)
    }
}

impl Serialize for LeadResource<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(None)?;
        self.serialize_values(&mut map)?;
        for name in NEVER_FILLED {
            map.serialize_entry(name, &())?;
        }
        let created_at = time_text(self.lead.created_at);
        map.serialize_entry("created_at", &created_at)?;
        map.serialize_entry("updated_at", &created_at)?;
        map.serialize_entry("deleted_at", &())?;
        self.serialize_objects(&mut map)?;
        map.end()
    }
}

/// Microseconds since 1970 as the API writes times: `2026-04-08T10:00:00.000000Z`.
pub(super) fn time_text(microseconds: i64) -> String {
    let timestamp = Timestamp::from_microsecond(microseconds).unwrap_or(Timestamp::UNIX_EPOCH);
    TIME_PRINTER.timestamp_to_string(&timestamp)
}

#[cfg(test)]
mod tests {
    use super::time_text;

    #[test]
    fn times_have_microseconds_and_end_in_z() {
        assert_eq!(
            time_text(1_775_642_400_000_000),
            "2026-04-08T10:00:00.000000Z"
        );
        assert_eq!(
            time_text(1_775_642_400_000_070),
            "2026-04-08T10:00:00.000070Z"
        );
    }
}
