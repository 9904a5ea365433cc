//! Signing in: the authorization code flow with PKCE, and what is kept of it.
//!
//! [`Authorization`] is one sign-in that has begun: the address for the browser, and the judge of
//! what comes back. [`TokenEndpoint`] makes the two exchanges that give tokens, each once.
//! [`SignInFile`] is where a sign-in is kept; whoever changes it holds its [`SignInLock`]. Renewing
//! is the business of [`Credentials`](crate::api::Credentials), by way of `renewal`.
//!
//! No secret is in any message or `Debug` form: tokens, codes and verifiers are
//! [`SecretString`](secrecy::SecretString)s, and what servers say is quoted only after they were
//! taken out of it.

mod authorization;
mod grant;
mod kept_sign_in;
mod renewal;
mod renewal_under_way;
mod sign_in_file;
mod token_endpoint;
mod token_request;

use secrecy::SecretString;

pub use authorization::{Authorization, AuthorizationCode, RedirectError};
pub use grant::{Grant, GrantError};
pub use kept_sign_in::KeptSignIn;
pub use renewal::RenewalError;
pub(super) use renewal::{KeptSource, Renewal};
pub use renewal_under_way::{RenewalUnderWay, await_renewal};
pub use sign_in_file::{SignInFile, SignInFileError, SignInLock};
pub use token_endpoint::TokenEndpoint;

/// Who we are to the authorization server: an application registered there.
#[derive(Debug, Clone)]
pub struct ClientIdentity {
    /// `client_id`.
    pub id: String,
    /// `client_secret`; a public client has none.
    pub secret: Option<SecretString>,
}
