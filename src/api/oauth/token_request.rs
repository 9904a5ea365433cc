//! The two requests that ask for tokens, as the `oauth2` crate builds them.

use std::cell::RefCell;
use std::fmt;

use oauth2::basic::BasicClient;
use oauth2::{
    AuthType, AuthorizationCode as Code, ClientId, ClientSecret, EndpointNotSet, EndpointSet,
    HttpRequest, HttpResponse, PkceCodeVerifier, RedirectUrl, RefreshToken, TokenUrl,
};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::ClientIdentity;
use super::authorization::{Authorization, AuthorizationCode};

type TokenClient =
    BasicClient<EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointNotSet, EndpointSet>;

/// Exchanges a code for the first tokens.
pub(super) fn code_request(
    url: &Url,
    identity: &ClientIdentity,
    authorization: &Authorization,
    code: &AuthorizationCode,
) -> HttpRequest {
    let redirect = RedirectUrl::new(authorization.redirect().to_owned());
    let redirect = redirect.expect("the address of our own listener is an address");
    let client = client(url, identity).set_redirect_uri(redirect);
    let request = client
        .exchange_code(Code::new(exposed(&code.0)))
        .set_pkce_verifier(PkceCodeVerifier::new(exposed(authorization.verifier())));
    built(|hand_over| {
        let _ = request.request(&hand_over);
    })
}

/// Exchanges a refresh token for the next tokens.
pub(super) fn refresh_request(
    url: &Url,
    identity: &ClientIdentity,
    refresh_token: &SecretString,
) -> HttpRequest {
    let client = client(url, identity);
    let refresh_token = RefreshToken::new(exposed(refresh_token));
    built(|hand_over| {
        let _ = client
            .exchange_refresh_token(&refresh_token)
            .request(&hand_over);
    })
}

/// Id and secret go in the body, where the API's pages have them.
fn client(url: &Url, identity: &ClientIdentity) -> TokenClient {
    let client = BasicClient::new(ClientId::new(identity.id.clone()))
        .set_auth_type(AuthType::RequestBody)
        .set_token_uri(TokenUrl::from_url(url.clone()));
    match &identity.secret {
        Some(secret) => client.set_client_secret(ClientSecret::new(exposed(secret))),
        None => client,
    }
}

fn exposed(secret: &SecretString) -> String {
    secret.expose_secret().to_owned()
}

/// The crate sends what it builds and reads the answer by the letter of the RFC. We send it
/// ourselves, and read more widely: see [`super::grant`].
#[derive(Debug)]
struct HandedOver;

impl fmt::Display for HandedOver {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("the request is sent elsewhere")
    }
}

impl std::error::Error for HandedOver {}

fn built(
    send: impl FnOnce(&dyn Fn(HttpRequest) -> Result<HttpResponse, HandedOver>),
) -> HttpRequest {
    let kept = RefCell::new(None);
    send(&|request| {
        kept.replace(Some(request));
        Err(HandedOver)
    });
    kept.into_inner()
        .expect("the request of a client with a token address can be built")
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    fn identity(secret: Option<&str>) -> ClientIdentity {
        ClientIdentity {
            id: "client".into(),
            secret: secret.map(SecretString::from),
        }
    }

    fn form(request: &HttpRequest) -> HashMap<String, String> {
        assert_eq!(request.uri(), "https://crm.example.com/oauth/token");
        assert_eq!(
            request.headers()["content-type"],
            "application/x-www-form-urlencoded"
        );
        assert!(!request.headers().contains_key("authorization"));
        let pairs = url::form_urlencoded::parse(request.body());
        pairs.into_owned().collect()
    }

    fn pairs(expected: &[(&str, &str)]) -> HashMap<String, String> {
        let owned = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        expected.iter().map(owned).collect()
    }

    #[test]
    fn both_requests_have_just_what_the_api_asks_for() {
        let server = "https://crm.example.com/oauth".parse().unwrap();
        let url: Url = "https://crm.example.com/oauth/token".parse().unwrap();
        let redirect = "http://127.0.0.1:1/callback";
        let begun = Authorization::begin(&server, &identity(None), &[], redirect.into());
        let code = AuthorizationCode(SecretString::from("code"));
        let request = code_request(&url, &identity(Some("s&t")), &begun, &code);
        assert_eq!(
            form(&request),
            pairs(&[
                ("grant_type", "authorization_code"),
                ("code", "code"),
                ("redirect_uri", redirect),
                ("code_verifier", begun.verifier().expose_secret()),
                ("client_id", "client"),
                ("client_secret", "s&t"),
            ])
        );
        let token = SecretString::from("r");
        assert_eq!(
            form(&refresh_request(&url, &identity(None), &token)),
            pairs(&[
                ("grant_type", "refresh_token"),
                ("refresh_token", "r"),
                ("client_id", "client"),
            ])
        );
    }
}
