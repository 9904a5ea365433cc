//! How much is said, and in which form.

use serde_json::Value;

use crate::support::{Reply, Run, ScriptedServer, Workspace, created};

/// Every line of standard error, each of which must be an object with time, level and message.
fn objects(run: &Run) -> Vec<Value> {
    let parse = |line: &str| {
        let object: Value = serde_json::from_str(line).expect(line);
        let text = |name: &str| object[name].as_str().expect(line).to_owned();
        let time: jiff::Timestamp = text("time").parse().unwrap();
        assert!(time > jiff::Timestamp::UNIX_EPOCH && text("time").ends_with('Z'));
        assert!(["error", "warning", "info", "debug"].contains(&&*text("level")));
        assert!(!text("message").is_empty());
        object
    };
    run.stderr.lines().map(parse).collect()
}

/// A server that answers the first two creates in its own way.
fn odd_server() -> ScriptedServer {
    ScriptedServer::start(|request| match request.post.unwrap() {
        0 => Reply::Answer(429, vec![("retry-after", "0".into())], String::new()),
        1 => Reply::Answer(422, vec![], r#"{"message":"no"}"#.into()),
        post => created(post),
    })
}

#[test]
fn quiet_says_nothing_but_errors() {
    let workspace = Workspace::with_rows(2);
    let run = workspace.import_to_sandbox(&["--quiet"]).expect_code(0);
    assert_eq!(run.stderr, "");
    let run = workspace
        .import_to("https://127.0.0.1:1", &["-q"])
        .expect_code(3);
    assert!(run.stderr.starts_with("error: "), "{}", run.stderr);
}

#[test]
fn verbose_has_a_line_for_each_attempt_and_look_up() {
    let workspace = Workspace::with_rows(2);
    let server = odd_server();
    let run = workspace
        .import_to(&server.url(), &["--verbose", "--concurrency", "1"])
        .expect_code(1)
        .expect_says(&[
            "attempt 1: throttled (429); ",
            ": refused (422); ",
            ": created; ",
            " ms, token 0",
            "the CRM was asked before the first row",
        ]);
    assert_eq!(run.stderr.matches("attempt ").count(), 3, "{}", run.stderr);
    let usual = Workspace::with_rows(2);
    let run = usual.import_to(&odd_server().url(), &["--concurrency", "1"]);
    assert!(!run.stderr.contains("attempt"), "{}", run.stderr);
}

#[test]
fn verbose_tells_of_look_ups_and_of_newer_tokens() {
    let workspace = Workspace::with_rows(1);
    workspace.write("token", "first");
    let path = workspace.path("token");
    let server = ScriptedServer::start(move |request| match request.post.unwrap() {
        0 => {
            fs_err::write(&path, "second").unwrap();
            Reply::Answer(401, vec![], String::new())
        }
        1 => Reply::Close,
        post => created(post),
    });
    workspace
        .import_to(&server.url(), &["-v", "--token-file", "token"])
        .expect_says(&[
            "unauthorised (401)",
            "a newer token: token 1",
            "connection broken; ",
            "search: answered; ",
        ]);
}

#[test]
fn json_makes_every_line_an_object() {
    let workspace = Workspace::with_rows(2);
    let server = odd_server();
    let more = ["--log-format", "json", "--verbose", "--concurrency", "1"];
    let run = workspace.import_to(&server.url(), &more).expect_code(1);
    let said = objects(&run);
    let attempts: Vec<_> = said
        .iter()
        .filter(|line| line["attempt"].is_u64())
        .collect();
    assert_eq!(attempts.len(), 3);
    assert_eq!(attempts[0]["came_to"], "throttled");
    assert_eq!(attempts[0]["status"], 429);
    assert_eq!(attempts[0]["level"], "debug");
    assert!(attempts[0]["row"].is_u64() && attempts[0]["took_ms"].is_u64());
    let figures = said
        .iter()
        .find(|line| line["summary"].is_object())
        .unwrap();
    assert_eq!(figures["summary"]["statuses"]["created"], 1);
    assert!(figures["hint"].as_str().unwrap().contains("explain"));
}

#[test]
fn json_errors_have_their_causes_their_hint_and_the_exit_code() {
    let workspace = Workspace::with_rows(1);
    workspace.write(
        "typing_error.toml",
        "version = 1\n[lead]\nlast_nam = \"Surname\"\n",
    );
    for (line, code, words) in [
        (
            "import leads.csv --mapping none.toml --sandbox",
            2,
            "none.toml",
        ),
        (
            "import leads.csv --mapping typing_error.toml --sandbox",
            2,
            "last_nam",
        ),
        ("import leads.csv --bogus", 2, "--bogus"),
        ("explain no.such_code", 2, "no.such_code"),
        ("runs show nothing", 2, "nothing"),
        (
            "import leads.csv --mapping mapping.toml --api-url https://127.0.0.1:1 --tenant 1",
            3,
            "connect",
        ),
    ] {
        let words_typed: Vec<_> = line.split(' ').chain(["--log-format", "json"]).collect();
        let run = workspace.run(&words_typed).expect_code(code);
        let said = objects(&run);
        let last = said.last().unwrap();
        assert_eq!(last["level"], "error", "{line}");
        assert_eq!(last["exit_code"], code, "{line}");
        assert!(last.to_string().contains(words), "{last}");
    }
}

#[test]
fn a_stop_in_json_has_its_hints_together() {
    let workspace = Workspace::with_rows(3);
    let more = ["--limit", "1", "--log-format=json", "--quiet"];
    let server = ScriptedServer::start(|request| created(request.post.unwrap()));
    let run = workspace.import_to(&server.url(), &more).expect_code(3);
    let said = objects(&run);
    assert_eq!(said.len(), 1, "{said:?}");
    assert_eq!(said[0]["message"], "the run stopped early");
    assert_eq!(said[0]["causes"][0], "the limit of 1 row is reached");
    let hint = said[0]["hint"].as_str().unwrap();
    assert!(hint.contains("; then run the same command again"), "{hint}");
}
