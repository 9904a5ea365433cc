//! What the token endpoint answers. Pure.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use serde::Deserialize;
use serde_json::Value;

use crate::api::classify::Answer;
use crate::model::{in_quotes, shorten};

/// Tokens that were granted.
#[derive(Debug, Clone)]
pub struct Grant {
    /// The token for requests.
    pub access_token: SecretString,
    /// The token for the next grant, if there is a new one.
    pub refresh_token: Option<SecretString>,
    /// How long the access token is good, where the answer tells.
    pub life: Option<Duration>,
    /// When it was asked for: the life began no earlier.
    pub asked_at: Timestamp,
}

/// Why there is no grant.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GrantError {
    /// The server said no, and will say so again.
    #[error(
        "the authorization server refused ({status}{}{})",
        code_in_words(code),
        in_quotes(words)
    )]
    Refused {
        /// The HTTP status.
        status: u16,
        /// The code of RFC 6749, such as `invalid_grant`; empty where the answer has none.
        code: String,
        /// The server's words.
        words: String,
    },
    /// There is no authorization server that could be spoken to.
    #[error("cannot connect to the authorization server: {cause}")]
    BadCertificate {
        /// What is wrong with its certificate.
        cause: String,
    },
    /// Nothing was granted now; it may be later.
    #[error("the authorization server gave no answer that counts ({what})")]
    NotNow {
        /// What happened instead.
        what: String,
        /// The demanded pause.
        pause: Option<Duration>,
        /// The server may have granted it all the same, and its answer was lost.
        may_be_granted: bool,
    },
}

fn code_in_words(code: &str) -> String {
    if code.is_empty() {
        String::new()
    } else {
        format!(", `{code}`")
    }
}

/// The body of a grant, read more widely than RFC 6749 demands: a refresh token that was rotated
/// must not be lost over a text where a number should be.
#[derive(Deserialize)]
struct GrantBody {
    access_token: String,
    #[serde(default)]
    refresh_token: Option<String>,
    #[serde(default)]
    expires_in: Value,
}

/// The body of a refusal.
#[derive(Default, Deserialize)]
struct RefusalBody {
    #[serde(default)]
    error: Value,
    #[serde(default)]
    error_description: Value,
    #[serde(default)]
    message: Value,
}

/// Reads an answer to a request that was sent at `asked_at`. The body has been freed of secrets
/// unless it is a grant.
pub(super) fn read_grant(answer: &Answer, asked_at: Timestamp) -> Result<Grant, GrantError> {
    match answer.status {
        200..=299 => {
            let body = serde_json::from_slice(&answer.body).ok();
            let body = body.filter(|body: &GrantBody| is_sendable(&body.access_token));
            let body = body.ok_or_else(|| GrantError::NotNow {
                // What cannot be read may hold a token: it is not quoted.
                what: format!("{} without tokens that can be read", answer.status),
                pause: None,
                may_be_granted: true,
            })?;
            Ok(body.into_grant(asked_at))
        }
        status @ (408 | 425 | 429 | 500..=599) => Err(GrantError::NotNow {
            what: status.to_string(),
            pause: answer.pause,
            may_be_granted: status != 429,
        }),
        status => Err(refusal(status, &answer.body)),
    }
}

fn is_sendable(token: &str) -> bool {
    !token.is_empty() && token.bytes().all(|byte| byte.is_ascii_graphic())
}

fn refusal(status: u16, body: &[u8]) -> GrantError {
    let body: RefusalBody = serde_json::from_slice(body).unwrap_or_default();
    let text = |value: &Value| shorten(value.as_str().unwrap_or_default());
    let words = [&body.error_description, &body.message].map(text);
    GrantError::Refused {
        status,
        code: text(&body.error),
        words: words
            .into_iter()
            .find(|text| !text.is_empty())
            .unwrap_or_default(),
    }
}

impl GrantBody {
    fn into_grant(self, asked_at: Timestamp) -> Grant {
        let seconds = match &self.expires_in {
            Value::String(text) => text.trim().parse().ok(),
            number => number.as_f64(),
        };
        Grant {
            access_token: SecretString::from(self.access_token),
            refresh_token: self
                .refresh_token
                .filter(|token| !token.is_empty())
                .map(SecretString::from),
            life: seconds
                .filter(|seconds| *seconds > 0.0)
                .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok()),
            asked_at,
        }
    }
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::*;

    fn read(status: u16, body: &str) -> Result<Grant, GrantError> {
        let answer = Answer {
            status,
            body: body.into(),
            complete: true,
            pause: None,
        };
        read_grant(&answer, Timestamp::UNIX_EPOCH)
    }

    #[test]
    fn a_grant_is_read_in_every_shape_that_servers_give_it() {
        for (body, refresh, life) in [
            (
                r#"{"token_type":"Bearer","expires_in":3600,"access_token":"a","refresh_token":"r"}"#,
                Some("r"),
                Some(3600),
            ),
            (
                r#"{"access_token":"a","expires_in":"3600"}"#,
                None,
                Some(3600),
            ),
            (r#"{"access_token":"a","refresh_token":""}"#, None, None),
            (
                r#"{"access_token":"a","refresh_token":null,"expires_in":0}"#,
                None,
                None,
            ),
        ] {
            let grant = read(200, body).unwrap();
            assert_eq!(grant.access_token.expose_secret(), "a");
            let given = grant
                .refresh_token
                .as_ref()
                .map(ExposeSecret::expose_secret);
            assert_eq!(
                (given, grant.life.map(|life| life.as_secs())),
                (refresh, life)
            );
            assert!(!format!("{grant:?}").contains("\"a\""));
        }
    }

    #[test]
    fn a_refusal_is_final_and_everything_else_may_pass() {
        let not_now = |what: &str, may_be_granted| GrantError::NotNow {
            what: what.into(),
            pause: None,
            may_be_granted,
        };
        let refused = |status, code: &str, words: &str| GrantError::Refused {
            status,
            code: code.into(),
            words: words.into(),
        };
        for (status, body, expected) in [
            (
                400,
                r#"{"error":"invalid_grant","error_description":"Revoked."}"#,
                refused(400, "invalid_grant", "Revoked."),
            ),
            (
                401,
                r#"{"error":"invalid_client","message":"No."}"#,
                refused(401, "invalid_client", "No."),
            ),
            (404, "<html>", refused(404, "", "")),
            (302, "", refused(302, "", "")),
            (429, "{}", not_now("429", false)),
            (503, "{}", not_now("503", true)),
            (
                200,
                "<html>",
                not_now("200 without tokens that can be read", true),
            ),
            (
                200,
                r#"{"access_token":"two words"}"#,
                not_now("200 without tokens that can be read", true),
            ),
        ] {
            assert_eq!(read(status, body).unwrap_err(), expected, "{status} {body}");
        }
        assert_eq!(
            refused(400, "invalid_grant", "Revoked.").to_string(),
            "the authorization server refused (400, `invalid_grant`: \"Revoked.\")"
        );
    }
}
