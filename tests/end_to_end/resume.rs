//! The one recovery command: the same command again, whatever ended the run before.
//!
//! - `identities`: which rows are the same rows, after what was done to the file since
//! - `ledgers`: who may use a ledger, and where it is

mod identities;
mod ledgers;

use leadferry::sandbox::{Sandbox, SandboxOptions};

use crate::support::{Record, Reply, Run, ScriptedServer, Workspace, created};

const HEADER: &str = "Name,Surname,Mail\n";

fn start_sandbox() -> Sandbox {
    Sandbox::start(SandboxOptions::default()).unwrap()
}

/// How many leads were posted to a sandbox.
fn posts(sandbox: &Sandbox) -> u64 {
    sandbox.counts().posts
}

fn ids(records: &[Record]) -> Vec<&str> {
    records
        .iter()
        .map(|record| record.lead_id.as_str())
        .collect()
}

fn statuses_of(workspace: &Workspace, file: &str) -> Vec<String> {
    let results = workspace.results_of(file);
    results.into_iter().map(|record| record.status).collect()
}

fn add_to_mapping(workspace: &Workspace, more: &str) {
    let mapping = workspace.read("mapping.toml") + more;
    workspace.write("mapping.toml", mapping);
}

#[test]
fn known_rows_come_back_with_their_ids_and_without_a_request() {
    for mapping in ["", "\n[identity]\nsource = \"s\"\ncolumns = \"all\"\n"] {
        let (workspace, sandbox) = (Workspace::with_rows(50), start_sandbox());
        add_to_mapping(&workspace, mapping);
        workspace.import_to(&sandbox.base_url(), &[]).expect_code(0);
        let first = workspace.results();
        for _ in 0..2 {
            workspace.import_to(&sandbox.base_url(), &[]).expect_code(0);
            assert_eq!(workspace.statuses(), ["already_created"; 50]);
            assert_eq!(ids(&workspace.results()), ids(&first));
            assert!(
                workspace
                    .results()
                    .iter()
                    .all(|record| record.attempts == 0)
            );
            assert_eq!(posts(&sandbox), 50);
        }
    }
}

#[test]
fn after_an_expired_token_a_new_one_sends_the_rest() {
    let workspace = Workspace::with_rows(5);
    let server = ScriptedServer::start(|request| match request.header("authorization") {
        "Bearer token-of-the-test" if request.post.unwrap() >= 3 => {
            Reply::Answer(401, vec![], r#"{"message":"token expired"}"#.into())
        }
        _ => created(request.post.unwrap()),
    });
    workspace
        .import_to(&server.url(), &["--concurrency", "1"])
        .expect_code(3)
        .expect_says(&["same command again"]);
    assert_eq!(
        workspace.statuses(),
        ["created", "created", "created", "pending", "pending"]
    );
    let mut command = workspace.import_command("leads.csv", &server.url(), &["--concurrency", "1"]);
    Run::of(command.env("LEADFERRY_TOKEN", "new")).expect_code(0);
    let results = workspace.results();
    assert_eq!(
        workspace.statuses(),
        [
            "already_created",
            "already_created",
            "already_created",
            "created",
            "created"
        ]
    );
    assert_eq!(ids(&results), ["0", "1", "2", "4", "5"]);
    assert_eq!(server.posts().len(), 6, "only what was refused goes again");
}

#[test]
fn each_run_with_a_limit_sends_so_many_more() {
    let (workspace, sandbox) = (Workspace::with_rows(5), start_sandbox());
    let url = sandbox.base_url();
    for (code, created, known) in [(3, 2, 0), (3, 2, 2), (0, 1, 4), (0, 0, 5)] {
        workspace
            .import_to(&url, &["--limit", "2"])
            .expect_code(code);
        let statuses = workspace.statuses();
        let expected = ["already_created"].repeat(known);
        let expected = [expected, ["created"].repeat(created)].concat();
        let rest = ["pending"].repeat(5 - known - created);
        assert_eq!(statuses, [expected, rest].concat());
    }
    assert_eq!(posts(&sandbox), 5);
}

#[test]
fn rows_are_known_wherever_they_stand() {
    let (workspace, sandbox) = (Workspace::with_rows(6), start_sandbox());
    let url = sandbox.base_url();
    workspace.import_to(&url, &["--limit", "3"]).expect_code(3);
    let first = workspace.results();
    let text = workspace.read("leads.csv");
    let reversed: Vec<_> = text.lines().skip(1).collect();
    let reversed: Vec<_> = reversed.into_iter().rev().collect();
    workspace.write("leads.csv", format!("{HEADER}{}\n", reversed.join("\n")));
    workspace.import_to(&url, &[]).expect_code(0);
    assert_eq!(
        workspace.statuses(),
        [
            "created",
            "created",
            "created",
            "already_created",
            "already_created",
            "already_created"
        ]
    );
    let results = workspace.results();
    let mut known = ids(&results[3..]);
    known.reverse();
    assert_eq!(known, ids(&first[..3]));
    assert_eq!(posts(&sandbox), 6);
}

#[test]
fn of_a_file_that_has_grown_only_the_new_rows_are_sent() {
    let (workspace, sandbox) = (Workspace::with_rows(3), start_sandbox());
    let url = sandbox.base_url();
    workspace.import_to(&url, &[]).expect_code(0);
    // One of them is equal to a row that is known, and so another lead.
    let more = "Bob,Bauer,bob@example.com\nAda,Lovelace 1,ada1@example.com\n";
    workspace.write("leads.csv", workspace.read("leads.csv") + more);
    workspace.import_to(&url, &[]).expect_code(0);
    assert_eq!(
        workspace.statuses(),
        [
            "already_created",
            "already_created",
            "already_created",
            "created",
            "created"
        ]
    );
    assert_eq!(posts(&sandbox), 5);
}

#[test]
fn a_file_is_known_from_another_folder_and_under_another_name() {
    let (workspace, sandbox) = (Workspace::with_rows(4), start_sandbox());
    let url = sandbox.base_url();
    workspace.import_to(&url, &["--limit", "2"]).expect_code(3);
    fs_err::create_dir(workspace.path("march")).unwrap();
    workspace.write("march/export.csv", workspace.read("leads.csv"));
    let arguments = [
        "import",
        "export.csv",
        "--mapping",
        "../mapping.toml",
        "--api-url",
        &url,
        "--tenant",
        "7",
    ];
    let mut command = workspace.command(&arguments);
    Run::of(command.current_dir(workspace.path("march"))).expect_code(0);
    assert_eq!(
        statuses_of(&workspace, "march/export.csv"),
        ["already_created", "already_created", "created", "created"]
    );
    assert_eq!(posts(&sandbox), 4);
}

#[test]
fn results_that_cannot_be_written_stop_a_later_run_before_it_sends() {
    let (workspace, sandbox) = (Workspace::with_rows(4), start_sandbox());
    let url = sandbox.base_url();
    workspace.import_to(&url, &["--limit", "2"]).expect_code(3);
    let before = workspace.read("leads.csv.results.csv");
    workspace
        .import_to(&url, &["--results", "no/such/folder.csv"])
        .expect_code(2)
        .expect_says(&["no/such", "--results"]);
    assert_eq!(posts(&sandbox), 2);
    assert_eq!(workspace.read("leads.csv.results.csv"), before);
    workspace.import_to(&url, &[]).expect_code(0);
    assert_eq!(
        workspace.statuses(),
        ["already_created", "already_created", "created", "created"]
    );
}

#[test]
fn old_results_stay_until_the_new_run_may_begin() {
    let (workspace, sandbox) = (Workspace::with_rows(2), start_sandbox());
    workspace.import_to(&sandbox.base_url(), &[]).expect_code(0);
    let before = workspace.read("leads.csv.results.csv");
    let stranger = ScriptedServer::start_raw(|_| Reply::Answer(401, vec![], "{}".into()));
    workspace.import_to(&stranger.url(), &[]).expect_code(3);
    assert_eq!(workspace.read("leads.csv.results.csv"), before);
}

#[test]
fn what_is_in_doubt_stays_so_and_is_never_sent_again() {
    let workspace = Workspace::with_rows(3);
    let server = ScriptedServer::start(|request| match request.post.unwrap() {
        1 => Reply::Close,
        post => created(post),
    });
    for expected in [
        ["created", "in_doubt", "created"],
        ["already_created", "in_doubt", "already_created"],
    ] {
        workspace
            .import_to(&server.url(), &["--concurrency", "1"])
            .expect_code(1);
        assert_eq!(workspace.statuses(), expected);
        assert_eq!(workspace.results()[1].codes, "server.no_answer");
        assert_eq!(server.posts().len(), 3);
    }
}

#[test]
fn rows_refused_before_are_sent_again_after_the_new_ones() {
    let workspace = Workspace::with_rows(3);
    let server = ScriptedServer::start(|request| match request.post {
        Some(0) => Reply::Answer(422, vec![], r#"{"message":"Not today."}"#.into()),
        post => created(post.unwrap()),
    });
    let one = ["--concurrency", "1"];
    workspace.import_to(&server.url(), &one).expect_code(1);
    assert_eq!(workspace.statuses(), ["refused", "created", "created"]);
    let more = "Bob,Bauer,bob@example.com\n";
    workspace.write("leads.csv", workspace.read("leads.csv") + more);
    workspace.import_to(&server.url(), &one).expect_code(0);
    assert_eq!(
        workspace.statuses(),
        ["created", "already_created", "already_created", "created"]
    );
    let sent: Vec<_> = server.posts()[3..]
        .iter()
        .map(|request| request.body.contains("Bauer"))
        .collect();
    assert_eq!(sent, [true, false], "the new row first");
}
