//! Where tokens come from.

use secrecy::SecretString;

use super::{Credentials, CredentialsError, Need, Renewed, TokenSource};

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
    let same = given("t").unwrap().renew(Need::Refused).unwrap();
    assert!(matches!(same, Renewed::Same));
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("token");
    fs_err::write(&path, "one\n").unwrap();
    let mut credentials = Credentials::load(TokenSource::File(path.clone())).unwrap();
    let mut renew = |need| credentials.renew(need);
    assert!(matches!(renew(Need::Refused), Ok(Renewed::Same)));
    assert!(matches!(renew(Need::Due), Ok(Renewed::Same)));
    fs_err::write(&path, "").unwrap();
    assert!(matches!(renew(Need::Due), Ok(Renewed::NotNow { .. })));
    assert!(matches!(renew(Need::Refused), Err(CredentialsError::Empty)));
    fs_err::write(&path, "\ntwo\nand a note\n").unwrap();
    assert!(matches!(renew(Need::Due), Ok(Renewed::Newer)));
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
