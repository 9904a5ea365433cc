//! What every request passes on its way in, and every answer on its way out.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use axum::extract::{Request, State};
use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, RETRY_AFTER};
use axum::http::{HeaderMap, HeaderValue};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use super::error_body::ApiError;
use super::rate_limit::RateVerdict;
use super::shared_state::SharedState;
use super::tokens::TokenVerdict;

const TENANT: HeaderName = HeaderName::from_static("x-tenant");
const RATE_LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const RATE_REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RATE_RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Caller {
    pub(super) tenant: i64,
    /// Whether the body is said to be JSON.
    pub(super) sends_json: bool,
}

/// Judges a request by its headers, has it answered, and finishes the answer.
///
/// The token comes before the rate limit, as in the framework: who is not known uses nothing up.
pub(super) async fn pass(
    State(state): State<Arc<SharedState>>,
    mut request: Request,
    next: Next,
) -> Response {
    state.count_request();
    let (caller, rate) = admit(&state, request.headers());
    let answer = match caller {
        Err(error) => error.into_response(),
        Ok(caller) => {
            request.extensions_mut().insert(caller);
            let answer = state.watch(next.run(request)).await;
            answer.unwrap_or_else(|| ApiError::Failed.into_response())
        }
    };
    let latency = state.options.faults.latency;
    if !latency.is_zero() {
        tokio::time::sleep(latency).await;
    }
    let mut answer = ApiError::render(answer, state.options.error_style);
    if let Some(rate) = rate {
        tell_rate(rate, answer.headers_mut());
    }
    answer
}

fn admit(
    state: &SharedState,
    headers: &HeaderMap,
) -> (Result<Caller, ApiError>, Option<RateVerdict>) {
    if let Err(error) = check_token(state, headers) {
        state.count_unauthorised();
        return (Err(error), None);
    }
    let rate = state.count_against_rate();
    if rate.is_some_and(|rate| !rate.is_allowed) {
        return (Err(ApiError::TooManyRequests), rate);
    }
    (read_caller(state, headers), rate)
}

fn check_token(state: &SharedState, headers: &HeaderMap) -> Result<(), ApiError> {
    let token = headers
        .get(AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split_once(' '))
        .filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer"))
        .map(|(_, token)| token)
        .ok_or(ApiError::MissingToken)?;
    match state.tokens.judge(token, Instant::now()) {
        TokenVerdict::Good => Ok(()),
        TokenVerdict::Wrong => Err(ApiError::WrongToken),
        TokenVerdict::Expired => Err(ApiError::ExpiredToken),
    }
}

fn read_caller(state: &SharedState, headers: &HeaderMap) -> Result<Caller, ApiError> {
    if !accepts_json(headers) {
        return Err(ApiError::NotAcceptable);
    }
    let tenant = headers
        .get(TENANT)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.parse::<i64>().ok())
        .filter(|&tenant| tenant > 0)
        .ok_or(ApiError::MissingTenant)?;
    let is_right = |only| u64::try_from(tenant).is_ok_and(|tenant| tenant == only);
    if !state.options.tenant.is_none_or(is_right) {
        return Err(ApiError::WrongTenant);
    }
    Ok(Caller {
        tenant,
        sends_json: sends_json(headers),
    })
}

/// Whether the client takes JSON. One that does not say takes anything: the guides ask for the
/// header, the reference pages leave it out, and refusing would reject their own examples.
fn accepts_json(headers: &HeaderMap) -> bool {
    let mut given = headers.get_all(ACCEPT).iter().peekable();
    given.peek().is_none()
        || given
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .map(media_type)
            .any(|kind| kind == "*/*" || kind == "application/*" || is_json(&kind))
}

fn sends_json(headers: &HeaderMap) -> bool {
    let given = headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok());
    given.is_some_and(|value| value == "application/json" || is_json(&media_type(value)))
}

/// The media type without its parameters.
fn media_type(value: &str) -> String {
    let kind = value.split_once(';').map_or(value, |(kind, _)| kind);
    kind.trim().to_ascii_lowercase()
}

fn is_json(kind: &str) -> bool {
    kind == "application/json" || kind.ends_with("+json")
}

fn tell_rate(rate: RateVerdict, headers: &mut HeaderMap) {
    let told = rate.limit.headers;
    if told.tell_rate() {
        headers.insert(RATE_LIMIT, rate.limit.requests.into());
        headers.insert(RATE_REMAINING, rate.remaining.into());
        headers.insert(RATE_RESET, unix_seconds_after(rate.resets_in));
    }
    if told.tell_retry_after() && !rate.is_allowed {
        headers.insert(RETRY_AFTER, whole_seconds(rate.resets_in).into());
    }
}

/// Rounded up: who waits that long finds the window open.
fn whole_seconds(span: Duration) -> u64 {
    span.as_secs() + u64::from(span.subsec_nanos() > 0)
}

fn unix_seconds_after(span: Duration) -> HeaderValue {
    // A clock before 1970 is the user's, and only shows as a wrong header.
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    whole_seconds(now + span).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_are_rounded_up_to_whole_seconds() {
        for (milliseconds, expected) in [(0, 0), (1, 1), (1_000, 1), (1_001, 2)] {
            assert_eq!(whole_seconds(Duration::from_millis(milliseconds)), expected);
        }
    }

    #[test]
    fn an_accept_header_must_allow_json() {
        for (accept, expected) in [
            ("application/json", true),
            ("text/html, application/json;q=0.9", true),
            ("*/*", true),
            ("Application/*", true),
            ("application/vnd.api+json", true),
            ("text/html", false),
            ("", false),
        ] {
            let headers = HeaderMap::from_iter([(ACCEPT, accept.parse().unwrap())]);
            assert_eq!(accepts_json(&headers), expected, "{accept}");
        }
        assert!(accepts_json(&HeaderMap::new()));
    }
}
