//! The words of the program: row, lead, problem, outcome. No input or output happens here.
//!
//! Every other module speaks in these types, so this is the place to start reading. A
//! [`Row`] is what the file has, a [`Lead`] is what the CRM gets, a [`Problem`] says why the one
//! did not become the other, and an [`Outcome`] is a row's one fate.

mod cells;
mod code;
mod lead;
mod lead_field;
mod outcome;
mod problem;
mod row;
mod wording;

pub use cells::Cells;
pub use code::Code;
pub use lead::{FieldValue, Lead};
pub use lead_field::{FieldKind, LEAD_FIELDS, LeadField, lead_field};
pub use outcome::{LeadId, Outcome, RowRecord, Status};
pub use problem::{Finding, Problem};
pub use row::{CellFault, CellFaultKind, Header, Row};
pub use wording::{count_of, nearest_word, shorten};
