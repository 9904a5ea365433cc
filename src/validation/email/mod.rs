//! E-mail addresses: what the CRM's server takes, and what public mail servers would deliver.
//!
//! `check` answers for one address and is the place to start. `server_rule` is the grammar of the server,
//! with a file for each part of an address, over the pieces that `tokens` cuts it into; `deliverable` is
//! the stricter rule. `plain` knows at a glance the addresses that pass both.

mod check;
mod comment;
mod deliverable;
mod domain;
mod local_part;
mod plain;
mod refusal;
mod server_rule;
mod tokens;

pub use check::{EmailLevel, check_email};
