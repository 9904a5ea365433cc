//! Lists of leads, and the search through them.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, params};
use serde_json::json;

use crate::sandbox::lead_resource::StoredLead;
use crate::sandbox::lead_values::LeadValues;
use crate::sandbox::query::{ListQuery, SortOrder};

use super::{Store, UPDATED_AT};

impl Store {
    /// The page of the tenant's leads that `query` asks for, and how many match in all.
    pub(in crate::sandbox) fn list_leads(
        &mut self,
        tenant: i64,
        query: &ListQuery,
    ) -> Result<(Vec<StoredLead>, u64), rusqlite::Error> {
        let limit = i64::try_from(query.per_page).unwrap_or(i64::MAX);
        let offset = i64::try_from(query.offset()).unwrap_or(i64::MAX);
        let (columns, order) = (self.columns.clone(), order_by(query));
        let last_shown = self.last_shown()?;
        if let Some(wanted) = &query.search {
            let mut found = self.search(tenant, wanted)?;
            found.retain(|&id| id <= last_shown);
            let sql = format!(
                "SELECT {columns} FROM leads WHERE id IN (SELECT value FROM json_each(?))
                 ORDER BY {order} LIMIT ? OFFSET ?"
            );
            let mut statement = self.connection.prepare_cached(&sql)?;
            let parameters = params![json!(found).to_string(), limit, offset];
            let rows = statement.query_map(parameters, |row| self.read_lead(row))?;
            return Ok((rows.collect::<Result<_, _>>()?, found.len() as u64));
        }
        let sql = format!(
            "SELECT {columns} FROM leads WHERE tenant_id = ? AND id <= ?
             ORDER BY {order} LIMIT ? OFFSET ?"
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let parameters = [tenant, last_shown, limit, offset];
        let rows = statement.query_map(parameters, |row| self.read_lead(row))?;
        let total = self.count_shown(tenant, last_shown)?;
        Ok((rows.collect::<Result<_, _>>()?, total))
    }

    /// The last id that is shown by now. Leads are created in the order of their ids, so all
    /// before it are shown too.
    pub(super) fn last_shown(&self) -> Result<i64, rusqlite::Error> {
        if self.list_late.is_zero() {
            return Ok(i64::MAX);
        }
        let late = i64::try_from(self.list_late.as_micros()).unwrap_or(i64::MAX);
        let latest = Timestamp::now().as_microsecond().saturating_sub(late);
        // Looks from the end, where the leads not yet shown are.
        let sql = "SELECT id FROM leads WHERE created_at <= ? ORDER BY id DESC LIMIT 1";
        let mut statement = self.connection.prepare_cached(sql)?;
        let found = statement.query_row([latest], |row| row.get(0)).optional()?;
        Ok(found.unwrap_or(0))
    }

    fn count_shown(&self, tenant: i64, last_shown: i64) -> Result<u64, rusqlite::Error> {
        let all = self.leads_of_tenant.get(&tenant).copied().unwrap_or(0);
        if last_shown == i64::MAX {
            return Ok(all);
        }
        let sql = "SELECT count(*) FROM leads WHERE tenant_id = ? AND id > ?";
        let mut statement = self.connection.prepare_cached(sql)?;
        let hidden: u64 = statement.query_row([tenant, last_shown], |row| row.get(0))?;
        Ok(all.saturating_sub(hidden))
    }

    fn search(&mut self, tenant: i64, wanted: &str) -> Result<Vec<i64>, rusqlite::Error> {
        let mut searched = std::mem::take(&mut self.searched);
        let last_id = searched.last_id();
        let caught_up = self.visit_after(last_id, |id, tenant, values| {
            searched.push(id, tenant, values);
        });
        self.searched = searched;
        caught_up?;
        Ok(self.searched.find(tenant, wanted))
    }

    /// Shows id, tenant and values of all leads after the one called `last_id`, by id.
    pub(super) fn visit_after(
        &self,
        last_id: i64,
        mut visit: impl FnMut(i64, i64, &LeadValues),
    ) -> Result<(), rusqlite::Error> {
        let sql = format!(
            "SELECT {} FROM leads WHERE id > ? AND tenant_id > 0 ORDER BY id",
            self.columns
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        let mut rows = statement.query([last_id])?;
        while let Some(row) = rows.next()? {
            let lead = self.read_lead(row)?;
            visit(lead.id, row.get(1)?, &lead.values);
        }
        Ok(())
    }
}

/// Newest first unless the query says otherwise. Leads are created in the order of their ids, so
/// that the time of creation sorts as the id does.
fn order_by(query: &ListQuery) -> String {
    let column = match query.sort_by {
        Some("first_name") => "first_name COLLATE NOCASE",
        Some("last_name") => "last_name COLLATE NOCASE",
        Some("updated_at") => UPDATED_AT,
        _ => "id",
    };
    let order = match (query.sort_by, query.sort_order) {
        (None, None) | (_, Some(SortOrder::Descending)) => "DESC",
        (Some(_), None) | (_, Some(SortOrder::Ascending)) => "ASC",
    };
    if column == "id" {
        format!("id {order}")
    } else {
        format!("{column} {order}, id {order}")
    }
}
