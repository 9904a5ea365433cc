//! Where the bearer token comes from, and how to get a newer one.

use std::path::PathBuf;
use std::process::Command;

use reqwest::header::HeaderValue;
use secrecy::{ExposeSecret, SecretString};

/// Where a bearer token is to be had.
#[derive(Debug, Clone)]
pub enum TokenSource {
    /// Given once, for example in an environment variable; cannot be renewed.
    Given(SecretString),
    /// The first line of a file, read again when the token is no longer accepted.
    File(PathBuf),
    /// What a shell command prints, run again when the token is no longer accepted.
    Command(String),
}

/// A token ready to be sent. Its `Debug` form does not show it.
#[derive(Debug, Clone)]
pub struct Token {
    /// `Bearer …`, marked sensitive.
    header: HeaderValue,
    /// Which token of this run it is, counted from 0.
    generation: u64,
}

/// Why there is no token.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CredentialsError {
    /// The token file cannot be read.
    #[error("cannot read the token file")]
    File(#[source] std::io::Error),
    /// The token command cannot be started.
    #[error("cannot start the token command")]
    CommandNotStarted(#[source] std::io::Error),
    /// The token command failed. It is not shown: secrets may be in it.
    #[error("the token command ended with {status}")]
    CommandFailed {
        /// How it ended.
        status: std::process::ExitStatus,
    },
    /// There is nothing in the place where the token should be.
    #[error("the token is empty")]
    Empty,
    /// A token with white space or control characters in it cannot be sent.
    #[error("the token has characters that cannot stand in a header")]
    Unsendable,
}

impl Token {
    pub(super) fn header(&self) -> HeaderValue {
        self.header.clone()
    }

    /// The token itself, to take it out of what a server says.
    pub(super) fn secret(&self) -> &str {
        let header = self.header.to_str().unwrap_or_default();
        header.strip_prefix("Bearer ").unwrap_or_default()
    }

    /// Which token of this run it is, counted from 0.
    pub fn generation(&self) -> u64 {
        self.generation
    }
}

/// The current token and the way to the next.
#[derive(Debug)]
pub struct Credentials {
    source: TokenSource,
    current: Token,
}

impl Credentials {
    /// Reads the first token.
    ///
    /// # Errors
    ///
    /// See [`CredentialsError`]; never contains the token.
    pub fn load(source: TokenSource) -> Result<Self, CredentialsError> {
        let header = read_header(&source)?;
        Ok(Self {
            source,
            current: Token {
                header,
                generation: 0,
            },
        })
    }

    /// The token to send now.
    pub fn token(&self) -> &Token {
        &self.current
    }

    /// Asks the source again. True when it gave another token than before, which is now current.
    ///
    /// Blocks: reads a file or waits for a command.
    pub fn renew(&mut self) -> Result<bool, CredentialsError> {
        if matches!(self.source, TokenSource::Given(_)) {
            return Ok(false);
        }
        let header = read_header(&self.source)?;
        if header == self.current.header {
            return Ok(false);
        }
        self.current = Token {
            header,
            generation: self.current.generation + 1,
        };
        Ok(true)
    }
}

fn read_header(source: &TokenSource) -> Result<HeaderValue, CredentialsError> {
    let text = match source {
        TokenSource::Given(token) => token.clone(),
        TokenSource::File(path) => {
            SecretString::from(fs_err::read_to_string(path).map_err(CredentialsError::File)?)
        }
        TokenSource::Command(command) => output_of(command)?,
    };
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
        .map_err(CredentialsError::CommandNotStarted)?;
    if !output.status.success() {
        return Err(CredentialsError::CommandFailed {
            status: output.status,
        });
    }
    let text = String::from_utf8(output.stdout).map_err(|_| CredentialsError::Unsendable)?;
    Ok(SecretString::from(text))
}

#[cfg(test)]
mod tests {
    use secrecy::SecretString;

    use super::{Credentials, CredentialsError, TokenSource};

    fn given(token: &str) -> Result<Credentials, CredentialsError> {
        Credentials::load(TokenSource::Given(SecretString::from(token)))
    }

    #[test]
    fn a_token_is_trimmed_and_never_shown() {
        let credentials = given(" s3cret\n").unwrap();
        assert_eq!(credentials.token().header(), "Bearer s3cret");
        assert!(!format!("{credentials:?}").contains("s3cret"));
    }

    #[test]
    fn tokens_that_cannot_be_sent_are_refused() {
        assert!(matches!(given(" "), Err(CredentialsError::Empty)));
        assert!(matches!(
            given("two words"),
            Err(CredentialsError::Unsendable)
        ));
        assert!(matches!(given("ğ"), Err(CredentialsError::Unsendable)));
    }

    #[test]
    fn a_file_is_read_again_and_a_given_token_is_not() {
        assert!(!given("t").unwrap().renew().unwrap());
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        fs_err::write(&path, "one\n").unwrap();
        let mut credentials = Credentials::load(TokenSource::File(path.clone())).unwrap();
        assert!(!credentials.renew().unwrap());
        fs_err::write(&path, "\ntwo\nand a note\n").unwrap();
        assert!(credentials.renew().unwrap());
        assert_eq!(credentials.token().header(), "Bearer two");
        assert_eq!(credentials.token().generation(), 1);
    }

    #[cfg(unix)]
    #[test]
    fn a_command_prints_the_token_or_fails_by_name() {
        let load = |command: &str| Credentials::load(TokenSource::Command(command.into()));
        assert_eq!(load("echo abc").unwrap().token().header(), "Bearer abc");
        assert!(matches!(
            load("exit 3"),
            Err(CredentialsError::CommandFailed { .. })
        ));
    }
}
