//! The answers that say no, in the shape of the API's pages or of the framework behind them.

use std::str::FromStr;

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};

use super::rules::FieldError;

/// The shape of error bodies. Parsed from `documented` and `framework`.
///
/// It also settles a second doubt about the API: its pages show `success` and `is_converted` as
/// texts, while a server of its kind writes truth values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum ErrorStyle {
    /// `{"error": code, "message": text}`, and truth values as texts: what the pages show.
    #[default]
    Documented,
    /// `{"message": text, "errors": {field: [text]}}`, and truth values as such: what Laravel writes.
    Framework,
}

/// Text that names no error style.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is neither `documented` nor `framework`")]
pub struct ErrorStyleError {
    /// What was given.
    pub text: String,
}

impl FromStr for ErrorStyle {
    type Err = ErrorStyleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "documented" => Ok(Self::Documented),
            "framework" => Ok(Self::Framework),
            _ => Err(ErrorStyleError {
                text: text.to_owned(),
            }),
        }
    }
}

impl ErrorStyle {
    /// A truth value as this style writes it.
    pub(super) fn truth(self, value: bool) -> Value {
        match self {
            Self::Documented => Value::String(value.to_string()),
            Self::Framework => Value::Bool(value),
        }
    }
}

/// Why a request is refused. Becomes a bare status first; [`ApiError::render`] adds the body,
/// because only the gate knows the style.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum ApiError {
    MissingToken,
    WrongToken,
    ExpiredToken,
    MissingTenant,
    WrongTenant,
    Forbidden,
    NoSuchRoute,
    NoSuchLead,
    MethodNotAllowed,
    NotAcceptable,
    MalformedJson,
    BodyTooLarge,
    NotJson,
    Invalid(Vec<FieldError>),
    /// A fault on demand: refused though nothing is wrong.
    RefusedOnDemand,
    /// A lead has all these values already.
    Twin,
    /// The request that brought its `Idempotency-Key` first is under way.
    KeyInUse,
    /// Its `Idempotency-Key` came with another body before.
    KeyOfOtherBody,
    TooManyRequests,
    Failed,
    Unavailable,
}

impl ApiError {
    fn status(&self) -> StatusCode {
        match self {
            Self::MissingToken | Self::WrongToken | Self::ExpiredToken => StatusCode::UNAUTHORIZED,
            Self::MissingTenant | Self::MalformedJson => StatusCode::BAD_REQUEST,
            Self::WrongTenant | Self::Forbidden => StatusCode::FORBIDDEN,
            Self::NoSuchRoute | Self::NoSuchLead => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::NotAcceptable => StatusCode::NOT_ACCEPTABLE,
            Self::BodyTooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::NotJson => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::Invalid(_) | Self::RefusedOnDemand | Self::KeyOfOtherBody => {
                StatusCode::UNPROCESSABLE_ENTITY
            }
            Self::Twin | Self::KeyInUse => StatusCode::CONFLICT,
            Self::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            Self::Failed => StatusCode::INTERNAL_SERVER_ERROR,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// The documented code. The API's pages name those of 401, 422 and 429 and `invalid_request`;
    /// the others are made in their manner.
    fn code(&self) -> &'static str {
        match self {
            Self::MissingToken => "unauthorized",
            Self::WrongToken | Self::ExpiredToken => "invalid_token",
            Self::MissingTenant | Self::MalformedJson => "invalid_request",
            Self::WrongTenant | Self::Forbidden => "forbidden",
            Self::NoSuchRoute | Self::NoSuchLead => "not_found",
            Self::MethodNotAllowed => "method_not_allowed",
            Self::NotAcceptable => "not_acceptable",
            Self::BodyTooLarge => "payload_too_large",
            Self::NotJson => "unsupported_media_type",
            Self::Invalid(_) | Self::RefusedOnDemand => "validation_error",
            Self::Twin => "duplicate_lead",
            Self::KeyInUse => "idempotency_key_in_use",
            Self::KeyOfOtherBody => "idempotency_key_reused",
            Self::TooManyRequests => "rate_limit_exceeded",
            Self::Failed => "server_error",
            Self::Unavailable => "service_unavailable",
        }
    }

    fn documented_message(&self) -> String {
        let text = match self {
            Self::MissingToken => "The 'Authorization' header must be a bearer token.",
            Self::WrongToken => "The access token is invalid.",
            Self::ExpiredToken => "The access token has expired.",
            Self::MissingTenant => "The 'X-Tenant' header must be the number of a tenant.",
            Self::WrongTenant => "The token gives no access to this tenant.",
            Self::Forbidden => "The token does not allow this.",
            Self::NoSuchRoute => "There is nothing at this address.",
            Self::NoSuchLead => "There is no such lead.",
            Self::MethodNotAllowed => "This address does not take this method.",
            Self::NotAcceptable => "The 'Accept' header must allow application/json.",
            Self::MalformedJson => "The body is not valid JSON.",
            Self::BodyTooLarge => "The body is too large.",
            Self::NotJson => "The 'Content-Type' header must be application/json.",
            Self::Invalid(errors) => return documented_sentences(errors),
            Self::RefusedOnDemand => "The lead is refused on demand.",
            Self::Twin => "A lead with these values exists already.",
            Self::KeyInUse => "A request with this 'Idempotency-Key' is under way.",
            Self::KeyOfOtherBody => "This 'Idempotency-Key' came with another body before.",
            Self::TooManyRequests => "Too many requests.",
            Self::Failed => "The server failed.",
            Self::Unavailable => "The service is not available now.",
        };
        text.to_owned()
    }

    fn framework_message(&self) -> &'static str {
        match self {
            Self::MissingToken | Self::WrongToken | Self::ExpiredToken => "Unauthenticated.",
            Self::MissingTenant => "The X-Tenant header is required.",
            Self::WrongTenant | Self::Forbidden => "This action is unauthorized.",
            Self::NoSuchRoute => "The route could not be found.",
            Self::NoSuchLead => "No query results for model [App\\Models\\Lead].",
            Self::MethodNotAllowed => "The method is not supported for this route.",
            Self::NotAcceptable => "Not Acceptable",
            Self::MalformedJson => "Syntax error",
            Self::BodyTooLarge => "The POST data is too large.",
            Self::NotJson => "Unsupported Media Type",
            Self::Invalid(_) | Self::RefusedOnDemand => "The given data was invalid.",
            Self::Twin => "A lead with these values exists already.",
            Self::KeyInUse => "A request with this idempotency key is being processed.",
            Self::KeyOfOtherBody => "The idempotency key was used with another request.",
            Self::TooManyRequests => "Too Many Attempts.",
            Self::Failed => "Server Error",
            Self::Unavailable => "Service Unavailable",
        }
    }

    /// The body in `style`.
    pub(super) fn body(&self, style: ErrorStyle) -> Value {
        match (style, self) {
            (ErrorStyle::Documented, _) => {
                json!({"error": self.code(), "message": self.documented_message()})
            }
            (ErrorStyle::Framework, Self::Invalid(errors)) => framework_errors(errors),
            (ErrorStyle::Framework, _) => json!({"message": self.framework_message()}),
        }
    }

    /// Puts the body of the refusal that `response` carries, if any, in its place.
    pub(super) fn render(mut response: Response, style: ErrorStyle) -> Response {
        let Some(error) = response.extensions_mut().remove::<Self>() else {
            return response;
        };
        let (mut parts, _) = response.into_parts();
        let body = axum::Json(error.body(style)).into_response();
        parts.headers.extend(body.headers().clone());
        Response::from_parts(parts, body.into_body())
    }
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        let mut response = self.status().into_response();
        response.extensions_mut().insert(self);
        response
    }
}

/// All broken rules, each naming its field in single quotes: the only place for it in this style.
fn documented_sentences(errors: &[FieldError]) -> String {
    let sentences: Vec<_> = errors
        .iter()
        .flat_map(|error| {
            let subject = format!("'{}'", error.field);
            error.broken.iter().map(move |rule| rule.sentence(&subject))
        })
        .collect();
    sentences.join(" ")
}

/// Source: Laravel's `ValidationException`, which counts what its message leaves out.
fn framework_errors(errors: &[FieldError]) -> Value {
    let mut fields = Map::new();
    let mut summary = String::new();
    let mut count = 0_usize;
    for error in errors {
        let subject = displayed_name(&error.field);
        let sentences: Vec<_> = error
            .broken
            .iter()
            .map(|rule| rule.sentence(&subject))
            .collect();
        if summary.is_empty() {
            summary = sentences.first().cloned().unwrap_or_default();
        }
        count += sentences.len();
        fields.insert(error.field.clone(), json!(sentences));
    }
    match count {
        0 | 1 => {}
        2 => summary.push_str(" (and 1 more error)"),
        _ => summary = format!("{summary} (and {} more errors)", count - 1),
    }
    json!({"message": summary, "errors": fields})
}

/// A field as the framework's sentences name it; elements of a list keep their raw name.
fn displayed_name(field: &str) -> String {
    if field.contains('.') {
        field.to_owned()
    } else {
        field.replace('_', " ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sandbox::rules::BrokenRule;

    #[test]
    fn every_broken_rule_is_told_in_both_styles() {
        let error = ApiError::Invalid(vec![
            FieldError::new("last_name", BrokenRule::Required),
            FieldError {
                field: "email".into(),
                broken: vec![BrokenRule::TooLong { limit: 255 }, BrokenRule::NotEmail],
            },
        ]);
        assert_eq!(
            error.body(ErrorStyle::Documented),
            json!({
                "error": "validation_error",
                "message": "The 'last_name' field is required. \
                    The 'email' field must not be greater than 255 characters. \
                    The 'email' field must be a valid email address.",
            })
        );
        assert_eq!(
            error.body(ErrorStyle::Framework),
            json!({
                "message": "The last name field is required. (and 2 more errors)",
                "errors": {
                    "last_name": ["The last name field is required."],
                    "email": [
                        "The email field must not be greater than 255 characters.",
                        "The email field must be a valid email address.",
                    ],
                },
            })
        );
    }
}
