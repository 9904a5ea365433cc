//! The base address of the API.

use std::fmt;
use std::str::FromStr;

use url::{Host, Url};

/// The base address of an API, such as `https://crm.example.com/api`.
///
/// `https`, or `http` on a loopback address only, because the token travels with every request.
/// Kept in one canonical form: scheme and host in lower case, no default port, no trailing slash.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ApiAddress(Url);

/// Why a text is no API address.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ApiAddressError {
    /// Not a web address at all.
    #[error("what is given is not a web address")]
    NotAnAddress {
        /// What the parser says.
        #[source]
        cause: url::ParseError,
    },
    /// Another scheme than `https`, or `http` to another machine.
    #[error(
        "an address that begins with `{scheme}:` is not encrypted: the token would travel in the clear"
    )]
    NotEncrypted {
        /// How the address begins. The rest may hold a password.
        scheme: String,
    },
    /// A user name, password, query or fragment in the address.
    #[error("the address of `{host}` has a user name, a query or a fragment")]
    MoreThanAnAddress {
        /// The host, the only part that is surely no secret.
        host: String,
    },
}

impl ApiAddress {
    /// Whether the API is on this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(&self.0)
    }

    /// Whether what goes there is encrypted.
    pub(crate) fn is_encrypted(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The address of the authorization server that belongs to the API: `/oauth` at its host.
    #[must_use]
    pub fn oauth(&self) -> Self {
        let mut url = self.0.clone();
        url.set_path("/oauth");
        Self(url)
    }

    /// The address of `path` below the base, such as `v1/leads`.
    pub(crate) fn join(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(&format!("{}/{path}", self.0.path().trim_end_matches('/')));
        url
    }
}

impl fmt::Display for ApiAddress {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0.as_str().trim_end_matches('/'))
    }
}

impl FromStr for ApiAddress {
    type Err = ApiAddressError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut url =
            Url::parse(text.trim()).map_err(|cause| ApiAddressError::NotAnAddress { cause })?;
        let plain = url.username().is_empty() && url.password().is_none();
        if !plain || url.query().is_some() || url.fragment().is_some() {
            let host = url.host_str().unwrap_or_default().into();
            return Err(ApiAddressError::MoreThanAnAddress { host });
        }
        let keeps_the_token_safe = match url.scheme() {
            "https" => true,
            "http" => is_loopback(&url),
            _ => false,
        };
        if !keeps_the_token_safe {
            return Err(ApiAddressError::NotEncrypted {
                scheme: url.scheme().into(),
            });
        }
        let path = url.path().trim_end_matches('/').to_owned();
        url.set_path(&path);
        Ok(Self(url))
    }
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::ApiAddress;

    #[test]
    fn addresses_are_kept_in_one_form() {
        for (text, canonical) in [
            (
                "https://CRM.example.com:443/api/",
                "https://crm.example.com/api",
            ),
            ("https://crm.example.com", "https://crm.example.com"),
            ("http://127.0.0.1:8080/api", "http://127.0.0.1:8080/api"),
            ("http://localhost:8080/api//", "http://localhost:8080/api"),
            ("http://[::1]:8080", "http://[::1]:8080"),
        ] {
            assert_eq!(text.parse::<ApiAddress>().unwrap().to_string(), canonical);
        }
    }

    #[test]
    fn paths_are_appended_to_the_base() {
        for (base, whole) in [
            (
                "https://crm.example.com/api",
                "https://crm.example.com/api/v1/leads",
            ),
            (
                "https://crm.example.com/",
                "https://crm.example.com/v1/leads",
            ),
        ] {
            assert_eq!(
                base.parse::<ApiAddress>()
                    .unwrap()
                    .join("v1/leads")
                    .as_str(),
                whole
            );
        }
    }

    #[test]
    fn the_authorization_server_is_at_the_same_host() {
        for (api, oauth) in [
            (
                "https://crm.example.com/api",
                "https://crm.example.com/oauth",
            ),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/oauth"),
        ] {
            let address: ApiAddress = api.parse().unwrap();
            assert_eq!(address.oauth().to_string(), oauth);
        }
    }

    #[test]
    fn addresses_that_would_leak_are_refused() {
        for text in [
            "http://crm.example.com/api",
            "http://127.0.0.1.example.com",
            "ftp://127.0.0.1",
            "https://user:password@crm.example.com",
            "https://crm.example.com/api?key=1",
            "crm.example.com",
        ] {
            assert!(text.parse::<ApiAddress>().is_err(), "{text}");
        }
    }
}
