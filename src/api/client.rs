//! One exchange with the CRM. Nothing here repeats anything.

use std::time::Duration;

use bytes::Bytes;
use jiff::Timestamp;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Method, Request, Response, Url};

use crate::api::allowance_headers::told_allowance;
use crate::api::api_address::ApiAddress;
use crate::api::classify::{Answer, AnswerClass, classify};
use crate::api::exchange_error::ExchangeError;
use crate::api::exchanged::Exchanged;
use crate::api::idempotency_key::IdempotencyKey;
use crate::api::lead_api::LeadApi;
use crate::api::look_up::{Found, Listed, read_found, read_page};
use crate::api::probe::Probed;
use crate::api::quotable::{Sent, quotable};
use crate::api::rate_headers::demanded_pause;
use crate::api::route::Route;
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

/// The query for the smallest page of leads.
const SMALLEST_PAGE: &[(&str, &str)] = &[("per_page", "1")];

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

/// How often an HTTP/2 connection with requests in flight is asked for a sign of life.
const PING_INTERVAL: Duration = Duration::from_secs(10);

/// How long that sign may take. Together with the interval shorter than the usual time limit for an
/// attempt, so that the next one has a new connection.
const PING_TIMEOUT: Duration = Duration::from_secs(10);

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
    /// How the API is reached.
    pub route: Route,
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
    /// The proxy's name, for messages.
    proxy: Option<String>,
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
        let (builder, proxy) = settings.route.begin(&settings.address)?;
        let http = builder
            .user_agent(concat!("leadferry/", env!("CARGO_PKG_VERSION")))
            .default_headers(headers)
            .timeout(settings.timeout)
            // Ends before the whole attempt does, so that it is known that nothing was sent.
            .connect_timeout(CONNECT_TIMEOUT.min(settings.timeout * 3 / 4))
            .pool_max_idle_per_host(settings.connections)
            .pool_idle_timeout(IDLE_TIMEOUT)
            // A connection that many requests share is given up when the other end is silent: each
            // further attempt would run into the same dead end.
            .http2_keep_alive_interval(PING_INTERVAL)
            .http2_keep_alive_timeout(PING_TIMEOUT)
            .tcp_nodelay(true)
            // A redirect would carry the token and the lead to another address.
            .redirect(reqwest::redirect::Policy::none())
            // What reqwest repeats by itself is only what a server says, in the protocol, that it
            // has not looked at; every attempt beyond that is decided by the caller.
            .build()?;
        Ok(Self {
            http,
            leads: settings.address.join("v1/leads"),
            proxy,
        })
    }

    /// Asks for the smallest page of leads, as [`LeadApi::probe`] does, and tells all of the answer.
    pub async fn ask(&self, token: &Token) -> Listed {
        self.list(SMALLEST_PAGE, token).await.what
    }

    /// Reads the leads at the list's address with this query.
    async fn list(&self, query: &[(&str, &str)], token: &Token) -> Exchanged<Listed> {
        let mut url = self.leads.clone();
        url.query_pairs_mut().extend_pairs(query);
        let exchanged = self.look_up(url, token).await;
        exchanged.map(|answer| match answer {
            Ok(answer) => read_page(answer),
            Err(error) => Listed::Failed(error.into()),
        })
    }

    async fn look_up(&self, url: Url, token: &Token) -> Exchanged<Result<Answer, ExchangeError>> {
        let request = Request::new(Method::GET, url);
        self.exchange(request, token, LOOK_UP_LIMIT_BYTES).await
    }

    async fn exchange(
        &self,
        mut request: Request,
        token: &Token,
        limit_bytes: usize,
    ) -> Exchanged<Result<Answer, ExchangeError>> {
        let sent = Sent::of(&request);
        request.headers_mut().insert(AUTHORIZATION, token.header());
        let response = match self.http.execute(request).await {
            Ok(response) => response,
            Err(error) => {
                let error = ExchangeError::from(error).through_proxy(self.proxy.as_deref());
                return Exchanged::silent(Err(error));
            }
        };
        let allowance = told_allowance(response.headers(), Timestamp::now());
        let answer = read_answer(response, limit_bytes).await;
        let body = match answer.status {
            200..=299 => answer.body,
            status => quotable(status, &answer.body, token, &sent),
        };
        Exchanged {
            what: Ok(Answer { body, ..answer }),
            allowance,
        }
    }
}

impl LeadApi for ApiClient {
    async fn create_lead(
        &self,
        body: Bytes,
        key: IdempotencyKey,
        token: &Token,
    ) -> Exchanged<AnswerClass> {
        let mut request = Request::new(Method::POST, self.leads.clone());
        let headers = request.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        headers.insert(IDEMPOTENCY_KEY, key.header());
        *request.body_mut() = Some(body.into());
        let exchanged = self.exchange(request, token, ANSWER_LIMIT_BYTES).await;
        exchanged.map(|answer| answer.map_or_else(AnswerClass::from, classify))
    }

    async fn probe(&self, token: &Token) -> Exchanged<Probed> {
        self.list(SMALLEST_PAGE, token).await.map(Probed::from)
    }

    async fn find_lead(&self, id: &LeadId, token: &Token) -> Exchanged<Found> {
        let mut url = self.leads.clone();
        url.path_segments_mut()
            .expect("the address of an API has a path")
            .push(&id.0);
        let exchanged = self.look_up(url, token).await;
        exchanged.map(|answer| match answer {
            Ok(answer) => read_found(answer, id),
            Err(error) => Found::Unknown(error.into()),
        })
    }

    async fn search_leads(&self, term: &str, page: u64, token: &Token) -> Exchanged<Listed> {
        let term: String = term.chars().take(SEARCH_CHARACTERS).collect();
        let page = page.to_string();
        let query = [("search", &*term), ("per_page", "100"), ("page", &page)];
        self.list(&query, token).await
    }

    async fn list_leads(&self, page: u64, token: &Token) -> Exchanged<Listed> {
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
    let pause = demanded_pause(status, response.headers(), Timestamp::now());
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
