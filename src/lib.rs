//! leadferry carries leads from a spreadsheet into the Flextell CRM.

pub mod api;
pub mod cli;
pub mod import;
pub mod mapping;
pub mod model;
pub mod pacing;
pub mod report;
pub mod sandbox;
pub mod source;
pub mod validation;
