//! Certificates of authorities that are trusted beside the platform's.

use std::io;
use std::path::Path;

use reqwest::Certificate;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

/// The most that is read of a file of certificates, in bytes: several times the largest bundle of
/// any platform.
const FILE_LIMIT_BYTES: u64 = 16 * 1024 * 1024;

/// Authorities to trust, read from a PEM file. None by default.
#[derive(Debug, Clone, Default)]
pub struct CaCertificates(Vec<CertificateDer<'static>>);

/// Why a file gives no certificates. The file is named by whoever asked for it.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CaCertificatesError {
    /// The file cannot be read.
    #[error(transparent)]
    File(#[from] io::Error),
    /// It is larger than any file of certificates.
    #[error("the file is larger than {} MiB", FILE_LIMIT_BYTES >> 20)]
    TooLarge,
    /// There is no `BEGIN CERTIFICATE` in it.
    #[error("there is no certificate in PEM form (`-----BEGIN CERTIFICATE-----`) in it")]
    NoCertificate,
    /// A part of it breaks the rules of PEM.
    #[error("certificate {number} in it is no PEM")]
    NotPem {
        /// Which certificate, counted from 1.
        number: usize,
        /// What is wrong.
        #[source]
        cause: rustls::pki_types::pem::Error,
    },
    /// What is between the PEM marks is no certificate.
    #[error("certificate {number} in it cannot be understood")]
    NotACertificate {
        /// Which certificate, counted from 1.
        number: usize,
        /// What is wrong.
        #[source]
        cause: rustls::Error,
    },
}

impl CaCertificates {
    /// Reads every certificate of a PEM file; what else is in it, such as a key or remarks, is
    /// passed over.
    ///
    /// # Errors
    ///
    /// [`CaCertificatesError`], also when only one of several certificates is no good: a half-read
    /// bundle would fail later and less clearly.
    pub fn read(path: &Path) -> Result<Self, CaCertificatesError> {
        if fs_err::metadata(path)?.len() > FILE_LIMIT_BYTES {
            return Err(CaCertificatesError::TooLarge);
        }
        Self::from_pem(&fs_err::read(path)?)
    }

    fn from_pem(pem: &[u8]) -> Result<Self, CaCertificatesError> {
        let mut found = Vec::new();
        // Tells beforehand what would otherwise be told when the client is set up, without a place.
        let mut store = RootCertStore::empty();
        for (index, read) in CertificateDer::pem_slice_iter(pem).enumerate() {
            let number = index + 1;
            let certificate =
                read.map_err(|cause| CaCertificatesError::NotPem { number, cause })?;
            store
                .add(certificate.clone())
                .map_err(|cause| CaCertificatesError::NotACertificate { number, cause })?;
            found.push(certificate);
        }
        if found.is_empty() {
            return Err(CaCertificatesError::NoCertificate);
        }
        Ok(Self(found))
    }

    /// Each of them.
    pub(super) fn all(&self) -> impl Iterator<Item = &CertificateDer<'static>> {
        self.0.iter()
    }

    /// The same as reqwest takes them.
    pub(super) fn for_client(&self) -> Result<Vec<Certificate>, reqwest::Error> {
        let certificates = self.0.iter();
        certificates
            .map(|certificate| Certificate::from_der(certificate))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{CaCertificates, CaCertificatesError};

    fn authority() -> String {
        let key = rcgen::KeyPair::generate().unwrap();
        let parameters = rcgen::CertificateParams::new(Vec::new()).unwrap();
        parameters.self_signed(&key).unwrap().pem()
    }

    #[test]
    fn every_certificate_of_a_bundle_is_read_and_the_rest_passed_over() {
        let bundle = format!("# ours\n{}\n\n# theirs\n{}", authority(), authority());
        let read = CaCertificates::from_pem(bundle.as_bytes()).unwrap();
        assert_eq!(read.0.len(), 2);
    }

    #[test]
    fn a_bundle_with_one_bad_certificate_is_refused_by_number() {
        let bad = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let bundle = authority() + bad;
        let refused = CaCertificates::from_pem(bundle.as_bytes()).unwrap_err();
        assert!(
            matches!(
                refused,
                CaCertificatesError::NotACertificate { number: 2, .. }
            ),
            "{refused:?}"
        );
    }

    #[test]
    fn what_holds_no_certificate_is_refused() {
        let key = rcgen::KeyPair::generate().unwrap().serialize_pem();
        for text in ["", "\n", "no PEM at all", &key] {
            let refused = CaCertificates::from_pem(text.as_bytes()).unwrap_err();
            assert!(
                matches!(refused, CaCertificatesError::NoCertificate),
                "{refused:?}"
            );
        }
        let torn = &authority()[..200];
        assert!(CaCertificates::from_pem(torn.as_bytes()).is_err());
    }
}
