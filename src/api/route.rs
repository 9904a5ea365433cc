//! The way to an API: whom to trust, and through which proxy.

use reqwest::{Client, ClientBuilder};

use crate::api::api_address::ApiAddress;
use crate::api::ca_certificates::CaCertificates;
use crate::api::proxies::Proxies;

/// How an API is reached: whom to trust, and through which proxy.
#[derive(Debug, Clone, Default)]
pub struct Route {
    /// Authorities that are trusted beside the platform's.
    pub ca_certificates: CaCertificates,
    /// Proxies for addresses that are not on this machine. Where none is named, the settings of the
    /// system count.
    pub proxies: Proxies,
}

impl Route {
    /// Begins a client for `address`; with the name of the proxy that it will use, if it will.
    pub(super) fn begin(
        &self,
        address: &ApiAddress,
    ) -> Result<(ClientBuilder, Option<String>), reqwest::Error> {
        let builder = Client::builder();
        let builder = if address.is_encrypted() {
            builder.tls_certs_merge(self.ca_certificates.for_client()?)
        } else {
            // Nothing is verified: a machine without any authorities can do that as well.
            builder.tls_certs_only([])
        };
        // A loopback address is where the token may travel in the clear; a proxy is elsewhere.
        if address.is_loopback() {
            return Ok((builder.no_proxy(), None));
        }
        match self.proxies.proxy_for(&address.join("")) {
            Some(proxy) => {
                let builder = builder.no_proxy().proxy(proxy.for_client()?);
                Ok((builder, Some(proxy.name().to_owned())))
            }
            None if self.proxies.are_named() => Ok((builder.no_proxy(), None)),
            None => Ok((builder, None)),
        }
    }
}
