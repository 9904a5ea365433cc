//! How the sandbox plays the authorization server.

use std::fmt;

/// How signing in works.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SignInWays {
    /// The only `client_id` accepted. Default: any.
    pub client_id: Option<String>,
    /// The `client_secret` that must come with it. Default: none is asked for.
    pub client_secret: Option<String>,
    /// Only tokens that were given here open the API. Default: others do, too.
    pub required: bool,
    /// The person says no. Default: yes, at once.
    pub denied: bool,
    /// Refresh tokens stay the same. Default: each is good once, and a new one comes with every
    /// grant; the access token before goes out of use either way.
    pub keeps_refresh_tokens: bool,
}

/// Shows everything but the secret.
impl fmt::Debug for SignInWays {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("SignInWays")
            .field("client_id", &self.client_id)
            .field("required", &self.required)
            .field("denied", &self.denied)
            .field("keeps_refresh_tokens", &self.keeps_refresh_tokens)
            .finish_non_exhaustive()
    }
}
