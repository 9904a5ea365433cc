//! Renewing: before a token expires and after a 401, one at a time, the newest refresh token kept.

use std::collections::HashSet;
use std::process::Stdio;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

#[cfg(unix)]
use super::command;
use super::{Login, import, kept, sandbox, sign_in};
#[cfg(unix)]
use crate::support::Running;
use crate::support::{Gate, Reply, Run, ScriptedServer, Workspace, created};

/// An authorization server and API that knows one access token at a time, and what it was asked.
#[derive(Default)]
struct Rotating {
    /// Tokens that were given so far.
    given: AtomicUsize,
    /// Refresh tokens in the order in which they came.
    refreshed: Mutex<Vec<String>>,
}

impl Rotating {
    /// The tokens of number `n` are `access-n` and `refresh-n`.
    fn give(&self, life_seconds: u64) -> Reply {
        let number = self.given.fetch_add(1, Ordering::SeqCst) + 1;
        let body = format!(
            r#"{{"access_token":"access-{number}","refresh_token":"refresh-{number}","expires_in":{life_seconds}}}"#
        );
        Reply::Answer(200, vec![], body)
    }

    /// Whether a request for tokens brings a refresh token, which is then noted.
    fn notes_refresh(&self, form: &str) -> bool {
        let token = form
            .split('&')
            .find_map(|pair| pair.strip_prefix("refresh_token="));
        let mut refreshed = self.refreshed.lock().unwrap();
        refreshed.extend(token.map(str::to_owned));
        token.is_some()
    }

    fn accepts(&self, authorization: &str) -> bool {
        authorization == format!("Bearer access-{}", self.given.load(Ordering::SeqCst))
    }

    fn refreshed(&self) -> Vec<String> {
        self.refreshed.lock().unwrap().clone()
    }
}

fn refused() -> Reply {
    Reply::Answer(401, vec![], r#"{"message":"Unauthenticated."}"#.into())
}

fn invalid_grant() -> Reply {
    let body = r#"{"error":"invalid_grant","error_description":"The refresh token is invalid."}"#;
    Reply::Answer(400, vec![], body.into())
}

/// A server whose first access token stops being good after two leads, and whose answer to the
/// n-th refresh is `refresh(n, rotating)`.
fn expiring(
    refresh: impl Fn(usize, &Rotating) -> Reply + Send + Sync + 'static,
) -> (ScriptedServer, Arc<Rotating>) {
    let rotating = Arc::new(Rotating::default());
    let (shared, refreshes) = (Arc::clone(&rotating), AtomicUsize::new(0));
    let server = ScriptedServer::start_raw(move |request| {
        if request.start.starts_with("POST /oauth/token ") {
            return if shared.notes_refresh(&request.body) {
                refresh(refreshes.fetch_add(1, Ordering::SeqCst) + 1, &shared)
            } else {
                shared.give(3600)
            };
        }
        let has_expired = shared.given.load(Ordering::SeqCst) == 1
            && request.post.is_some_and(|number| number >= 2);
        match request.post {
            _ if has_expired || !shared.accepts(request.header("authorization")) => refused(),
            Some(number) => created(number + 1),
            None => Reply::Answer(200, vec![], r#"{"data":[]}"#.into()),
        }
    });
    (server, rotating)
}

#[test]
fn a_token_is_renewed_before_it_expires_so_that_nothing_is_refused() {
    let workspace = Workspace::with_rows(50);
    let sandbox = sandbox(Some(Duration::from_secs(1)));
    let url = sandbox.base_url();
    sign_in(&workspace, &url);
    let mut import = import(&workspace, &url, ("leads.csv", "7"), &["--rate", "25/s"]);
    Run::of(&mut import).expect_code(0);
    let counts = sandbox.counts();
    assert_eq!((counts.created, counts.posts), (50, 50));
    assert_eq!((counts.unauthorised, counts.refused_grants), (0, 0));
    // Two seconds, and a renewal every three quarters of one; more would be for nothing.
    assert!((1..=5).contains(&counts.refreshes), "{counts:?}");
    sandbox.stop().unwrap();
}

#[test]
fn processes_that_share_a_sign_in_never_use_a_refresh_token_twice() {
    let workspace = Workspace::with_rows(40);
    workspace.write("other.csv", workspace.read("leads.csv"));
    workspace.write("third.csv", workspace.read("leads.csv"));
    let sandbox = sandbox(Some(Duration::from_secs(1)));
    let url = sandbox.base_url();
    sign_in(&workspace, &url);
    let started = [("leads.csv", "7"), ("other.csv", "8"), ("third.csv", "9")].map(|which| {
        let mut import = import(&workspace, &url, which, &["--rate", "20/s"]);
        let import = import.stderr(Stdio::piped()).stdout(Stdio::piped());
        import.spawn().unwrap()
    });
    for process in started {
        let output = process.wait_with_output().unwrap();
        let said = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(0), "{said}");
    }
    let counts = sandbox.counts();
    assert_eq!(counts.created, 120);
    assert_eq!(counts.refused_grants, 0, "an old refresh token was used");
    // One process renews for all of them.
    assert!((1..=8).contains(&counts.refreshes), "{counts:?}");
    sandbox.stop().unwrap();
}

#[test]
fn a_token_that_is_refused_is_renewed_once_and_the_rows_go_again() {
    let workspace = Workspace::with_rows(40);
    let (server, rotating) = expiring(|_, rotating| rotating.give(3600));
    Login::begin(&workspace, &server.url(), &[])
        .agree()
        .expect_code(0);
    let mut import = import(&workspace, &server.url(), ("leads.csv", "7"), &[]);
    Run::of(&mut import).expect_code(0);
    assert_eq!(workspace.statuses(), vec!["created"; 40]);
    assert_eq!(rotating.refreshed(), ["refresh-1"]);
    let kept = kept(&workspace);
    assert_eq!(kept["refresh_token"], "refresh-2");
    assert_eq!(kept["access_token"], "access-2");
}

#[test]
fn a_token_refused_at_the_start_is_renewed_before_the_first_row() {
    let workspace = Workspace::with_rows(2);
    let (server, rotating) = expiring(|_, rotating| rotating.give(3600));
    Login::begin(&workspace, &server.url(), &[])
        .agree()
        .expect_code(0);
    // Somebody else has renewed it, so that the server no longer knows what is kept here.
    rotating.given.fetch_add(1, Ordering::SeqCst);
    let mut import = import(&workspace, &server.url(), ("leads.csv", "7"), &[]);
    Run::of(&mut import).expect_code(0);
    assert_eq!(rotating.refreshed(), ["refresh-1"]);
    assert_eq!(server.posts().len(), 2);
}

#[test]
fn an_authorization_server_that_is_away_is_asked_again_and_no_row_is_lost() {
    let workspace = Workspace::with_rows(10);
    let (server, rotating) = expiring(|number, rotating| match number {
        1 => Reply::Answer(503, vec![], String::new()),
        _ => rotating.give(3600),
    });
    Login::begin(&workspace, &server.url(), &[])
        .agree()
        .expect_code(0);
    let mut import = import(&workspace, &server.url(), ("leads.csv", "7"), &[]);
    Run::of(&mut import)
        .expect_code(0)
        .expect_says(&["no answer that counts (503); trying again"]);
    assert_eq!(rotating.refreshed(), ["refresh-1", "refresh-1"]);
}

#[test]
fn who_can_be_renewed_no_more_is_told_to_sign_in_and_the_rows_wait() {
    type Case = (fn(usize, &Rotating) -> Reply, &'static [&'static str]);
    let cases: [Case; 2] = [
        (
            |_, _| invalid_grant(),
            &[
                "`invalid_grant`: \"The refresh token is invalid.\"",
                "leadferry login",
            ],
        ),
        (
            |number, _| match number {
                1 => Reply::Close,
                _ => invalid_grant(),
            },
            &[
                "was lost, and the newest refresh token with it",
                "leadferry login",
            ],
        ),
    ];
    for (refresh, says) in cases {
        let workspace = Workspace::with_rows(10);
        let (server, _) = expiring(refresh);
        Login::begin(&workspace, &server.url(), &[])
            .agree()
            .expect_code(0);
        let more = ["--concurrency", "1"];
        let mut import = import(&workspace, &server.url(), ("leads.csv", "7"), &more);
        let ended = Run::of(&mut import).expect_code(3).expect_says(says);
        assert!(!ended.stderr.contains("refresh-1"), "{}", ended.stderr);
        let statuses: HashSet<_> = workspace.statuses().into_iter().collect();
        assert_eq!(
            statuses,
            HashSet::from(["created".to_owned(), "pending".into()])
        );
    }
}

#[test]
fn a_kill_in_the_middle_of_a_renewal_leaves_the_sign_in_as_it_was() {
    let workspace = Workspace::with_rows(10);
    let asked = Arc::new(Gate::for_arrivals(2));
    let arrives = Arc::clone(&asked);
    let (server, rotating) = expiring(move |number, rotating| match number {
        1 => {
            arrives.pass();
            Reply::Hang
        }
        _ => rotating.give(3600),
    });
    Login::begin(&workspace, &server.url(), &[])
        .agree()
        .expect_code(0);
    let before = kept(&workspace);
    // One at a time, so that the kill leaves rows that nobody can have sent.
    let more = ["--concurrency", "1"];
    let mut process = import(&workspace, &server.url(), ("leads.csv", "7"), &more)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    asked.pass();
    process.kill().unwrap();
    process.wait().unwrap();
    assert_eq!(kept(&workspace), before);
    for entry in fs_err::read_dir(workspace.path("state/tokens")).unwrap() {
        let path = entry.unwrap().path();
        let has_secret = fs_err::read_to_string(&path).unwrap().contains("access-");
        let is_kept = path.extension().is_some_and(|ending| ending == "json");
        assert_eq!(has_secret, is_kept, "{}", path.display());
    }
    // The dead process holds no lock.
    let mut import = import(&workspace, &server.url(), ("leads.csv", "7"), &[]);
    Run::of(&mut import);
    assert_eq!(rotating.refreshed(), ["refresh-1", "refresh-1"]);
    assert_eq!(kept(&workspace)["refresh_token"], "refresh-2");
}

/// Whoever interrupts a program that renews must not have to sign in again.
#[cfg(unix)]
#[test]
fn an_interrupt_in_the_middle_of_a_renewal_waits_for_the_newest_token() {
    for (arguments, interrupts) in [
        (&["import", "leads.csv", "--mapping", "mapping.toml"][..], 1),
        (&["import", "leads.csv", "--mapping", "mapping.toml"], 2),
        (&["whoami"], 1),
    ] {
        let workspace = Workspace::with_rows(1);
        let (asked, answered) = (Arc::new(Gate::for_arrivals(2)), Arc::new(Gate::closed()));
        let (arrives, held) = (Arc::clone(&asked), Arc::clone(&answered));
        let rotating = Rotating::default();
        let server = ScriptedServer::start_raw(move |request| {
            if request.start.starts_with("POST /oauth/token ") {
                if rotating.notes_refresh(&request.body) {
                    arrives.pass();
                    held.pass();
                }
                return rotating.give(3600);
            }
            // The first token is refused, and with the next nothing is answered at all.
            match rotating.given.load(Ordering::SeqCst) {
                1 => refused(),
                _ => Reply::Hang,
            }
        });
        Login::begin(&workspace, &server.url(), &[])
            .agree()
            .expect_code(0);
        let arguments = [arguments, &["--tenant", "7"]].concat();
        let running = Running::start(&mut command(&workspace, &server.url(), &arguments));
        asked.pass();
        (0..interrupts).for_each(|_| running.interrupt());
        answered.open();
        running.end().expect_code(3).expect_says(&["interrupted"]);
        assert_eq!(
            kept(&workspace)["refresh_token"],
            "refresh-2",
            "{arguments:?}"
        );
    }
}

#[test]
fn a_token_file_that_changes_is_read_again_before_the_old_token_is_refused() {
    let workspace = Workspace::with_rows(60);
    workspace.write("token", "one\n");
    let path = workspace.path("token");
    let server = ScriptedServer::start(move |request| {
        if request.post == Some(5) {
            fs_err::write(&path, "two and-what-follows\n".replace(' ', "\n")).unwrap();
        }
        created(request.post.unwrap() + 1)
    });
    let more = ["--token-file", "token", "--rate", "30/s"];
    let mut import = import(&workspace, &server.url(), ("leads.csv", "7"), &more);
    Run::of(&mut import).expect_code(0);
    let posts = server.posts();
    assert_eq!(posts[0].header("authorization"), "Bearer one");
    assert_eq!(posts[59].header("authorization"), "Bearer two");
}
