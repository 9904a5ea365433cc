//! When the line is open, under a paused clock.

use std::time::Duration;

use jiff::Timestamp;
use secrecy::SecretString;
use tokio::time::{Instant, advance};

use super::{Line, SignIn, TokenStanding};
use crate::api::{
    ClientIdentity, Credentials, CredentialsError, KeptSignIn, Need, Renewed, Route, SignInFile,
    TokenSource,
};
use crate::import::stop::StopReason;

/// How long a server may be away.
const PATIENCE: Duration = Duration::from_mins(1);

/// A sign-in whose token is good for 60 s, and so due after 45 s.
fn signed_in() -> SignIn {
    let folder = tempfile::tempdir().unwrap();
    let file = SignInFile::of(folder.path(), "http://127.0.0.1:1/api");
    let now = Timestamp::now();
    let kept = KeptSignIn {
        api: "http://127.0.0.1:1/api".into(),
        server: "http://127.0.0.1:1/oauth".parse().unwrap(),
        identity: ClientIdentity {
            id: "app".into(),
            secret: None,
        },
        scopes: vec![],
        access_token: SecretString::from("access"),
        refresh_token: Some(SecretString::from("refresh")),
        obtained_at: now,
        expires_at: now.checked_add(Duration::from_mins(1)).ok(),
    };
    file.lock().unwrap().keep(kept).unwrap();
    SignIn::new(Credentials::load(TokenSource::SignIn(file, Route::default())).unwrap())
}

fn given() -> SignIn {
    let token = TokenSource::Given(SecretString::from("token"));
    SignIn::new(Credentials::load(token).unwrap())
}

fn line(sign_in: &SignIn) -> Line {
    sign_in.line(Instant::now())
}

fn not_now() -> Renewed {
    Renewed::NotNow {
        error: CredentialsError::Empty,
        pause: None,
    }
}

/// Asks for a newer token and ends like this.
fn renewal(sign_in: &mut SignIn, ends: Renewed) -> Result<Option<CredentialsError>, StopReason> {
    let (credentials, _) = sign_in.begin_renewal(Instant::now()).unwrap();
    sign_in.end_renewal(credentials, Ok(ends), (Instant::now(), PATIENCE))
}

#[tokio::test(start_paused = true)]
async fn the_line_rests_for_a_renewal_and_no_longer_than_it_must() {
    let mut sign_in = signed_in();
    assert_eq!(line(&sign_in), Line::Open);
    advance(Duration::from_secs(46)).await;
    assert_eq!(line(&sign_in), Line::Renew);
    let (_away, need) = sign_in.begin_renewal(Instant::now()).unwrap();
    assert_eq!(need, Need::Due);
    assert!(
        sign_in.begin_renewal(Instant::now()).is_none(),
        "one at a time"
    );
    assert!(matches!(line(&sign_in), Line::ClosedUntil(_)));
    advance(Duration::from_secs(3)).await;
    assert_eq!(line(&sign_in), Line::Open, "the old token is still good");
    sign_in.note_refused("no".into());
    assert_eq!(line(&sign_in), Line::Closed);
}

#[tokio::test(start_paused = true)]
async fn while_no_token_can_be_had_the_old_one_serves_as_long_as_it_is_good() {
    let mut sign_in = signed_in();
    advance(Duration::from_secs(46)).await;
    assert!(
        renewal(&mut sign_in, not_now()).unwrap().is_none(),
        "nobody need know"
    );
    assert_eq!(line(&sign_in), Line::Open);
    advance(Duration::from_secs(2)).await;
    assert_eq!(line(&sign_in), Line::Renew, "again after a while");
    advance(Duration::from_secs(20)).await;
    assert!(
        renewal(&mut sign_in, not_now()).unwrap().is_some(),
        "told once"
    );
    assert!(matches!(line(&sign_in), Line::ClosedUntil(_)));
    assert!(sign_in.wakes_at(Instant::now()).is_some());
    advance(Duration::from_secs(5)).await;
    assert!(sign_in.is_to_ask_again(Instant::now()));
    assert!(renewal(&mut sign_in, not_now()).unwrap().is_none());
    advance(PATIENCE).await;
    let gave_up = renewal(&mut sign_in, not_now());
    assert!(matches!(gave_up, Err(StopReason::NoNewToken(_))));
}

#[tokio::test(start_paused = true)]
async fn tokens_that_are_refused_one_after_the_other_are_not_trusted() {
    for (mut sign_in, trusted) in [(given(), 1), (signed_in(), 2)] {
        for _ in 0..trusted {
            assert_eq!(sign_in.standing_of(0), TokenStanding::Proven);
            sign_in.note_refused("no".into());
            assert_eq!(line(&sign_in), Line::Renew);
            renewal(&mut sign_in, Renewed::Newer).unwrap();
            assert_eq!(line(&sign_in), Line::Open);
        }
        assert_eq!(sign_in.standing_of(0), TokenStanding::Unproven);
        sign_in.note_accepted(0);
        assert_eq!(sign_in.standing_of(0), TokenStanding::Proven);
        sign_in.note_refused("no".into());
        let stopped = renewal(&mut sign_in, Renewed::Same);
        assert!(matches!(stopped, Err(StopReason::Credentials { words }) if words == "no"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_refusal_while_it_is_only_looked_for_a_newer_token_is_not_the_last_word() {
    let mut sign_in = signed_in();
    advance(Duration::from_secs(46)).await;
    let (credentials, _) = sign_in.begin_renewal(Instant::now()).unwrap();
    sign_in.note_refused("no".into());
    let times = (Instant::now(), PATIENCE);
    let ended = sign_in.end_renewal(credentials, Ok(Renewed::Same), times);
    assert!(ended.unwrap().is_none());
    let (_away, need) = sign_in.begin_renewal(Instant::now()).unwrap();
    assert_eq!(need, Need::Refused);
}
