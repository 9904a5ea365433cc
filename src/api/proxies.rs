//! Which proxy, if any, stands between this machine and the CRM.

use std::fmt;

use hyper::Uri;
use hyper::header::HeaderValue;
use hyper_util::client::proxy::matcher::{Intercept, Matcher};
use reqwest::{Proxy, Url};

/// The proxies that somebody has named, as the customary environment variables do. None by default.
///
/// The `Debug` form shows none of them: a proxy's address often has a password in it.
#[derive(Clone, Default)]
pub struct Proxies {
    /// For `https` addresses, as in `HTTPS_PROXY`.
    https: Option<String>,
    /// For all addresses, as in `ALL_PROXY`.
    all: Option<String>,
    /// Where none is used, as in `NO_PROXY`.
    none_for: String,
}

/// A proxy that cannot be used.
#[derive(Debug, thiserror::Error)]
#[error("`{variable}` does not name a proxy that can be used")]
pub struct ProxyError {
    /// The variable that names it.
    pub variable: &'static str,
}

/// The proxy for one address.
#[derive(Clone)]
pub(super) struct ProxyInUse {
    intercept: Intercept,
    /// Its address without user name and password.
    name: String,
}

impl Proxies {
    /// Takes what `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY` say.
    ///
    /// # Errors
    ///
    /// [`ProxyError`] when one names no HTTP proxy: to go on without it would send a token along a
    /// way that nobody asked for.
    pub fn new(
        https: Option<String>,
        all: Option<String>,
        none_for: Option<String>,
    ) -> Result<Self, ProxyError> {
        let named = [("HTTPS_PROXY", &https), ("ALL_PROXY", &all)];
        for (variable, text) in named {
            if text.as_deref().is_some_and(|text| name_of(text).is_none()) {
                return Err(ProxyError { variable });
            }
        }
        Ok(Self {
            https,
            all,
            none_for: none_for.unwrap_or_default(),
        })
    }

    /// Whether any is named.
    pub(super) fn are_named(&self) -> bool {
        self.https.is_some() || self.all.is_some()
    }

    /// The proxy for an `https` address.
    pub(super) fn proxy_for(&self, url: &Url) -> Option<ProxyInUse> {
        let text = self.https.as_ref().or(self.all.as_ref())?;
        let matcher = Matcher::builder()
            .https(text.as_str())
            .no(self.none_for.as_str())
            .build();
        ProxyInUse::of(&matcher, url)
    }

    /// The proxy for an `https` address; the one that the settings of the system name where nobody else names any.
    pub(super) fn proxy_or_system(&self, url: &Url) -> Option<ProxyInUse> {
        if self.are_named() {
            return self.proxy_for(url);
        }
        ProxyInUse::of(&Matcher::from_system(), url)
    }
}

impl ProxyInUse {
    fn of(matcher: &Matcher, url: &Url) -> Option<Self> {
        let intercept = matcher.intercept(&url.as_str().parse().ok()?)?;
        let name = intercept.uri().to_string();
        Some(Self {
            name: name.trim_end_matches('/').to_owned(),
            intercept,
        })
    }

    /// Its address without user name and password.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    pub(super) fn into_name(self) -> String {
        self.name
    }

    /// Where it is.
    pub(super) fn address(&self) -> &Uri {
        self.intercept.uri()
    }

    /// What it is told to let us through.
    pub(super) fn authorization(&self) -> Option<&HeaderValue> {
        self.intercept.basic_auth()
    }

    /// The same as reqwest takes it.
    pub(super) fn for_client(&self) -> Result<Proxy, reqwest::Error> {
        let proxy = Proxy::all(self.address().to_string()).map_err(reqwest::Error::without_url)?;
        Ok(match self.authorization() {
            Some(authorization) => proxy.custom_http_auth(authorization.clone()),
            None => proxy,
        })
    }
}

/// The address of an HTTP proxy without user name and password; `None` when it is no such address.
fn name_of(text: &str) -> Option<String> {
    let url = Url::parse(&with_scheme(text)).ok()?;
    let is_http = matches!(url.scheme(), "http" | "https");
    let matcher = Matcher::builder().https(with_scheme(text)).build();
    let somewhere = "https://crm.example.com/".parse().ok()?;
    let proxy = matcher.intercept(&somewhere).filter(|_| is_http)?;
    Some(proxy.uri().to_string())
}

fn with_scheme(text: &str) -> String {
    let text = text.trim();
    if text.contains("://") {
        text.to_owned()
    } else {
        format!("http://{text}")
    }
}

impl fmt::Debug for Proxies {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Proxies").finish_non_exhaustive()
    }
}

impl fmt::Debug for ProxyInUse {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.name)
    }
}

#[cfg(test)]
mod tests {
    use super::Proxies;

    fn named(https: &str, all: &str, none_for: &str) -> Proxies {
        let given = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Proxies::new(given(https), given(all), given(none_for)).unwrap()
    }

    #[test]
    fn the_proxy_for_an_address_is_named_without_its_password() {
        for (https, all, none_for, expected) in [
            ("", "", "", None),
            ("http://p:3128", "", "", Some("http://p:3128")),
            ("p:3128", "", "", Some("http://p:3128")),
            ("", "http://u:s3cret@p:1", "", Some("http://p:1")),
            ("https://p/", "http://q", "", Some("https://p")),
            ("http://p", "", "other.test", Some("http://p")),
            ("http://p", "", "crm.test", None),
            ("http://p", "", ".test", None),
            ("http://p", "", "*", None),
        ] {
            let url = "https://crm.test/api".parse().unwrap();
            let proxies = named(https, all, none_for);
            let proxy = proxies.proxy_for(&url);
            assert_eq!(proxy.as_ref().map(super::ProxyInUse::name), expected);
            assert!(!format!("{proxies:?} {proxy:?}").contains("s3cret"));
            if let Some(proxy) = proxy {
                proxy.for_client().unwrap();
            }
        }
    }

    #[test]
    fn what_is_no_http_proxy_is_refused_and_not_shown() {
        for text in [
            "socks5://u:s3cret@p:1",
            "http://",
            "ftp://p",
            "http://u:s3cret@p:notaport",
        ] {
            let refused = Proxies::new(Some(text.into()), None, None).unwrap_err();
            assert_eq!(refused.variable, "HTTPS_PROXY");
            assert!(!format!("{refused} {refused:?}").contains("s3cret"));
        }
    }
}
