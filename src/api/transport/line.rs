//! One connection, and sending one request on it.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures::FutureExt;
use http_body_util::Full;
use hyper::body::Incoming;
use hyper::client::conn::{http1, http2};
use hyper::header::HOST;
use hyper::rt::{Read, Write};
use hyper::{Request, Response};
use hyper_util::client::legacy::connect::Connection;
use hyper_util::rt::{TokioExecutor, TokioTimer};

use crate::api::transport::origin::Origin;

/// How often an HTTP/2 connection with requests in flight is asked for a sign of life.
const PING_INTERVAL: Duration = Duration::from_secs(10);

/// How long that sign may take. Together with the interval shorter than the usual time limit for an
/// attempt, so that the next one has a new connection.
const PING_TIMEOUT: Duration = Duration::from_secs(10);

/// A request in a place of its own: the futures of all who hand it on would have to make room for it, and be copied
/// with it.
pub(in crate::api) type BoxedRequest = Box<Request<Full<Bytes>>>;

/// The head of an answer, or why there is none: with the request itself when not a byte of it was written.
pub(super) type Sent = Result<Response<Incoming>, (hyper::Error, Option<BoxedRequest>)>;

/// A connection on which a request can be sent.
#[derive(Debug)]
pub(in crate::api) enum Line {
    /// For one request at a time.
    Http1(http1::SendRequest<Full<Bytes>>),
    /// For many requests at a time.
    Http2(SharedLine),
}

/// A connection that many requests are on. Clones are the same connection.
#[derive(Debug, Clone)]
pub(in crate::api) struct SharedLine {
    sender: http2::SendRequest<Full<Bytes>>,
    /// As many as there are clones.
    users: Arc<()>,
}

impl SharedLine {
    /// Whether anybody has a clone.
    pub(super) fn is_in_use(&self) -> bool {
        Arc::strong_count(&self.users) > 1
    }

    pub(super) fn is_closed(&self) -> bool {
        self.sender.is_closed()
    }
}

impl Line {
    /// Begins to speak HTTP on a connection: version 2 where that was agreed upon.
    pub(super) async fn begin<S>(stream: S) -> hyper::Result<Self>
    where
        S: Connection + Read + Write + Send + Unpin + 'static,
    {
        // What ends a connection shows in the request that is on it.
        if stream.connected().is_negotiated_h2() {
            let (sender, connection) = http2::Builder::new(TokioExecutor::new())
                .timer(TokioTimer::new())
                // A connection that many requests share is given up when the other end is silent: each
                // further attempt would run into the same dead end.
                .keep_alive_interval(PING_INTERVAL)
                .keep_alive_timeout(PING_TIMEOUT)
                .handshake(stream)
                .await?;
            tokio::spawn(async { drop(connection.await) });
            return Ok(Self::Http2(SharedLine {
                sender,
                users: Arc::default(),
            }));
        }
        let (sender, connection) = http1::handshake(stream).await?;
        tokio::spawn(async { drop(connection.await) });
        Ok(Self::Http1(sender))
    }

    /// Waits until a request can be sent; false when none can be any more.
    pub(super) async fn is_usable(&mut self) -> bool {
        match self {
            Self::Http1(sender) => sender.ready().await.is_ok(),
            Self::Http2(line) => line.sender.ready().await.is_ok(),
        }
    }

    /// Sends a request to `origin` once.
    pub(super) async fn try_send(&mut self, mut request: BoxedRequest, origin: &Origin) -> Sent {
        // Boxed for the same reason as the request, for which it has room.
        let sending = match self {
            Self::Http1(sender) => {
                let host = origin.host().clone();
                request.headers_mut().insert(HOST, host);
                sender.try_send_request(*request).boxed()
            }
            Self::Http2(line) => {
                // Here the address itself names the host.
                request.headers_mut().remove(HOST);
                *request.uri_mut() = origin.address_of(request.uri());
                line.sender.try_send_request(*request).boxed()
            }
        };
        sending.await.map_err(|mut error| {
            let unsent = error.take_message().map(without_origin).map(Box::new);
            (error.into_error(), unsent)
        })
    }
}

/// The request as it was before it was made fit for a version of HTTP.
fn without_origin(mut request: Request<Full<Bytes>>) -> Request<Full<Bytes>> {
    if let Some(target) = request.uri().path_and_query().cloned() {
        *request.uri_mut() = target.into();
    }
    request
}
