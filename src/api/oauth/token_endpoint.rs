//! One exchange with the token endpoint. Nothing here repeats anything.

use std::time::Duration;

use jiff::Timestamp;
use oauth2::HttpRequest;
use reqwest::redirect::Policy;
use reqwest::{Client, Request, Response};
use secrecy::{ExposeSecret, SecretString};
use serde_json::{Map, Value};
use url::Url;

use super::ClientIdentity;
use super::authorization::{Authorization, AuthorizationCode};
use super::grant::{Grant, GrantError, read_grant};
use super::token_request::{code_request, refresh_request};
use crate::api::api_address::ApiAddress;
use crate::api::classify::{Answer, Doubt};
use crate::api::client::{ClientError, Received};
use crate::api::exchange_error::ExchangeError;
use crate::api::quotable::without_secret;
use crate::api::route::{Route, USER_AGENT};
use crate::api::transport::read_body;
use crate::model::shorten;

/// The longest that one exchange may take, and a connection.
const TIMEOUT: Duration = Duration::from_secs(20);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// The most that is read of an answer, in bytes. Tokens are a few kilobytes at most.
const ANSWER_LIMIT_BYTES: usize = 256 * 1024;

/// Asks an authorization server for tokens. Blocks.
#[derive(Debug, Clone)]
pub struct TokenEndpoint {
    http: Client,
    /// The proxy that is used, without its password.
    proxy: Option<String>,
    url: Url,
    identity: ClientIdentity,
}

impl TokenEndpoint {
    /// Sets up the endpoint of `server` (the address above `token`), which is reached by `route`. Opens no
    /// connection.
    pub fn new(
        server: &ApiAddress,
        identity: ClientIdentity,
        route: &Route,
    ) -> Result<Self, ClientError> {
        // Fails only when a provider is set already, which then serves as well.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let (builder, proxy) = route.begin(server)?;
        let http = builder
            .user_agent(USER_AGENT)
            .timeout(TIMEOUT)
            .connect_timeout(CONNECT_TIMEOUT)
            // A redirect would carry the secrets to another address.
            .redirect(Policy::none())
            // Each exchange has a runtime of its own, with which its connection ends.
            .pool_max_idle_per_host(0)
            .http1_only()
            .build()?;
        Ok(Self {
            http,
            proxy,
            url: server.join("token"),
            identity,
        })
    }

    /// Exchanges the code of `authorization` for the first tokens.
    pub fn exchange_code(
        &self,
        authorization: &Authorization,
        code: &AuthorizationCode,
    ) -> Result<Grant, GrantError> {
        let request = code_request(&self.url, &self.identity, authorization, code);
        self.exchange(request, &[&code.0, authorization.verifier()])
    }

    /// Exchanges a refresh token for the next tokens. The server may rotate: then the token that is
    /// given here is good no more.
    pub fn refresh(&self, refresh_token: &SecretString) -> Result<Grant, GrantError> {
        let request = refresh_request(&self.url, &self.identity, refresh_token);
        self.exchange(request, &[refresh_token])
    }

    fn exchange(
        &self,
        request: HttpRequest,
        secrets: &[&SecretString],
    ) -> Result<Grant, GrantError> {
        let asked_at = Timestamp::now();
        let request = Request::try_from(request).expect("what was built is a request");
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(|error| not_sent(error.to_string()))?;
        let answer = runtime.block_on(async {
            let response = self.http.execute(request).await?;
            Ok(read_answer(response).await)
        });
        let mut answer: Answer = answer.map_err(|error: reqwest::Error| {
            failed(ExchangeError::from(error).through_proxy(self.proxy.as_deref()))
        })?;
        if !answer.complete {
            return Err(failed_on_the_way("half an answer".into()));
        }
        if !(200..=299).contains(&answer.status) {
            let ours = self.identity.secret.as_ref();
            let secrets: Vec<_> = secrets.iter().copied().chain(ours).collect();
            answer.body = without(&answer.body, &secrets);
        }
        read_grant(&answer, asked_at)
    }
}

async fn read_answer(mut response: Response) -> Answer {
    let status = response.status().as_u16();
    let headers = std::mem::take(response.headers_mut());
    let mut bytes = Vec::new();
    let body = reqwest::Body::from(response);
    let end = read_body(body, ANSWER_LIMIT_BYTES, &mut bytes).await;
    let received = Received {
        status,
        headers,
        bytes,
        end,
    };
    received.judge(ANSWER_LIMIT_BYTES).0
}

fn failed(error: ExchangeError) -> GrantError {
    match error {
        ExchangeError::NotSent {
            cause,
            bad_certificate: true,
        } => GrantError::BadCertificate { cause },
        ExchangeError::NotSent { cause, .. } => not_sent(shorten(&cause)),
        ExchangeError::Unanswered(Doubt::TimedOut) => {
            failed_on_the_way("no answer came in time".into())
        }
        ExchangeError::Unanswered(Doubt::Broken { cause }) => failed_on_the_way(shorten(&cause)),
        ExchangeError::Unanswered(Doubt::ServerFault { status, .. }) => {
            failed_on_the_way(status.to_string())
        }
    }
}

fn not_sent(what: String) -> GrantError {
    GrantError::NotNow {
        what,
        pause: None,
        may_be_granted: false,
    }
}

fn failed_on_the_way(what: String) -> GrantError {
    GrantError::NotNow {
        what,
        pause: None,
        may_be_granted: true,
    }
}

/// Takes secrets out of what a server said, in case it repeats them. Of what is no JSON nothing is
/// quoted, and so nothing is left.
fn without(body: &[u8], secrets: &[&SecretString]) -> Vec<u8> {
    let mut said: Value = serde_json::from_slice(body).unwrap_or_default();
    for words in said.as_object_mut().into_iter().flat_map(Map::values_mut) {
        if let Value::String(text) = words {
            for secret in secrets {
                *text = without_secret(text, secret.expose_secret());
            }
        }
    }
    said.to_string().into_bytes()
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::without;

    #[test]
    fn a_server_that_repeats_a_secret_is_not_quoted() {
        let secrets = [SecretString::from("r3fresh"), SecretString::from("hush")];
        for (said, left) in [
            (
                r#"{"error_description":"r3fresh of hush is bad"}"#,
                r#"{"error_description":"(redacted) of (redacted) is bad"}"#,
            ),
            (
                r#"{"error":"no","message":"refresh_token=r%33fresh&secret=\u0068ush"}"#,
                r#"{"error":"no","message":"refresh_token=(redacted)&secret=(redacted)"}"#,
            ),
            ("r3fresh", "null"),
        ] {
            let left_of = without(said.as_bytes(), &[&secrets[0], &secrets[1]]);
            assert_eq!(String::from_utf8(left_of).unwrap(), left, "{said}");
        }
    }
}
