//! One sign-in that has begun, and what the browser brings back.

use oauth2::{CsrfToken, PkceCodeChallenge};
use secrecy::{ExposeSecret, SecretString};
use url::{Url, form_urlencoded};

use super::ClientIdentity;
use crate::api::api_address::ApiAddress;
use crate::model::{in_quotes, shorten};

/// A sign-in that waits for the browser to come back.
///
/// Source: RFC 6749, section 4.1, with the proof of RFC 7636 (S256) and the loopback redirect of
/// RFC 8252.
#[derive(Debug)]
pub struct Authorization {
    url: Url,
    redirect: String,
    state: SecretString,
    verifier: SecretString,
}

/// What the browser brings back when the person agreed; good for one exchange.
#[derive(Debug)]
pub struct AuthorizationCode(pub(super) SecretString);

/// Why what the browser brought back is no code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RedirectError {
    /// It does not answer this sign-in: `state` is missing or another.
    #[error("it does not belong to this sign-in (its `state` is another)")]
    ForeignState,
    /// The person or the server said no.
    #[error("the sign-in was refused (`{error}`{})", in_quotes(words))]
    Refused {
        /// The code of RFC 6749, such as `access_denied`.
        error: String,
        /// The server's words.
        words: String,
    },
    /// Neither a code nor an error.
    #[error("it has no `code`")]
    NoCode,
}

impl Authorization {
    /// Begins a sign-in at `server` (the address above `authorize` and `token`) that comes back to
    /// `redirect`.
    pub fn begin(
        server: &ApiAddress,
        identity: &ClientIdentity,
        scopes: &[String],
        redirect: String,
    ) -> Self {
        let (challenge, verifier) = PkceCodeChallenge::new_random_sha256();
        let state = CsrfToken::new_random();
        let mut url = server.join("authorize");
        let mut query = url.query_pairs_mut();
        query
            .append_pair("response_type", "code")
            .append_pair("client_id", &identity.id)
            .append_pair("redirect_uri", &redirect)
            .append_pair("state", state.secret())
            .append_pair("code_challenge", challenge.as_str())
            .append_pair("code_challenge_method", "S256");
        if !scopes.is_empty() {
            query.append_pair("scope", &scopes.join(" "));
        }
        drop(query);
        Self {
            url,
            redirect,
            state: SecretString::from(state.into_secret()),
            verifier: SecretString::from(verifier.into_secret()),
        }
    }

    /// Where the person signs in.
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// Where the browser comes back to.
    pub fn redirect(&self) -> &str {
        &self.redirect
    }

    pub(super) fn verifier(&self) -> &SecretString {
        &self.verifier
    }

    /// Judges the query of the address that the browser came back to: `state` before anything else.
    pub fn judge(&self, query: &str) -> Result<AuthorizationCode, RedirectError> {
        let parameter = |name: &str| {
            let mut pairs = form_urlencoded::parse(query.as_bytes());
            let found = pairs.find(|(known, _)| known == name);
            found.map(|(_, value)| value.into_owned())
        };
        // Digests are compared in a time that tells nothing.
        let digest = |text: &str| blake3::hash(text.as_bytes());
        let ours = digest(self.state.expose_secret());
        if parameter("state").is_none_or(|state| digest(&state) != ours) {
            return Err(RedirectError::ForeignState);
        }
        if let Some(error) = parameter("error") {
            return Err(RedirectError::Refused {
                error: shorten(&error),
                words: shorten(&parameter("error_description").unwrap_or_default()),
            });
        }
        parameter("code")
            .filter(|code| !code.is_empty())
            .map(|code| AuthorizationCode(SecretString::from(code)))
            .ok_or(RedirectError::NoCode)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn begun() -> (Authorization, HashMap<String, String>) {
        let identity = ClientIdentity {
            id: "our client".into(),
            secret: Some(SecretString::from("hush")),
        };
        let server = "https://crm.example.com/oauth".parse().unwrap();
        let scopes = ["leads:read".to_owned(), "leads:write".to_owned()];
        let redirect = "http://127.0.0.1:8765/callback".to_owned();
        let begun = Authorization::begin(&server, &identity, &scopes, redirect);
        let query = begun.url().query_pairs().into_owned().collect();
        (begun, query)
    }

    #[test]
    fn the_address_for_the_browser_asks_for_a_code_and_shows_no_secret() {
        let (begun, query) = begun();
        assert!(
            begun
                .url()
                .as_str()
                .starts_with("https://crm.example.com/oauth/authorize?")
        );
        for (name, value) in [
            ("response_type", "code"),
            ("client_id", "our client"),
            ("redirect_uri", "http://127.0.0.1:8765/callback"),
            ("scope", "leads:read leads:write"),
            ("code_challenge_method", "S256"),
        ] {
            assert_eq!(query[name], value);
        }
        assert!(query["state"].len() >= 16 && query["code_challenge"].len() == 43);
        let verifier = begun.verifier().expose_secret();
        assert!(!begun.url().as_str().contains(verifier));
        let shown = format!("{begun:?}");
        assert!(!shown.contains(verifier) && !shown.contains("hush"));
        assert_ne!(self::begun().1["state"], query["state"]);
    }

    #[test]
    fn state_is_looked_at_before_anything_else() {
        let (begun, query) = begun();
        let state = &query["state"];
        let refused = |error: &str, words: &str| RedirectError::Refused {
            error: error.into(),
            words: words.into(),
        };
        for (query, expected) in [
            ("code=1".to_owned(), RedirectError::ForeignState),
            ("code=1&state=other".into(), RedirectError::ForeignState),
            (
                "error=access_denied&state=x".into(),
                RedirectError::ForeignState,
            ),
            (format!("state={state}"), RedirectError::NoCode),
            (format!("code=&state={state}"), RedirectError::NoCode),
            (
                format!("error=access_denied&error_description=Not+you&state={state}"),
                refused("access_denied", "Not you"),
            ),
            (
                format!("error=a%1b[2Jb&error_description=%1b]0;x%07c%0d%9b1m&state={state}"),
                refused("a\\u{1b}[2Jb", "\\u{1b}]0;x\\u{7}c\\r\u{fffd}1m"),
            ),
            (
                format!(
                    "error=x&error_description=%C2%9B{}&state={state}",
                    "y".repeat(90)
                ),
                refused("x", &format!("\\u{{9b}}{}…", "y".repeat(79))),
            ),
        ] {
            assert_eq!(begun.judge(&query).unwrap_err(), expected, "{query}");
        }
        let code = begun.judge(&format!("code=a%2Fb&state={state}")).unwrap();
        assert_eq!(code.0.expose_secret(), "a/b");
    }
}
