//! What a failed exchange proves about the request: sent or not, and why.

use std::error::Error;

use crate::api::classify::Doubt;

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

/// Only a failure to connect (name look-up, TCP, TLS) proves that nothing was sent. A time-out
/// over the whole attempt, a reset, or an end of the connection leaves it open.
impl From<reqwest::Error> for ExchangeError {
    fn from(error: reqwest::Error) -> Self {
        let cause = innermost_cause(&error);
        if error.is_connect() || error.is_builder() {
            Self::NotSent {
                cause,
                bad_certificate: blames_certificate(&error),
            }
        } else if error.is_timeout() {
            Self::Unanswered(Doubt::TimedOut)
        } else {
            Self::Unanswered(Doubt::Broken { cause })
        }
    }
}

/// The text of the last error in the chain: the one that names the reason.
///
/// The outer ones name the address, which our own messages do better.
fn innermost_cause(error: &reqwest::Error) -> String {
    causes_of(error)
        .last()
        .map_or_else(|| error.to_string(), ToString::to_string)
}

fn causes_of<'a>(
    error: &'a (dyn Error + 'static),
) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(error.source(), |&cause| cause.source())
}

fn blames_certificate(error: &reqwest::Error) -> bool {
    causes_of(error).any(|cause| {
        // An I/O error hides the TLS error inside itself instead of naming it as its source.
        let inner = cause
            .downcast_ref::<std::io::Error>()
            .and_then(std::io::Error::get_ref);
        let is_certificate = |tls: &rustls::Error| {
            matches!(
                tls,
                rustls::Error::InvalidCertificate(_) | rustls::Error::InvalidCertRevocationList(_)
            )
        };
        cause
            .downcast_ref::<rustls::Error>()
            .is_some_and(is_certificate)
            || inner
                .and_then(|e| e.downcast_ref::<rustls::Error>())
                .is_some_and(is_certificate)
    })
}
