//! Names that stand for ids in the CRM.
//!
//! - `making`: reference sources that are missing and made
//! - `trouble`: lists that cannot be read

mod making;
mod trouble;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use leadferry::sandbox::{Sandbox, SandboxOptions};
use serde_json::{Value, json};

use crate::support::{Reply, Request, Run, ScriptedServer, Workspace, created, read_results};

/// A mapping that looks names up in all three lists.
const MAPPING: &str = r#"
version = 1

[lead]
last_name = "Surname"
lead_status_id = { column = "Stage", lookup = "statuses", values = { Hot = "qualified" }, default = "New" }
lead_reference_source_id = { column = "Source", lookup = "reference_sources" }
assigned_user_id = { column = "Owner", lookup = "users" }
"#;

/// A folder with `MAPPING`, changed as `change` says, and these rows behind the header.
fn workspace(change: (&str, &str), rows: &str) -> Workspace {
    let workspace = Workspace::new();
    workspace.write("mapping.toml", MAPPING.replace(change.0, change.1));
    workspace.write("leads.csv", format!("Surname,Stage,Source,Owner\n{rows}"));
    workspace
}

const UNCHANGED: (&str, &str) = ("", "");
const MAKES: (&str, &str) = (
    r#""reference_sources" }"#,
    r#""reference_sources", create_missing = true }"#,
);

fn sandbox() -> Sandbox {
    Sandbox::start(SandboxOptions::default()).unwrap()
}

/// Status, source and user of each lead, by the leads' order.
fn ids_of(sandbox: &Sandbox) -> Vec<(Value, Value, Value)> {
    let id = |lead: &Value, key: &str| lead[key]["id"].clone();
    let leads = sandbox.leads().unwrap();
    let ids = |lead: &Value| {
        (
            id(lead, "status"),
            id(lead, "reference_source"),
            id(lead, "assigned_user"),
        )
    };
    leads.iter().map(ids).collect()
}

/// What `check` found, in input order: status and problems.
fn checked(workspace: &Workspace) -> Vec<(String, String)> {
    let records = read_results(&workspace.path("leads.csv.check.csv"));
    let found = records.into_iter().map(|it| (it.status, it.problems));
    found.collect()
}

/// `check leads.csv`, asking the CRM at `url` what names stand for.
fn check_at(workspace: &Workspace, url: &str) -> Run {
    let check = ["check", "leads.csv", "--mapping", "mapping.toml"];
    workspace.run(&[&check[..], &["--tenant", "7", "--api-url", url]].concat())
}

/// A CRM with these users, no statuses and no sources; answers creates.
fn crm_with_users(users: &[Value]) -> ScriptedServer {
    let users = json!({"data": users}).to_string();
    ScriptedServer::start_raw(move |request| match request.post {
        Some(post) => created(post + 1),
        None if request.start.contains("/users") => Reply::Answer(200, vec![], users.clone()),
        None => Reply::Answer(200, vec![], r#"{"data":[]}"#.into()),
    })
}

/// A mapping that looks up nothing but users.
fn workspace_of_users(owners: &[&str]) -> Workspace {
    let workspace = Workspace::new();
    workspace.write(
        "mapping.toml",
        "version = 1\n[lead]\nlast_name = \"Surname\"\n\
         assigned_user_id = { column = \"Owner\", lookup = \"users\" }\n",
    );
    let rows = owners.iter().map(|owner| format!("Doe,{owner}\n"));
    let rows: Vec<String> = rows.collect();
    workspace.write("leads.csv", format!("Surname,Owner\n{}", rows.concat()));
    workspace
}

fn asks_for(request: &Request, words: &str) -> bool {
    request.start.starts_with("GET ") && request.start.contains(words)
}

#[test]
fn names_slugs_addresses_and_ids_are_sent_as_ids() {
    let rows = "A,Proposal Sent,website,Ben Carter\n\
        B,proposal-sent, TRADE  FAIR ,CEREN.YILMAZ@example.com\n\
        C,Hot,5,ceren yilmaz\n\
        D,,,Dirk Mu\u{308}ller\n";
    let workspace = workspace(UNCHANGED, rows);
    let sandbox = sandbox();
    workspace
        .import_to(&sandbox.base_url(), &["--concurrency", "1"])
        .expect_code(0);
    assert_eq!(
        ids_of(&sandbox),
        [
            (json!(4), json!(1), json!(2)),
            (json!(4), json!(3), json!(3)),
            (json!(3), json!(5), json!(3)),
            (json!(1), Value::Null, json!(4)),
        ]
    );
    sandbox.stop().unwrap();
}

#[test]
fn an_unknown_name_is_a_problem_of_its_row_for_both_commands() {
    let rows = "A,Contactd,Website,\nB,Won,Webside,Ben Crater\nC,Won,Website,\n";
    let workspace = workspace(UNCHANGED, rows);
    let problems = [
        "column `Stage`: `Contactd` is no status of the CRM; did you mean `Contacted`?",
        "column `Source`: `Webside` is no reference source of the CRM; did you mean `Website`?; \
         column `Owner`: `Ben Crater` is no user of the CRM; did you mean `Ben Carter`?",
        "",
    ];
    workspace.import_to_sandbox(&[]).expect_code(1);
    let found = workspace.results();
    let codes: Vec<&str> = found.iter().map(|record| record.codes.as_str()).collect();
    assert_eq!(
        codes,
        ["lookup.unknown", "lookup.unknown lookup.unknown", ""]
    );
    let said: Vec<&str> = found.iter().map(|it| it.problems.as_str()).collect();
    assert_eq!(said, problems);
    assert_eq!(workspace.statuses(), ["rejected", "rejected", "created"]);

    let sandbox = sandbox();
    let url = sandbox.base_url();
    let check = ["check", "leads.csv", "--mapping", "mapping.toml"];
    let real = ["--api-url", url.as_str(), "--tenant", "7"];
    for more in [&real[..], &["--sandbox"]] {
        workspace.run(&[&check, more].concat()).expect_code(1);
        let said: Vec<String> = checked(&workspace).into_iter().map(|it| it.1).collect();
        assert_eq!(said, problems, "{more:?}");
    }
    assert_eq!(sandbox.leads().unwrap(), Vec::<Value>::new());
    sandbox.stop().unwrap();
}

#[test]
fn a_name_that_several_have_is_told_with_what_tells_them_apart() {
    let user = |id: u64, name: &str, email: &str| json!({"id": id, "name": name, "email": email});
    let server = crm_with_users(&[
        user(4, "Kim Lee", "kim@example.com"),
        user(9, "kim  lee", "kim.lee@example.com"),
    ]);
    let workspace = workspace_of_users(&["KIM LEE", "kim.lee@example.com", "Kim Lee"]);
    workspace.import_to(&server.url(), &[]).expect_code(1);
    let first = &workspace.results()[0];
    assert_eq!(
        (first.codes.as_str(), first.problems.as_str()),
        (
            "lookup.ambiguous",
            "column `Owner`: `KIM LEE` could be any of 2 users: `Kim Lee` (id 4, kim@example.com), \
             `kim  lee` (id 9, kim.lee@example.com)"
        )
    );
    let mut bodies: Vec<String> = server.posts().into_iter().map(|post| post.body).collect();
    bodies.sort();
    assert_eq!(
        bodies,
        [
            r#"{"last_name":"Doe","assigned_user_id":4}"#,
            r#"{"last_name":"Doe","assigned_user_id":9}"#,
        ]
    );
}

#[test]
fn lists_of_several_pages_are_read_once_and_to_their_end() {
    let workspace = workspace(UNCHANGED, "A,Won,Source 250,\nB,Won,source 007,\n");
    let sandbox = sandbox();
    for number in 1..=250 {
        let name = format!("Source {number:03}");
        sandbox.make_reference_source(7, &name).unwrap();
    }
    let run = workspace.import_to(&sandbox.base_url(), &["--verbose", "--concurrency", "1"]);
    let run = run.expect_code(0);
    let sources: Vec<_> = ids_of(&sandbox).into_iter().map(|ids| ids.1).collect();
    assert_eq!(sources, [json!(256), json!(13)]);
    // Statuses, three pages of sources, users.
    assert_eq!(run.stderr.matches("names").count(), 5, "{}", run.stderr);
    sandbox.stop().unwrap();
}

#[test]
fn a_list_without_a_word_about_pages_is_read_on_when_it_is_just_a_page_long() {
    let page = |first: u64, last: u64| {
        let user = |id: u64| json!({"id": id, "name": format!("User {id}"), "email": null});
        json!({"data": (first..=last).map(user).collect::<Vec<_>>()}).to_string()
    };
    let pages = [page(1, 100), page(101, 130)];
    let server = ScriptedServer::start_raw(move |request| match request.post {
        Some(post) => created(post + 1),
        None if asks_for(request, "/v1/users?per_page=100&page=1 ") => {
            Reply::Answer(200, vec![], pages[0].clone())
        }
        None if asks_for(request, "/v1/users?per_page=100&page=2 ") => {
            Reply::Answer(200, vec![], pages[1].clone())
        }
        None => Reply::Answer(200, vec![], r#"{"data":[]}"#.into()),
    });
    let workspace = workspace_of_users(&["User 117"]);
    workspace.import_to(&server.url(), &[]).expect_code(0);
    assert!(server.posts()[0].body.contains(r#""assigned_user_id":117"#));
    let asked = server.requests();
    let asked = asked
        .iter()
        .filter(|request| asks_for(request, "/v1/users"));
    assert_eq!(asked.count(), 2);
}

#[test]
fn offline_every_name_passes_and_that_is_said() {
    let workspace = workspace(MAKES, "A,Nonsense,Nowhere,Nobody\nB,,,\n");
    let run = workspace
        .command(&[
            "check",
            "leads.csv",
            "--mapping",
            "mapping.toml",
            "--offline",
        ])
        .env_remove("LEADFERRY_TOKEN")
        .output()
        .unwrap();
    assert_eq!(run.status.code(), Some(0));
    let stderr = String::from_utf8(run.stderr).unwrap();
    let said =
        "names of statuses and reference sources and users are not looked up: all of them pass";
    assert!(stderr.contains(said), "{stderr}");
    assert!(!stderr.contains("lacks"), "{stderr}");
    let valid = ("valid".to_owned(), String::new());
    assert_eq!(checked(&workspace), [valid.clone(), valid]);
    workspace
        .import_to_sandbox(&["--offline"])
        .expect_code(2)
        .expect_says(&["`--offline` is for `check`"]);
}

#[test]
fn a_check_without_a_tenant_looks_nothing_up_and_says_so() {
    let workspace = workspace(UNCHANGED, "A,Nobody knows it,,\n");
    let check = ["check", "leads.csv", "--mapping", "mapping.toml"];
    workspace.run(&check).expect_code(0).expect_says(&[
        "no tenant is named, so the CRM is not asked what names stand for",
        "names of statuses",
        "all of them pass",
    ]);
    // Who names a tenant wants to be told what the CRM says.
    let mut with_tenant = workspace.command(&[&check[..], &["--tenant", "7"]].concat());
    with_tenant.env_remove("LEADFERRY_TOKEN");
    Run::of(&mut with_tenant).expect_code(2).expect_says(&[
        "the mapping looks names up, and the CRM cannot be asked",
        "--offline",
    ]);
}

#[test]
fn a_row_says_the_same_whatever_id_a_name_has() {
    let workspace = workspace(UNCHANGED, "A,Won,Fair,\n");
    let ids = Arc::new(AtomicU64::new(5));
    let (current, is_renamed) = (Arc::clone(&ids), Arc::new(AtomicBool::new(false)));
    let renamed = Arc::clone(&is_renamed);
    let server = ScriptedServer::start_raw(move |request| {
        let id = current.load(Ordering::SeqCst);
        let won = if renamed.load(Ordering::SeqCst) {
            "Kazandık"
        } else {
            "Won"
        };
        let body = match request.post {
            Some(_) => return created(1),
            None if request.start.contains("/leads/1 ") => json!({"data": {"id": 1}}),
            None if request.start.contains("statuses") => {
                json!({"data": [{"id": id, "name": won}]})
            }
            None if request.start.contains("sources") => {
                json!({"data": [{"id": id, "name": "Fair"}]})
            }
            None => json!({"data": []}),
        };
        Reply::Answer(200, vec![], body.to_string())
    });
    workspace.import_to(&server.url(), &[]).expect_code(0);
    assert_eq!(
        server.posts()[0].body,
        r#"{"last_name":"A","lead_status_id":5,"lead_reference_source_id":5}"#
    );
    ids.store(6, Ordering::SeqCst);
    workspace.import_to(&server.url(), &[]).expect_code(0);
    let record = &workspace.results()[0];
    assert_eq!(
        (record.status.as_str(), record.codes.as_str()),
        ("already_created", "")
    );
    // A name that is gone is a warning for a row that is in the CRM.
    is_renamed.store(true, Ordering::SeqCst);
    workspace.import_to(&server.url(), &[]).expect_code(0);
    let record = &workspace.results()[0];
    assert_eq!(
        (record.status.as_str(), record.codes.as_str()),
        ("already_created", "lookup.unknown")
    );
    is_renamed.store(false, Ordering::SeqCst);
    // It does say something else when the cell does.
    workspace.write(
        "mapping.toml",
        MAPPING.replace(
            "[lead]",
            "[identity]\nsource = \"s\"\ncolumns = [\"Surname\"]\n[lead]",
        ),
    );
    workspace.import_to(&server.url(), &[]).expect_code(0);
    workspace.write("leads.csv", "Surname,Stage,Source,Owner\nA,6,Fair,\n");
    workspace.import_to(&server.url(), &[]).expect_code(0);
    assert_eq!(workspace.results()[0].codes, "row.changed");
}
