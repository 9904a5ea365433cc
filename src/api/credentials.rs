//! Where the bearer token comes from, and how to get a newer one.

use std::path::PathBuf;
use std::time::Duration;

use secrecy::SecretString;

use crate::api::credentials_error::CredentialsError;
use crate::api::oauth::{KeptSource, Renewal, RenewalUnderWay, SignInFile};
use crate::api::route::Route;
use crate::api::token::Token;
use crate::api::token_place::{Stamp, output_of, read_file, stamp_of};

/// A token file is looked at so often while tokens are in use.
const LOOK_AT_FILE_EVERY: Duration = Duration::from_secs(1);

/// So long nothing is sent while a kept sign-in is renewed before its token expires: a server may
/// put the old token out of use with the renewal.
const REST_WHILE_RENEWING: Duration = Duration::from_secs(2);

/// Where a bearer token is to be had.
#[derive(Debug, Clone)]
pub enum TokenSource {
    /// Given once, for example in an environment variable; cannot be renewed.
    Given(SecretString),
    /// The first line of a file, read again when it changes or the token is no longer accepted.
    File(PathBuf),
    /// What a shell command prints, run again when the token is no longer accepted.
    Command(String),
    /// What signing in has left, and the way to the authorization server; renewed before it expires and when it
    /// is no longer accepted.
    SignIn(SignInFile, Route),
}

/// Why a newer token is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It is time, while the one before may still be good.
    Due,
    /// The server has refused the one before.
    Refused,
}

/// What asking for a newer token came to.
#[derive(Debug)]
pub enum Renewed {
    /// Another token than before is current now.
    Newer,
    /// There is no other.
    Same,
    /// There is none now and may be one later.
    NotNow {
        /// Why not.
        error: CredentialsError,
        /// The pause that the authorization server demands.
        pause: Option<Duration>,
    },
}

/// The current token and the way to the next.
#[derive(Debug, Clone)]
pub struct Credentials {
    source: Source,
    current: Token,
}

/// A source, and what is remembered of it.
#[derive(Debug, Clone)]
enum Source {
    Given,
    /// With the file's stamp at the last look.
    File(PathBuf, Option<Stamp>),
    Command(String),
    SignIn(KeptSource),
}

impl Credentials {
    /// Reads the first token. Asks no server.
    ///
    /// # Errors
    ///
    /// See [`CredentialsError`]; never contains the token.
    pub fn load(source: TokenSource) -> Result<Self, CredentialsError> {
        let (source, token) = match source {
            TokenSource::Given(token) => (Source::Given, Token::of(&token, 0)?),
            TokenSource::File(path) => {
                // The stamp is older than the text, so that no change is missed.
                let stamp = stamp_of(&path);
                let token = Token::of(&read_file(&path)?, 0)?.due_in(LOOK_AT_FILE_EVERY);
                (Source::File(path, stamp), token)
            }
            TokenSource::Command(command) => {
                let token = Token::of(&output_of(&command)?, 0)?;
                (Source::Command(command), token)
            }
            TokenSource::SignIn(file, route) => {
                let kept = KeptSource::new(file, route);
                let token = Token::of_sign_in(&kept.read()?, 0)?;
                (Source::SignIn(kept), token)
            }
        };
        Ok(Self {
            source,
            current: token,
        })
    }

    /// The token to send now.
    pub fn token(&self) -> &Token {
        &self.current
    }

    /// How often in a row the server may refuse a token that was just renewed before it is taken
    /// for its last word. Of a sign-in another process may have had a still newer one.
    pub fn renewals_in_a_row(&self) -> u32 {
        match self.source {
            Source::SignIn(_) => 2,
            Source::Given | Source::File(..) | Source::Command(_) => 1,
        }
    }

    /// How long nothing should be sent with a good token while it is renewed.
    pub fn rest_while_renewing(&self) -> Duration {
        match self.source {
            Source::SignIn(_) => REST_WHILE_RENEWING,
            Source::Given | Source::File(..) | Source::Command(_) => Duration::ZERO,
        }
    }

    /// To be had before [`Self::renew`] goes on on another thread, and kept until it is over: where the answer
    /// must not be lost, the end of the process waits for it.
    pub fn announce_renewal(&self) -> Option<RenewalUnderWay> {
        let is_sign_in = matches!(self.source, Source::SignIn(_));
        is_sign_in.then(RenewalUnderWay::begin)
    }

    /// Asks the source again.
    ///
    /// Blocks: reads a file, waits for a command, or for an authorization server. For a sign-in at
    /// most one request is sent, and its outcome is kept before this returns.
    ///
    /// # Errors
    ///
    /// The source gives no token and will not by itself.
    pub fn renew(&mut self, need: Need) -> Result<Renewed, CredentialsError> {
        let next = self.current.generation() + 1;
        match &mut self.source {
            Source::Given => Ok(Renewed::Same),
            Source::Command(_) if need == Need::Due => Ok(Renewed::Same),
            Source::Command(command) => {
                let text = output_of(command)?;
                Ok(self.take(Token::of(&text, next)?))
            }
            Source::File(path, stamp) => {
                let now = stamp_of(path);
                if need == Need::Due && now == *stamp {
                    self.current = self.current.clone().due_in(LOOK_AT_FILE_EVERY);
                    return Ok(Renewed::Same);
                }
                let token = read_file(path).and_then(|text| Token::of(&text, next));
                match (token, need) {
                    (Ok(token), _) => {
                        *stamp = now;
                        Ok(self.take(token.due_in(LOOK_AT_FILE_EVERY)))
                    }
                    // It may be just being written; the token before may still be good.
                    (Err(error), Need::Due) => Ok(Renewed::NotNow { error, pause: None }),
                    (Err(error), Need::Refused) => Err(error),
                }
            }
            Source::SignIn(kept) => match kept.renew(self.current.secret(), need)? {
                Renewal::Kept(kept) => Ok(self.take(Token::of_sign_in(&kept, next)?)),
                Renewal::NotNow { error, pause } => {
                    let error = error.into();
                    Ok(Renewed::NotNow { error, pause })
                }
            },
        }
    }

    fn take(&mut self, token: Token) -> Renewed {
        if token.is_same_as(&self.current) {
            self.current = token.with_generation(self.current.generation());
            return Renewed::Same;
        }
        self.current = token;
        Renewed::Newer
    }
}

#[cfg(test)]
mod tests;
