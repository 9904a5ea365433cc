//! Which leads have an e-mail address, or values, that are to be created again.

use std::collections::HashMap;

use crate::sandbox::body_mark::BodyMark;
use crate::sandbox::lead_resource::StoredLead;
use crate::sandbox::lead_values::LeadValues;

use super::Store;

/// The e-mail addresses and the values of all leads, each with the oldest lead that has it.
///
/// Filled when it is asked for, so that a store that is never asked holds nothing: about 200 bytes
/// for each lead else.
#[derive(Debug, Default)]
pub(super) struct KnownValues {
    last_id: i64,
    by_email: HashMap<(i64, String), i64>,
    by_values: HashMap<BodyMark, i64>,
}

impl KnownValues {
    fn push(&mut self, id: i64, tenant: i64, values: &LeadValues) {
        self.last_id = id;
        if let Some(email) = values.text("email") {
            let key = (tenant, email.to_lowercase());
            self.by_email.entry(key).or_insert(id);
        }
        let mark = mark_of(tenant, values);
        self.by_values.entry(mark).or_insert(id);
    }
}

fn mark_of(tenant: i64, values: &LeadValues) -> BodyMark {
    let values: Vec<_> = values.iter().map(|(_, value)| value).collect();
    let text = serde_json::to_vec(&values).expect("values are texts, numbers and lists of them");
    BodyMark::of(tenant, &text)
}

impl Store {
    /// The tenant's oldest lead with this e-mail address, without regard to case.
    pub(in crate::sandbox) fn lead_with_email(
        &mut self,
        tenant: i64,
        email: &str,
    ) -> Result<Option<StoredLead>, rusqlite::Error> {
        let key = (tenant, email.to_lowercase());
        let Some(id) = self.known()?.by_email.get(&key).copied() else {
            return Ok(None);
        };
        let sql = format!("SELECT {} FROM leads WHERE id = ?", self.columns);
        let mut statement = self.connection.prepare_cached(&sql)?;
        statement
            .query_row([id], |row| self.read_lead(row))
            .map(Some)
    }

    /// Whether one of the tenant's leads has exactly these values.
    pub(in crate::sandbox) fn has_twin(
        &mut self,
        tenant: i64,
        values: &LeadValues,
    ) -> Result<bool, rusqlite::Error> {
        let mark = mark_of(tenant, values);
        Ok(self.known()?.by_values.contains_key(&mark))
    }

    fn known(&mut self) -> Result<&KnownValues, rusqlite::Error> {
        let mut known = std::mem::take(&mut self.known);
        let last_id = known.last_id;
        let caught_up = self.visit_after(last_id, |id, tenant, values| {
            known.push(id, tenant, values);
        });
        self.known = known;
        caught_up?;
        Ok(&self.known)
    }
}
