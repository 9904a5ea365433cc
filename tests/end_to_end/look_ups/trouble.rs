//! Lists that cannot be read: the run stops before the first row, and says what to do.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use leadferry::sandbox::{Faults, Sandbox, SandboxOptions};

use super::{UNCHANGED, asks_for, check_at, ids_of, workspace};
use crate::support::{Reply, ScriptedServer, Workspace, created};

/// A CRM that answers the first `faults` requests for users as `reply` says, and then with none.
fn crm(faults: usize, reply: Reply) -> ScriptedServer {
    let asked = AtomicUsize::new(0);
    ScriptedServer::start_raw(move |request| match request.post {
        Some(post) => created(post + 1),
        None if asks_for(request, "/v1/users") && asked.fetch_add(1, Ordering::SeqCst) < faults => {
            reply.clone()
        }
        None => Reply::Answer(200, vec![], r#"{"data":[]}"#.into()),
    })
}

/// A row with an id, so that an empty list is enough.
fn one_row() -> Workspace {
    super::workspace_of_users(&["3"])
}

#[test]
fn what_asking_again_does_not_better_stops_both_commands() {
    let answer = |status, body: &str| Reply::Answer(status, vec![], body.to_owned());
    for (reply, said) in [
        (
            answer(401, r#"{"message":"Expired."}"#),
            "the CRM refused the credentials (401: \"Expired.\")",
        ),
        (
            answer(403, r#"{"message":"No scope."}"#),
            "the CRM forbids to show its users (403: \"No scope.\")",
        ),
        (
            answer(404, ""),
            "the CRM cannot show its users: the answer is 404",
        ),
        (
            answer(302, ""),
            "the CRM cannot show its users: the answer is 302",
        ),
        (
            answer(200, "<html>"),
            "the CRM cannot show its users: the answer is no JSON object, or too long",
        ),
        (
            answer(200, r#"{"data":{}}"#),
            "the CRM cannot show its users: the answer is no list of users",
        ),
    ] {
        let server = crm(usize::MAX, reply);
        let workspace = one_row();
        let run = workspace.import_to(&server.url(), &[]).expect_code(3);
        run.expect_says(&[said, "no lead was sent", "run the same command again"]);
        assert_eq!(server.posts().len(), 0, "{said}");
        let url = server.url();
        let run = check_at(&workspace, &url);
        run.expect_code(3)
            .expect_says(&[said, "no row was checked", "--offline"]);
        assert!(!workspace.path("leads.csv.check.csv").exists());
    }
}

#[test]
fn faults_and_pauses_are_waited_out() {
    for reply in [
        Reply::Answer(503, vec![("retry-after", "1".into())], String::new()),
        Reply::Answer(500, vec![], String::new()),
        Reply::Answer(429, vec![("retry-after", "1".into())], String::new()),
        Reply::Close,
    ] {
        let case = format!("{reply:?}");
        let server = crm(1, reply);
        let workspace = one_row();
        let run = workspace.import_to(&server.url(), &[]);
        assert_eq!(run.code, 0, "{case}: {}", run.stderr);
        assert_eq!(server.posts().len(), 1, "{case}");
    }
}

#[test]
fn a_server_that_never_answers_stops_the_run_when_patience_ends() {
    let server = crm(usize::MAX, Reply::Answer(503, vec![], String::new()));
    let workspace = one_row();
    workspace
        .import_to(&server.url(), &["--give-up-after", "1s"])
        .expect_code(3)
        .expect_says(&[
            "the CRM did not show its users (its answer was 503); trying again",
            "the CRM did not show its users within 1 second: its answer was 503",
        ]);
    assert_eq!(server.posts().len(), 0);
}

#[test]
fn a_server_that_is_gone_stops_the_run_as_in_the_preflight() {
    let sandbox = Sandbox::start(SandboxOptions::default()).unwrap();
    let url = sandbox.base_url();
    sandbox.stop().unwrap();
    one_row()
        .import_to(&url, &[])
        .expect_code(3)
        .expect_says(&["cannot connect to the CRM"]);
}

#[test]
fn a_refused_token_is_read_again_before_anything_else() {
    let sandbox = Sandbox::start(SandboxOptions {
        token: Some("new".into()),
        ..SandboxOptions::default()
    })
    .unwrap();
    let workspace = workspace(UNCHANGED, "A,Won,,\n");
    // Prints another token each time: the first is refused.
    workspace.write("tokens", "old\nnew\n");
    let command = "head -n 1 tokens; sed -i 1d tokens";
    workspace
        .import_to(&sandbox.base_url(), &["--token-command", command])
        .expect_code(0);
    assert_eq!(ids_of(&sandbox).len(), 1);
    sandbox.stop().unwrap();
}

#[test]
fn the_limit_of_the_server_is_kept_while_lists_are_read() {
    let sandbox = Sandbox::start(SandboxOptions {
        faults: Faults {
            rate_limit: Some("3/1s".parse().unwrap()),
            ..Faults::default()
        },
        ..SandboxOptions::default()
    })
    .unwrap();
    let workspace = workspace(UNCHANGED, "A,Won,Website,Ben Carter\n");
    let began = std::time::Instant::now();
    workspace.import_to(&sandbox.base_url(), &[]).expect_code(0);
    // Three lists use the first second up; the preflight must not be refused for it.
    assert!(began.elapsed() >= Duration::from_secs(1));
    assert_eq!(sandbox.counts().throttled, 0);
    sandbox.stop().unwrap();
}
