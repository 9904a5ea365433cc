//! Where the bearer token comes from, and how to get a newer one.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, SystemTime};

use jiff::Timestamp;
use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;

use crate::api::oauth::{KeptSignIn, KeptSource, Renewal, RenewalError, SignInFile};

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
    /// What signing in has left; renewed before it expires and when it is no longer accepted.
    SignIn(SignInFile),
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

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialsError {
    /// The token file cannot be read.
    #[error("cannot read the token file")]
    File(#[source] std::io::Error),
    /// The token command cannot be started.
    #[error("cannot start the token command `{command}`")]
    CommandNotStarted {
        /// The command.
        command: String,
        /// Why not.
        #[source]
        cause: std::io::Error,
    },
    /// The token command failed.
    #[error("the token command `{command}` ended with {status}")]
    CommandFailed {
        /// The command.
        command: String,
        /// How it ended.
        status: std::process::ExitStatus,
    },
    /// There is nothing in the place where the token should be.
    #[error("the token is empty")]
    Empty,
    /// A token with white space or control characters in it cannot be sent.
    #[error("the token has characters that cannot stand in a header")]
    Unsendable,
    /// The kept sign-in gives none.
    #[error(transparent)]
    SignIn(#[from] RenewalError),
}

impl CredentialsError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::SignIn(error) => error.hint(),
            Self::File(_)
            | Self::CommandNotStarted { .. }
            | Self::CommandFailed { .. }
            | Self::Empty
            | Self::Unsendable => {
                "look at what `LEADFERRY_TOKEN`, `--token-file` or `--token-command` gives"
            }
        }
    }
}

impl Token {
    pub(super) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    /// Takes the token out of what a server said, in case it repeats it.
    pub(super) fn redact(&self, body: Vec<u8>) -> Vec<u8> {
        let secret = &self.header.as_bytes()["Bearer ".len()..];
        let shows_secret = body.windows(secret.len()).any(|part| part == secret);
        if !shows_secret {
            return body;
        }
        let secret = String::from_utf8_lossy(secret);
        String::from_utf8_lossy(&body)
            .replace(secret.as_ref(), "(redacted)")
            .into_bytes()
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

/// What tells that a file was changed, without reading it.
type Stamp = (Option<SystemTime>, u64);

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
            TokenSource::SignIn(file) => {
                let kept = KeptSource::new(file);
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

    /// Asks the source again.
    ///
    /// Blocks: reads a file, waits for a command, or for an authorization server. For a sign-in at
    /// most one request is sent, and its outcome is kept before this returns.
    ///
    /// # Errors
    ///
    /// The source gives no token and will not by itself.
    pub fn renew(&mut self, need: Need) -> Result<Renewed, CredentialsError> {
        match &mut self.source {
            Source::Given => Ok(Renewed::Same),
            Source::Command(_) if need == Need::Due => Ok(Renewed::Same),
            Source::Command(command) => {
                let text = output_of(command)?;
                self.take(Token::of(&text, self.current.generation + 1)?)
            }
            Source::File(path, stamp) => {
                let now = stamp_of(path);
                if need == Need::Due && now == *stamp {
                    self.current.renew_at = Some(Instant::now() + LOOK_AT_FILE_EVERY);
                    return Ok(Renewed::Same);
                }
                let token =
                    read_file(path).and_then(|text| Token::of(&text, self.current.generation + 1));
                let token = match (token, need) {
                    (Ok(token), _) => token,
                    // It may be just being written; the token before may still be good.
                    (Err(error), Need::Due) => return Ok(Renewed::NotNow { error, pause: None }),
                    (Err(error), Need::Refused) => return Err(error),
                };
                *stamp = now;
                self.take(token.due_in(LOOK_AT_FILE_EVERY))
            }
            Source::SignIn(kept) => match kept.renew(self.current.secret(), need)? {
                Renewal::Kept(kept) => {
                    self.take(Token::of_sign_in(&kept, self.current.generation + 1)?)
                }
                Renewal::NotNow { error, pause } => {
                    let error = error.into();
                    Ok(Renewed::NotNow { error, pause })
                }
            },
        }
    }

    fn take(&mut self, token: Token) -> Result<Renewed, CredentialsError> {
        if token.header == self.current.header {
            let generation = self.current.generation;
            self.current = Token {
                generation,
                ..token
            };
            return Ok(Renewed::Same);
        }
        self.current = token;
        Ok(Renewed::Newer)
    }
}

impl Token {
    fn of(text: &SecretString, generation: u64) -> Result<Self, CredentialsError> {
        Ok(Self {
            header: header_of(text)?,
            generation,
            renew_at: None,
            expires_at: None,
        })
    }

    fn of_sign_in(kept: &KeptSignIn, generation: u64) -> Result<Self, CredentialsError> {
        Ok(Self {
            renew_at: kept.renew_at().map(instant_of),
            expires_at: kept.expires_at.map(instant_of),
            ..Self::of(&kept.access_token, generation)?
        })
    }

    fn due_in(self, span: Duration) -> Self {
        Self {
            renew_at: Some(Instant::now() + span),
            ..self
        }
    }

    fn secret(&self) -> &str {
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

fn stamp_of(path: &Path) -> Option<Stamp> {
    let metadata = fs_err::metadata(path).ok()?;
    Some((metadata.modified().ok(), metadata.len()))
}

fn read_file(path: &Path) -> Result<SecretString, CredentialsError> {
    let text = fs_err::read_to_string(path);
    text.map(SecretString::from).map_err(CredentialsError::File)
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

fn output_of(command: &str) -> Result<SecretString, CredentialsError> {
    let (shell, flag) = if cfg!(windows) {
        ("cmd", "/C")
    } else {
        ("sh", "-c")
    };
    let output = Command::new(shell)
        .args([flag, command])
        .stderr(std::process::Stdio::inherit())
        .output()
        .map_err(|cause| CredentialsError::CommandNotStarted {
            command: command.into(),
            cause,
        })?;
    if !output.status.success() {
        return Err(CredentialsError::CommandFailed {
            command: command.into(),
            status: output.status,
        });
    }
    let text = String::from_utf8(output.stdout).map_err(|_| CredentialsError::Unsendable)?;
    Ok(SecretString::from(text))
}

#[cfg(test)]
mod tests;
