//! The server that requests go to.

use hyper::Uri;
use hyper::header::HeaderValue;
use hyper::http::uri::{Authority, Parts, PathAndQuery, Scheme};
use url::{Position, Url};

/// Scheme, host and port of a server.
#[derive(Debug, Clone)]
pub(in crate::api) struct Origin {
    scheme: Scheme,
    authority: Authority,
    host: HeaderValue,
}

impl Origin {
    /// The server of an address, and nothing of what is behind it.
    pub(in crate::api) fn of(url: &Url) -> Self {
        const GOOD: &str = "an address that was taken for one has these parts";
        // Without a user name and password, which an API's address never has.
        let host = &url[Position::BeforeHost..Position::AfterPort];
        let scheme = match url.scheme() {
            "https" => Scheme::HTTPS,
            _ => Scheme::HTTP,
        };
        Self {
            scheme,
            authority: host.parse().expect(GOOD),
            host: host.parse().expect(GOOD),
        }
    }

    /// As HTTP/1.1 names it in every request. The port is left out where it is the usual one.
    pub(in crate::api) fn host(&self) -> &HeaderValue {
        &self.host
    }

    /// The whole address of what `target` names on this server.
    pub(super) fn address_of(&self, target: &Uri) -> Uri {
        let mut parts = Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        let target = target.path_and_query().cloned();
        parts.path_and_query = Some(target.unwrap_or_else(|| PathAndQuery::from_static("/")));
        Uri::from_parts(parts).expect("three good parts make a good address")
    }
}

#[cfg(test)]
mod tests {
    use super::Origin;

    #[test]
    fn an_address_has_its_server_and_the_rest() {
        for (url, host, whole) in [
            ("https://crm.test/api", "crm.test", "https://crm.test/x?y=1"),
            (
                "https://crm.test:443/",
                "crm.test",
                "https://crm.test/x?y=1",
            ),
            (
                "https://crm.test:8443/",
                "crm.test:8443",
                "https://crm.test:8443/x?y=1",
            ),
            (
                "http://127.0.0.1:80/a",
                "127.0.0.1",
                "http://127.0.0.1/x?y=1",
            ),
            (
                "http://[::1]:8080/a",
                "[::1]:8080",
                "http://[::1]:8080/x?y=1",
            ),
        ] {
            let origin = Origin::of(&url.parse().unwrap());
            assert_eq!(origin.host(), host);
            let target = "/x?y=1".parse().unwrap();
            assert_eq!(origin.address_of(&target).to_string(), whole);
        }
    }
}
