//! `POST /v1/leads`, and everything that can go wrong with it on demand.

use std::io;
use std::sync::Arc;
use std::time::Instant;

use axum::Extension;
use axum::body::Body;
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, State};
use axum::http::header::{CONTENT_LENGTH, HeaderName};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream::{self, StreamExt};

use crate::sandbox::connection::ConnectionHandle;
use crate::sandbox::error_body::ApiError;
use crate::sandbox::faults::Fault;
use crate::sandbox::gate::Caller;
use crate::sandbox::key_book::{Answer, KeyClaim, KeyVerdict};
use crate::sandbox::lead_resource::{LeadResource, ShownKeys};
use crate::sandbox::lead_values::LeadValues;
use crate::sandbox::rules::check_lead;
use crate::sandbox::shared_state::{Placed, SharedState};

use super::answer::{Envelope, json_answer, json_bytes, read_json};

/// The header that makes two requests one and the same.
const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// Checks the body and keeps the lead, unless this request's fault or its key says otherwise.
///
/// The body has been read when this is called. From there nothing awaits until the lead is kept, so
/// a client that goes away does not stop it: a real server finishes too.
pub(super) async fn create_lead(
    State(state): State<Arc<SharedState>>,
    Extension(caller): Extension<Caller>,
    ConnectInfo(connection): ConnectInfo<ConnectionHandle>,
    headers: HeaderMap,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let fault = state.next_fault(caller.tenant, body.as_deref().ok());
    if let Some(answer) = befall_arrival(&state, fault, &connection).await {
        return answer;
    }
    let mut claim = match judge_key(&state, caller, &headers, body.as_deref().ok()) {
        KeyVerdict::Work(claim) => claim,
        KeyVerdict::Answered(answer) => return respond(answer),
    };
    let values = claim.keep_refusal(judge_body(&state, caller, fault, body))?;
    if fault == Some(Fault::CreatedLate) {
        create_late(&state, caller, values, claim);
        state.count_fault();
        return Ok(unanswered(&connection));
    }
    let placed = claim.keep_refusal(state.place_lead(caller.tenant, values))?;
    let answer = written_answer(&state, fault, &placed);
    claim.keep(&answer);
    if fault.is_some() {
        state.count_fault();
    }
    befall_answer(fault, &connection, answer).await
}

/// What a fault does to a request that does not get as far as the server's own work; `None` where
/// it gets there.
async fn befall_arrival(
    state: &SharedState,
    fault: Option<Fault>,
    connection: &ConnectionHandle,
) -> Option<Result<Response, ApiError>> {
    let fault = fault?;
    if !matches!(
        fault,
        Fault::Error503 | Fault::ClosedBefore | Fault::HangBefore
    ) {
        return None;
    }
    state.count_fault();
    match fault {
        Fault::Error503 => Some(Err(ApiError::Unavailable)),
        Fault::HangBefore => std::future::pending().await,
        _ => Some(Ok(unanswered(connection))),
    }
}

/// A body that could not be read has no key: it is refused whatever it brings.
fn judge_key(
    state: &SharedState,
    caller: Caller,
    headers: &HeaderMap,
    body: Option<&[u8]>,
) -> KeyVerdict {
    let key = headers
        .get(IDEMPOTENCY_KEY)
        .and_then(|value| value.to_str().ok())
        .filter(|key| !key.is_empty());
    match (key, body) {
        (Some(key), Some(body)) => state.keys.judge(caller.tenant, key, body, Instant::now()),
        _ => KeyVerdict::Work(KeyClaim::default()),
    }
}

/// The values of the lead to be kept, unless the body or the request's fault refuses it.
fn judge_body(
    state: &SharedState,
    caller: Caller,
    fault: Option<Fault>,
    body: Result<Bytes, BytesRejection>,
) -> Result<LeadValues, ApiError> {
    let refusal = match fault {
        Some(Fault::Error500) => Some(ApiError::Failed),
        Some(Fault::Refuse) => Some(ApiError::RefusedOnDemand),
        Some(Fault::Forbid) => Some(ApiError::Forbidden),
        _ => None,
    };
    if let Some(refusal) = refusal {
        state.count_fault();
        return Err(refusal);
    }
    let fields = read_json(caller, body)?;
    let knows = |field: &str, id| state.knows_id(caller.tenant, field, id);
    check_lead(fields, knows).map_err(ApiError::Invalid)
}

/// What the server writes about a lead that has its place, as the fault has it.
fn written_answer(state: &SharedState, fault: Option<Fault>, placed: &Placed) -> Answer {
    let keys = match fault {
        Some(Fault::Error500AfterCreating) => return Err(ApiError::Failed),
        Some(Fault::NoId) => ShownKeys::AllButId,
        _ => ShownKeys::All,
    };
    let (status, lead) = match placed {
        Placed::Created(lead) => (StatusCode::CREATED, lead),
        Placed::Merged(lead) => (StatusCode::OK, lead),
    };
    let body = json_bytes(&Envelope {
        success: state.options.error_style.truth(true),
        data: LeadResource::new(lead, &state.options).with_keys(keys),
    });
    let mut body = Bytes::from(body);
    if fault == Some(Fault::BrokenJson) {
        body = first_half(&body);
    }
    Ok((status, body))
}

/// Sends an answer, or as much of it as the fault lets through.
async fn befall_answer(
    fault: Option<Fault>,
    connection: &ConnectionHandle,
    answer: Answer,
) -> Result<Response, ApiError> {
    match (fault, answer) {
        (Some(Fault::ClosedAfter), _) => Ok(unanswered(connection)),
        (Some(Fault::Hang), _) => std::future::pending().await,
        (Some(Fault::HalfAnswer), Ok((status, body))) => Ok(half_answer(status, &body)),
        (_, answer) => respond(answer),
    }
}

fn respond(answer: Answer) -> Result<Response, ApiError> {
    answer.map(|(status, body)| json_answer(status, body))
}

/// Closes the connection; what is returned never leaves this machine's memory.
fn unanswered(connection: &ConnectionHandle) -> Response {
    connection.cut();
    StatusCode::NO_CONTENT.into_response()
}

/// Creates the lead after a while, when its client has long seen the connection close.
///
/// The task ends with the runtime at the latest; a panic in it is told when the sandbox stops.
fn create_late(state: &Arc<SharedState>, caller: Caller, values: LeadValues, mut claim: KeyClaim) {
    let state = Arc::clone(state);
    tokio::spawn(async move {
        tokio::time::sleep(state.options.faults.late_by).await;
        let work = async {
            // Nobody is left to tell but who brings the key again.
            let placed = claim.keep_refusal(state.place_lead(caller.tenant, values));
            if let Ok(placed) = placed {
                claim.keep(&written_answer(&state, None, &placed));
            }
        };
        state.watch(work).await;
    });
}

fn first_half(body: &Bytes) -> Bytes {
    body.slice(..body.len() / 2)
}

/// Promises the whole body, sends half of it and ends the connection.
fn half_answer(status: StatusCode, body: &Bytes) -> Response {
    let sent = stream::iter([Ok(first_half(body))]);
    let broken = stream::once(async {
        // The server writes what it has when the body makes it wait, and so the half goes out.
        tokio::task::yield_now().await;
        Err(io::Error::from(io::ErrorKind::ConnectionAborted))
    });
    let mut response = json_answer(status, Body::from_stream(sent.chain(broken)));
    response
        .headers_mut()
        .insert(CONTENT_LENGTH, body.len().into());
    response
}
