//! Reference sources that are missing and made.

use std::process::Stdio;
use std::sync::Mutex;

use leadferry::sandbox::Sandbox;
use serde_json::json;

use super::{MAKES, check_at, checked, ids_of, sandbox, workspace};
#[cfg(unix)]
use crate::support::Running;
use crate::support::{Reply, Request, ScriptedServer, Workspace, created};

/// The names of the tenant's sources beyond those that every sandbox has.
fn made(sandbox: &Sandbox) -> Vec<String> {
    let sources = sandbox.reference_sources(7);
    let names = sources.iter().skip(6).map(|source| source["name"].as_str());
    names.map(|name| name.unwrap().to_owned()).collect()
}

#[test]
fn missing_sources_are_made_once_after_saying_so() {
    let rows = "A,,Fair 2026,\nB,,Website,\nC,, fair  2026,\nD,,Podcast,\n";
    let workspace = workspace(MAKES, rows);
    let sandbox = sandbox();
    let import = || workspace.import_to(&sandbox.base_url(), &["--concurrency", "1"]);
    let said =
        "the CRM lacks 2 reference sources that the file names (first in rows 2, 5); making what";
    let first = import().expect_code(0).expect_says(&[said]);
    assert!(!first.stderr.contains("Podcast"), "{}", first.stderr);
    assert_eq!(made(&sandbox), ["Fair 2026", "Podcast"]);
    let ids: Vec<_> = ids_of(&sandbox).into_iter().map(|ids| ids.1).collect();
    assert_eq!(ids, [json!(7), json!(1), json!(7), json!(8)]);

    let again = import().expect_code(0);
    assert!(!again.stderr.contains("lacks"), "{}", again.stderr);
    assert_eq!(made(&sandbox), ["Fair 2026", "Podcast"]);
    assert_eq!(workspace.statuses(), ["already_created"; 4]);
    sandbox.stop().unwrap();
}

#[test]
fn check_makes_nothing_and_says_what_an_import_will_make() {
    let workspace = workspace(MAKES, "A,,Fair 2026,\nB,Nope,Podcast,\n");
    let sandbox = sandbox();
    let url = sandbox.base_url();
    let said = "the CRM lacks 1 reference source that the file names (first in row 2); an import will make";
    check_at(&workspace, &url)
        .expect_code(1)
        .expect_says(&[said]);
    let found = checked(&workspace);
    let warning =
        "column `Source`: `Fair 2026` is no reference source of the CRM yet; an import makes it";
    assert_eq!(found[0], ("valid".into(), warning.into()));
    assert_eq!(found[1].0, "rejected");
    assert_eq!(made(&sandbox), Vec::<String>::new());
    sandbox.stop().unwrap();
}

#[test]
fn rows_that_are_not_sent_make_nothing() {
    let filter = "version = 1\n[identity]\nsource = \"s\"\ncolumns = [\"Surname\"]\n\
                  [[filter]]\nskip_if = { column = \"Owner\", equals = \"skip\" }\n";
    let rows = "A,,Filtered,skip\nB,Nope,Rejected,\n,,Nobody,\nD,,Wanted,\n";
    let workspace = workspace(MAKES, rows);
    let mapping = workspace
        .read("mapping.toml")
        .replace("version = 1", filter);
    workspace.write("mapping.toml", &mapping);
    let sandbox = sandbox();
    workspace.import_to(&sandbox.base_url(), &[]).expect_code(1);
    assert_eq!(made(&sandbox), ["Wanted"]);
    // A row that is in the CRM already makes nothing either, whatever became of its source.
    workspace.write("leads.csv", "Surname,Stage,Source,Owner\nD,,Gone,\n");
    workspace.import_to(&sandbox.base_url(), &[]).expect_code(0);
    assert_eq!(made(&sandbox), ["Wanted"]);
    sandbox.stop().unwrap();
}

#[test]
fn a_column_that_was_mapped_by_mistake_makes_nothing() {
    let rows: Vec<String> = (1..=51)
        .map(|row| format!("A,,Note number {row},\n"))
        .collect();
    let workspace = workspace(MAKES, &rows.concat());
    let sandbox = sandbox();
    let url = sandbox.base_url();
    let import = || workspace.import_to(&url, &[]);
    import().expect_code(2).expect_says(&[
        "the file names more than 50 reference sources that the CRM does not have",
        "look whether `Source` is the right column",
        "create_missing = 100",
    ]);
    check_at(&workspace, &url).expect_code(2);
    assert_eq!(made(&sandbox), Vec::<String>::new());
    assert_eq!(sandbox.leads().unwrap().len(), 0);

    let mapping = workspace.read("mapping.toml");
    let mapping = mapping.replace("create_missing = true", "create_missing = 51");
    workspace.write("mapping.toml", mapping);
    import().expect_code(0);
    assert_eq!(made(&sandbox).len(), 51);
    sandbox.stop().unwrap();
}

#[test]
fn duplicates_are_the_same_whether_their_source_was_there_or_was_made() {
    let workspace = workspace(MAKES, "A,,Fair,\nB,,fair,\nC,,Website,\nD,,WEBSITE,\n");
    let mapping =
        workspace.read("mapping.toml") + "[duplicates]\nkey = [\"lead_reference_source_id\"]\n";
    workspace.write("mapping.toml", mapping);
    let sandbox = sandbox();
    workspace.import_to(&sandbox.base_url(), &[]).expect_code(0);
    let expected = ["created", "duplicate", "created", "duplicate"];
    assert_eq!(workspace.statuses(), expected);
    sandbox.stop().unwrap();
}

/// A CRM whose first answers to the making of a source are `replies`, each of which made one or not. It
/// shows its sources after so many looks. Answers creates.
fn crm_that_loses(replies: Vec<(bool, Reply)>, looks: usize) -> ScriptedServer {
    let sources: Mutex<Vec<String>> = Mutex::default();
    let replies = Mutex::new(replies);
    let hidden = Mutex::new(looks);
    ScriptedServer::start_raw(move |request| {
        let mut sources = sources.lock().unwrap();
        if let Some(post) = request.post {
            return created(post + 1);
        }
        if request.start.starts_with("POST ") {
            let name = serde_json::from_str::<serde_json::Value>(&request.body).unwrap();
            let name = name["name"].as_str().unwrap().to_owned();
            let mut replies = replies.lock().unwrap();
            let (is_made, reply) = if replies.is_empty() {
                (true, created(sources.len() + 1))
            } else {
                replies.remove(0)
            };
            if is_made {
                sources.push(name);
            }
            return reply;
        }
        let shown = |(id, name): (usize, &String)| json!({"id": id + 1, "name": name});
        let mut hidden = hidden.lock().unwrap();
        let is_list = request.start.contains("reference-sources");
        let items: Vec<_> = if is_list && !sources.is_empty() && *hidden > 0 {
            *hidden -= 1;
            Vec::new()
        } else if is_list {
            sources.iter().enumerate().map(shown).collect()
        } else {
            Vec::new()
        };
        Reply::Answer(200, vec![], json!({"data": items}).to_string())
    })
}

/// For a CRM that has no statuses.
fn workspace_without_default(rows: &str) -> Workspace {
    let workspace = workspace(MAKES, rows);
    let mapping = workspace.read("mapping.toml");
    workspace.write("mapping.toml", mapping.replace(", default = \"New\"", ""));
    workspace
}

/// How often the making of a source was asked for.
fn makings(server: &ScriptedServer) -> usize {
    let requests = server.requests();
    requests.iter().filter(|request| is_making(request)).count()
}

fn is_making(request: &Request) -> bool {
    request.start.starts_with("POST ") && request.start.contains("reference-sources")
}

#[test]
fn a_lost_answer_makes_no_source_twice() {
    let faults: [(bool, Reply, usize); 6] = [
        // Made, and the answer lost.
        (true, Reply::Close, 1),
        (true, Reply::Answer(500, vec![], String::new()), 1),
        (
            true,
            Reply::Raw("HTTP/1.1 201 X\r\ncontent-length: 99\r\n\r\n{".into()),
            1,
        ),
        // Not made, and nobody knows.
        (false, Reply::Close, 2),
        (false, Reply::Answer(503, vec![], String::new()), 2),
        // Somebody else has just made it.
        (true, Reply::Answer(409, vec![], String::new()), 1),
    ];
    for (is_made, reply, expected) in faults {
        let case = format!("{is_made} {reply:?}");
        let server = crm_that_loses(vec![(is_made, reply)], 0);
        let workspace = workspace_without_default("A,2,Fair,\n");
        let run = workspace.import_to(&server.url(), &[]);
        assert_eq!(run.code, 0, "{case}: {}", run.stderr);
        assert_eq!(makings(&server), expected, "{case}");
        let body = &server.posts()[0].body;
        assert!(body.contains(r#""lead_reference_source_id":1"#), "{body}");
    }
}

#[test]
fn a_run_that_is_killed_while_a_source_is_made_makes_no_second_one() {
    let server = crm_that_loses(vec![(true, Reply::Hang)], 0);
    let workspace = workspace_without_default("A,2,Fair,\n");
    let mut command = workspace.import_command("leads.csv", &server.url(), &[]);
    let mut killed = command.stderr(Stdio::null()).spawn().unwrap();
    server.await_request(is_making);
    killed.kill().unwrap();
    killed.wait().unwrap();
    workspace.import_to(&server.url(), &[]).expect_code(0);
    assert_eq!(makings(&server), 1);
    assert_eq!(server.posts().len(), 1);
}

#[cfg(unix)]
#[test]
fn an_interrupt_lets_a_source_be_made_and_makes_no_more() {
    let server = crm_that_loses(vec![(true, Reply::Close)], 1000);
    let workspace = workspace_without_default("A,2,Fair,\nB,2,Web,\n");
    let more = ["--settle", "20s"];
    let mut command = workspace.import_command("leads.csv", &server.url(), &more);
    let mut running = Running::start(&mut command);
    running.await_words("looking for it in its list");
    running.interrupt();
    running
        .end()
        .expect_code(3)
        .expect_says(&["interrupted before the first row"]);
    assert_eq!((makings(&server), server.posts().len()), (1, 0));
}

#[test]
fn a_source_that_shows_late_is_waited_for() {
    let server = crm_that_loses(vec![(true, Reply::Close)], 2);
    let workspace = workspace_without_default("A,2,Fair,\n");
    workspace
        .import_to(&server.url(), &["--settle", "20s"])
        .expect_code(0);
    assert_eq!(makings(&server), 1);
}

/// A cell may be in the wrong column: its name is somebody's until the CRM has it.
#[test]
fn a_source_that_is_refused_is_told_without_its_name() {
    let words = r#"{"message":"Ada Lovelace or Ada%20Lovelace: no, ask ada@example.com"}"#;
    let told = "\"(redacted) or (redacted): no, ask (redacted)\"";
    for status in [422, 500] {
        let answer = || (false, Reply::Answer(status, vec![], words.into()));
        let server = crm_that_loses(vec![answer(), answer(), answer()], 0);
        let workspace = workspace_without_default("A,2,Ada Lovelace,\n");
        let run = workspace.import_to(&server.url(), &["--settle", "0"]);
        let run = run.expect_code(3).expect_says(&[told]);
        assert!(!run.stderr.contains("Lovelace"), "{}", run.stderr);
        assert!(!run.stderr.contains("example.com"), "{}", run.stderr);
    }
}

#[test]
fn a_run_stops_before_the_first_row_when_a_source_cannot_be_made() {
    let words = r#"{"message":"No more sources."}"#;
    let lost = || (false, Reply::Close);
    for (replies, code, said) in [
        (
            vec![(false, Reply::Answer(422, vec![], words.into()))],
            3,
            "refused to make the reference source that row 2 names (422: \"No more sources.\")",
        ),
        (
            vec![(false, Reply::Answer(403, vec![], words.into()))],
            3,
            "forbids to make a reference source (403: \"No more sources.\")",
        ),
        (
            vec![lost(), lost(), lost()],
            3,
            "does not say whether it has made the reference source that row 2 names",
        ),
        (
            vec![(false, Reply::Answer(201, vec![], "{}".into()))],
            3,
            "does not say whether it has made the reference source that row 2 names",
        ),
    ] {
        let server = crm_that_loses(replies, 0);
        let workspace = workspace_without_default("A,2,Fair,\n");
        workspace
            .import_to(&server.url(), &[])
            .expect_code(code)
            .expect_says(&[said, "run the same command again"]);
        assert_eq!(server.posts().len(), 0, "{said}");
        assert!(!workspace.path("leads.csv.results.csv").exists());
    }
}

#[test]
fn a_source_that_somebody_else_makes_meanwhile_is_taken_and_not_made_again() {
    for status in [409, 422] {
        let workspace = workspace(MAKES, "A,,Fair,\n");
        let others = Mutex::new(Vec::new());
        let server = ScriptedServer::start_raw(move |request| {
            let mut others = others.lock().unwrap();
            if request.start.starts_with("POST") && request.start.contains("sources") {
                others.push(json!({"id": 9, "name": "fair"}));
                let words = json!({"message": "The name has already been taken."});
                return Reply::Answer(status, vec![], words.to_string());
            }
            let statuses = json!([{"id": 1, "name": "New"}, {"id": 2, "name": "qualified"}]);
            match request.post {
                Some(_) => created(1),
                None if request.start.contains("statuses") => {
                    Reply::Answer(200, vec![], json!({"data": statuses}).to_string())
                }
                None => Reply::Answer(200, vec![], json!({"data": *others}).to_string()),
            }
        });
        workspace
            .import_to(&server.url(), &["--no-trial"])
            .expect_code(0);
        let posts = server.posts();
        let lead = &posts.last().unwrap().body;
        assert!(lead.contains("\"lead_reference_source_id\":9"), "{lead}");
        assert_eq!(posts.len(), 1, "{status}");
    }
}

#[test]
fn a_list_that_is_shown_in_part_stops_the_run_before_anything_is_made() {
    let workspace = workspace(MAKES, "A,,Source 3,\n");
    let server = ScriptedServer::start_raw(|request| {
        if request.post.is_some() {
            return created(1);
        }
        let entries = [1, 2].map(|id| json!({"id": id, "name": format!("Source {id}")}));
        let meta = json!({"current_page": 1, "last_page": 2, "total": 3});
        let body = json!({"data": entries, "meta": meta});
        Reply::Answer(200, vec![], body.to_string())
    });
    workspace
        .import_to(&server.url(), &[])
        .expect_code(3)
        .expect_says(&["shows only 2 names of its list of"]);
    assert!(server.posts().is_empty());
}
