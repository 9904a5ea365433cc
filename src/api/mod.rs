//! The CRM's lead API as a client sees it: one exchange, one classified answer.
//!
//! [`LeadApi`] names the exchanges and [`ApiClient`] makes them, exactly one for each call and
//! never again; what follows from an [`AnswerClass`] or from what was [`Found`] or [`Listed`] is
//! decided by whoever called. [`classify`] and [`compare`] hold rules and are pure.
//! [`Credentials`] know where the token comes from and how to get a newer one; `oauth` has what
//! signing in takes.

mod allowance_headers;
mod answer_words;
mod api_address;
mod ca_certificates;
mod classify;
mod client;
mod credentials;
mod credentials_error;
mod exchange_error;
mod exchanged;
mod idempotency_key;
mod lead_api;
mod lead_comparison;
mod lead_view;
mod look_up;
mod name_api;
mod name_page;
mod oauth;
mod probe;
mod proxies;
mod quotable;
mod rate_headers;
mod route;
mod tls_words;
mod token;
mod token_place;
mod transport;
mod wire;

pub use api_address::{ApiAddress, ApiAddressError};
pub use ca_certificates::{CaCertificates, CaCertificatesError};
pub use classify::{Answer, AnswerClass, Doubt, classify};
pub use client::{ApiClient, ClientError, ClientSettings};
pub use credentials::{Credentials, Need, Renewed, TokenSource};
pub use credentials_error::CredentialsError;
pub use exchanged::Exchanged;
pub use idempotency_key::IdempotencyKey;
pub use lead_api::LeadApi;
pub use lead_comparison::{Comparison, compare, shows_as_sent};
pub use lead_view::LeadView;
pub use look_up::{Found, LeadPage, Listed, LookUpFailure};
pub use name_page::{NamePage, NextPage, PagePlace};
pub use oauth::{
    Authorization, AuthorizationCode, ClientIdentity, Grant, GrantError, KeptSignIn, RedirectError,
    RenewalError, RenewalUnderWay, SignInFile, SignInFileError, SignInLock, TokenEndpoint,
    await_renewal,
};
pub use probe::{LeadsSeen, Probed};
pub use proxies::{Proxies, ProxyError};
pub use route::Route;
pub use token::Token;
