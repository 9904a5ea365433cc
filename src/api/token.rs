//! A token ready to be sent.

use std::time::Duration;

use hyper::header::HeaderValue;
use jiff::Timestamp;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;

use crate::api::credentials_error::CredentialsError;
use crate::api::oauth::KeptSignIn;

/// A token ready to be sent. Its `Debug` form does not show it.
#[derive(Debug, Clone)]
pub struct Token {
    /// `Bearer …`, marked sensitive.
    header: HeaderValue,
    /// Which token of this run it is, counted from 0.
    generation: u64,
    /// When to ask for the next, if that is known.
    renew_at: Option<Instant>,
    /// When it is no longer good, if that is known.
    expires_at: Option<Instant>,
}

impl Token {
    pub(super) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    /// Which token of this run it is, counted from 0.
    pub fn generation(&self) -> u64 {
        self.generation
    }

    /// Whether it is time to ask for the next.
    pub fn is_due(&self, now: Instant) -> bool {
        self.renew_at.is_some_and(|when| when <= now)
    }

    /// Whether it is known to be no longer good.
    pub fn has_expired(&self, now: Instant) -> bool {
        self.expires_at.is_some_and(|when| when <= now)
    }

    /// When it is no longer good, if that is known.
    pub fn expires_at(&self) -> Option<Instant> {
        self.expires_at
    }

    pub(super) fn of(text: &SecretString, generation: u64) -> Result<Self, CredentialsError> {
        Ok(Self {
            header: header_of(text)?,
            generation,
            renew_at: None,
            expires_at: None,
        })
    }

    pub(super) fn of_sign_in(kept: &KeptSignIn, generation: u64) -> Result<Self, CredentialsError> {
        Ok(Self {
            renew_at: kept.renew_at().map(instant_of),
            expires_at: kept.expires_at.map(instant_of),
            ..Self::of(&kept.access_token, generation)?
        })
    }

    /// Whether it is the same to a server.
    pub(super) fn is_same_as(&self, other: &Self) -> bool {
        self.header == other.header
    }

    pub(super) fn with_generation(self, generation: u64) -> Self {
        Self { generation, ..self }
    }

    pub(super) fn due_in(self, span: Duration) -> Self {
        Self {
            renew_at: Some(Instant::now() + span),
            ..self
        }
    }

    /// The token itself, to take it out of what a server says and to know it again.
    pub(super) fn secret(&self) -> &str {
        let bytes = &self.header.as_bytes()["Bearer ".len()..];
        std::str::from_utf8(bytes).expect("a token is made of ASCII characters")
    }
}

/// What this process's clock will show at a time of day. Times long gone are now.
fn instant_of(time: Timestamp) -> Instant {
    let ahead = Duration::try_from(time.duration_since(Timestamp::now())).unwrap_or_default();
    let now = Instant::now();
    now.checked_add(ahead).unwrap_or(now)
}

fn header_of(text: &SecretString) -> Result<HeaderValue, CredentialsError> {
    let token = text
        .expose_secret()
        .trim()
        .lines()
        .next()
        .unwrap_or_default()
        .trim_end();
    if token.is_empty() {
        return Err(CredentialsError::Empty);
    }
    if !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err(CredentialsError::Unsendable);
    }
    let mut header = HeaderValue::from_str(&format!("Bearer {token}"))
        .map_err(|_| CredentialsError::Unsendable)?;
    header.set_sensitive(true);
    Ok(header)
}
