//! One exchange with the CRM. Nothing here repeats anything.

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, Request, Response, Url};

use crate::api::api_address::ApiAddress;
use crate::api::classify::{Answer, AnswerClass, classify};
use crate::api::exchange_error::ExchangeError;
use crate::api::idempotency_key::IdempotencyKey;
use crate::api::lead_api::LeadApi;
use crate::api::look_up::{Found, Listed, read_found, read_page};
use crate::api::probe::Probed;
use crate::api::rate_headers::demanded_pause;
use crate::api::token::Token;
use crate::model::LeadId;

/// The most that is read of the answer to a create, in bytes. A lead with all its fields is a few
/// kilobytes.
const ANSWER_LIMIT_BYTES: usize = 1024 * 1024;

/// The most that is read of the answer to a look-up, in bytes: 100 leads with texts of 160
/// kilobytes each. A longer answer is unusable.
const LOOK_UP_LIMIT_BYTES: usize = 16 * 1024 * 1024;

/// The longest text that can be searched for, in characters, as the API's pages say of lists.
const SEARCH_CHARACTERS: usize = 255;

/// Makes a server that honours it create a lead once, however often the request comes.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

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

    /// Asks for the smallest page of leads, as [`LeadApi::probe`] does, and tells all of the answer.
    pub async fn ask(&self, token: &Token) -> Listed {
        self.list(&[("per_page", "1")], token).await
    }

    /// Reads the leads at the list's address with this query.
    async fn list(&self, query: &[(&str, &str)], token: &Token) -> Listed {
        let mut url = self.leads.clone();
        url.query_pairs_mut().extend_pairs(query);
        match self.look_up(url, token).await {
            Ok(answer) => read_page(answer),
            Err(error) => Listed::Failed(error.into()),
        }
    }

    async fn look_up(&self, url: Url, token: &Token) -> Result<Answer, ExchangeError> {
        let request = Request::new(Method::GET, url);
        self.exchange(request, token, LOOK_UP_LIMIT_BYTES).await
    }

    async fn exchange(
        &self,
        mut request: Request,
        token: &Token,
        limit_bytes: usize,
    ) -> Result<Answer, ExchangeError> {
        request.headers_mut().insert(AUTHORIZATION, token.header());
        let response = self.http.execute(request).await?;
        let answer = read_answer(response, limit_bytes).await;
        let body = match answer.status {
            200..=299 => answer.body,
            _ => token.redact(answer.body),
        };
        Ok(Answer { body, ..answer })
    }
}

impl LeadApi for ApiClient {
    async fn create_lead(&self, body: Bytes, key: IdempotencyKey, token: &Token) -> AnswerClass {
        let mut request = Request::new(Method::POST, self.leads.clone());
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(IDEMPOTENCY_KEY, key.header());
        *request.body_mut() = Some(body.into());
        match self.exchange(request, token, ANSWER_LIMIT_BYTES).await {
            Ok(answer) => classify(answer),
            Err(error) => error.into(),
        }
    }

    async fn probe(&self, token: &Token) -> Probed {
        self.ask(token).await.into()
    }

    async fn find_lead(&self, id: &LeadId, token: &Token) -> Found {
        let mut url = self.leads.clone();
        url.path_segments_mut()
            .expect("the address of an API has a path")
            .push(&id.0);
        match self.look_up(url, token).await {
            Ok(answer) => read_found(answer, id),
            Err(error) => Found::Unknown(error.into()),
        }
    }

    async fn search_leads(&self, term: &str, page: u64, token: &Token) -> Listed {
        let term: String = term.chars().take(SEARCH_CHARACTERS).collect();
        let page = page.to_string();
        let query = [("search", &*term), ("per_page", "100"), ("page", &page)];
        self.list(&query, token).await
    }

    async fn list_leads(&self, page: u64, token: &Token) -> Listed {
        let query = [
            ("per_page", "100"),
            ("page", &page.to_string()),
            ("sort_by", "created_at"),
            ("sort_order", "desc"),
        ];
        self.list(&query, token).await
    }
}

pub(super) async fn read_answer(mut response: Response, limit_bytes: usize) -> Answer {
    let status = response.status().as_u16();
    let pause = demanded_pause(response.headers(), Timestamp::now());
    let mut body = Vec::new();
    let complete = loop {
        match response.chunk().await {
            Ok(Some(chunk)) if body.len() + chunk.len() <= limit_bytes => {
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
