//! Leads and reference sources, kept in SQLite.

use std::collections::HashMap;
use std::path::Path;
use std::time::Duration;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row};

use crate::model::LEAD_FIELDS;

use super::SandboxError;
use super::lead_resource::StoredLead;
use super::lead_values::LeadValues;
use super::search_text::SearchText;

mod columns;
mod edits;
mod known_values;
mod lists;
mod reference_source;
mod schema;

use columns::{bind_value, read_value};
use known_values::KnownValues;
pub(super) use reference_source::ReferenceSource;
use reference_source::ReferenceSources;

/// When a lead was edited last, or created.
const UPDATED_AT: &str = "coalesce(updated_at, created_at)";

/// What keeps the leads. One connection: SQLite has one writer anyway.
///
/// Sources, lead counts, the searched text and known values are held beside the database, so that
/// creating a lead costs one insert and nothing else. No other process may write to the file meanwhile; it
/// is locked while it is open.
#[derive(Debug)]
pub(super) struct Store {
    connection: Connection,
    insert_lead: String,
    columns: String,
    sources: ReferenceSources,
    leads_of_tenant: HashMap<i64, u64>,
    last_created_at: i64,
    /// See [`super::ListOddities::list_late`].
    list_late: Duration,
    searched: SearchText,
    known: KnownValues,
}

impl Store {
    /// Opens the file at `data`, making it if it is missing, or a store in memory. Leads are shown
    /// `list_late` after they were created.
    pub(super) fn open(data: Option<&Path>, list_late: Duration) -> Result<Self, SandboxError> {
        let connection = schema::open(data)?;
        Self::over(connection, list_late).map_err(|source| match data {
            None => SandboxError::Memory { source },
            Some(path) => SandboxError::Data {
                path: path.to_owned(),
                source,
            },
        })
    }

    fn over(connection: Connection, list_late: Duration) -> Result<Self, rusqlite::Error> {
        let names: Vec<_> = LEAD_FIELDS.iter().map(|field| field.name).collect();
        let names = names.join(", ");
        let marks = ", ?".repeat(LEAD_FIELDS.len());
        let sources = ReferenceSources::read(&connection)?;
        let leads_of_tenant = schema::count_leads(&connection)?;
        let latest = "SELECT coalesce(max(created_at), 0) FROM leads";
        let last_created_at = connection.query_row(latest, [], |row| row.get(0))?;
        Ok(Self {
            connection,
            insert_lead: format!(
                "INSERT INTO leads (tenant_id, created_at, {names}) VALUES (?, ?{marks})"
            ),
            columns: format!("id, tenant_id, created_at, {UPDATED_AT}, {names}"),
            sources,
            leads_of_tenant,
            last_created_at,
            list_late,
            searched: SearchText::default(),
            known: KnownValues::default(),
        })
    }

    /// The present time in microseconds, never before that of the last lead: sorting by id and by
    /// time must give the same list even when the clock was set back.
    fn now(&self) -> i64 {
        Timestamp::now().as_microsecond().max(self.last_created_at)
    }

    /// Keeps a lead under the next id.
    pub(super) fn create_lead(
        &mut self,
        tenant: i64,
        values: LeadValues,
    ) -> Result<StoredLead, rusqlite::Error> {
        let created_at = self.now();
        let mut statement = self.connection.prepare_cached(&self.insert_lead)?;
        statement.raw_bind_parameter(1, tenant)?;
        statement.raw_bind_parameter(2, created_at)?;
        for (position, (_, value)) in (3..).zip(values.iter()) {
            bind_value(&mut statement, position, value)?;
        }
        statement.raw_execute()?;
        let id = self.connection.last_insert_rowid();
        drop(statement);
        self.last_created_at = created_at;
        *self.leads_of_tenant.entry(tenant).or_default() += 1;
        Ok(StoredLead {
            id,
            created_at,
            updated_at: created_at,
            source_name: self.source_name(&values),
            values,
        })
    }

    /// How many leads there are, of all tenants.
    pub(super) fn lead_count(&self) -> u64 {
        self.leads_of_tenant.values().sum()
    }

    /// The tenant's lead with this id, if it is shown already.
    pub(super) fn find_lead(
        &self,
        tenant: i64,
        id: i64,
    ) -> Result<Option<StoredLead>, rusqlite::Error> {
        let sql = format!(
            "SELECT {} FROM leads WHERE id = ? AND tenant_id = ? AND id <= ?",
            self.columns
        );
        let last_shown = self.last_shown()?;
        let mut statement = self.connection.prepare_cached(&sql)?;
        statement
            .query_row([id, tenant, last_shown], |row| self.read_lead(row))
            .optional()
    }

    /// All leads of all tenants, by id.
    pub(super) fn all_leads(&self) -> Result<Vec<StoredLead>, rusqlite::Error> {
        let sql = format!(
            "SELECT {} FROM leads WHERE tenant_id > 0 ORDER BY id",
            self.columns
        );
        let mut statement = self.connection.prepare_cached(&sql)?;
        statement
            .query_map([], |row| self.read_lead(row))?
            .collect()
    }

    fn read_lead(&self, row: &Row<'_>) -> Result<StoredLead, rusqlite::Error> {
        let mut values = LeadValues::with_room();
        for (position, field) in (4..).zip(&LEAD_FIELDS) {
            values.push(read_value(field.kind, row, position)?);
        }
        Ok(StoredLead {
            id: row.get(0)?,
            created_at: row.get(2)?,
            updated_at: row.get(3)?,
            source_name: self.source_name(&values),
            values,
        })
    }

    fn source_name(&self, values: &LeadValues) -> Option<String> {
        let id = values.integer("lead_reference_source_id")?;
        self.sources.find(id).map(|source| source.name.clone())
    }

    /// Whether the tenant has a reference source with this id.
    pub(super) fn has_source(&self, tenant: i64, id: i64) -> bool {
        let source = self.sources.find(id);
        source.is_some_and(|source| source.is_for(tenant))
    }

    /// The tenant's reference sources, by id.
    pub(super) fn sources(&self, tenant: i64) -> impl Iterator<Item = &ReferenceSource> {
        self.sources
            .iter()
            .filter(move |source| source.is_for(tenant))
    }

    /// Keeps a reference source under the next id. Names may repeat: no page says otherwise.
    pub(super) fn create_source(
        &mut self,
        tenant: i64,
        name: String,
        color: Option<String>,
    ) -> Result<ReferenceSource, rusqlite::Error> {
        let source = ReferenceSource {
            id: 0,
            tenant: Some(tenant),
            name,
            color,
            created_at: Timestamp::now().as_microsecond(),
        };
        self.sources.insert(&self.connection, source)
    }
}
