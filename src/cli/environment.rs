//! What the environment of the process says.

use secrecy::SecretString;

/// The variables that leadferry reads; unset and empty are the same.
#[derive(Debug, Default)]
pub(super) struct Environment {
    /// `LEADFERRY_API_URL`.
    pub(super) api_url: Option<String>,
    /// `LEADFERRY_TENANT`.
    pub(super) tenant: Option<String>,
    /// `LEADFERRY_TOKEN`.
    pub(super) token: Option<SecretString>,
}

impl Environment {
    pub(super) fn of_process() -> Self {
        let read = |name: &str| {
            std::env::var(name)
                .ok()
                .filter(|value| !value.trim().is_empty())
        };
        Self {
            api_url: read("LEADFERRY_API_URL"),
            tenant: read("LEADFERRY_TENANT"),
            token: read("LEADFERRY_TOKEN").map(SecretString::from),
        }
    }
}
