//! The token of a run and how far it is to be trusted.

use crate::api::{Credentials, CredentialsError, Token};
use crate::import::stop::StopReason;

/// What is known of the token that an attempt was sent with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenStanding {
    /// A newer token has come since.
    Outdated,
    /// The server has accepted it before.
    Proven,
    /// The server has not accepted it yet.
    Unproven,
}

/// The current token, and the credentials unless they are away to get a newer one.
#[derive(Debug)]
pub(super) struct SignIn {
    token: Token,
    proven: bool,
    credentials: Option<Box<Credentials>>,
    /// The server's words when it last refused a token.
    refusal: String,
}

impl SignIn {
    /// Begins with a token that the preflight has not been refused for.
    pub(super) fn new(credentials: Credentials) -> Self {
        Self {
            token: credentials.token().clone(),
            proven: true,
            credentials: Some(Box::new(credentials)),
            refusal: String::new(),
        }
    }

    pub(super) fn token(&self) -> &Token {
        &self.token
    }

    /// Whether a newer token is being asked for.
    pub(super) fn is_renewing(&self) -> bool {
        self.credentials.is_none()
    }

    pub(super) fn standing_of(&self, generation: u64) -> TokenStanding {
        match (generation < self.token.generation(), self.proven) {
            (true, _) => TokenStanding::Outdated,
            (false, true) => TokenStanding::Proven,
            (false, false) => TokenStanding::Unproven,
        }
    }

    /// The server accepted the token of this generation.
    pub(super) fn note_accepted(&mut self, generation: u64) {
        self.proven |= generation == self.token.generation();
    }

    /// Hands out the credentials to ask for a newer token; `None` while that is under way.
    pub(super) fn begin_renewal(&mut self, refusal: String) -> Option<Box<Credentials>> {
        self.refusal = refusal;
        self.credentials.take()
    }

    /// Takes the credentials back. Fails when they have no other token.
    pub(super) fn end_renewal(
        &mut self,
        credentials: Box<Credentials>,
        renewed: Result<bool, CredentialsError>,
    ) -> Result<(), StopReason> {
        let has_newer = renewed.map_err(StopReason::NoNewToken);
        self.token = credentials.token().clone();
        self.credentials = Some(credentials);
        if has_newer? {
            self.proven = false;
            return Ok(());
        }
        Err(StopReason::Credentials {
            words: std::mem::take(&mut self.refusal),
        })
    }
}
