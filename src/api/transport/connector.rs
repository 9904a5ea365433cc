//! Opens connections: directly or through a proxy, encrypted or, on this machine, not.

use std::error::Error;
use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use futures::FutureExt;
use hyper::Uri;
use hyper::header::{HeaderMap, HeaderValue, USER_AGENT};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::Tunnel;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use tokio::net::TcpStream;
use tower_service::Service;

use crate::api::proxies::ProxyInUse;
use crate::api::transport::line::Line;
use crate::api::transport::origin::Origin;
use crate::api::transport::send_error::SendError;

type BoxError = Box<dyn Error + Send + Sync>;

/// Opens connections to a server.
#[derive(Clone)]
pub(in crate::api) struct Connector {
    https: HttpsConnector<Way>,
    timeout: Duration,
}

/// A connection was not there in time.
#[derive(Debug, thiserror::Error)]
#[error("no connection within {} s", .0.as_secs_f64())]
struct ConnectTimedOut(Duration);

impl Connector {
    /// `tls` judges the server, and the proxy if that speaks TLS itself. A connection may take `timeout`, with all
    /// that belongs to it.
    pub(in crate::api) fn new(
        tls: &ClientConfig,
        proxy: Option<&ProxyInUse>,
        user_agent: &'static str,
        timeout: Duration,
    ) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        let way = match proxy {
            None => Way::Direct(tcp),
            Some(proxy) => Way::Through(Box::new(tunnel(proxy, tcp, tls, user_agent))),
        };
        let https = HttpsConnectorBuilder::new()
            .with_tls_config(tls.clone())
            .https_or_http()
            .enable_all_versions()
            .wrap_connector(way);
        Self { https, timeout }
    }

    /// Opens a connection and begins to speak HTTP on it.
    pub(super) async fn connect(&self, origin: &Origin) -> Result<Line, SendError> {
        let address = origin.address_of(&Uri::default());
        let mut https = self.https.clone();
        let connecting = async {
            futures::future::poll_fn(|context| https.poll_ready(context)).await?;
            let stream = https.call(address).await?;
            Ok(Line::begin(stream).await?)
        };
        let connected = tokio::time::timeout(self.timeout, connecting).await;
        let late = |_| Err(ConnectTimedOut(self.timeout).into());
        connected
            .unwrap_or_else(late)
            .map_err(SendError::NotConnected)
    }
}

fn tunnel(
    proxy: &ProxyInUse,
    tcp: HttpConnector,
    tls: &ClientConfig,
    user_agent: &'static str,
) -> Tunnel<HttpsConnector<HttpConnector>> {
    let to_proxy = HttpsConnectorBuilder::new()
        .with_tls_config(tls.clone())
        .https_or_http()
        .enable_http1()
        .wrap_connector(tcp);
    let headers = HeaderMap::from_iter([(USER_AGENT, HeaderValue::from_static(user_agent))]);
    let tunnel = Tunnel::new(proxy.address().clone(), to_proxy).with_headers(headers);
    match proxy.authorization() {
        Some(authorization) => tunnel.with_auth(authorization.clone()),
        None => tunnel,
    }
}

/// Where the bytes go first.
#[derive(Clone)]
enum Way {
    Direct(HttpConnector),
    Through(Box<Tunnel<HttpsConnector<HttpConnector>>>),
}

/// Bytes to a server or a proxy, encrypted if it is a proxy that speaks TLS.
type Stream = MaybeHttpsStream<TokioIo<TcpStream>>;

impl Service<Uri> for Way {
    type Response = Stream;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Stream, BoxError>> + Send>>;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        match self {
            Self::Direct(tcp) => tcp.poll_ready(context).map_err(BoxError::from),
            Self::Through(tunnel) => tunnel.poll_ready(context).map_err(BoxError::from),
        }
    }

    fn call(&mut self, address: Uri) -> Self::Future {
        match self {
            Self::Direct(tcp) => {
                let connecting = tcp.call(address);
                async { Ok(Stream::Http(connecting.await?)) }.boxed()
            }
            Self::Through(tunnel) => {
                let connecting = tunnel.call(address);
                async { Ok(connecting.await?) }.boxed()
            }
        }
    }
}

/// A proxy's password is in it.
impl fmt::Debug for Connector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Connector").finish_non_exhaustive()
    }
}
