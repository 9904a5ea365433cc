//! A lead as answers show it.

use jiff::Timestamp;
use jiff::fmt::temporal::DateTimePrinter;
use jiff::tz::{Offset, offset};
use serde::ser::{Serialize, SerializeMap, Serializer};
use serde_json::json;

use super::lead_values::LeadValues;
use super::look_up_data::{STATUSES, country_name, find_status, find_user};
use super::{ErrorStyle, SandboxOptions};

/// Laravel writes microseconds even when they are 0.
const TIME_PRINTER: DateTimePrinter = DateTimePrinter::new().precision(Some(6));

/// Where the server that writes local times stands: far enough from UTC to be noticed, and without
/// summer time.
const LOCAL_OFFSET: Offset = offset(3);

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
    /// Microseconds since 1970 in UTC.
    pub(super) created_at: i64,
    /// The same as [`Self::created_at`] unless the lead was edited.
    pub(super) updated_at: i64,
    pub(super) values: LeadValues,
    /// The reference source's name, where the lead has one.
    pub(super) source_name: Option<String>,
}

/// The `LeadResource` of the API's pages: all its keys, with status, source and user resolved.
#[derive(Debug)]
pub(super) struct LeadResource<'a> {
    lead: &'a StoredLead,
    keys: ShownKeys,
    style: ErrorStyle,
    times: TimeStyle,
}

/// How much of a lead is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ShownKeys {
    All,
    /// All but `id`: a fault leaves it out.
    AllButId,
    /// `id` and `created_at`: see [`super::ListOddities::few_fields`].
    IdAndTime,
}

/// How times are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum TimeStyle {
    Utc,
    /// See [`super::ListOddities::local_times`].
    Local,
}

impl<'a> LeadResource<'a> {
    /// The resource in full.
    pub(super) fn new(lead: &'a StoredLead, options: &SandboxOptions) -> Self {
        Self {
            lead,
            keys: ShownKeys::All,
            style: options.error_style,
            times: if options.lists.local_times {
                TimeStyle::Local
            } else {
                TimeStyle::Utc
            },
        }
    }

    /// The resource with only some of its keys.
    pub(super) fn with_keys(self, keys: ShownKeys) -> Self {
        Self { keys, ..self }
    }

    fn time(&self, microseconds: i64) -> String {
        match self.times {
            TimeStyle::Utc => time_text(microseconds),
            TimeStyle::Local => local_time_text(microseconds),
        }
    }

    fn serialize_values<M: SerializeMap>(&self, map: &mut M) -> Result<(), M::Error> {
        let values = &self.lead.values;
        if self.keys != ShownKeys::AllButId {
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
        let created_at = self.time(self.lead.created_at);
        if self.keys == ShownKeys::IdAndTime {
            map.serialize_entry("id", &self.lead.id)?;
            map.serialize_entry("created_at", &created_at)?;
            return map.end();
        }
        self.serialize_values(&mut map)?;
        for name in NEVER_FILLED {
            map.serialize_entry(name, &())?;
        }
        map.serialize_entry("created_at", &created_at)?;
        map.serialize_entry("updated_at", &self.time(self.lead.updated_at))?;
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

/// Microseconds since 1970 as a server writes them that keeps local time and names no zone:
/// `2026-04-08 13:00:00`, three hours ahead of UTC.
fn local_time_text(microseconds: i64) -> String {
    let timestamp = Timestamp::from_microsecond(microseconds).unwrap_or(Timestamp::UNIX_EPOCH);
    let local = LOCAL_OFFSET.to_datetime(timestamp);
    local.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::{local_time_text, time_text};

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

    #[test]
    fn local_times_are_three_hours_ahead_and_name_no_zone() {
        assert_eq!(
            local_time_text(1_775_642_400_000_070),
            "2026-04-08 13:00:00"
        );
        assert_eq!(
            local_time_text(1_775_685_600_000_000),
            "2026-04-09 01:00:00"
        );
    }
}
