//! What somebody who works at the CRM sees and does.

use serde_json::Value;

use crate::model::lead_field;

use super::lead_resource::LeadResource;
use super::rules::{FieldError, check_field};
use super::store::ReferenceSource;
use super::{Sandbox, SandboxError};

impl Sandbox {
    /// All leads of all tenants as answers show them, by id. Deleted ones are left out, and ones
    /// that lists show late are not.
    ///
    /// Reads everything into memory: meant for looking at what a run left behind.
    ///
    /// # Errors
    ///
    /// When the data file cannot be read.
    pub fn leads(&self) -> Result<Vec<Value>, SandboxError> {
        let leads = self.state.store().all_leads();
        let leads = leads.map_err(|source| self.storage_error(source))?;
        let shown = leads.iter().map(|lead| {
            serde_json::to_value(LeadResource::new(lead, &self.state.options))
                .expect("answers hold only texts, numbers and lists of them")
        });
        Ok(shown.collect())
    }

    /// Sets the field called `field` of the lead with this id, of any tenant; null empties it.
    ///
    /// The value is tidied and judged as that of a create. Lists, searches and what is created
    /// after this go by the new value, and `updated_at` tells when it was set.
    ///
    /// # Errors
    ///
    /// When there is no such lead or field, the field does not take the value, or the data file
    /// cannot be written.
    pub fn edit_lead(
        &self,
        id: i64,
        field: &str,
        value: impl Into<Value>,
    ) -> Result<(), SandboxError> {
        let no_such_field = || SandboxError::NoSuchField {
            field: field.to_owned(),
        };
        let field = lead_field(field).ok_or_else(no_such_field)?;
        let tenant = self.state.store().tenant_of(id);
        let tenant = tenant
            .map_err(|source| self.storage_error(source))?
            .ok_or(SandboxError::NoSuchLead { id })?;
        let knows = |field: &str, id| self.state.knows_id(tenant, field, id);
        let value = check_field(field, value.into(), knows).map_err(|errors| {
            SandboxError::NoSuchValue {
                field: field.name,
                reason: first_sentence(&errors),
            }
        })?;
        let edited = self.state.store().edit_lead(id, field, value.as_ref());
        self.settle(id, edited)
    }

    /// Deletes the lead with this id, of any tenant. No other lead is ever given its id.
    ///
    /// # Errors
    ///
    /// When there is no such lead, or the data file cannot be written.
    pub fn delete_lead(&self, id: i64) -> Result<(), SandboxError> {
        let deleted = self.state.store().delete_lead(id);
        self.settle(id, deleted)
    }

    /// The tenant's reference sources as their list shows them, by id.
    pub fn reference_sources(&self, tenant: i64) -> Vec<Value> {
        let store = self.state.store();
        let sources = store.sources(tenant);
        sources.map(ReferenceSource::as_listed).collect()
    }

    /// Makes a reference source for the tenant, and returns its id. Names may repeat.
    ///
    /// # Errors
    ///
    /// When the data file cannot be written.
    pub fn make_reference_source(&self, tenant: i64, name: &str) -> Result<i64, SandboxError> {
        let made = self
            .state
            .store()
            .create_source(tenant, name.to_owned(), None);
        let source = made.map_err(|source| self.storage_error(source))?;
        Ok(source.id)
    }

    fn settle(&self, id: i64, done: Result<bool, rusqlite::Error>) -> Result<(), SandboxError> {
        if done.map_err(|source| self.storage_error(source))? {
            Ok(())
        } else {
            Err(SandboxError::NoSuchLead { id })
        }
    }

    fn storage_error(&self, source: rusqlite::Error) -> SandboxError {
        match self.state.options.data.clone() {
            None => SandboxError::Memory { source },
            Some(path) => SandboxError::Data { path, source },
        }
    }
}

fn first_sentence(errors: &[FieldError]) -> String {
    let sentence = errors.first().and_then(|error| {
        let rule = error.broken.first()?;
        Some(rule.sentence(&format!("`{}`", error.field)))
    });
    sentence.unwrap_or_default()
}
