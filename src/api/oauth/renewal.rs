//! Getting a newer token for a kept sign-in: one at a time on the whole machine.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::ExposeSecret;

use super::grant::GrantError;
use super::kept_sign_in::KeptSignIn;
use super::renewal_under_way::RenewalUnderWay;
use super::sign_in_file::{SignInFile, SignInFileError};
use super::token_endpoint::TokenEndpoint;
use crate::api::client::ClientError;
use crate::api::credentials::Need;
use crate::api::route::Route;

/// The refresh token is not good: it expired, was revoked, or was used before.
const INVALID_GRANT: &str = "invalid_grant";

/// A sign-in that was kept, as a source of tokens.
#[derive(Debug, Clone)]
pub(in crate::api) struct KeptSource {
    file: SignInFile,
    /// The way to the authorization server.
    route: Route,
    /// The answer to the last renewal was lost: the server may have rotated the refresh token.
    answer_lost: bool,
}

/// What came of asking for a newer token.
#[derive(Debug)]
pub(in crate::api) enum Renewal {
    /// This is in the file now, whoever has put it there.
    Kept(KeptSignIn),
    /// The server cannot grant one now.
    NotNow {
        error: RenewalError,
        pause: Option<Duration>,
    },
}

/// Why a kept sign-in gives no token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RenewalError {
    /// Nobody has signed in, or somebody has signed out.
    #[error("nobody is signed in")]
    NotSignedIn,
    /// The file cannot be used.
    #[error(transparent)]
    File(#[from] SignInFileError),
    /// The token is no longer good, and there is no refresh token.
    #[error("the sign-in cannot be renewed: the authorization server gave no refresh token")]
    NoRefreshToken,
    /// The HTTP client cannot be set up.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The server gave no tokens.
    #[error("the sign-in cannot be renewed")]
    NoGrant(#[source] GrantError),
    /// The answer to an earlier request may have brought the newest refresh token.
    #[error(
        "the sign-in cannot be renewed: an answer of the authorization server was lost, and the \
         newest refresh token with it"
    )]
    AnswerLost(#[source] GrantError),
}

impl RenewalError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::File(error) => error.hint(),
            Self::NoGrant(GrantError::NotNow { .. }) => {
                "wait until the authorization server is back"
            }
            Self::NoGrant(GrantError::BadCertificate { .. }) => {
                "check that this machine trusts the authorization server's certificate"
            }
            Self::NotSignedIn
            | Self::NoRefreshToken
            | Self::Client(_)
            | Self::NoGrant(_)
            | Self::AnswerLost(_) => "run `leadferry login` to sign in again",
        }
    }
}

impl KeptSource {
    pub(in crate::api) fn new(file: SignInFile, route: Route) -> Self {
        Self {
            file,
            route,
            answer_lost: false,
        }
    }

    /// What is kept now. Asks nobody.
    pub(in crate::api) fn read(&self) -> Result<KeptSignIn, RenewalError> {
        self.file.read()?.ok_or(RenewalError::NotSignedIn)
    }

    /// Gets a newer access token than `current`. Another process may have put one into the file in
    /// the meantime; only when there is none a request is sent, one, and whatever comes of it is
    /// kept before it is used.
    pub(in crate::api) fn renew(
        &mut self,
        current: &str,
        need: Need,
    ) -> Result<Renewal, RenewalError> {
        let _under_way = RenewalUnderWay::begin();
        let lock = self.file.lock()?;
        let mut kept = self.read()?;
        let is_ours = kept.access_token.expose_secret() == current;
        let must_ask = kept.is_due(Timestamp::now()) || (is_ours && need == Need::Refused);
        if !must_ask {
            return Ok(Renewal::Kept(kept));
        }
        let refresh_token = kept.refresh_token.clone();
        let refresh_token = refresh_token.ok_or(RenewalError::NoRefreshToken)?;
        lock.prepare()?;
        let endpoint = TokenEndpoint::new(&kept.server, kept.identity.clone(), &self.route)?;
        match endpoint.refresh(&refresh_token) {
            Ok(grant) => {
                self.answer_lost = false;
                kept.take_grant(grant);
                lock.keep(kept.clone())?;
                Ok(Renewal::Kept(kept))
            }
            Err(error) => self.without_grant(error),
        }
    }

    fn without_grant(&mut self, error: GrantError) -> Result<Renewal, RenewalError> {
        match error {
            GrantError::NotNow {
                pause,
                may_be_granted,
                ..
            } => {
                self.answer_lost |= may_be_granted;
                let error = RenewalError::NoGrant(error);
                Ok(Renewal::NotNow { error, pause })
            }
            GrantError::Refused { ref code, .. } if code == INVALID_GRANT && self.answer_lost => {
                Err(RenewalError::AnswerLost(error))
            }
            error => Err(RenewalError::NoGrant(error)),
        }
    }
}
