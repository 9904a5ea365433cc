//! The way to an API: whom to trust, and through which proxy.

use std::sync::Arc;
use std::time::Duration;

use reqwest::{Client, ClientBuilder};
use rustls::crypto::ring::default_provider;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

use crate::api::api_address::ApiAddress;
use crate::api::ca_certificates::CaCertificates;
use crate::api::proxies::{Proxies, ProxyInUse};
use crate::api::transport::Connector;

/// What we are called in requests.
pub(super) const USER_AGENT: &str = concat!("leadferry/", env!("CARGO_PKG_VERSION"));

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
    /// What opens connections to `address`, each within `timeout`; with the name of the proxy that they will go
    /// through, if they will.
    pub(super) fn connector(
        &self,
        address: &ApiAddress,
        timeout: Duration,
    ) -> Result<(Connector, Option<String>), rustls::Error> {
        let tls = self.tls(address)?;
        // A loopback address is where the token may travel in the clear; a proxy is elsewhere.
        let proxy = if address.is_loopback() {
            None
        } else {
            self.proxies.proxy_or_system(&address.join(""))
        };
        let connector = Connector::new(&tls, proxy.as_ref(), USER_AGENT, timeout);
        Ok((connector, proxy.map(ProxyInUse::into_name)))
    }

    /// Whom to trust on the way to `address`.
    fn tls(&self, address: &ApiAddress) -> Result<ClientConfig, rustls::Error> {
        let provider = Arc::new(default_provider());
        let config = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()?;
        if !address.is_encrypted() {
            // Nothing is verified: a machine without any authorities can do that as well.
            let nobody = RootCertStore::empty();
            return Ok(config.with_root_certificates(nobody).with_no_client_auth());
        }
        let ours = self.ca_certificates.all().cloned();
        let verifier = Verifier::new_with_extra_roots(ours, provider)?;
        Ok(config
            .dangerous()
            .with_custom_certificate_verifier(Arc::new(verifier))
            .with_no_client_auth())
    }

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
