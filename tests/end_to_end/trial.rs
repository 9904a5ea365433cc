//! Runs that stop because too much is refused, and go on with the same command.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::support::{Reply, Request, Run, ScriptedServer, Workspace, created};

fn refused(words: &str) -> Reply {
    Reply::Answer(422, vec![], format!(r#"{{"message":"{words}"}}"#))
}

fn refuses_everything() -> ScriptedServer {
    ScriptedServer::start(|_| refused("The channel field is required."))
}

fn count(workspace: &Workspace, wanted: &str) -> usize {
    let statuses = workspace.statuses();
    statuses.iter().filter(|status| *status == wanted).count()
}

/// The number of the row that the test's request is for.
fn row_of(request: &Request) -> usize {
    let name = request.body.split("Lovelace ").nth(1).unwrap();
    name.split('"').next().unwrap().parse().unwrap()
}

#[test]
fn twenty_equal_refusals_stop_the_first_run_under_a_mapping() {
    let workspace = Workspace::with_rows(200);
    let server = refuses_everything();
    let run = workspace.import_to(&server.url(), &[]).expect_code(3);
    run.expect_says(&[
        "the first 20 rows were refused alike (422: \"The channel field is required.\")",
        "--tenant",
        "--no-trial",
        "run the same command again",
    ]);
    assert_eq!(server.posts().len(), 20, "not one request more");
    assert_eq!(
        (count(&workspace, "refused"), count(&workspace, "pending")),
        (20, 180)
    );
}

#[test]
fn the_same_command_never_stops_at_the_same_rows_and_comes_to_an_end() {
    let workspace = Workspace::with_rows(50);
    let server = refuses_everything();
    let codes: Vec<i32> = (0..4)
        .map(|_| workspace.import_to(&server.url(), &[]).code)
        .collect();
    // Twice 20 new rows; then the last ten, and all others once more, which is no news.
    assert_eq!(codes, [3, 3, 1, 1]);
    assert_eq!(count(&workspace, "refused"), 50);
}

#[test]
fn a_mended_mapping_sends_them_all() {
    let workspace = Workspace::with_rows(50);
    let is_mended = |request: &Request| request.body.contains("preferred_contact");
    let server = ScriptedServer::start(move |request| {
        if is_mended(request) {
            created(request.post.unwrap())
        } else {
            refused("The preferred contact field is required.")
        }
    });
    workspace.import_to(&server.url(), &[]).expect_code(3);
    let mapping = workspace.read("mapping.toml") + "\npreferred_contact = { value = \"phone\" }\n";
    workspace.write("mapping.toml", mapping);
    workspace.import_to(&server.url(), &[]).expect_code(0);
    assert_eq!(count(&workspace, "created"), 50);
}

#[test]
fn the_trial_is_over_with_the_first_lead_and_can_be_left_out() {
    for (creates, more) in [(1, &[][..]), (0, &["--no-trial"])] {
        let workspace = Workspace::with_rows(60);
        let server = ScriptedServer::start(move |request| match request.post {
            Some(post) if post < creates => created(post),
            _ => refused("The channel field is required."),
        });
        let more = [&["--concurrency", "1"], more].concat();
        workspace.import_to(&server.url(), &more).expect_code(1);
        assert_eq!(count(&workspace, "refused"), 60 - creates);
    }
}

#[test]
fn what_the_ledger_knows_of_the_mapping_ends_the_trial_for_later_files() {
    let workspace = Workspace::with_rows(60);
    let creates = Arc::new(AtomicUsize::new(1));
    let left = Arc::clone(&creates);
    let server = ScriptedServer::start(move |request| {
        let may = left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| {
            left.checked_sub(1)
        });
        match may {
            Ok(_) => created(request.post.unwrap()),
            Err(_) => refused("The channel field is required."),
        }
    });
    workspace
        .import_to(&server.url(), &["--limit", "1"])
        .expect_code(3);
    workspace.import_to(&server.url(), &[]).expect_code(1);
    assert_eq!(count(&workspace, "refused"), 59);
    let mapping =
        workspace.read("mapping.toml") + "\n# Another mapping, as far as anybody can tell.\n";
    workspace.write("mapping.toml", mapping);
    let more_rows = workspace.read("leads.csv").replace("Lovelace", "Byron");
    workspace.write("leads.csv", more_rows);
    workspace.import_to(&server.url(), &[]).expect_code(3);
}

#[test]
fn a_limit_is_not_used_up_by_rows_that_are_refused_again_and_again() {
    let workspace = Workspace::with_rows(12);
    let server = ScriptedServer::start(|request| match row_of(request) {
        3..=9 => refused("no"),
        row => created(row),
    });
    let more = ["--concurrency", "2", "--limit", "3"];
    let mut runs = 0;
    loop {
        runs += 1;
        assert!(runs < 20, "the same command does not come to its end");
        let run = workspace.import_to(&server.url(), &more);
        if run.code == 1 {
            break;
        }
        run.expect_code(3);
    }
    assert_eq!(count(&workspace, "refused"), 7);
    assert_eq!(count(&workspace, "already_created"), 5);
}

fn stops_for_max_errors(run: Run, refused: &str) {
    run.expect_code(3)
        .expect_says(&[refused, "--max-errors", "rejects"]);
}

#[test]
fn too_many_refusals_stop_the_run_and_the_same_command_goes_on() {
    let workspace = Workspace::with_rows(12);
    let server = ScriptedServer::start(|request| match row_of(request) % 2 {
        0 => refused("no"),
        _ => created(row_of(request)),
    });
    let more = ["--concurrency", "1", "--max-errors", "2"];
    let run = workspace.import_to(&server.url(), &more);
    stops_for_max_errors(run, "3 of 6 rows that the CRM answered were refused");
    assert_eq!(count(&workspace, "pending"), 6);
    let run = workspace.import_to(&server.url(), &more);
    stops_for_max_errors(run, "3 of 6 rows");
    workspace.import_to(&server.url(), &more).expect_code(1);
    assert_eq!(
        (
            count(&workspace, "refused"),
            count(&workspace, "already_created")
        ),
        (6, 6)
    );
}

#[test]
fn a_share_of_refusals_counts_from_the_two_hundredth_answer_on() {
    let workspace = Workspace::with_rows(300);
    let server = ScriptedServer::start(|request| match row_of(request) % 10 {
        0 => refused("no"),
        _ => created(row_of(request)),
    });
    let more = ["--concurrency", "1", "--max-errors", "9%"];
    let run = workspace.import_to(&server.url(), &more);
    stops_for_max_errors(run, "20 of 200 rows");
    let workspace = Workspace::with_rows(300);
    workspace
        .import_to(
            &server.url(),
            &["--concurrency", "1", "--max-errors", "10%"],
        )
        .expect_code(1);
}
