//! How one field of the lead comes from a row.

use super::column_table::ColumnSlot;
use super::mapping_error::Span;
use super::names::LookUp;
use super::template::Template;
use super::transform::Preparation;
use super::value_check::{Checked, ValueCheck};
use crate::model::FieldKind;
use crate::validation::Region;

/// A line of `[lead]`, ready to be carried out.
#[derive(Debug)]
pub(super) struct FieldRule {
    /// Where its line stands in the mapping file.
    pub(super) span: Span,
    pub(super) check: ValueCheck,
    pub(super) origin: Origin,
    /// Where names are looked up; the field then takes names as well as ids.
    pub(super) look_up: Option<LookUp>,
    pub(super) preparation: Preparation,
    /// Stands in for empty cells, and goes through `values` as they do.
    pub(super) default: Option<String>,
    pub(super) on_invalid: OnInvalid,
    pub(super) region: RegionRule,
    /// Whether a list has the pieces of all its columns, not of the first that is filled in.
    pub(super) joins: bool,
}

/// Where the text for a field comes from.
#[derive(Debug)]
pub(super) enum Origin {
    /// Columns in the order of preference; none where the same name is looked up for every row.
    Columns(Vec<ColumnSlot>),
    /// Several columns, put together.
    Template(Template),
    /// Always the same, checked when the mapping was read.
    Constant(Checked<'static>),
}

/// What becomes of a field whose value is wrong.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum OnInvalid {
    /// The row is rejected.
    #[default]
    Reject,
    /// The field is left out, with a warning.
    Drop,
}

/// Which country national phone numbers belong to.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct RegionRule {
    pub(super) column: Option<ColumnSlot>,
    /// For rows where the column is blank, or when there is none.
    pub(super) default: Option<Region>,
}

impl FieldRule {
    /// Whether a column with a wrong value is passed over for the next one.
    pub(super) fn passes_over_wrong_values(&self) -> bool {
        matches!(self.check.field.kind, FieldKind::Phone | FieldKind::Email)
    }

    /// Whether every row has the same value.
    pub(super) fn is_constant(&self) -> bool {
        match &self.origin {
            Origin::Columns(slots) => slots.is_empty(),
            Origin::Template(_) => false,
            Origin::Constant(_) => true,
        }
    }

    /// The columns that the value itself is made of.
    pub(super) fn columns(&self) -> Vec<ColumnSlot> {
        match &self.origin {
            Origin::Columns(slots) => slots.clone(),
            Origin::Template(template) => template.columns().collect(),
            Origin::Constant(_) => Vec::new(),
        }
    }
}
