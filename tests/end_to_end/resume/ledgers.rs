//! Who may use a ledger, and where it is.

use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, sync_channel};

use super::{posts, start_sandbox, statuses_of};
use crate::support::{Gate, Reply, ScriptedServer, Workspace, created};

/// Takes leads, the first of them only when the gate has been opened, and says when it has come.
fn server_behind(gate: &Arc<Gate>) -> (ScriptedServer, Receiver<()>) {
    let (tell, first_post) = sync_channel(1);
    let gate = Arc::clone(gate);
    let server = ScriptedServer::start(move |request| {
        if request.post == Some(0) {
            tell.send(()).unwrap();
            gate.pass();
        }
        created(request.post.unwrap())
    });
    (server, first_post)
}

fn spawn(workspace: &Workspace, file: &str, url: &str, more: &[&str]) -> Child {
    let mut command = workspace.import_command(file, url, more);
    command.stderr(Stdio::piped()).spawn().unwrap()
}

#[test]
fn of_two_imports_at_once_the_second_is_told_of_the_first() {
    let workspace = Workspace::with_rows(3);
    workspace.write("more.csv", "Name,Surname,Mail\nBob,Bauer,\n");
    let gate = Arc::new(Gate::closed());
    let (server, first_post) = server_behind(&gate);
    let first = spawn(&workspace, "leads.csv", &server.url(), &[]);
    first_post.recv().unwrap();
    let second = workspace.import_file_to("more.csv", &server.url(), &[]);
    let second = second.expect_code(3).expect_says(&["--wait"]);
    let names_the_first = [first.id().to_string(), "leads.csv".into()];
    assert!(
        names_the_first
            .iter()
            .any(|name| second.stderr.contains(name)),
        "{}",
        second.stderr
    );
    assert!(!workspace.path("more.csv.results.csv").exists());
    gate.open();
    let output = first.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    assert_eq!(workspace.statuses(), ["created"; 3]);
    assert_eq!(server.posts().len(), 3);
    workspace
        .import_file_to("more.csv", &server.url(), &[])
        .expect_code(0);
}

#[test]
fn with_wait_the_second_import_goes_on_when_the_first_has_ended() {
    let workspace = Workspace::with_rows(3);
    workspace.write("more.csv", "Name,Surname,Mail\nBob,Bauer,\n");
    let gate = Arc::new(Gate::closed());
    let (server, first_post) = server_behind(&gate);
    let first = spawn(
        &workspace,
        "leads.csv",
        &server.url(),
        &["--concurrency", "1"],
    );
    first_post.recv().unwrap();
    let mut second = spawn(&workspace, "more.csv", &server.url(), &["--wait"]);
    let mut said = BufReader::new(second.stderr.take().unwrap());
    let mut words = String::new();
    while !words.contains("wait") && said.read_line(&mut words).unwrap() > 0 {}
    assert!(words.contains("wait"), "it says that it waits: {words}");
    assert_eq!(server.posts().len(), 1, "only the first one sends");
    gate.open();
    assert_eq!(first.wait_with_output().unwrap().status.code(), Some(0));
    std::io::copy(&mut said, &mut std::io::sink()).unwrap();
    assert_eq!(second.wait().unwrap().code(), Some(0));
    assert_eq!(statuses_of(&workspace, "more.csv"), ["created"]);
    let last = server.posts().pop().unwrap();
    assert!(last.body.contains("Bauer"), "the second one came after");
}

#[test]
fn a_state_folder_that_cannot_be_made_is_known_before_anything_is_sent() {
    let (workspace, sandbox) = (Workspace::with_rows(2), start_sandbox());
    let run = workspace.import_to(&sandbox.base_url(), &["--state-dir", "mapping.toml/state"]);
    run.expect_code(2)
        .expect_says(&["mapping.toml/state", "--state-dir"]);
    assert_eq!(posts(&sandbox), 0);
    assert!(!workspace.path("leads.csv.results.csv").exists());
}

#[test]
fn each_tenant_has_a_ledger_and_an_address_one_however_it_is_written() {
    let workspace = Workspace::with_rows(2);
    let sandbox = start_sandbox();
    let url = sandbox.base_url();
    workspace.import_to(&url, &[]).expect_code(0);
    let (host, path) = url.split_at(url.len() - "/api".len());
    let same_written_otherwise = format!("{}{path}/", host.replace("http", "HTTP"));
    workspace
        .import_to(&same_written_otherwise, &[])
        .expect_code(0);
    assert_eq!(workspace.statuses(), ["already_created"; 2]);
    let another = [
        "import",
        "leads.csv",
        "--mapping",
        "mapping.toml",
        "--api-url",
        &url,
        "--tenant",
        "8",
    ];
    workspace.run(&another).expect_code(0);
    assert_eq!(workspace.statuses(), ["created"; 2]);
    assert_eq!(posts(&sandbox), 4);
}

#[test]
fn a_ledger_that_is_damaged_or_gone_is_told_and_never_made_anew() {
    let (workspace, server) = (
        Workspace::with_rows(3),
        ScriptedServer::start(|request| created(request.post.unwrap())),
    );
    workspace.import_to(&server.url(), &[]).expect_code(0);
    let folder = workspace.path("state/ledgers");
    let ledger = fs_err::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .find(|path| path.extension().is_some_and(|ending| ending == "sqlite"))
        .unwrap();
    let whole = fs_err::read(&ledger).unwrap();
    let torn = whole[..whole.len() / 2].to_vec();
    let garbage = vec![0xA5; whole.len()];
    for damaged in [Some(garbage), Some(torn), Some(Vec::new()), None] {
        match &damaged {
            Some(bytes) => fs_err::write(&ledger, bytes).unwrap(),
            None => fs_err::remove_file(&ledger).unwrap(),
        }
        let run = workspace.import_to(&server.url(), &[]).expect_code(2);
        run.expect_says(&["the ledger `", "runs backup"]);
        assert_eq!(fs_err::read(&ledger).ok(), damaged, "it is as it was");
    }
    fs_err::write(&ledger, &whole).unwrap();
    workspace.import_to(&server.url(), &[]).expect_code(0);
    assert_eq!(workspace.statuses(), ["already_created"; 3]);
    assert_eq!(server.posts().len(), 3, "nothing was sent twice");
}

/// A CRM with the leads 1 and 2, of which it shows those in `by_id`; any other id is 404.
fn crm_that_shows(by_id: &'static [u32], list: &'static str) -> ScriptedServer {
    ScriptedServer::start_raw(move |request| {
        let path = request.start.split(' ').nth(1).unwrap();
        let answer = |status, body: String| Reply::Answer(status, vec![], body);
        if let Some(post) = request.post {
            return created(post + 1);
        }
        match path.strip_prefix("/api/v1/leads/") {
            None => answer(200, list.into()),
            Some(id) if by_id.iter().any(|known| known.to_string() == id) => {
                answer(200, format!(r#"{{"data":{{"id":{id},"last_name":"x"}}}}"#))
            }
            Some(_) => answer(404, "{}".into()),
        }
    })
}

#[test]
fn leads_that_somebody_deleted_are_told_before_anything_is_sent() {
    let other = r#"{"data":[{"id":9,"last_name":"Other"}]}"#;
    for (by_id, list, code) in [
        (&[9][..], other, 3),
        (&[], r#"{"data":[]}"#, 3),
        // One of the leads is there.
        (&[2, 9], other, 0),
        // This server shows no lead by its id, or says nothing of its leads.
        (&[], other, 0),
        (&[], "{}", 0),
    ] {
        let workspace = Workspace::with_rows(2);
        let server = crm_that_shows(by_id, list);
        workspace.import_to(&server.url(), &[]).expect_code(0);
        let again = workspace.import_to(&server.url(), &[]).expect_code(code);
        if code == 3 {
            again.expect_says(&["the CRM has no longer any of 2 leads", "runs forget"]);
        }
        assert_eq!(server.posts().len(), 2, "{by_id:?} {list}");
    }
}
