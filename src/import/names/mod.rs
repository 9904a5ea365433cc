//! What names stand for in the CRM: found out before the first row, for mappings that look names up.
//!
//! Start reading at [`look_up_names`], which reads the lists whole, page by page. The survey of the file
//! then gathers the names that are missing and may be made ([`NewNames`]), and [`make_missing`] makes them
//! once everything else allows the run to begin. All requests go by way of [`Asking`], one at a time: it has
//! the pace, the token and the patience.

mod asking;
mod making;
mod names_error;
mod new_names;
mod reading;

pub(super) use asking::Asking;
pub(super) use making::make_missing;
pub use names_error::NamesError;
pub(super) use new_names::NewNames;
pub(super) use reading::look_up_names;
