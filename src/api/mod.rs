//! The CRM's lead API as a client sees it: one attempt, one classified answer.
//!
//! [`ApiClient`] makes exactly one exchange for each call and never repeats it; what follows from
//! an [`AnswerClass`] is decided by whoever called. [`classify`] holds the rules and is pure.
//! [`Credentials`] know where the token comes from and how to get a newer one.

mod answer_words;
mod api_address;
mod classify;
mod client;
mod credentials;
mod exchange_error;
mod lead_comparison;
mod lead_view;
mod rate_headers;
mod wire;

pub use api_address::{ApiAddress, ApiAddressError};
pub use classify::{Answer, AnswerClass, Doubt, Probed, classify};
pub use client::{ApiClient, ClientError, ClientSettings};
pub use credentials::{Credentials, CredentialsError, Token, TokenSource};
pub use lead_comparison::{Comparison, compare};
pub use lead_view::LeadView;
