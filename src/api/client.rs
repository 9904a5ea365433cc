//! One exchange with the CRM. Nothing here repeats anything.

use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::Full;
use hyper::header::{
    ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap,
    HeaderName, HeaderValue, USER_AGENT,
};
use hyper::http::uri::PathAndQuery;
use hyper::{Method, Request};
use jiff::Timestamp;
use url::{Position, Url};

use crate::api::allowance_headers::told_allowance;
use crate::api::api_address::ApiAddress;
use crate::api::classify::{Answer, AnswerClass, Doubt, classify};
use crate::api::exchange_error::ExchangeError;
use crate::api::exchanged::Exchanged;
use crate::api::idempotency_key::IdempotencyKey;
use crate::api::lead_api::LeadApi;
use crate::api::look_up::{Found, Listed, read_found, read_page};
use crate::api::probe::Probed;
use crate::api::quotable::{Kind, Sent, quotable};
use crate::api::rate_headers::demanded_pause;
use crate::api::route::{self, Route};
use crate::api::token::Token;
use crate::api::transport::{BodyEnd, BoxedRequest, Lines, Origin, read_body, unpack};
use crate::model::{Allowance, LeadId};

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

/// Whose leads are meant.
const TENANT: HeaderName = HeaderName::from_static("x-tenant");

const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// Stands for a value that differs from request to request.
const YET_TO_COME: HeaderValue = HeaderValue::from_static("");

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
#[non_exhaustive]
pub enum ClientError {
    /// That of the API: there is nobody to judge certificates by.
    Tls(#[from] rustls::Error),
    /// That of the authorization server.
    Http(#[from] reqwest::Error),
}

/// Speaks to one API for one tenant. Cheap to clone; connections are shared and kept alive.
#[derive(Debug, Clone)]
pub struct ApiClient {
    shared: Arc<Shared>,
}

/// What all clones have in common.
#[derive(Debug)]
struct Shared {
    lines: Lines,
    /// Where everything is, for addresses below it.
    base: ApiAddress,
    /// Where leads are, for addresses below it.
    leads: Url,
    /// The same, as a request for a new lead names it.
    creates: PathAndQuery,
    /// The headers of a request that asks for something.
    asking: HeaderMap,
    /// The headers of a request for a new lead.
    creating: HeaderMap,
    timeout: Duration,
    /// The proxy's name, for messages.
    proxy: Option<String>,
}

impl ApiClient {
    /// Sets up a client. Opens no connection.
    pub fn new(settings: &ClientSettings) -> Result<Self, ClientError> {
        // Ends before the whole attempt does, so that it is known that nothing was sent.
        let timeout = CONNECT_TIMEOUT.min(settings.timeout * 3 / 4);
        let (connector, proxy) = settings.route.connector(&settings.address, timeout)?;
        let leads = settings.address.join("v1/leads");
        let origin = Origin::of(&leads);
        let asking = headers_of_asking(&origin, settings.tenant);
        let shared = Shared {
            creating: headers_of_creating(&asking),
            asking,
            lines: Lines::new(connector, origin, settings.connections),
            creates: target_of(&leads),
            leads,
            base: settings.address.clone(),
            timeout: settings.timeout,
            proxy,
        };
        Ok(Self {
            shared: Arc::new(shared),
        })
    }

    /// Asks for the smallest page of leads, as [`LeadApi::probe`] does, and tells all of the answer.
    pub async fn ask(&self, token: &Token) -> Listed {
        self.list(SMALLEST_PAGE, token).await.what
    }

    /// Reads the leads at the list's address with this query.
    async fn list(&self, query: &[(&str, &str)], token: &Token) -> Exchanged<Listed> {
        let mut url = self.shared.leads.clone();
        url.query_pairs_mut().extend_pairs(query);
        let exchanged = self.look_up(&url, token).await;
        exchanged.map(|answer| match answer {
            Ok(answer) => read_page(answer),
            Err(error) => Listed::Failed(error.into()),
        })
    }

    /// The address of `path` below that of the API.
    pub(super) fn address_of(&self, path: &str) -> Url {
        self.shared.base.join(path)
    }

    /// Asks for what is at `url`.
    pub(super) async fn look_up(
        &self,
        url: &Url,
        token: &Token,
    ) -> Exchanged<Result<Answer, ExchangeError>> {
        let mut request = Request::new(Bytes::new());
        *request.uri_mut() = target_of(url).into();
        *request.headers_mut() = self.shared.asking.clone();
        self.exchange(request, Kind::Other, token, LOOK_UP_LIMIT_BYTES)
            .await
    }

    /// Posts `body`, which is JSON, to `url`.
    pub(super) async fn post(
        &self,
        url: &Url,
        body: Bytes,
        token: &Token,
    ) -> Exchanged<Result<Answer, ExchangeError>> {
        let mut headers = self.shared.asking.clone();
        headers.insert(CONTENT_TYPE, JSON);
        headers.insert(CONTENT_LENGTH, body.len().into());
        let mut request = Request::new(body);
        *request.method_mut() = Method::POST;
        *request.uri_mut() = target_of(url).into();
        *request.headers_mut() = headers;
        self.exchange(request, Kind::Other, token, ANSWER_LIMIT_BYTES)
            .await
    }

    /// Sends a request and reads what comes back, within the time for one attempt.
    fn exchange(
        &self,
        mut request: Request<Bytes>,
        kind: Kind,
        token: &Token,
        limit_bytes: usize,
    ) -> impl Future<Output = Exchanged<Result<Answer, ExchangeError>>> {
        request.headers_mut().insert(AUTHORIZATION, token.header());
        let sent = Sent {
            target: request.uri().path_and_query().cloned(),
            body: request.body().clone(),
            kind,
        };
        let request = Box::new(request.map(Full::new));
        async move {
            let received = self.send(request, limit_bytes).await;
            self.judge(received, token, &sent, limit_bytes)
        }
    }

    fn judge(
        &self,
        received: Result<Received, ExchangeError>,
        token: &Token,
        sent: &Sent,
        limit_bytes: usize,
    ) -> Exchanged<Result<Answer, ExchangeError>> {
        let received = match received {
            Ok(received) => received,
            Err(error) => {
                return Exchanged::silent(Err(error.through_proxy(self.shared.proxy.as_deref())));
            }
        };
        let (answer, allowance) = received.judge(limit_bytes);
        let body = match answer.status {
            200..=299 => answer.body,
            status => quotable(status, &answer.body, token, sent),
        };
        Exchanged {
            what: Ok(Answer { body, ..answer }),
            allowance,
        }
    }

    async fn send(
        &self,
        request: BoxedRequest,
        limit_bytes: usize,
    ) -> Result<Received, ExchangeError> {
        let mut deadline = pin!(tokio::time::sleep(self.shared.timeout));
        let sending = self.shared.lines.send(request);
        let (response, line) = tokio::select! {
            biased;
            sent = sending => sent?,
            () = &mut deadline => return Err(ExchangeError::Unanswered(Doubt::TimedOut)),
        };
        let (head, body) = response.into_parts();
        let mut bytes = Vec::new();
        let end = tokio::select! {
            biased;
            end = read_body(body, limit_bytes, &mut bytes) => end,
            () = &mut deadline => BodyEnd::Broken,
        };
        // What is left of an answer would be taken for the next one's.
        if end == BodyEnd::Whole {
            self.shared.lines.give_back(line);
        }
        Ok(Received {
            status: head.status.as_u16(),
            headers: head.headers,
            bytes,
            end,
        })
    }
}

/// An answer as it came.
pub(super) struct Received {
    pub(super) status: u16,
    pub(super) headers: HeaderMap,
    pub(super) bytes: Vec<u8>,
    pub(super) end: BodyEnd,
}

impl Received {
    /// What it says, and what it tells of the server's limit.
    pub(super) fn judge(self, limit_bytes: usize) -> (Answer, Allowance) {
        let Self {
            status,
            headers,
            bytes,
            end,
        } = self;
        let now = Timestamp::now();
        let (body, end) = unpack(&headers, (bytes, end), limit_bytes);
        let answer = Answer {
            status,
            body,
            // What is beyond the bound is of no use; the answer itself is whole.
            complete: end != BodyEnd::Broken,
            pause: demanded_pause(status, &headers, now),
        };
        (answer, told_allowance(&headers, now))
    }
}

/// What every request says, with room for what each says of its own: a table that is copied whole costs a fraction
/// of one that is filled header by header.
fn headers_of_asking(origin: &Origin, tenant: u64) -> HeaderMap {
    HeaderMap::from_iter([
        (ACCEPT, JSON),
        (ACCEPT_ENCODING, HeaderValue::from_static("gzip")),
        (USER_AGENT, HeaderValue::from_static(route::USER_AGENT)),
        (TENANT, HeaderValue::from(tenant)),
        (HOST, origin.host().clone()),
        (AUTHORIZATION, YET_TO_COME),
    ])
}

fn headers_of_creating(asking: &HeaderMap) -> HeaderMap {
    let mut headers = asking.clone();
    headers.insert(CONTENT_TYPE, JSON);
    headers.insert(IDEMPOTENCY_KEY, YET_TO_COME);
    // Else hyper would add it, and the table would have to grow for it each time.
    headers.insert(CONTENT_LENGTH, YET_TO_COME);
    headers
}

/// What a request to `url` names: all that is behind the server's name.
fn target_of(url: &Url) -> PathAndQuery {
    let target = url[Position::BeforePath..Position::AfterQuery].parse();
    target.expect("path and query of an address are those of a request")
}

impl LeadApi for ApiClient {
    async fn create_lead(
        &self,
        body: Bytes,
        key: IdempotencyKey,
        token: &Token,
    ) -> Exchanged<AnswerClass> {
        let length = body.len();
        let mut request = Request::new(body);
        *request.method_mut() = Method::POST;
        *request.uri_mut() = self.shared.creates.clone().into();
        let mut headers = self.shared.creating.clone();
        headers.insert(IDEMPOTENCY_KEY, key.header());
        headers.insert(CONTENT_LENGTH, length.into());
        *request.headers_mut() = headers;
        let exchanged = self
            .exchange(request, Kind::Create, token, ANSWER_LIMIT_BYTES)
            .await;
        exchanged.map(|answer| answer.map_or_else(AnswerClass::from, classify))
    }

    async fn probe(&self, token: &Token) -> Exchanged<Probed> {
        self.list(SMALLEST_PAGE, token).await.map(Probed::from)
    }

    async fn find_lead(&self, id: &LeadId, token: &Token) -> Exchanged<Found> {
        let mut url = self.shared.leads.clone();
        url.path_segments_mut()
            .expect("the address of an API has a path")
            .push(&id.0);
        let exchanged = self.look_up(&url, token).await;
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
