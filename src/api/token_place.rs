//! Files and commands that give a token.

use std::path::Path;
use std::process::Command;
use std::time::SystemTime;

use secrecy::SecretString;

use crate::api::credentials_error::CredentialsError;

/// What tells that a file was changed, without reading it.
pub(super) type Stamp = (Option<SystemTime>, u64);

pub(super) fn stamp_of(path: &Path) -> Option<Stamp> {
    let metadata = fs_err::metadata(path).ok()?;
    Some((metadata.modified().ok(), metadata.len()))
}

pub(super) fn read_file(path: &Path) -> Result<SecretString, CredentialsError> {
    let text = fs_err::read_to_string(path);
    text.map(SecretString::from).map_err(CredentialsError::File)
}

pub(super) fn output_of(command: &str) -> Result<SecretString, CredentialsError> {
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
