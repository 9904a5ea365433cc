//! Why a request has no answer, and what that proves.

use std::error::Error;

use crate::api::classify::Doubt;
use crate::api::exchange_error::{ExchangeError, innermost_cause};
use crate::api::tls_words::{blames_certificate, tls_error_of, words_of_tls};

/// Why there is no answer.
#[derive(Debug)]
pub(in crate::api) enum SendError {
    /// No connection came about.
    NotConnected(Box<dyn Error + Send + Sync>),
    /// The request was never written.
    NotWritten(hyper::Error),
    /// Nobody knows how far it got.
    Lost(hyper::Error),
}

/// Nothing was sent where there was no connection (name look-up, TCP, proxy, TLS), where not a byte was
/// written, and where HTTP/2 says that the request was not looked at. All else leaves it open.
impl From<SendError> for ExchangeError {
    fn from(error: SendError) -> Self {
        let (error, is_open): (&(dyn Error + 'static), _) = match &error {
            SendError::NotConnected(error) => (&**error, false),
            SendError::NotWritten(error) => (error, false),
            SendError::Lost(error) => (error, !was_turned_away(error)),
        };
        let tls = tls_error_of(error);
        let cause = tls.map_or_else(|| innermost_cause(error), words_of_tls);
        if is_open {
            return Self::Unanswered(Doubt::Broken { cause });
        }
        Self::NotSent {
            cause,
            bad_certificate: tls.is_some_and(blames_certificate),
        }
    }
}

/// Whether the other end has said that it did nothing for the request.
///
/// Source: RFC 9113, sections 8.7 (`REFUSED_STREAM`) and 6.8 (streams beyond the last one of `GOAWAY`).
fn was_turned_away(error: &hyper::Error) -> bool {
    let source = error.source().and_then(|cause| cause.downcast_ref());
    source.is_some_and(|cause: &h2::Error| {
        let reason = cause.reason().filter(|_| cause.is_remote());
        (cause.is_reset() && reason == Some(h2::Reason::REFUSED_STREAM))
            || (cause.is_go_away() && reason == Some(h2::Reason::NO_ERROR))
    })
}
