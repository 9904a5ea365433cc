//! What the environment of the process says.

use std::path::PathBuf;

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
    /// `LEADFERRY_OAUTH_URL`.
    pub(super) oauth_url: Option<String>,
    /// `LEADFERRY_CLIENT_ID`.
    pub(super) client_id: Option<String>,
    /// `LEADFERRY_CLIENT_SECRET`.
    pub(super) client_secret: Option<SecretString>,
    /// `LEADFERRY_STATE_DIR`.
    pub(super) state_dir: Option<PathBuf>,
    /// `LEADFERRY_BENCH_WITHOUT_LEDGER`: for measuring what the ledger costs, and nothing else.
    pub(super) without_ledger: bool,
    /// `HTTPS_PROXY`, or in lower case as the next ones; may have a password in it.
    pub(super) https_proxy: Option<SecretString>,
    /// `ALL_PROXY`.
    pub(super) all_proxy: Option<SecretString>,
    /// `NO_PROXY`.
    pub(super) no_proxy: Option<String>,
}

impl Environment {
    pub(super) fn of_process() -> Self {
        let read = |name: &str| {
            std::env::var(name)
                .ok()
                .filter(|value| !value.trim().is_empty())
        };
        let read_either = |name: &str| read(name).or_else(|| read(&name.to_lowercase()));
        Self {
            api_url: read("LEADFERRY_API_URL"),
            tenant: read("LEADFERRY_TENANT"),
            token: read("LEADFERRY_TOKEN").map(SecretString::from),
            oauth_url: read("LEADFERRY_OAUTH_URL"),
            client_id: read("LEADFERRY_CLIENT_ID"),
            client_secret: read("LEADFERRY_CLIENT_SECRET").map(SecretString::from),
            state_dir: std::env::var_os("LEADFERRY_STATE_DIR")
                .filter(|value| !value.is_empty())
                .map(PathBuf::from),
            without_ledger: read("LEADFERRY_BENCH_WITHOUT_LEDGER").is_some(),
            https_proxy: read_either("HTTPS_PROXY").map(SecretString::from),
            all_proxy: read_either("ALL_PROXY").map(SecretString::from),
            no_proxy: read_either("NO_PROXY"),
        }
    }
}
