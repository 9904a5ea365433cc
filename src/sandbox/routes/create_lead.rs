//! `POST /v1/leads`, and everything that can go wrong with it on demand.

use std::io;
use std::sync::Arc;

use axum::Extension;
use axum::body::Body;
use axum::extract::rejection::BytesRejection;
use axum::extract::{ConnectInfo, State};
use axum::http::StatusCode;
use axum::http::header::CONTENT_LENGTH;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream::{self, StreamExt};

use crate::sandbox::connection::ConnectionHandle;
use crate::sandbox::error_body::ApiError;
use crate::sandbox::faults::Fault;
use crate::sandbox::gate::Caller;
use crate::sandbox::lead_resource::{LeadResource, ShownKeys, StoredLead};
use crate::sandbox::lead_values::LeadValues;
use crate::sandbox::rules::check_lead;
use crate::sandbox::shared_state::SharedState;

use super::answer::{Envelope, json_answer, json_bytes, read_json};

/// Checks the body and keeps the lead, unless this request's fault says otherwise.
///
/// The body has been read when this is called. From there nothing awaits until the lead is kept, so
/// a client that goes away does not stop it: a real server finishes too.
pub(super) async fn create_lead(
    State(state): State<Arc<SharedState>>,
    Extension(caller): Extension<Caller>,
    ConnectInfo(connection): ConnectInfo<ConnectionHandle>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let fault = state.next_fault(caller.tenant, body.as_deref().ok());
    if let Some(answer) = befall_before(&state, fault, &connection).await {
        return answer;
    }
    let fields = read_json(caller, body)?;
    let knows = |field: &str, id| state.knows_id(caller.tenant, field, id);
    let values = check_lead(fields, knows).map_err(ApiError::Invalid)?;
    if fault == Some(Fault::CreatedLate) {
        create_late(&state, caller, values);
        state.count_fault();
        return Ok(unanswered(&connection));
    }
    let lead = state.create_lead(caller.tenant, values)?;
    befall_after(&state, fault, &connection, &lead).await
}

/// What a fault does in place of judging the body; `None` where it lets the lead be created.
async fn befall_before(
    state: &SharedState,
    fault: Option<Fault>,
    connection: &ConnectionHandle,
) -> Option<Result<Response, ApiError>> {
    let refusal = match fault? {
        Fault::Error500 => Some(ApiError::Failed),
        Fault::Error503 => Some(ApiError::Unavailable),
        Fault::Refuse => Some(ApiError::RefusedOnDemand),
        Fault::Forbid => Some(ApiError::Forbidden),
        Fault::ClosedBefore | Fault::HangBefore => None,
        Fault::Error500AfterCreating
        | Fault::ClosedAfter
        | Fault::CreatedLate
        | Fault::BrokenJson
        | Fault::HalfAnswer
        | Fault::NoId
        | Fault::Hang => return None,
    };
    state.count_fault();
    if let Some(refusal) = refusal {
        return Some(Err(refusal));
    }
    if fault == Some(Fault::HangBefore) {
        return std::future::pending().await;
    }
    Some(Ok(unanswered(connection)))
}

/// Answers for a lead that was created, as the fault has it.
async fn befall_after(
    state: &SharedState,
    fault: Option<Fault>,
    connection: &ConnectionHandle,
    lead: &StoredLead,
) -> Result<Response, ApiError> {
    let keys = match fault {
        Some(Fault::NoId) => ShownKeys::AllButId,
        _ => ShownKeys::All,
    };
    let body = json_bytes(&Envelope {
        success: state.options.error_style.truth(true),
        data: LeadResource::new(lead, &state.options).with_keys(keys),
    });
    let Some(fault) = fault else {
        return Ok(json_answer(StatusCode::CREATED, body));
    };
    state.count_fault();
    match fault {
        Fault::Error500AfterCreating => Err(ApiError::Failed),
        Fault::ClosedAfter => Ok(unanswered(connection)),
        Fault::BrokenJson => Ok(json_answer(StatusCode::CREATED, first_half(&body))),
        Fault::HalfAnswer => Ok(half_answer(&body)),
        Fault::Hang => std::future::pending().await,
        _ => Ok(json_answer(StatusCode::CREATED, body)),
    }
}

/// Closes the connection; what is returned never leaves this machine's memory.
fn unanswered(connection: &ConnectionHandle) -> Response {
    connection.cut();
    StatusCode::NO_CONTENT.into_response()
}

/// Creates the lead after a while, when its client has long seen the connection close.
///
/// The task ends with the runtime at the latest; a panic in it is told when the sandbox stops.
fn create_late(state: &Arc<SharedState>, caller: Caller, values: LeadValues) {
    let state = Arc::clone(state);
    tokio::spawn(async move {
        tokio::time::sleep(state.options.faults.late_by).await;
        // A storage failure has been told as a notice, and there is no client left to tell.
        state
            .watch(async { state.create_lead(caller.tenant, values).ok() })
            .await;
    });
}

fn first_half(body: &[u8]) -> Vec<u8> {
    body[..body.len() / 2].to_vec()
}

/// Promises the whole body, sends half of it and ends the connection.
fn half_answer(body: &[u8]) -> Response {
    let sent = stream::iter([Ok(Bytes::from(first_half(body)))]);
    let broken = stream::once(async {
        // The server writes what it has when the body makes it wait, and so the half goes out.
        tokio::task::yield_now().await;
        Err(io::Error::from(io::ErrorKind::ConnectionAborted))
    });
    let mut response = json_answer(StatusCode::CREATED, Body::from_stream(sent.chain(broken)));
    response
        .headers_mut()
        .insert(CONTENT_LENGTH, body.len().into());
    response
}
