//! A lead API on this machine: what `leadferry sandbox` and `--sandbox` serve.
//!
//! It answers as the API's pages say, keeps leads in SQLite, and misbehaves on demand, so that a
//! migration can be rehearsed without an account and the importer can be tested against faults
//! that a real CRM shows once a year. It listens on loopback only.
//!
//! It judges bodies by rules of its own, written from the API's pages and not shared with the
//! importer's checks: what both agree on has been thought through twice.

mod error_body;
mod faults;
mod formats;
mod lead_values;
mod notice;
mod options;
mod paging;
mod query;
mod rate_limit;
mod rules;
mod sandbox_error;
mod tokens;

pub use error_body::{ErrorStyle, ErrorStyleError};
pub use faults::{Fault, Faults};
pub use notice::NoticeSink;
pub use options::SandboxOptions;
pub use rate_limit::{RateLimit, RateLimitError, RateLimitHeaders};
pub use sandbox_error::SandboxError;
