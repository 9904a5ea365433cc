//! Each status of the results file, and how a row comes to it.

use crate::support::{Reply, ScriptedServer, Workspace, created};

const MIXED: &str = "Name,Surname,Mail,Kind\n\
    Ada,Lovelace,ada@example.com,lead\n\
    ,,,\n\
    Bob,,bob.example.com,lead\n\
    Cid,Test,,test\n\
    \u{a0}Dilek ,Öztürk,,lead\n";

fn mixed() -> Workspace {
    let workspace = Workspace::new();
    workspace.write("leads.csv", MIXED);
    let mapping = workspace.read("mapping.toml")
        + "\n[[filter]]\nskip_if = { column = \"Kind\", in = [\"test\"] }\n";
    workspace.write("mapping.toml", mapping);
    workspace
}

#[test]
fn good_rows_are_created_bad_ones_rejected_and_filtered_ones_left_out() {
    let workspace = mixed();
    let server = ScriptedServer::start(|request| created(request.post.unwrap() + 100));
    workspace
        .import_to(&server.url(), &["--concurrency", "1"])
        .expect_code(1);
    assert_eq!(
        workspace.read("leads.csv.results.csv"),
        "row,status,lead_id,attempts,codes,problems\n\
         2,created,100,1,,\n\
         4,rejected,,0,field.missing email.no_at_sign,`last_name` has no value: nothing in column \
         `Surname`; column `Mail`: `bob.example.com` has no `@`\n\
         5,filtered,,0,filter.skipped,\"column `Kind` is `test`, which is among those to skip\"\n\
         6,created,101,1,,\n"
    );
    let bodies: Vec<String> = server
        .posts()
        .into_iter()
        .map(|request| request.body)
        .collect();
    assert_eq!(
        bodies,
        [
            r#"{"last_name":"Lovelace","first_name":"Ada","email":"ada@example.com"}"#,
            r#"{"last_name":"Öztürk","first_name":"Dilek"}"#,
        ]
    );
}

#[test]
fn check_calls_good_rows_valid_and_needs_no_account() {
    let workspace = mixed();
    let run = workspace
        .command(&["check", "leads.csv", "--mapping", "mapping.toml"])
        .env_remove("LEADFERRY_TOKEN")
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(1));
    let statuses: Vec<_> = crate::support::read_results(&workspace.path("leads.csv.check.csv"))
        .into_iter()
        .map(|record| record.status)
        .collect();
    assert_eq!(statuses, ["valid", "rejected", "filtered", "valid"]);
    assert!(!workspace.path("leads.csv.results.csv").exists());
}

#[test]
fn what_the_server_refuses_is_refused_with_its_own_words() {
    let workspace = Workspace::with_rows(3);
    let server = ScriptedServer::start(|request| {
        if request.body.contains("Lovelace 2") {
            Reply::Answer(
                422,
                vec![],
                r#"{"message":"Invalid.","errors":{"email":["Taken already."]}}"#.into(),
            )
        } else {
            created(1)
        }
    });
    workspace.import_to(&server.url(), &[]).expect_code(1);
    let refused = &workspace.results()[1];
    assert_eq!(
        (
            refused.status.as_str(),
            refused.codes.as_str(),
            refused.problems.as_str()
        ),
        (
            "refused",
            "server.refused",
            "the CRM refused the lead (422: \"Invalid. (email: Taken already.)\")"
        )
    );
    assert!(
        workspace
            .read("leads.csv.rejects.csv")
            .contains("Lovelace 2,ada2@example.com,lf1-")
    );
    assert_eq!(server.posts().len(), 3, "a refused row is not sent again");
}

#[test]
fn a_row_that_no_attempt_could_send_failed_and_does_not_exist() {
    // The server answers the preflight and is then gone for good.
    let workspace = Workspace::with_rows(1);
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/api", listener.local_addr().unwrap());
    let server = std::thread::spawn(move || {
        use std::io::{Read, Write};
        let (mut stream, _) = listener.accept().unwrap();
        let mut request = [0; 4096];
        let _ = stream.read(&mut request).unwrap();
        drop(listener);
        let answer = "HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}";
        stream.write_all(answer.as_bytes()).unwrap();
    });
    workspace.import_to(&url, &["--tries", "1"]).expect_code(1);
    server.join().unwrap();
    let failed = &workspace.results()[0];
    assert_eq!(
        (failed.status.as_str(), failed.codes.as_str()),
        ("failed", "server.gave_up")
    );
    assert!(
        !workspace.path("leads.csv.rejects.csv").exists(),
        "there is nothing to mend"
    );
}

#[test]
fn a_lost_answer_leaves_the_row_in_doubt_and_is_never_sent_again() {
    type Case = (&'static str, fn() -> Reply, &'static str);
    let cases: [Case; 7] = [
        ("closed", || Reply::Close, "server.no_answer"),
        ("hung", || Reply::Hang, "server.no_answer"),
        (
            "500",
            || Reply::Answer(500, vec![], "{}".into()),
            "server.error",
        ),
        (
            "503",
            || Reply::Answer(503, vec![("retry-after", "0".into())], "x".into()),
            "server.error",
        ),
        (
            "408",
            || Reply::Answer(408, vec![], String::new()),
            "server.error",
        ),
        (
            "half a refusal",
            || Reply::Raw("HTTP/1.1 422 X\r\ncontent-length: 100\r\n\r\n{\"mess".into()),
            "server.no_answer",
        ),
        (
            "an answer without an id",
            || Reply::Answer(201, vec![], r#"{"success":true,"data":{"i"#.into()),
            "server.no_id",
        ),
    ];
    for (name, reply, code) in cases {
        let workspace = Workspace::with_rows(3);
        let server = ScriptedServer::start(move |request| {
            if request.body.contains("Lovelace 2") {
                reply()
            } else {
                created(1)
            }
        });
        workspace
            .import_to(&server.url(), &["--timeout", "1s"])
            .expect_code(1);
        let results = workspace.results();
        assert_eq!(
            workspace.statuses(),
            ["created", "in_doubt", "created"],
            "{name}"
        );
        assert_eq!(
            (results[1].codes.as_str(), results[1].attempts),
            (code, 1),
            "{name}"
        );
        assert_eq!(
            server.posts().len(),
            3,
            "{name}: a row in doubt is not sent again"
        );
    }
}

#[test]
fn rows_that_were_not_sent_before_a_stop_are_pending() {
    let workspace = Workspace::with_rows(4);
    let server = ScriptedServer::start(|request| match request.post {
        Some(0) => created(1),
        _ => Reply::Answer(404, vec![], String::new()),
    });
    let run = workspace
        .import_to(&server.url(), &["--concurrency", "1"])
        .expect_code(3);
    run.expect_says(&[
        "the CRM gave an answer that no lead can have caused (404)",
        "--api-url",
    ]);
    assert_eq!(
        workspace.statuses(),
        ["created", "pending", "pending", "pending"]
    );
    assert_eq!(server.posts().len(), 2);
}
