//! What is wrong with a server's certificate, in words that say what to look at.

use std::error::Error;

use jiff::Timestamp;
use rustls::CertificateError;
use rustls::pki_types::UnixTime;

/// The TLS error among the causes of `error`, if there is one.
pub(super) fn tls_error_of<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    let causes = std::iter::successors(Some(error), |&cause| next_cause(cause));
    let mut found = causes.filter_map(|cause| cause.downcast_ref::<rustls::Error>());
    found.next()
}

/// An I/O error hides what is inside it instead of naming it as its source, and may be inside
/// another one.
fn next_cause<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    let inside = error
        .downcast_ref::<std::io::Error>()
        .and_then(std::io::Error::get_ref);
    match inside {
        Some(inside) => Some(inside),
        None => error.source(),
    }
}

/// Whether the certificate is to blame, which waiting does not cure.
pub(super) fn blames_certificate(error: &rustls::Error) -> bool {
    matches!(
        error,
        rustls::Error::InvalidCertificate(_) | rustls::Error::InvalidCertRevocationList(_)
    )
}

/// What is wrong, as far as it can be said better than TLS does.
pub(super) fn words_of_tls(error: &rustls::Error) -> String {
    match error {
        rustls::Error::InvalidCertificate(cause) => words_of_certificate(cause),
        rustls::Error::InvalidMessage(_) => "what answers there does not speak TLS".into(),
        other => other.to_string(),
    }
}

fn words_of_certificate(error: &CertificateError) -> String {
    match error {
        CertificateError::UnknownIssuer => {
            "its certificate comes from an authority that this machine does not trust".into()
        }
        CertificateError::ExpiredContext { not_after, .. } => {
            format!("its certificate expired on {}", day_of(*not_after))
        }
        CertificateError::Expired => "its certificate has expired".into(),
        CertificateError::NotValidYetContext { not_before, .. } => format!(
            "its certificate is valid only from {} on, if the clock of this machine is right",
            day_of(*not_before)
        ),
        CertificateError::NotValidForNameContext {
            expected,
            presented,
        } => format!(
            "its certificate is not for `{}`{}",
            expected.to_str(),
            words_for_names(presented)
        ),
        // Its type is that of a library which is not ours to name.
        CertificateError::Other(other) if other.0.to_string().contains("CaUsedAsEndEntity") => {
            "its certificate is that of an authority (`CA:TRUE`) and not of a server".into()
        }
        other => format!("its certificate cannot be trusted: {other}"),
    }
}

/// The names that a certificate is for. They come as TLS writes them: `DnsName("crm.test")`.
fn words_for_names(presented: &[String]) -> String {
    let names: Vec<_> = presented
        .iter()
        .map(|name| match name.split_once('(') {
            Some((_, inner)) => inner.trim_end_matches(')').trim_matches('"'),
            None => name,
        })
        .map(|name| format!("`{name}`"))
        .collect();
    if names.is_empty() {
        String::new()
    } else {
        format!(" but for {}", names.join(", "))
    }
}

fn day_of(time: UnixTime) -> String {
    let seconds = i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    Timestamp::from_second(seconds).map_or_else(
        |_| "a day beyond reckoning".into(),
        |at| at.strftime("%Y-%m-%d").to_string(),
    )
}
