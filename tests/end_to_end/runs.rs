//! `runs`: what was imported when, rows in doubt, forgetting, purging, backing up.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use leadferry::ledger::{LockHolder, RunLock, StateFolder, Waiting};
use serde_json::Value;

use crate::support::{Reply, Run, ScriptedServer, Workspace, created};

/// Answers rows whose surname ends in 2 with a fault until it is well.
struct Crm {
    server: ScriptedServer,
    is_well: Arc<AtomicBool>,
}

impl Crm {
    fn start() -> Self {
        let is_well = Arc::new(AtomicBool::new(false));
        let well = Arc::clone(&is_well);
        let server = ScriptedServer::start(move |request| {
            if request.body.contains("Lovelace 2") && !well.load(Ordering::SeqCst) {
                return Reply::Answer(500, vec![], String::new());
            }
            created(request.post.unwrap() + 100)
        });
        Self { server, is_well }
    }

    fn get_well(&self) {
        self.is_well.store(true, Ordering::SeqCst);
    }

    /// The surnames that were posted since so many posts.
    fn posted_since(&self, posts: usize) -> Vec<String> {
        let posts = self.server.posts().split_off(posts);
        let surname = |body: &str| {
            let body: Value = serde_json::from_str(body).unwrap();
            body["last_name"].as_str().unwrap().to_owned()
        };
        posts.iter().map(|request| surname(&request.body)).collect()
    }
}

/// Three rows were imported, one after the other; the second, row 3, is in doubt.
fn one_in_doubt() -> (Workspace, Crm) {
    let workspace = Workspace::with_rows(3);
    let crm = Crm::start();
    import(&workspace, &crm, &[]).expect_code(1);
    assert_eq!(workspace.statuses(), ["created", "in_doubt", "created"]);
    (workspace, crm)
}

fn import(workspace: &Workspace, crm: &Crm, more: &[&str]) -> Run {
    workspace.import_to(&crm.server.url(), &[&["--concurrency", "1"], more].concat())
}

fn runs(workspace: &Workspace, more: &str) -> Run {
    let more = more.split(' ').filter(|word| !word.is_empty());
    workspace.run(&["runs"].into_iter().chain(more).collect::<Vec<_>>())
}

/// All runs, as programs see them.
fn listed(workspace: &Workspace) -> Vec<Value> {
    let run = runs(workspace, "--format json").expect_code(0);
    serde_json::from_str(&run.stdout).unwrap()
}

fn last_run(workspace: &Workspace) -> String {
    let runs = listed(workspace);
    runs.last().unwrap()["run"].as_str().unwrap().to_owned()
}

/// The one ledger of a workspace.
fn ledger(workspace: &Workspace) -> PathBuf {
    let folder = StateFolder::open_existing(&workspace.path("state")).unwrap();
    folder.unwrap().ledgers().unwrap().pop().unwrap()
}

#[test]
fn runs_are_listed_with_how_they_ended_the_newest_last() {
    let workspace = Workspace::with_rows(3);
    let crm = Crm::start();
    crm.get_well();
    import(&workspace, &crm, &["--limit", "1"]).expect_code(3);
    import(&workspace, &crm, &[]).expect_code(0);
    let runs_seen = listed(&workspace);
    let field =
        |name: &str| -> Vec<Value> { runs_seen.iter().map(|run| run[name].clone()).collect() };
    assert_eq!(field("ended_as"), ["stopped", "finished"]);
    assert_eq!(
        field("reason"),
        [Value::from("the limit of 1 row is reached"), Value::Null]
    );
    assert_eq!(field("file"), ["leads.csv", "leads.csv"]);
    assert_eq!(field("tenant"), [7, 7]);
    assert_eq!(field("api"), [crm.server.url(), crm.server.url()]);
    assert_eq!(field("counts")[1]["already_created"], 1);
    let text = runs(&workspace, "").expect_code(0).stdout;
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 3, "{text}");
    assert!(lines[0].starts_with("run "), "{text}");
    assert!(
        lines[1].ends_with("1 created, 2 pending; the limit of 1 row is reached"),
        "{text}"
    );
    assert!(
        lines[2].contains(runs_seen[1]["run"].as_str().unwrap())
            && lines[2].ends_with("2 created, 1 already created"),
        "{text}"
    );
    let others = runs(&workspace, "--tenant 8").expect_code(0);
    assert_eq!(others.stdout, "");
    others.expect_says(&["remembers no run of that API and tenant"]);
    let this = format!("--api-url {} --tenant 7", crm.server.url());
    assert_eq!(runs(&workspace, &this).expect_code(0).stdout, text);
}

#[test]
fn where_nothing_was_imported_nothing_is_listed_and_nothing_made() {
    let workspace = Workspace::new();
    let run = runs(&workspace, "").expect_code(0);
    assert_eq!(run.stdout, "");
    run.expect_says(&["state` remembers no run"]);
    assert_eq!(listed(&workspace), Vec::<Value>::new());
    let run = runs(&workspace, "unknown --format json").expect_code(0);
    assert_eq!(run.stdout, "[]\n");
    runs(&workspace, "show k3m9xq")
        .expect_code(2)
        .expect_says(&["there is no run `k3m9xq`", "--state-dir"]);
    runs(&workspace, "backup copy")
        .expect_code(2)
        .expect_says(&["has no ledger to copy"]);
    assert!(!workspace.path("state").exists() && !workspace.path("copy").exists());
}

#[test]
fn a_run_is_shown_in_full() {
    let (workspace, crm) = one_in_doubt();
    let name = last_run(&workspace);
    let shown = runs(&workspace, &format!("show {}", name.to_uppercase())).expect_code(0);
    for words in [
        "ended as      finished\n",
        "file          leads.csv\n",
        "program       leadferry ",
        "rows          2 created, 1 in doubt\n",
        "sent          2 created, 1 in doubt\n",
        &format!("tenant 7 of {}\n", crm.server.url()),
        &format!("in doubt: {name}:3\n"),
    ] {
        assert!(
            shown.stdout.contains(words),
            "no `{words}` in:\n{}",
            shown.stdout
        );
    }
    let shown = runs(&workspace, &format!("show {name} --format json")).expect_code(0);
    let shown: Value = serde_json::from_str(&shown.stdout).unwrap();
    assert_eq!(shown["run"], name);
    assert_eq!(shown["in_doubt"], serde_json::json!([format!("{name}:3")]));
    assert_eq!(
        shown["sent"],
        serde_json::json!({"created": 2, "unknown": 1})
    );
}

#[test]
fn rows_in_doubt_are_listed_and_their_bodies_only_when_asked_for() {
    let (workspace, crm) = one_in_doubt();
    let address = format!("{}:3", last_run(&workspace));
    let run = runs(&workspace, "unknown").expect_code(1);
    assert!(
        run.stdout
            .starts_with(&format!("{address}  leads.csv  since ")),
        "{}",
        run.stdout
    );
    assert!(!run.stdout.contains("Lovelace"), "{}", run.stdout);
    run.expect_says(&["1 row in doubt", "runs settle RUN:ROW --created ID"]);
    let run = runs(&workspace, "unknown --bodies").expect_code(1);
    assert!(
        run.stdout
            .contains(r#"{"last_name":"Lovelace 2","first_name":"Ada""#),
        "{}",
        run.stdout
    );
    let rows = |more: &str| -> Vec<Value> {
        let run = runs(&workspace, &format!("unknown --format json{more}")).expect_code(1);
        serde_json::from_str(&run.stdout).unwrap()
    };
    let row = rows("").pop().unwrap();
    assert_eq!(
        (&row["address"], &row["state"]),
        (&address.clone().into(), &"unknown".into())
    );
    assert_eq!(row.get("body"), None);
    assert_eq!(rows(" --bodies")[0]["body"]["last_name"], "Lovelace 2");
    runs(&workspace, &format!("settle {address} --absent")).expect_code(0);
    let run = runs(&workspace, "unknown").expect_code(0);
    assert_eq!(run.stdout, "");
    run.expect_says(&["no row is in doubt"]);
    drop(crm);
}

#[test]
fn a_row_settled_as_created_is_never_sent_again() {
    let (workspace, crm) = one_in_doubt();
    let problem = workspace.results()[1].problems.clone();
    import(&workspace, &crm, &[]).expect_code(1);
    let told = workspace.results()[1].problems.clone();
    assert_ne!(problem, told);
    // As the results say it, word for word.
    let is_command = |words: &&str| words.starts_with("leadferry runs settle");
    let command = told.split('`').find(is_command).unwrap();
    let command = command.replace("ID", "4711");
    let words: Vec<&str> = command.split(' ').skip(1).collect();
    workspace
        .run(&words)
        .expect_code(0)
        .expect_says(&["was created as lead `4711` and is never sent again"]);
    crm.get_well();
    let posts = crm.server.posts().len();
    import(&workspace, &crm, &[]).expect_code(0);
    assert_eq!(workspace.statuses(), ["already_created"; 3]);
    assert_eq!(workspace.results()[1].lead_id, "4711");
    assert_eq!(crm.server.posts().len(), posts);
}

#[test]
fn a_row_settled_as_absent_is_sent_again() {
    let (workspace, crm) = one_in_doubt();
    let row = format!("{}:3", last_run(&workspace));
    runs(&workspace, &format!("settle {row} --absent"))
        .expect_code(0)
        .expect_says(&["the next run that has the row sends it again"]);
    crm.get_well();
    let posts = crm.server.posts().len();
    import(&workspace, &crm, &[]).expect_code(0);
    assert_eq!(crm.posted_since(posts), ["Lovelace 2"]);
    assert_eq!(
        workspace.statuses(),
        ["already_created", "created", "already_created"]
    );
}

#[test]
fn only_rows_in_doubt_can_be_settled() {
    let (workspace, crm) = one_in_doubt();
    let name = last_run(&workspace);
    let near = format!("{}!", &name[..5]);
    let before = fs_err::read(ledger(&workspace)).unwrap();
    for (arguments, words) in [
        (
            format!("settle {name}:2 --absent"),
            [
                "it was created as lead `100`",
                &format!("runs forget {name}:2"),
            ],
        ),
        (
            format!("settle {name}:9 --absent"),
            [&format!("the ledger knows no row {name}:9"), "runs unknown"],
        ),
        (
            format!("settle {name}:3 --created 100"),
            [
                &format!("lead `100` is that of another row, {name}:2"),
                "--absent",
            ],
        ),
        (
            format!("settle {near}:3 --absent"),
            [
                &format!("there is no run `{near}`"),
                &format!("did you mean `{name}`?"),
            ],
        ),
        (format!("settle {name}:3"), ["--created <ID>", "--absent"]),
        (
            format!("settle {name}:3 --absent --created 4711"),
            ["--absent", "cannot be used with"],
        ),
        (
            format!("settle {name} --absent"),
            ["such as `k3m9xq:17`", "RUN:ROW"],
        ),
    ] {
        runs(&workspace, &arguments)
            .expect_code(2)
            .expect_says(&words);
    }
    assert!(fs_err::read(ledger(&workspace)).unwrap() == before);
    drop(crm);
}

#[test]
fn a_forgotten_run_is_sent_again_but_for_its_rows_in_doubt() {
    let (workspace, crm) = one_in_doubt();
    let name = last_run(&workspace);
    runs(&workspace, &format!("forget {name}"))
        .expect_code(1)
        .expect_says(&[
            "forgot 2 rows",
            "the next run that has them sends them again",
            "1 row is in doubt and not forgotten",
        ]);
    runs(&workspace, &format!("forget {name}:3"))
        .expect_code(2)
        .expect_says(&["is in doubt", &format!("runs settle {name}:3 --created ID")]);
    let posts = crm.server.posts().len();
    import(&workspace, &crm, &[]).expect_code(1);
    assert_eq!(crm.posted_since(posts), ["Lovelace 1", "Lovelace 3"]);
    assert_eq!(workspace.statuses(), ["created", "in_doubt", "created"]);
}

#[test]
fn a_forgotten_row_is_sent_again_alone() {
    let workspace = Workspace::with_rows(3);
    let crm = Crm::start();
    crm.get_well();
    import(&workspace, &crm, &[]).expect_code(0);
    let first = last_run(&workspace);
    import(&workspace, &crm, &[]).expect_code(0);
    let second = last_run(&workspace);
    runs(&workspace, &format!("forget {second}"))
        .expect_code(0)
        .expect_says(&["nothing to forget", "the runs that sent them"]);
    runs(&workspace, &format!("forget {first}:4"))
        .expect_code(0)
        .expect_says(&["forgot 1 row", "that has it sends it again"]);
    runs(&workspace, &format!("forget {first}:4"))
        .expect_code(2)
        .expect_says(&["the ledger knows no row"]);
    import(&workspace, &crm, &[]).expect_code(0);
    assert_eq!(crm.posted_since(3), ["Lovelace 3"]);
}

#[test]
fn a_forgotten_round_is_gone_through_again_by_the_same_command() {
    let workspace = Workspace::with_rows(2);
    let crm = Crm::start();
    crm.get_well();
    import(&workspace, &crm, &[]).expect_code(0);
    import(&workspace, &crm, &["--again", "spring"]).expect_code(0);
    assert_eq!(crm.server.posts().len(), 4);
    let name = last_run(&workspace);
    runs(&workspace, &format!("forget {name}"))
        .expect_code(0)
        .expect_says(&["the next run with `--again spring` that has them sends them again"]);
    import(&workspace, &crm, &[]).expect_code(0);
    assert_eq!(
        crm.server.posts().len(),
        4,
        "they were created before the round"
    );
    for _ in 0..2 {
        import(&workspace, &crm, &["--again", "spring"]).expect_code(0);
        assert_eq!(crm.server.posts().len(), 6);
    }
}

#[test]
fn a_purge_removes_histories_and_no_row_is_sent_again() {
    let (workspace, crm) = one_in_doubt();
    runs(&workspace, "purge --older-than 30d")
        .expect_code(0)
        .expect_says(&["no run ended before 2"]);
    runs(&workspace, "purge --older-than 1ns")
        .expect_code(0)
        .expect_says(&["purged 1 run", "of 1 row in doubt"]);
    assert_eq!(listed(&workspace), Vec::<Value>::new());
    let file = fs_err::read(ledger(&workspace)).unwrap();
    assert!(!file.windows(8).any(|bytes| bytes == b"Lovelace"));
    let run = runs(&workspace, "unknown --bodies").expect_code(1);
    assert!(
        run.stdout.starts_with("1:3  a purged run"),
        "{}",
        run.stdout
    );
    assert!(
        run.stdout.contains("what was sent was purged"),
        "{}",
        run.stdout
    );
    let shown = runs(&workspace, "show 1").expect_code(0).stdout;
    assert!(shown.contains("history  purged\n"), "{shown}");
    import(&workspace, &crm, &[]).expect_code(1);
    let problems = &workspace.results()[1].problems;
    assert!(
        problems.contains("`leadferry runs settle 1:3 --created ID`"),
        "{problems}"
    );
    runs(&workspace, "settle 1:3 --created 4711").expect_code(0);
    import(&workspace, &crm, &[]).expect_code(0);
    assert_eq!(workspace.statuses(), ["already_created"; 3]);
    assert_eq!(crm.server.posts().len(), 3);
}

#[test]
fn a_backup_takes_the_place_of_the_state_folder() {
    let (workspace, crm) = one_in_doubt();
    let name = last_run(&workspace);
    runs(&workspace, "backup copy")
        .expect_code(0)
        .expect_says(&["copied 1 ledger to `copy`", "--state-dir"]);
    runs(&workspace, "backup copy")
        .expect_code(2)
        .expect_says(&["`copy` exists and is not an empty folder"]);
    runs(&workspace, "backup other --tenant 7")
        .expect_code(2)
        .expect_says(&["a backup is of all ledgers"]);
    fs_err::remove_dir_all(workspace.path("state")).unwrap();
    import(&workspace, &crm, &["--state-dir", "copy"]).expect_code(1);
    assert_eq!(
        workspace.statuses(),
        ["already_created", "in_doubt", "already_created"]
    );
    assert_eq!(crm.server.posts().len(), 3);
    let shown = runs(&workspace, &format!("show {name} --state-dir copy"));
    shown.expect_code(0);
    assert!(!workspace.path("state").exists());
}

#[test]
fn while_a_run_goes_on_the_ledger_is_read_and_copied_but_not_changed() {
    let (workspace, _crm) = one_in_doubt();
    let name = last_run(&workspace);
    let holder = LockHolder::this_process("tonight.csv");
    let lock = RunLock::take(&ledger(&workspace), &holder, Waiting::No).unwrap();
    for arguments in [
        format!("settle {name}:3 --absent"),
        format!("forget {name}"),
        "purge --older-than 1ns".to_owned(),
    ] {
        let run = runs(&workspace, &arguments).expect_code(3);
        run.expect_says(&["nothing was changed", "let it end"]);
    }
    if cfg!(unix) {
        runs(&workspace, &format!("settle {name}:3 --absent"))
            .expect_says(&["another run holds the ledger: it imports `tonight.csv`"]);
    }
    assert_eq!(listed(&workspace).len(), 1);
    runs(&workspace, "unknown").expect_code(1);
    runs(&workspace, "backup copy").expect_code(0);
    drop(lock);
    runs(&workspace, &format!("settle {name}:3 --absent")).expect_code(0);
}

#[test]
fn a_ledger_that_cannot_be_read_hides_no_other() {
    let (workspace, _crm) = one_in_doubt();
    let name = last_run(&workspace);
    let whole = ledger(&workspace);
    let beside = |file: &str| whole.with_file_name(file);
    fs_err::write(beside("a.sqlite"), "no database. ".repeat(500)).unwrap();
    fs_err::copy(&whole, beside("n.sqlite")).unwrap();
    change(&beside("n.sqlite"), "PRAGMA user_version = 999");
    change(&beside("s.sqlite"), "CREATE TABLE song (title TEXT)");
    let run = runs(&workspace, "").expect_code(2);
    assert!(run.stdout.contains(&name), "{}", run.stdout);
    run.expect_says(&[
        "a.sqlite` is damaged",
        "n.sqlite` has version 999",
        "s.sqlite` is not the ledger of leadferry",
    ]);
    let run = runs(&workspace, "unknown").expect_code(2);
    assert!(run.stdout.starts_with(&name), "{}", run.stdout);
    runs(&workspace, &format!("settle {name}:3 --absent"))
        .expect_code(2)
        .expect_says(&["sends it again", "a.sqlite"]);
    runs(&workspace, "unknown")
        .expect_code(2)
        .expect_says(&["no row is in doubt"]);
    runs(&workspace, "backup copy")
        .expect_code(2)
        .expect_says(&["a backup without one would not be whole", "a.sqlite"]);
    assert!(!workspace.path("copy").exists());
}

fn change(database: &Path, sql: &str) {
    let connection = rusqlite::Connection::open(database).unwrap();
    connection.execute_batch(sql).unwrap();
}
