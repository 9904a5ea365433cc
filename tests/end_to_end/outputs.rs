//! What a run leaves behind.

use std::collections::HashSet;

use serde_json::Value;

use crate::support::{Reply, Run, ScriptedServer, Workspace, created};

#[test]
fn results_are_in_input_order_whatever_comes_first() {
    let workspace = Workspace::with_rows(40);
    let first_waits = std::sync::Arc::new(std::sync::Barrier::new(2));
    let barrier = std::sync::Arc::clone(&first_waits);
    let server = ScriptedServer::start(move |request| {
        let is = |row: &str| request.body.contains(&format!("\"Lovelace {row}\""));
        // The first row is answered only when the last one has arrived.
        if is("1") || is("40") {
            barrier.wait();
        }
        created(request.post.unwrap())
    });
    workspace
        .import_to(&server.url(), &["--concurrency", "2"])
        .expect_code(0);
    let rows: Vec<u64> = workspace
        .results()
        .iter()
        .map(|record| record.row)
        .collect();
    assert_eq!(rows, (2..=41).collect::<Vec<_>>());
}

#[test]
fn the_summary_is_json_and_its_books_close() {
    let workspace = Workspace::new();
    workspace.write(
        "leads.csv",
        "Name,Surname,Mail\nAda,A,\n,,\nBob,,\nCid,C,\n",
    );
    let run = workspace
        .import_to_sandbox(&["--summary", "-", "--quiet"])
        .expect_code(1);
    assert_eq!(run.stderr, "");
    let summary: Value = serde_json::from_str(&run.stdout).unwrap();
    for (key, expected) in [
        ("command", Value::from("import")),
        ("rows", 3.into()),
        ("blank_rows", 1.into()),
        ("attempts", 2.into()),
        ("input_complete", true.into()),
        ("books_close", true.into()),
        ("stopped", Value::Null),
        ("results", "leads.csv.results.csv".into()),
        ("rejects", "leads.csv.rejects.csv".into()),
        ("exit_code", 1.into()),
    ] {
        assert_eq!(summary[key], expected, "{key}");
    }
    let statuses = summary["statuses"].as_object().unwrap();
    assert_eq!(statuses.len(), 10);
    assert_eq!(
        (&statuses["created"], &statuses["rejected"]),
        (&Value::from(2), &Value::from(1))
    );
    let sum: u64 = statuses.values().map(|count| count.as_u64().unwrap()).sum();
    assert_eq!(sum, 3);
}

#[test]
fn after_a_stop_the_summary_says_what_was_not_read() {
    let workspace = Workspace::with_rows(20_000);
    let server = ScriptedServer::start(|request| match request.post {
        Some(0) => created(0),
        _ => Reply::Answer(404, vec![], String::new()),
    });
    workspace
        .import_to(&server.url(), &["--summary", "summary.json"])
        .expect_code(3);
    let summary: Value = serde_json::from_str(&workspace.read("summary.json")).unwrap();
    assert_eq!(summary["input_complete"], false);
    assert_eq!(summary["books_close"], true);
    let rows = summary["rows"].as_u64().unwrap();
    assert_eq!(rows, workspace.results().len() as u64);
    assert!(rows < 20_000, "reading stopped");
}

#[test]
fn echoed_columns_follow_ours() {
    let workspace = Workspace::with_rows(1);
    workspace
        .import_to_sandbox(&["--echo", "Mail,Name"])
        .expect_code(0);
    assert_eq!(
        workspace.read("leads.csv.results.csv"),
        "row,status,lead_id,attempts,codes,problems,Mail,Name\n\
         2,created,1,1,,,ada1@example.com,Ada\n"
    );
    workspace
        .import_to_sandbox(&["--echo", "all"])
        .expect_code(0);
    assert!(
        workspace
            .read("leads.csv.results.csv")
            .contains("problems,Name,Surname,Mail\n")
    );
    let run = workspace
        .import_to_sandbox(&["--echo", "Mial"])
        .expect_code(2);
    run.expect_says(&["`Mial`", "`Mail`"]);
}

#[test]
fn mended_rejects_are_imported_with_the_same_mapping() {
    let workspace = Workspace::new();
    workspace.write(
        "leads.csv",
        "Name,Surname,Mail\n=Ada,,ada@example.com\n'=x,,\nCid,Curie,cid@example.com\n",
    );
    workspace.import_to_sandbox(&[]).expect_code(1);
    let rejects = workspace.read("leads.csv.rejects.csv");
    assert!(rejects.starts_with(
        "Name,Surname,Mail,leadferry_row,leadferry_status,leadferry_problems\n'=Ada,,ada@"
    ));
    workspace.write("mended.csv", rejects.replace(",,", ",Mended,"));
    let server = ScriptedServer::start(|request| created(request.post.unwrap()));
    let url = server.url();
    let arguments = [
        "import",
        "mended.csv",
        "--mapping",
        "mapping.toml",
        "--tenant",
        "7",
    ];
    let more = [
        "--api-url",
        url.as_str(),
        "--concurrency",
        "1",
        "--echo",
        "all",
    ];
    workspace
        .run(&[&arguments[..], &more].concat())
        .expect_code(0);
    let bodies: Vec<String> = server
        .posts()
        .into_iter()
        .map(|request| request.body)
        .collect();
    assert_eq!(
        bodies,
        [
            r#"{"last_name":"Mended","first_name":"=Ada","email":"ada@example.com"}"#,
            r#"{"last_name":"Mended","first_name":"'=x"}"#,
        ],
        "guards come off"
    );
    let results = workspace.read("mended.csv.results.csv");
    assert!(results.starts_with("row,status,lead_id,attempts,codes,problems,Name,Surname,Mail\n"));
}

#[test]
fn a_rejects_file_that_somebody_changed_is_never_overwritten() {
    let workspace = Workspace::new();
    workspace.write("leads.csv", "Name,Surname,Mail\nAda,,\n");
    workspace.import_to_sandbox(&[]).expect_code(1);
    workspace.import_to_sandbox(&[]).expect_code(1);
    assert!(
        !workspace.path("leads.csv.rejects.csv.2").exists(),
        "an untouched one is replaced"
    );
    let mended = workspace
        .read("leads.csv.rejects.csv")
        .replace("Ada,,", "Ada,Lovelace,");
    workspace.write("leads.csv.rejects.csv", &mended);
    let run = workspace.import_to_sandbox(&[]).expect_code(1);
    run.expect_says(&["leads.csv.rejects.csv.2"]);
    assert_eq!(workspace.read("leads.csv.rejects.csv"), mended);
}

#[test]
fn messages_say_how_the_run_went() {
    let workspace = Workspace::new();
    workspace.write(
        "leads.csv",
        "Name,Surname,Mail\nAda,A,\n,,\nBob,,\nCid,C,\n",
    );
    let run = workspace.import_to_sandbox(&[]).expect_code(1);
    insta::with_settings!({filters => vec![(r"in \d+\.\d s", "in [TIME]")]}, {
        insta::assert_snapshot!(run.stderr, @r"
        importing into a sandbox: nothing reaches a real CRM
        3 rows to go through
        3 rows of `leads.csv` in [TIME]
                  2 created
                  1 rejected: wrong in the file, not sent
                  1 blank, skipped
        results: leads.csv.results.csv
        rejects: leads.csv.rejects.csv (mend it and import it with the same mapping)

        hint: `leadferry explain CODE` tells more about a code in the results
        ");
    });
    assert_eq!(run.stdout, "");
}

#[test]
fn results_that_cannot_be_written_are_known_before_anything_is_sent() {
    let workspace = Workspace::with_rows(2);
    let server = ScriptedServer::start(|_| created(1));
    let run = workspace.import_to(&server.url(), &["--results", "no/such/folder.csv"]);
    run.expect_code(2)
        .expect_says(&["cannot write the results", "`no/such`", "--results"]);
    assert!(server.posts().is_empty());
}

#[test]
fn results_of_an_earlier_run_stay_until_the_next_has_passed_its_preflight() {
    let workspace = Workspace::with_rows(2);
    let server = ScriptedServer::start(|request| created(request.post.unwrap()));
    workspace.import_to(&server.url(), &[]).expect_code(0);
    let results = workspace.read("leads.csv.results.csv");
    let strict = ScriptedServer::start_raw(|_| Reply::Answer(401, vec![], String::new()));
    workspace.import_to(&strict.url(), &[]).expect_code(3);
    assert_eq!(workspace.read("leads.csv.results.csv"), results);
}

/// `import leads.csv` with files of at most `kilobytes`, which stands for a full disk.
#[cfg(unix)]
fn import_on_a_small_disk(workspace: &Workspace, url: &str, kilobytes: u32, more: &str) -> Run {
    let program = env!("CARGO_BIN_EXE_leadferry");
    let script = format!(
        "ulimit -f {kilobytes}; exec '{program}' import leads.csv --mapping mapping.toml \
         --api-url '{url}' --tenant 7 {more}"
    );
    let mut command = std::process::Command::new("bash");
    command
        .args(["-c", &script])
        .current_dir(workspace.path(""))
        .env("LEADFERRY_TOKEN", "token-of-the-test")
        .env("LEADFERRY_STATE_DIR", workspace.path("state"));
    Run::of(&mut command)
}

#[cfg(unix)]
#[test]
fn results_that_find_no_room_stop_the_run_and_the_same_command_goes_on() {
    // Thousands of outcomes may wait to be written down while rows are sent.
    const ROWS: usize = 18_000;
    let workspace = Workspace::new();
    let note = "n".repeat(2_000);
    let rows = (0..ROWS).map(|row| format!("Ada,Lovelace {row},a{row}@example.com,{note}\n"));
    workspace.write(
        "leads.csv",
        format!("Name,Surname,Mail,Note\n{}", rows.collect::<String>()),
    );
    let server = ScriptedServer::start(|request| created(request.post.unwrap()));
    let small = import_on_a_small_disk(&workspace, &server.url(), 20_480, "--echo Note");
    small.expect_code(3).expect_says(&[
        "cannot write down what became of the rows",
        "make room on the disk",
    ]);
    assert!(server.posts().len() < ROWS, "sending stopped");
    workspace.import_to(&server.url(), &[]).expect_code(0);
    assert_eq!(server.posts().len(), ROWS, "no row was sent twice");
}

#[cfg(unix)]
#[test]
fn a_ledger_that_finds_no_room_stops_the_run_and_the_same_command_goes_on() {
    const ROWS: usize = 3_000;
    let workspace = Workspace::with_rows(ROWS);
    let server = ScriptedServer::start(|request| created(request.post.unwrap()));
    let small = import_on_a_small_disk(&workspace, &server.url(), 1_536, "--concurrency 2");
    small.expect_code(3).expect_says(&[
        "the ledger cannot record what is sent",
        "make room on the disk",
    ]);
    let sent = server.posts().len();
    assert!(sent < ROWS, "sending stopped");
    let left = workspace.statuses();
    let known = left.iter().filter(|status| *status == "created").count();
    assert_eq!(known, sent, "what was sent has its outcome");
    workspace.import_to(&server.url(), &[]);
    let bodies: HashSet<String> = server.posts().into_iter().map(|post| post.body).collect();
    assert_eq!(bodies.len(), server.posts().len(), "no row was sent twice");
    let in_doubt = workspace.statuses();
    let in_doubt = in_doubt.iter().filter(|status| *status == "in_doubt");
    assert!(in_doubt.count() <= 1_024, "only what was about to be sent");
}
