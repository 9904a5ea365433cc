//! Files and commands that give a token.

use std::io::Read;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::sync_channel;
use std::time::{Duration, SystemTime};

use secrecy::SecretString;

use crate::api::credentials_error::CredentialsError;

/// The longest that a token command may take. Somebody may have to unlock a store of passwords for it, but nobody
/// waits for ever for one that hangs at night.
const COMMAND_LIMIT: Duration = Duration::from_mins(1);

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

/// What a token command prints, if it ends in time.
pub(super) fn output_of(command: &str) -> Result<SecretString, CredentialsError> {
    output_within(command, COMMAND_LIMIT)
}

fn output_within(command: &str, time_limit: Duration) -> Result<SecretString, CredentialsError> {
    let (shell, flag) = if cfg!(windows) {
        ("cmd", "/C")
    } else {
        ("sh", "-c")
    };
    let started = Command::new(shell)
        .args([flag, command])
        .stdin(Stdio::inherit())
        .stdout(Stdio::piped())
        .spawn();
    let mut child = started.map_err(CredentialsError::CommandNotStarted)?;
    let output = read_output(&mut child, time_limit);
    if output.is_none() {
        // It may have ended by itself by now.
        let _ = child.kill();
    }
    let status = child.wait().map_err(CredentialsError::CommandNotStarted)?;
    let output = output.ok_or(CredentialsError::CommandTimedOut(time_limit))?;
    if !status.success() {
        return Err(CredentialsError::CommandFailed { status });
    }
    let text = String::from_utf8(output).map_err(|_| CredentialsError::Unsendable)?;
    Ok(SecretString::from(text))
}

/// All that the command prints; `None` when it has not closed its output in time.
fn read_output(child: &mut Child, time_limit: Duration) -> Option<Vec<u8>> {
    let mut stdout = child.stdout.take().expect("its output is a pipe");
    let (done, is_done) = sync_channel(1);
    // Never joined: what the command has started may hold the pipe for ever.
    std::thread::spawn(move || {
        let mut output = Vec::new();
        let read = stdout.read_to_end(&mut output).map(|_| output);
        let _ = done.send(read.unwrap_or_default());
    });
    is_done.recv_timeout(time_limit).ok()
}

#[cfg(all(test, unix))]
mod tests {
    use std::time::{Duration, Instant};

    use secrecy::ExposeSecret;

    use super::{COMMAND_LIMIT, output_within};
    use crate::api::credentials_error::CredentialsError;

    #[test]
    fn a_command_that_does_not_end_is_waited_for_no_longer_than_it_may_take() {
        let began = Instant::now();
        let limit = Duration::from_millis(20);
        let output = output_within("exec sleep 30 2>&-", limit);
        assert!(matches!(output, Err(CredentialsError::CommandTimedOut(_))));
        assert!(began.elapsed() < Duration::from_secs(20));
        let output = output_within("echo token", COMMAND_LIMIT).unwrap();
        assert_eq!(output.expose_secret(), "token\n");
        let output = output_within("echo token; exit 3", COMMAND_LIMIT);
        assert!(matches!(
            output,
            Err(CredentialsError::CommandFailed { .. })
        ));
    }
}
