//! `GET /oauth/authorize` and `POST /oauth/token`: RFC 6749 with the proof of RFC 7636.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Instant;

use axum::extract::{RawQuery, State};
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE, LOCATION};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use oauth2::{CsrfToken, PkceCodeChallenge, PkceCodeVerifier};
use serde_json::{Value, json};
use url::{Host, Url, form_urlencoded};

use crate::sandbox::grant_book::{CodeTerms, RefreshTerms};
use crate::sandbox::shared_state::SharedState;

use super::answer::{json_answer, json_bytes};

/// Why there are no tokens, in the words of RFC 6749, section 5.2.
type Refusal = (StatusCode, &'static str, &'static str);

const INVALID_CLIENT: Refusal = (
    StatusCode::UNAUTHORIZED,
    "invalid_client",
    "Client authentication failed.",
);
const INVALID_GRANT: Refusal = (
    StatusCode::BAD_REQUEST,
    "invalid_grant",
    "The code or token is invalid, expired, revoked or used.",
);

/// The person agrees at once, or not: the browser is sent back with a code or an error. Without a
/// client and a loopback address to send it to, it is told here.
pub(super) async fn authorize(
    State(state): State<Arc<SharedState>>,
    RawQuery(query): RawQuery,
) -> Response {
    state.count_request();
    let query = parameters(query.unwrap_or_default().as_bytes());
    let client_id = text(&query, "client_id");
    let redirect = Url::parse(text(&query, "redirect_uri"));
    let redirect = redirect.ok().filter(is_loopback);
    let Some(mut redirect) = redirect.filter(|_| knows_client(&state, client_id)) else {
        let words = "The client or its redirect address is not known.";
        return refused((StatusCode::BAD_REQUEST, "invalid_request", words));
    };
    let has_proof = text(&query, "code_challenge_method") == "S256"
        && !text(&query, "code_challenge").is_empty();
    let outcome = if text(&query, "response_type") != "code" {
        ("error", "unsupported_response_type".to_owned())
    } else if !has_proof {
        ("error", "invalid_request".to_owned())
    } else if state.options.sign_in.denied {
        ("error", "access_denied".to_owned())
    } else {
        let code = new_secret();
        let terms = CodeTerms {
            client_id: client_id.to_owned(),
            redirect_uri: text(&query, "redirect_uri").to_owned(),
            challenge: text(&query, "code_challenge").to_owned(),
        };
        state
            .grants()
            .give_code(code.clone(), terms, Instant::now());
        ("code", code)
    };
    let mut answer = redirect.query_pairs_mut();
    answer.append_pair(outcome.0, &outcome.1);
    if let Some(state) = query.get("state") {
        answer.append_pair("state", state);
    }
    drop(answer);
    (StatusCode::FOUND, [(LOCATION, redirect.to_string())]).into_response()
}

/// Gives tokens for a code or a refresh token.
pub(super) async fn give_tokens(
    State(state): State<Arc<SharedState>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    state.count_request();
    match judge(&state, &headers, &parameters(&body)) {
        Ok(tokens) => no_store(json_answer(StatusCode::OK, json_bytes(&tokens))),
        Err(refusal) => {
            state.count_refused_grant();
            refused(refusal)
        }
    }
}

fn judge(
    state: &SharedState,
    headers: &HeaderMap,
    form: &HashMap<String, String>,
) -> Result<Value, Refusal> {
    let is_form = headers.get(CONTENT_TYPE).is_some_and(|kind| {
        kind.as_bytes()
            .starts_with(b"application/x-www-form-urlencoded")
    });
    if !is_form {
        let words = "The body must be a form.";
        return Err((StatusCode::BAD_REQUEST, "invalid_request", words));
    }
    let client_id = text(form, "client_id");
    let secret = state.options.sign_in.client_secret.as_deref();
    let is_them = secret.is_none_or(|secret| text(form, "client_secret") == secret);
    if !is_them || !knows_client(state, client_id) {
        return Err(INVALID_CLIENT);
    }
    let now = Instant::now();
    match text(form, "grant_type") {
        "authorization_code" => {
            let terms = state.grants().take_code(text(form, "code"), now);
            let expected = CodeTerms {
                client_id: client_id.to_owned(),
                redirect_uri: text(form, "redirect_uri").to_owned(),
                challenge: challenge_of(text(form, "code_verifier")),
            };
            if terms != Some(expected) {
                return Err(INVALID_GRANT);
            }
            state.count_grant(false);
            Ok(tokens(state, client_id, new_secret(), now))
        }
        "refresh_token" => {
            let given = text(form, "refresh_token");
            let terms = state.grants().take_refresh_token(given, client_id);
            let terms = terms.ok_or(INVALID_GRANT)?;
            state.tokens.revoke(&terms.access_token, now);
            state.count_grant(true);
            let next = if state.options.sign_in.keeps_refresh_tokens {
                given.to_owned()
            } else {
                new_secret()
            };
            Ok(tokens(state, client_id, next, now))
        }
        _ => {
            let words = "The grant type is not known.";
            Err((StatusCode::BAD_REQUEST, "unsupported_grant_type", words))
        }
    }
}

fn tokens(state: &SharedState, client_id: &str, refresh_token: String, now: Instant) -> Value {
    let access_token = new_secret();
    state.tokens.issue(access_token.clone(), now);
    let mut answer = json!({"token_type": "Bearer"});
    if let Some(life) = state.tokens.life() {
        // Whole seconds, as everywhere; never longer than the token is good.
        answer["expires_in"] = life.as_secs().into();
    }
    answer["access_token"] = access_token.clone().into();
    answer["refresh_token"] = refresh_token.clone().into();
    let terms = RefreshTerms {
        client_id: client_id.to_owned(),
        access_token,
    };
    state.grants().give_refresh_token(refresh_token, terms);
    answer
}

fn knows_client(state: &SharedState, client_id: &str) -> bool {
    match &state.options.sign_in.client_id {
        Some(known) => client_id == known,
        None => !client_id.is_empty(),
    }
}

fn is_loopback(url: &Url) -> bool {
    let is_here = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    url.scheme() == "http" && is_here
}

fn challenge_of(verifier: &str) -> String {
    // The crate panics at verifiers that the RFC forbids.
    let is_verifier = (43..=128).contains(&verifier.len());
    if !is_verifier {
        return String::new();
    }
    let verifier = PkceCodeVerifier::new(verifier.to_owned());
    let challenge = PkceCodeChallenge::from_code_verifier_sha256(&verifier);
    challenge.as_str().to_owned()
}

fn new_secret() -> String {
    CsrfToken::new_random_len(24).into_secret()
}

fn parameters(form: &[u8]) -> HashMap<String, String> {
    form_urlencoded::parse(form).into_owned().collect()
}

fn text<'a>(parameters: &'a HashMap<String, String>, name: &str) -> &'a str {
    parameters.get(name).map_or("", String::as_str)
}

fn refused((status, error, words): Refusal) -> Response {
    let body = json!({"error": error, "error_description": words});
    no_store(json_answer(status, json_bytes(&body)))
}

fn no_store(mut answer: Response) -> Response {
    let no_store = HeaderValue::from_static("no-store");
    answer.headers_mut().insert(CACHE_CONTROL, no_store);
    answer
}

#[cfg(test)]
mod tests {
    use super::challenge_of;

    #[test]
    fn the_proof_is_that_of_the_rfc() {
        // RFC 7636, appendix B.
        assert_eq!(
            challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
        );
        assert_eq!(challenge_of("short"), "");
    }
}
