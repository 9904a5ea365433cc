//! What is kept of a sign-in, and how it is written down.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};

use super::{ClientIdentity, Grant};
use crate::api::api_address::ApiAddress;

/// The form of the file.
const VERSION: u32 = 1;

/// A life shorter than this is not believed: the token would be renewed without ever being used.
const SHORTEST_LIFE: Duration = Duration::from_secs(1);

/// A token is renewed so long before it expires, but never before three quarters of its life.
const RENEWED_BEFORE: Duration = Duration::from_secs(30);

/// Tokens, and everything that getting the next ones takes.
#[derive(Debug, Clone)]
pub struct KeptSignIn {
    /// The API that the tokens are for.
    pub api: String,
    /// The authorization server: the address above `token`.
    pub server: ApiAddress,
    /// Who we are there.
    pub identity: ClientIdentity,
    /// What was asked for.
    pub scopes: Vec<String>,
    /// The token for requests.
    pub access_token: SecretString,
    /// The token for the next grant, if there is one.
    pub refresh_token: Option<SecretString>,
    /// When the access token was asked for.
    pub obtained_at: Timestamp,
    /// When the access token expires, if that is known.
    pub expires_at: Option<Timestamp>,
}

/// The file's text. Never shown: no `Debug`.
#[derive(Serialize, Deserialize)]
struct Written {
    version: u32,
    api: String,
    oauth_url: String,
    client_id: String,
    client_secret: Option<String>,
    scopes: Vec<String>,
    access_token: String,
    refresh_token: Option<String>,
    obtained_at: Timestamp,
    expires_at: Option<Timestamp>,
}

impl KeptSignIn {
    /// Takes in a grant. The old refresh token stays when there is no new one.
    pub fn take_grant(&mut self, grant: Grant) {
        self.access_token = grant.access_token;
        self.refresh_token = grant.refresh_token.or(self.refresh_token.take());
        self.obtained_at = grant.asked_at;
        let life = grant.life.filter(|life| *life >= SHORTEST_LIFE);
        self.expires_at = life.and_then(|life| grant.asked_at.checked_add(life).ok());
    }

    /// When the access token is to be renewed, if that is known: a little before it expires, or
    /// when it does where there is nothing to renew it with.
    pub fn renew_at(&self) -> Option<Timestamp> {
        let expires_at = self.expires_at?;
        if self.refresh_token.is_none() {
            return Some(expires_at);
        }
        let life = expires_at.duration_since(self.obtained_at).unsigned_abs();
        let margin = RENEWED_BEFORE.min(life / 4);
        expires_at.checked_sub(margin).ok()
    }

    /// Whether it is time to renew the access token.
    pub(super) fn is_due(&self, now: Timestamp) -> bool {
        self.renew_at().is_some_and(|when| when <= now)
    }

    /// The text of the file.
    pub(super) fn into_text(self) -> SecretString {
        let exposed = |secret: SecretString| secret.expose_secret().to_owned();
        let written = Written {
            version: VERSION,
            api: self.api,
            oauth_url: self.server.to_string(),
            client_id: self.identity.id,
            client_secret: self.identity.secret.map(exposed),
            scopes: self.scopes,
            access_token: exposed(self.access_token),
            refresh_token: self.refresh_token.map(exposed),
            obtained_at: self.obtained_at,
            expires_at: self.expires_at,
        };
        let text = serde_json::to_string_pretty(&written);
        SecretString::from(text.expect("texts and numbers always serialise") + "\n")
    }

    /// Reads the text of a file back. What is wrong with it is told without quoting it.
    pub(super) fn from_text(text: &str) -> Result<Self, String> {
        let written: Written = serde_json::from_str(text).map_err(|error| {
            // The error's own words may quote a token.
            format!(
                "it is no sign-in (line {}, column {})",
                error.line(),
                error.column()
            )
        })?;
        if written.version != VERSION {
            return Err(format!(
                "it has the form {} of another version",
                written.version
            ));
        }
        let server = written.oauth_url.parse();
        Ok(Self {
            api: written.api,
            server: server.map_err(|_| "its `oauth_url` cannot be used".to_owned())?,
            identity: ClientIdentity {
                id: written.client_id,
                secret: written.client_secret.map(SecretString::from),
            },
            scopes: written.scopes,
            access_token: SecretString::from(written.access_token),
            refresh_token: written.refresh_token.map(SecretString::from),
            obtained_at: written.obtained_at,
            expires_at: written.expires_at,
        })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// A sign-in whose access token is good for so long from now, with a refresh token.
    pub(in crate::api) fn kept(life: Duration) -> KeptSignIn {
        let now = Timestamp::now();
        KeptSignIn {
            api: "http://127.0.0.1:1/api".into(),
            server: "http://127.0.0.1:1/oauth".parse().unwrap(),
            identity: ClientIdentity {
                id: "client".into(),
                secret: Some(SecretString::from("hush")),
            },
            scopes: vec!["leads:read".into()],
            access_token: SecretString::from("access-1"),
            refresh_token: Some(SecretString::from("refresh-1")),
            obtained_at: now,
            expires_at: now.checked_add(life).ok(),
        }
    }

    #[test]
    fn a_token_is_renewed_before_it_expires_and_not_for_every_request() {
        for (life_seconds, renewed_after_ms) in
            [(3600, 3_570_000), (120, 90_000), (60, 45_000), (3, 2_250)]
        {
            let kept = kept(Duration::from_secs(life_seconds));
            let after = kept.renew_at().unwrap().duration_since(kept.obtained_at);
            assert_eq!(after.as_millis(), renewed_after_ms, "{life_seconds}");
        }
        let mut kept = kept(Duration::from_mins(1));
        kept.refresh_token = None;
        assert_eq!(kept.renew_at(), kept.expires_at);
        kept.expires_at = None;
        assert!(kept.renew_at().is_none() && !kept.is_due(Timestamp::MAX));
    }

    #[test]
    fn a_grant_replaces_what_it_brings() {
        let mut kept = kept(Duration::from_mins(1));
        let grant = |refresh: Option<&str>, life| Grant {
            access_token: SecretString::from("access-2"),
            refresh_token: refresh.map(SecretString::from),
            life,
            asked_at: Timestamp::UNIX_EPOCH,
        };
        let refresh = |kept: &KeptSignIn| {
            let token = kept.refresh_token.as_ref();
            token.map(|token| token.expose_secret().to_owned())
        };
        kept.take_grant(grant(None, Some(Duration::from_secs(3))));
        assert_eq!(refresh(&kept).as_deref(), Some("refresh-1"));
        assert_eq!(kept.expires_at, Timestamp::from_second(3).ok());
        kept.take_grant(grant(Some("refresh-2"), Some(Duration::from_millis(20))));
        assert_eq!(refresh(&kept).as_deref(), Some("refresh-2"));
        assert_eq!(kept.access_token.expose_secret(), "access-2");
        assert_eq!(kept.expires_at, None, "such a life is not believed");
    }

    #[test]
    fn what_is_written_is_read_back_and_damage_is_told_without_secrets() {
        let kept = kept(Duration::from_mins(1));
        let expires_at = kept.expires_at;
        let text = kept.clone().into_text();
        let read = KeptSignIn::from_text(text.expose_secret()).unwrap();
        assert_eq!(read.expires_at, expires_at);
        assert_eq!(
            read.clone().into_text().expose_secret(),
            text.expose_secret()
        );
        for secret in ["hush", "access-1", "refresh-1"] {
            assert!(text.expose_secret().contains(secret));
            assert!(!format!("{read:?}").contains(secret));
        }
        let damaged = text
            .expose_secret()
            .replace("\"version\": 1", "\"version\": \"hush\"");
        let wrong = KeptSignIn::from_text(&damaged).unwrap_err();
        assert_eq!(wrong, "it is no sign-in (line 2, column 19)");
        let newer = text
            .expose_secret()
            .replace("\"version\": 1", "\"version\": 2");
        assert!(KeptSignIn::from_text(&newer).is_err());
        assert!(KeptSignIn::from_text("").is_err());
    }
}
