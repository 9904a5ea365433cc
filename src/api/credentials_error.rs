//! Why there is no token.

use crate::api::oauth::RenewalError;

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialsError {
    /// The token file cannot be read.
    #[error("cannot read the token file")]
    File(#[source] std::io::Error),
    /// The token command cannot be started.
    #[error("cannot start the token command")]
    CommandNotStarted(#[source] std::io::Error),
    /// The token command failed. It is not shown: secrets may be in it.
    #[error("the token command ended with {status}")]
    CommandFailed {
        /// How it ended.
        status: std::process::ExitStatus,
    },
    /// The token command did not end in time.
    #[error("the token command has not ended within {} s", .0.as_secs())]
    CommandTimedOut(std::time::Duration),
    /// There is nothing in the place where the token should be.
    #[error("the token is empty")]
    Empty,
    /// A token with white space or control characters in it cannot be sent.
    #[error("the token has characters that cannot stand in a header")]
    Unsendable,
    /// The kept sign-in gives none.
    #[error(transparent)]
    SignIn(#[from] RenewalError),
}

impl CredentialsError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::SignIn(error) => error.hint(),
            Self::File(_)
            | Self::CommandNotStarted(_)
            | Self::CommandFailed { .. }
            | Self::CommandTimedOut(_)
            | Self::Empty
            | Self::Unsendable => {
                "look at what `LEADFERRY_TOKEN`, `--token-file` or `--token-command` gives"
            }
        }
    }
}
