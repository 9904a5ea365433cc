//! Leads that somebody edits or deletes.

use rusqlite::OptionalExtension;

use crate::model::{FieldValue, LeadField};
use crate::sandbox::search_text::SearchText;

use super::Store;
use super::columns::bind_value;
use super::known_values::KnownValues;

impl Store {
    /// The tenant that has the lead with this id.
    pub(in crate::sandbox) fn tenant_of(&self, id: i64) -> Result<Option<i64>, rusqlite::Error> {
        let sql = "SELECT tenant_id FROM leads WHERE id = ? AND tenant_id > 0";
        let mut statement = self.connection.prepare_cached(sql)?;
        statement.query_row([id], |row| row.get(0)).optional()
    }

    /// Sets a field of a lead. Gives whether there is such a lead.
    pub(in crate::sandbox) fn edit_lead(
        &mut self,
        id: i64,
        field: &LeadField,
        value: Option<&FieldValue<'_>>,
    ) -> Result<bool, rusqlite::Error> {
        let sql = format!(
            "UPDATE leads SET {} = ?, updated_at = ? WHERE id = ? AND tenant_id > 0",
            field.name
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        bind_value(&mut statement, 1, value)?;
        statement.raw_bind_parameter(2, self.now())?;
        statement.raw_bind_parameter(3, id)?;
        let edited = statement.raw_execute()?;
        drop(statement);
        self.forget_values();
        Ok(edited > 0)
    }

    /// Deletes a lead. Gives whether there was such a lead.
    ///
    /// It stays in the table, under its tenant's number negated, which no tenant has: so its id is
    /// never given again, as in the databases behind such servers.
    pub(in crate::sandbox) fn delete_lead(&mut self, id: i64) -> Result<bool, rusqlite::Error> {
        let Some(tenant) = self.tenant_of(id)? else {
            return Ok(false);
        };
        let sql = "UPDATE leads SET tenant_id = -tenant_id WHERE id = ?";
        self.connection.prepare_cached(sql)?.execute([id])?;
        if let Some(count) = self.leads_of_tenant.get_mut(&tenant) {
            *count -= 1;
        }
        self.forget_values();
        Ok(true)
    }

    /// Lets go of what is held beside the database about leads' values. It is read afresh when it
    /// is asked for: edits are rare, and leads that were never edited must stay cheap.
    fn forget_values(&mut self) {
        self.searched = SearchText::default();
        self.known = KnownValues::default();
    }
}
