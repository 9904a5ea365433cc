//! The user's mapping file, and what it makes of a row: a lead, or the problems that keep it out.
//!
//! [`Mapping::parse`] reads the file and says everything that is wrong with it at once, as marked
//! excerpts. [`Mapping::bind`] finds the columns it names in a file's header. Then
//! [`BoundMapping::judge`] turns one [`Row`](crate::model::Row) after the other into a
//! [`Verdict`], reporting all problems of the row. No input or output happens here.
//!
//! Rows are judged one by one, so what `[identity]` and `[duplicates]` ask of several is only read
//! here: [`BoundIdentity`] and [`DuplicateRule`] are for whoever remembers rows.
//!
//! Names that stand for ids in the CRM are looked up in [`NameLists`], which whoever can ask the CRM hands to
//! [`BoundMapping::look_up_in`].
//!
//! The language is told in `docs/mapping.md`. It grows in tables: fields come from
//! [`LEAD_FIELDS`](crate::model::LEAD_FIELDS), keys are lines of `field_keys` and of `mapping_file`,
//! transforms are lines of `transform`. Start reading in `mapping_file` for the file, in `judge`
//! for rows.

mod bind;
mod column_table;
mod country_values;
#[cfg(test)]
mod docs_tests;
mod document;
mod duplicates;
mod field_keys;
mod field_name;
mod field_rule;
mod field_settings;
mod field_value;
mod filter;
mod header_change;
mod identity;
mod judge;
mod look_up_keys;
mod mapping_error;
mod mapping_file;
mod name_value;
mod names;
mod node;
mod require;
mod row_reading;
mod schema;
mod source_settings;
mod suggest;
mod suspicions;
mod template;
mod transform;
mod value_check;
mod values_table;

pub use bind::BoundMapping;
pub use duplicates::{DuplicateRule, DuplicateScope, OnDuplicate};
pub use header_change::HeaderChange;
pub use identity::{BoundIdentity, IdentityColumns};
pub use judge::Verdict;
pub use mapping_error::MappingError;
pub use mapping_file::Mapping;
pub use names::{LookUp, NameLists};
pub use schema::mapping_schema;
pub use source_settings::SourceSettings;
pub use suggest::{SuggestedFor, Suggester, Suggestion};
pub use suspicions::{FilledCells, MappingWarnings};
