//! One exchange with the CRM. Nothing here repeats anything.

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, Request, Response, Url};

use crate::api::api_address::ApiAddress;
use crate::api::classify::{Answer, AnswerClass, Probed, classify, classify_probe};
use crate::api::credentials::Token;
use crate::api::exchange_error::classify_error;
use crate::api::rate_headers::demanded_pause;

/// The most that is read of an answer, in bytes. A lead with all its fields is a few kilobytes.
const ANSWER_LIMIT_BYTES: usize = 1024 * 1024;

/// The longest wait for a connection. Shorter than a whole attempt, so that a server that cannot
/// be reached is told apart from one that does not answer.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// How long a connection that nobody uses is kept.
///
/// Shorter than the 5 s after which common servers close it, because a request on a connection
/// that is being closed is one whose fate is unknown.
const IDLE_TIMEOUT: Duration = Duration::from_secs(3);

/// What a client must know beforehand.
#[derive(Debug, Clone)]
pub struct ClientSettings {
    /// The API's base address.
    pub address: ApiAddress,
    /// The `X-Tenant` header.
    pub tenant: u64,
    /// The longest that one attempt may take, from connecting to the last byte of the answer.
    pub timeout: Duration,
    /// The most connections that are kept open; at least as many as attempts in flight.
    pub connections: usize,
}

/// Why there is no client.
#[derive(Debug, thiserror::Error)]
#[error("cannot set up the HTTP client")]
pub struct ClientError(#[from] reqwest::Error);

/// Speaks to one API for one tenant. Cheap to clone; connections are shared and kept alive.
#[derive(Debug, Clone)]
pub struct ApiClient {
    http: Client,
    leads: Url,
}

impl ApiClient {
    /// Sets up a client. Opens no connection.
    pub fn new(settings: &ClientSettings) -> Result<Self, ClientError> {
        // Fails only when a provider is set already, which then serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
        headers.insert(
            HeaderName::from_static("x-tenant"),
            HeaderValue::from(settings.tenant),
        );
        // A loopback address is where the token may travel in the clear; a proxy is elsewhere.
        let builder = Client::builder();
        let builder = if settings.address.is_loopback() {
            builder.no_proxy()
        } else {
            builder
        };
        let http = builder
            .user_agent(concat!("leadferry/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .timeout(settings.timeout)
            // Ends before the whole attempt does, so that it is known that nothing was sent.
            .connect_timeout(CONNECT_TIMEOUT.min(settings.timeout * 3 / 4))
            .pool_max_idle_per_host(settings.connections)
            .pool_idle_timeout(IDLE_TIMEOUT)
            .tcp_nodelay(true)
            // A redirect would carry the token and the lead to another address.
            .redirect(reqwest::redirect::Policy::none())
            // What reqwest repeats by itself is only what a server says, in the protocol, that it
            // has not looked at; every attempt beyond that is decided by the caller.
            .build()?;
        Ok(Self {
            http,
            leads: settings.address.join("v1/leads"),
        })
    }

    /// Makes one attempt to create a lead; `body` is its JSON.
    ///
    /// Never fails: whatever happens is an answer class. When dropped half-way the lead may or
    /// may not have been created.
    pub async fn create_lead(&self, body: Bytes, token: &Token) -> AnswerClass {
        let mut request = Request::new(Method::POST, self.leads.clone());
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, token.header());
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        *request.body_mut() = Some(body.into());
        self.exchange(request, token).await
    }

    /// Asks for the smallest page of leads, to see whether server, token and tenant work.
    pub async fn probe(&self, token: &Token) -> Probed {
        let mut url = self.leads.clone();
        url.set_query(Some("per_page=1"));
        let mut request = Request::new(Method::GET, url);
        request.headers_mut().insert(AUTHORIZATION, token.header());
        classify_probe(self.exchange(request, token).await)
    }

    async fn exchange(&self, request: Request, token: &Token) -> AnswerClass {
        match self.http.execute(request).await {
            Ok(response) => {
                let answer = read_answer(response).await;
                let body = match answer.status {
                    200..=299 => answer.body,
                    _ => token.redact(answer.body),
                };
                classify(Answer { body, ..answer })
            }
            Err(error) => classify_error(&error),
        }
    }
}

async fn read_answer(mut response: Response) -> Answer {
    let status = response.status().as_u16();
    let pause = demanded_pause(response.headers(), Timestamp::now());
    let mut body = Vec::new();
    let complete = loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= ANSWER_LIMIT_BYTES => {
                body.extend_from_slice(&chunk);
            }
            // What is beyond the bound is of no use; the answer itself is whole.
            Ok(_) => break true,
            Err(_) => break false,
        }
    };
    Answer {
        status,
        body,
        complete,
        pause,
    }
}
