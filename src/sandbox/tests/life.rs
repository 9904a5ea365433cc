//! Starting, stopping, keeping.

use std::io::ErrorKind::ConnectionRefused;
use std::net::TcpStream;
use std::sync::{Arc, Mutex};

use super::{named, start};
use crate::sandbox::{NoticeSink, Sandbox, SandboxError, SandboxOptions};

#[tokio::test]
async fn a_data_file_keeps_leads_and_sources_and_ids_go_on() {
    let folder = tempfile::tempdir().unwrap();
    let options = SandboxOptions {
        data: Some(folder.path().join("leads.db")),
        ..SandboxOptions::default()
    };
    let (sandbox, api) = start(options.clone());
    api.created_id(&named("First")).await;
    let path = "/v1/leads/reference-sources";
    api.post(path, &serde_json::json!({"name": "Mine"}))
        .await
        .unwrap();
    let kept = sandbox.leads().unwrap();
    let in_use = Sandbox::start(options.clone()).unwrap_err();
    assert!(matches!(in_use, SandboxError::Data { .. }), "{in_use}");
    sandbox.stop().unwrap();

    let (sandbox, api) = start(options);
    assert_eq!(sandbox.leads().unwrap(), kept);
    assert_eq!(api.created_id(&named("Second")).await, 2);
    assert_eq!(
        api.get_json("/v1/leads?search=first").await["data"][0]["id"],
        1
    );
    assert_eq!(api.get_json("/v1/leads").await["meta"]["total"], 2);
    assert_eq!(api.get_json(path).await["meta"]["total"], 7);
    sandbox.stop().unwrap();
}

#[test]
fn a_file_that_is_not_the_sandboxs_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let database = folder.path().join("other.db");
    let other = rusqlite::Connection::open(&database).unwrap();
    other
        .execute_batch("CREATE TABLE people (name TEXT)")
        .unwrap();
    drop(other);
    let text = folder.path().join("leads.csv");
    fs_err::write(&text, "last_name\n".repeat(500)).unwrap();
    let failure = |path| {
        let options = SandboxOptions {
            data: Some(path),
            ..SandboxOptions::default()
        };
        Sandbox::start(options).unwrap_err()
    };
    let before = fs_err::read(&database).unwrap();
    assert!(matches!(
        failure(database.clone()),
        SandboxError::NotOurs { .. }
    ));
    assert_eq!(fs_err::read(&database).unwrap(), before);
    assert!(matches!(failure(text), SandboxError::Data { .. }));
    let nowhere = folder.path().join("no/such/folder.db");
    assert!(matches!(failure(nowhere), SandboxError::Data { .. }));
}

#[tokio::test]
async fn a_stopped_sandbox_can_come_back_on_its_port() {
    let (sandbox, api) = start(SandboxOptions::default());
    api.created_id(&named("Doe")).await;
    let address = sandbox.address();
    let again = SandboxOptions {
        address,
        ..SandboxOptions::default()
    };
    let taken = Sandbox::start(again.clone()).unwrap_err();
    assert!(matches!(taken, SandboxError::Listen { .. }), "{taken}");
    sandbox.stop().unwrap();
    let is_refused = || TcpStream::connect(address).unwrap_err().kind() == ConnectionRefused;
    assert!(is_refused());
    let (sandbox, api) = start(again);
    assert_eq!(api.created_id(&named("Doe")).await, 1);
    drop(sandbox);
    assert!(is_refused());
}

#[test]
fn waiting_ends_when_the_handle_stops_it() {
    let sandbox = Sandbox::start(SandboxOptions::default()).unwrap();
    let handle = sandbox.stop_handle();
    let waiting = std::thread::spawn(move || sandbox.wait());
    handle.stop();
    waiting.join().unwrap().unwrap();
}

#[tokio::test]
async fn growth_in_memory_is_told_once() {
    let notices = Arc::new(Mutex::new(Vec::new()));
    let sink = Arc::clone(&notices);
    let (sandbox, api) = start(SandboxOptions {
        notice_above: 2,
        on_notice: Some(NoticeSink::new(move |notice| {
            sink.lock().unwrap().push(notice.to_owned());
        })),
        ..SandboxOptions::default()
    });
    for _ in 0..5 {
        api.created_id(&named("Doe")).await;
    }
    sandbox.stop().unwrap();
    assert_eq!(
        *notices.lock().unwrap(),
        ["the sandbox holds more than 2 leads in memory; keep them in a file with `--data`"]
    );
}

#[tokio::test]
async fn a_panic_is_answered_500_and_told_by_stop() {
    let (sandbox, api) = start(SandboxOptions {
        notice_above: 0,
        on_notice: Some(NoticeSink::new(|_| panic!("the sink broke"))),
        ..SandboxOptions::default()
    });
    assert_eq!(api.create(&named("Doe")).await.unwrap().status(), 500);
    assert_eq!(
        api.create(&named("Doe")).await.unwrap().status(),
        201,
        "it goes on serving"
    );
    let error = sandbox.stop().unwrap_err();
    assert_eq!(error.to_string(), "the sandbox panicked: the sink broke");
}
