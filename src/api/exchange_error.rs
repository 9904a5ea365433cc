//! What a failed exchange proves about the request: sent or not, and why.

use std::error::Error;

use crate::api::classify::Doubt;
use crate::api::tls_words::{blames_certificate, tls_error_of, words_of_tls};

/// An exchange that brought no status.
#[derive(Debug)]
pub(super) enum ExchangeError {
    /// No byte of the request can have been acted on.
    NotSent {
        cause: String,
        bad_certificate: bool,
    },
    /// The request may have arrived.
    Unanswered(Doubt),
}

/// Only a failure to connect (name look-up, TCP, proxy, TLS) proves that nothing was sent. A
/// time-out over the whole attempt, a reset, or an end of the connection leaves it open.
impl From<reqwest::Error> for ExchangeError {
    fn from(error: reqwest::Error) -> Self {
        // The address of a look-up has a value of somebody's in it.
        let error = error.without_url();
        let tls = tls_error_of(&error);
        let cause = tls.map_or_else(|| innermost_cause(&error), words_of_tls);
        if error.is_connect() || error.is_builder() {
            Self::NotSent {
                cause,
                bad_certificate: tls.is_some_and(blames_certificate),
            }
        } else if error.is_timeout() {
            Self::Unanswered(Doubt::TimedOut)
        } else {
            Self::Unanswered(Doubt::Broken { cause })
        }
    }
}

impl ExchangeError {
    /// The same, where a connection would have gone through the proxy of this name.
    pub(super) fn through_proxy(self, proxy: Option<&str>) -> Self {
        match (self, proxy) {
            (
                Self::NotSent {
                    cause,
                    bad_certificate,
                },
                Some(proxy),
            ) => Self::NotSent {
                cause: format!("through the proxy `{proxy}`: {cause}"),
                bad_certificate,
            },
            (other, _) => other,
        }
    }
}

/// The text of the last error in the chain: the one that names the reason.
///
/// The outer ones name the address, which our own messages do better.
pub(super) fn innermost_cause(error: &(dyn Error + 'static)) -> String {
    let causes = std::iter::successors(error.source(), |&cause| cause.source());
    causes
        .last()
        .map_or_else(|| error.to_string(), ToString::to_string)
}
