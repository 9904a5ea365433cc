//! What the CRM may answer, and what is sent to it.

use crate::support::{Reply, ScriptedServer, Workspace, created};

#[test]
fn requests_carry_what_the_api_demands() {
    let workspace = Workspace::with_rows(1);
    let server = ScriptedServer::start(|_| created(1));
    workspace.import_to(&server.url(), &[]).expect_code(0);
    let request = &server.posts()[0];
    assert_eq!(request.start, "POST /api/v1/leads HTTP/1.1");
    for (name, value) in [
        ("authorization", "Bearer token-of-the-test"),
        ("x-tenant", "7"),
        ("content-type", "application/json"),
        ("accept", "application/json"),
    ] {
        assert_eq!(request.header(name), value, "{name}");
    }
    assert!(request.header("user-agent").starts_with("leadferry/"));
}

#[test]
fn each_row_has_an_idempotency_key_that_its_attempts_share() {
    let workspace = Workspace::new();
    workspace.write("leads.csv", "Name,Surname,Mail\n,Doe,\n,Doe,\n");
    let server = ScriptedServer::start(|request| match request.post.unwrap() {
        0 => Reply::Answer(429, vec![("retry-after", "0".into())], String::new()),
        post => created(post),
    });
    workspace
        .import_to(&server.url(), &["--concurrency", "1"])
        .expect_code(0);
    let posts = server.posts();
    let keys: Vec<_> = posts
        .iter()
        .map(|post| post.header("idempotency-key"))
        .collect();
    assert_eq!(keys[0], keys[1]);
    assert_ne!(
        keys[1], keys[2],
        "rows with equal bodies are rows of their own"
    );
    assert!(keys.iter().all(|key| key.len() == 32), "{keys:?}");
}

#[test]
fn a_redirect_is_never_followed() {
    let workspace = Workspace::with_rows(2);
    let elsewhere = ScriptedServer::start(|_| created(1));
    let location = elsewhere.url();
    let server = ScriptedServer::start(move |_| {
        Reply::Answer(
            307,
            vec![("location", format!("{location}/v1/leads"))],
            String::new(),
        )
    });
    workspace
        .import_to(&server.url(), &["--concurrency", "1"])
        .expect_code(3);
    assert_eq!(workspace.statuses(), ["pending", "pending"]);
    assert!(elsewhere.posts().is_empty());
}

#[test]
fn a_429_pauses_everybody_and_costs_no_try() {
    let workspace = Workspace::with_rows(6);
    let server = ScriptedServer::start(|request| match request.post.unwrap() {
        1 | 3 => Reply::Answer(429, vec![("retry-after", "0".into())], String::new()),
        post => created(post),
    });
    workspace
        .import_to(&server.url(), &["--tries", "1", "--concurrency", "1"])
        .expect_code(0)
        .expect_says(&["the CRM takes no more requests now"]);
    assert_eq!(workspace.statuses(), ["created"; 6]);
    assert_eq!(server.posts().len(), 8);
    let attempts: u32 = workspace
        .results()
        .iter()
        .map(|record| record.attempts)
        .sum();
    assert_eq!(attempts, 8);
}

#[test]
fn a_403_blocks_one_row_when_another_is_taken() {
    let workspace = Workspace::with_rows(4);
    let server = ScriptedServer::start(|request| {
        if request.body.contains("Lovelace 2") {
            Reply::Answer(403, vec![], r#"{"message":"blocked domain"}"#.into())
        } else {
            created(1)
        }
    });
    workspace
        .import_to(&server.url(), &["--concurrency", "1"])
        .expect_code(1);
    assert_eq!(
        workspace.statuses(),
        ["created", "refused", "created", "created"]
    );
    let blocked = &workspace.results()[1];
    assert_eq!(blocked.codes, "server.blocked");
    assert!(blocked.problems.contains("blocked domain"));
}

#[test]
fn a_403_for_another_row_too_stops_the_run() {
    let workspace = Workspace::with_rows(5);
    let server = ScriptedServer::start(|request| match request.post {
        Some(0) => created(1),
        _ => Reply::Answer(403, vec![], r#"{"message":"scope missing"}"#.into()),
    });
    let run = workspace
        .import_to(&server.url(), &["--concurrency", "1"])
        .expect_code(3);
    run.expect_says(&[
        "the CRM forbids creating leads (403: \"scope missing\")",
        "--tenant",
    ]);
    assert_eq!(
        workspace.statuses(),
        ["created", "pending", "pending", "pending", "pending"]
    );
    assert_eq!(server.posts().len(), 3);
}

#[test]
fn rows_that_wait_for_a_row_that_got_403_do_not_keep_the_run_from_its_end() {
    let workspace = Workspace::new();
    let rows =
        "Name,Surname,Mail,Kind\n,Ada,a@example.com,\n,Bea,b@example.com,\n,Cid,b@example.com,\n";
    workspace.write("leads.csv", rows);
    let mapping = workspace.read("mapping.toml") + "\n[duplicates]\nkey = [\"email\"]\n";
    workspace.write("mapping.toml", mapping);
    let server = ScriptedServer::start(|request| match request.post {
        Some(0) => created(1),
        _ => Reply::Answer(403, vec![], r#"{"message":"blocked domain"}"#.into()),
    });
    let run = workspace.import_to(&server.url(), &["--concurrency", "1"]);
    run.expect_code(3);
    assert_eq!(workspace.statuses(), ["created", "pending", "pending"]);
}

#[test]
fn an_expired_token_is_read_again_from_its_file() {
    let workspace = Workspace::with_rows(4);
    workspace.write("token", "old\n");
    let path = workspace.path("token");
    let server = ScriptedServer::start(move |request| match request.header("authorization") {
        "Bearer old" if request.post.unwrap() >= 2 => {
            fs_err::write(&path, "new\n").unwrap();
            Reply::Answer(401, vec![], r#"{"message":"token expired"}"#.into())
        }
        "Bearer old" | "Bearer new" => created(1),
        other => panic!("an unknown token was sent: {other}"),
    });
    workspace
        .import_to(
            &server.url(),
            &[
                "--token-file",
                "token",
                "--concurrency",
                "1",
                "--tries",
                "1",
            ],
        )
        .expect_code(0);
    assert_eq!(workspace.statuses(), ["created"; 4]);
    assert_eq!(server.posts().len(), 5);
}

#[test]
fn an_expired_token_without_a_newer_one_stops_the_run() {
    let workspace = Workspace::with_rows(3);
    let server = ScriptedServer::start(|request| match request.post {
        Some(0) => created(1),
        _ => Reply::Answer(401, vec![], r#"{"message":"token expired"}"#.into()),
    });
    let run = workspace
        .import_to(&server.url(), &["--concurrency", "1"])
        .expect_code(3);
    let run = run.expect_says(&["refused the credentials (401: \"token expired\")"]);
    assert_eq!(workspace.statuses(), ["created", "pending", "pending"]);
    assert!(!run.stderr.contains("token-of-the-test"));
}

#[test]
fn ids_that_are_texts_and_odd_answers_are_taken_as_they_are() {
    let workspace = Workspace::with_rows(2);
    let server = ScriptedServer::start(|request| match request.post {
        Some(0) => Reply::Answer(200, vec![], r#"{"data":{"id":"obj_1"}}"#.into()),
        _ => Reply::Answer(201, vec![], r#"{"success":"false","data":{"id":2}}"#.into()),
    });
    workspace
        .import_to(&server.url(), &["--concurrency", "1"])
        .expect_code(0);
    let results = workspace.results();
    assert_eq!(
        (results[0].lead_id.as_str(), results[0].codes.as_str()),
        ("obj_1", "")
    );
    assert_eq!(
        (results[1].lead_id.as_str(), results[1].codes.as_str()),
        ("2", "server.odd_answer")
    );
}
