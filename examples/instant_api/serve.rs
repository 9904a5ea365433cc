//! Requests and their answers.

use std::cell::RefCell;
use std::convert::Infallible;
use std::rc::Rc;
use std::time::{Duration, Instant};

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONTENT_TYPE, HeaderValue};
use hyper::{Method, Request, Response, StatusCode};

use crate::counts::{Counts, Kind};
use crate::limit::{HeaderStyle, Limit, Verdict, tell_limit};

/// Where leads are.
const LEADS: &str = "/api/v1/leads";

/// The whole server.
pub(crate) struct Api {
    /// How late every answer to a create is.
    pub(crate) latency: Duration,
    /// What was received.
    pub(crate) counts: RefCell<Counts>,
    /// How much may be.
    pub(crate) limit: Option<RefCell<Limit>>,
    /// What answers tell of it.
    pub(crate) headers: HeaderStyle,
}

type Answer = Response<Full<Bytes>>;

/// Answers one request.
pub(crate) async fn answer(api: Rc<Api>, request: Request<Incoming>) -> Result<Answer, Infallible> {
    let (parts, body) = request.into_parts();
    if parts.uri.path() == "/stats" {
        return Ok(json(StatusCode::OK, api.counts.borrow().tell()));
    }
    let arrived = Instant::now();
    let is_create = parts.method == Method::POST && parts.uri.path() == LEADS;
    api.counts.borrow_mut().begin(arrived, is_create);
    // Read to its end, for the next request comes behind it. A body that breaks off ends the
    // connection by itself.
    let _ = body.collect().await;
    if is_create && !api.latency.is_zero() {
        tokio::time::sleep_until((arrived + api.latency).into()).await;
    }
    let verdict = api.limit.as_ref().map(|limit| limit.borrow_mut().judge());
    let kind = match verdict {
        Some(Verdict { allowed: false, .. }) => Kind::Refused,
        _ if is_create => Kind::Create,
        _ => Kind::Other,
    };
    let number = api.counts.borrow_mut().end(kind, verdict);
    let mut answer = match kind {
        Kind::Refused => refuse(),
        Kind::Create => json(
            StatusCode::CREATED,
            format!(r#"{{"data":{{"id":{number}}}}}"#),
        ),
        Kind::Other => show(&parts.method, parts.uri.path(), parts.uri.query(), number),
    };
    if let Some(verdict) = verdict {
        tell_limit(answer.headers_mut(), api.headers, verdict);
    }
    Ok(answer)
}

fn refuse() -> Answer {
    let words = r#"{"error":"rate_limit_exceeded","message":"Too many requests."}"#;
    json(StatusCode::TOO_MANY_REQUESTS, words.to_owned())
}

/// What is asked about leads: the list has the newest one, and a search finds none. `created` is
/// how many there are.
fn show(method: &Method, path: &str, query: Option<&str>, created: u64) -> Answer {
    let id = path
        .strip_prefix(LEADS)
        .and_then(|rest| rest.strip_prefix('/'));
    let is_search = query.is_some_and(|query| query.contains("search="));
    match (method, path, id.map(str::parse)) {
        (&Method::GET, LEADS, _) if created == 0 || is_search => {
            json(StatusCode::OK, r#"{"data":[],"meta":{"total":0}}"#.into())
        }
        (&Method::GET, LEADS, _) => json(
            StatusCode::OK,
            format!(r#"{{"data":[{{"id":{created}}}],"meta":{{"total":{created}}}}}"#),
        ),
        (&Method::GET, _, Some(Ok(id))) if (1..=created).contains(&id) => {
            json(StatusCode::OK, format!(r#"{{"data":{{"id":{id}}}}}"#))
        }
        _ => json(StatusCode::NOT_FOUND, r#"{"error":"not_found"}"#.into()),
    }
}

fn json(status: StatusCode, text: String) -> Answer {
    let mut answer = Response::new(Full::new(Bytes::from(text)));
    *answer.status_mut() = status;
    let kind = HeaderValue::from_static("application/json");
    answer.headers_mut().insert(CONTENT_TYPE, kind);
    answer
}
