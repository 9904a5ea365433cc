//! Bodies in and out.

use axum::body::Body;
use axum::extract::rejection::BytesRejection;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::sandbox::error_body::ApiError;
use crate::sandbox::gate::Caller;

/// The body of an answer about one thing.
#[derive(Debug, Serialize)]
pub(super) struct Envelope<T> {
    pub(super) success: Value,
    pub(super) data: T,
}

/// The bytes of a JSON body.
pub(super) fn json_bytes(body: &impl Serialize) -> Vec<u8> {
    serde_json::to_vec(body).expect("answers hold only texts, numbers and lists of them")
}

/// An answer whose body is `bytes` of JSON.
pub(super) fn json_answer(status: StatusCode, bytes: impl Into<Body>) -> Response {
    let mut response = (status, bytes.into()).into_response();
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

/// Reads a body that must be JSON. One that is no object has no fields, as in the framework.
pub(super) fn read_json(
    caller: Caller,
    body: Result<Bytes, BytesRejection>,
) -> Result<Map<String, Value>, ApiError> {
    let body = body.map_err(|rejection| match rejection.status() {
        StatusCode::PAYLOAD_TOO_LARGE => ApiError::BodyTooLarge,
        _ => ApiError::MalformedJson,
    })?;
    if !caller.sends_json {
        return Err(ApiError::NotJson);
    }
    match serde_json::from_slice(&body) {
        Ok(Value::Object(fields)) => Ok(fields),
        Ok(_) => Ok(Map::new()),
        Err(_) => Err(ApiError::MalformedJson),
    }
}
