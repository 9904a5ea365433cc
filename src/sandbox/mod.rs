//! A lead API on this machine: what `leadferry sandbox` and `--sandbox` serve.
//!
//! It answers as the API's pages say, keeps leads in SQLite, and misbehaves on demand, so that a
//! migration can be rehearsed without an account and the importer can be tested against faults
//! that a real CRM shows once a year. [`Faults`] befall some requests; [`ListOddities`] and
//! [`CreateOddities`] are ways of a whole server. It listens on loopback only.
//!
//! It judges bodies by rules of its own, written from the API's pages and not shared with the
//! importer's checks: what both agree on has been thought through twice.
//!
//! Start reading at [`Sandbox`], then `routes/router.rs` for the paths and `gate.rs` for what
//! every request passes on its way to them.
//!
//! ```
//! use leadferry::sandbox::{Sandbox, SandboxOptions};
//!
//! let sandbox = Sandbox::start(SandboxOptions::default())?;
//! assert!(sandbox.base_url().ends_with("/api"));
//! assert_eq!(sandbox.counts().created, 0);
//! sandbox.stop()?;
//! # Ok::<(), leadferry::sandbox::SandboxError>(())
//! ```

mod body_mark;
mod connection;
mod create_oddities;
mod desk;
mod error_body;
mod fault_aim;
mod faults;
mod formats;
mod gate;
mod grant_book;
mod key_book;
mod lead_resource;
mod lead_values;
mod list_oddities;
mod look_up_data;
mod notice;
mod options;
mod paging;
mod query;
mod rate_limit;
mod routes;
mod rules;
mod sandbox_error;
mod search_text;
mod server;
mod shared_state;
mod sign_in_ways;
mod store;
mod tokens;

pub use create_oddities::CreateOddities;
pub use error_body::{ErrorStyle, ErrorStyleError};
pub use faults::{Fault, Faults};
pub use list_oddities::ListOddities;
pub use notice::NoticeSink;
pub use options::SandboxOptions;
pub use rate_limit::{RateLimit, RateLimitError, RateLimitHeaders};
pub use sandbox_error::SandboxError;
pub use server::{Sandbox, StopHandle};
pub use shared_state::SandboxCounts;
pub use sign_in_ways::SignInWays;

#[cfg(test)]
mod tests;
