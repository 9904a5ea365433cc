//! Ctrl-C once and twice, before the first row and after it.

use std::sync::Arc;
use std::sync::mpsc::sync_channel;

use crate::support::{Gate, Reply, Running, ScriptedServer, Workspace, created};

#[test]
fn what_is_in_flight_lands_and_the_rest_is_sent_by_the_same_command() {
    let workspace = Workspace::with_rows(400);
    let (interrupted, sixth_post) = (Arc::new(Gate::closed()), Arc::new(Gate::for_arrivals(2)));
    let (held, seen) = (Arc::clone(&interrupted), Arc::clone(&sixth_post));
    let server = ScriptedServer::start(move |request| {
        if request.post == Some(5) {
            seen.pass();
            held.pass();
        }
        created(request.post.unwrap())
    });
    let one = ["--concurrency", "1"];
    let mut running =
        Running::start(&mut workspace.import_command("leads.csv", &server.url(), &one));
    sixth_post.pass();
    running.interrupt();
    running.await_words("interrupted: 1 request in flight may take 10 s to land");
    interrupted.open();
    running.end().expect_code(3).expect_says(&[
        "Caused by: interrupted",
        "nothing is lost",
        "same command again",
    ]);
    let statuses = workspace.statuses();
    assert_eq!(statuses[..6], ["created"; 6]);
    assert_eq!(statuses[6..], vec!["pending"; 394]);
    assert_eq!(server.posts().len(), 6);

    workspace.import_to(&server.url(), &[]).expect_code(0);
    let statuses = workspace.statuses();
    assert_eq!(statuses[..6], ["already_created"; 6]);
    assert_eq!(statuses[6..], vec!["created"; 394]);
    assert_eq!(server.posts().len(), 400);
}

#[test]
fn a_second_interrupt_waits_for_nothing_and_loses_nothing() {
    let workspace = Workspace::with_rows(3);
    let server = ScriptedServer::start(|_| Reply::Hang);
    let one = ["--concurrency", "1"];
    let mut running =
        Running::start(&mut workspace.import_command("leads.csv", &server.url(), &one));
    server.await_request(|request| request.post.is_some());
    running.interrupt();
    running.await_words("another interrupt ends at once");
    running.interrupt();
    running.end().expect_code(3);
    assert_eq!(workspace.statuses(), ["in_doubt", "pending", "pending"]);
}

#[test]
fn a_question_before_the_first_row_is_waited_for_no_longer() {
    let workspace = Workspace::with_rows(3);
    workspace.write("leads.csv.results.csv", "of an earlier run");
    let server = ScriptedServer::start_raw(|_| Reply::Hang);
    let running = Running::start(&mut workspace.import_command("leads.csv", &server.url(), &[]));
    server.await_request(|_| true);
    running.interrupt();
    running.end().expect_code(3).expect_says(&[
        "interrupted before the first row",
        "run the same command again",
    ]);
    assert_eq!(server.posts().len(), 0);
    assert_eq!(workspace.read("leads.csv.results.csv"), "of an earlier run");
}

/// The signal comes while the token is being had, which blocks.
#[test]
fn a_run_whose_token_command_hangs_ends_all_the_same() {
    let workspace = Workspace::with_rows(1);
    let (tell, is_asked) = sync_channel(8);
    let server = ScriptedServer::start_raw(move |_| {
        tell.send(()).unwrap();
        Reply::Answer(401, vec![], "{}".into())
    });
    let more = [
        "--token-command",
        "test -e asked && exec sleep 30 2>&-; touch asked; echo first",
    ];
    let mut command = workspace.import_command("leads.csv", &server.url(), &more);
    let running = Running::start(command.env_remove("LEADFERRY_TOKEN"));
    is_asked.recv().unwrap();
    running.interrupt();
    running.end().expect_code(3);
    assert_eq!(server.posts().len(), 0);
}
