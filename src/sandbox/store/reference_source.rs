//! Where leads come from, in the user's words.

use rusqlite::{Connection, params};
use serde_json::{Value, json};

use crate::sandbox::lead_resource::time_text;

/// A reference source as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::sandbox) struct ReferenceSource {
    pub(in crate::sandbox) id: i64,
    /// `None`: every tenant has it.
    pub(super) tenant: Option<i64>,
    pub(super) name: String,
    pub(super) color: Option<String>,
    /// Microseconds since 1970.
    pub(super) created_at: i64,
}

impl ReferenceSource {
    /// The object that the list of reference sources shows.
    pub(in crate::sandbox) fn as_listed(&self) -> Value {
        let created_at = time_text(self.created_at);
        json!({
            "id": self.id,
            "name": self.name,
            "external_id": null,
            "color": self.color,
            "created_at": created_at,
            "updated_at": created_at,
        })
    }

    /// Whether the tenant has it.
    pub(super) fn is_for(&self, tenant: i64) -> bool {
        self.tenant.is_none_or(|owner| owner == tenant)
    }
}

/// All reference sources, in memory and in the table: each create and each answer asks for one.
#[derive(Debug)]
pub(super) struct ReferenceSources {
    /// Ascending by id.
    sources: Vec<ReferenceSource>,
}

impl ReferenceSources {
    /// Reads the table.
    pub(super) fn read(connection: &Connection) -> Result<Self, rusqlite::Error> {
        let sql =
            "SELECT id, tenant_id, name, color, created_at FROM reference_sources ORDER BY id";
        let mut statement = connection.prepare(sql)?;
        let sources = statement.query_map([], |row| {
            Ok(ReferenceSource {
                id: row.get(0)?,
                tenant: row.get(1)?,
                name: row.get(2)?,
                color: row.get(3)?,
                created_at: row.get(4)?,
            })
        })?;
        Ok(Self {
            sources: sources.collect::<Result<_, _>>()?,
        })
    }

    /// Keeps a source under the next id, whatever id it bears, and gives it with that id.
    pub(super) fn insert(
        &mut self,
        connection: &Connection,
        mut source: ReferenceSource,
    ) -> Result<ReferenceSource, rusqlite::Error> {
        let sql = "INSERT INTO reference_sources (tenant_id, name, color, created_at)
                   VALUES (?, ?, ?, ?)";
        let parameters = params![source.tenant, source.name, source.color, source.created_at];
        connection.prepare_cached(sql)?.execute(parameters)?;
        source.id = connection.last_insert_rowid();
        self.sources.push(source.clone());
        Ok(source)
    }

    /// The source with this id, of any tenant.
    pub(super) fn find(&self, id: i64) -> Option<&ReferenceSource> {
        let index = self
            .sources
            .binary_search_by_key(&id, |source| source.id)
            .ok()?;
        self.sources.get(index)
    }

    /// All of them, by id.
    pub(super) fn iter(&self) -> impl Iterator<Item = &ReferenceSource> {
        self.sources.iter()
    }
}
