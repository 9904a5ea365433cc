//! Bounds on speed, and a server that goes away.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::time::Instant;

use crate::support::{Reply, ScriptedServer, Workspace, created};

#[test]
fn the_rate_is_kept() {
    let workspace = Workspace::with_rows(21);
    let times = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&times);
    let server = ScriptedServer::start(move |request| {
        seen.lock().unwrap().push(Instant::now());
        created(request.post.unwrap())
    });
    workspace
        .import_to(&server.url(), &["--rate", "40/s"])
        .expect_code(0);
    let times = times.lock().unwrap();
    // 20 intervals of 25 ms; measured at the server, so a late first request may shorten it.
    let span = times[20].duration_since(times[0]).as_millis();
    assert!(span >= 450, "21 requests came within {span} ms");
}

#[test]
fn as_many_requests_are_in_flight_as_allowed_and_no_more() {
    let workspace = Workspace::with_rows(60);
    let (in_flight, most) = (AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
    let seen = Arc::clone(&most);
    // Nobody is answered before three are there, so with less the run would not end.
    let three = Barrier::new(3);
    let server = ScriptedServer::start(move |request| {
        let now = in_flight.fetch_add(1, Ordering::SeqCst) + 1;
        seen.fetch_max(now, Ordering::SeqCst);
        three.wait();
        in_flight.fetch_sub(1, Ordering::SeqCst);
        created(request.post.unwrap())
    });
    workspace
        .import_to(&server.url(), &["--concurrency", "3"])
        .expect_code(0);
    assert_eq!(most.load(Ordering::SeqCst), 3);
}

#[test]
fn connections_are_used_again() {
    let workspace = Workspace::with_rows(50);
    let server = ScriptedServer::start(|request| created(request.post.unwrap()));
    workspace
        .import_to(&server.url(), &["--concurrency", "2"])
        .expect_code(0);
    assert_eq!(server.posts().len(), 50);
    assert!(
        server.connections() <= 10,
        "{} connections",
        server.connections()
    );
}

#[test]
fn an_outage_rests_the_line_and_everything_goes_on_by_itself() {
    // From the third POST on the server fails until it has been asked twice whether it is back.
    let workspace = Workspace::with_rows(30);
    let probes = AtomicUsize::new(0);
    let away = AtomicBool::new(false);
    let server = ScriptedServer::start_raw(move |request| {
        let fault = || Reply::Answer(503, vec![], String::new());
        match request.post {
            Some(2) => {
                away.store(true, Ordering::SeqCst);
                fault()
            }
            Some(_) if away.load(Ordering::SeqCst) => fault(),
            Some(post) => created(post),
            None if away.load(Ordering::SeqCst) => {
                if probes.fetch_add(1, Ordering::SeqCst) == 1 {
                    away.store(false, Ordering::SeqCst);
                }
                fault()
            }
            None => Reply::Answer(200, vec![], r#"{"data":[]}"#.into()),
        }
    });
    let run = workspace
        .import_to(&server.url(), &["--concurrency", "1"])
        .expect_code(1);
    run.expect_says(&["server away since ", ", next try in ", "the server is back"]);
    let in_doubt = workspace
        .statuses()
        .iter()
        .filter(|status| *status == "in_doubt")
        .count();
    assert_eq!(in_doubt, 5, "five rows in a row are an outage");
    assert_eq!(server.posts().len(), 30);
}

#[test]
fn a_server_that_stays_away_ends_the_run_and_rows_stay_pending() {
    let workspace = Workspace::with_rows(10);
    let asked = AtomicUsize::new(0);
    let server = ScriptedServer::start_raw(move |request| {
        let is_preflight = request.post.is_none() && asked.fetch_add(1, Ordering::SeqCst) == 0;
        match request.post {
            Some(0) => created(0),
            None if is_preflight => Reply::Answer(200, vec![], "{}".into()),
            _ => Reply::Answer(503, vec![], String::new()),
        }
    });
    let more = ["--concurrency", "1", "--give-up-after", "1ms"];
    let run = workspace.import_to(&server.url(), &more).expect_code(3);
    run.expect_says(&["the server has been away", "--give-up-after"]);
    let statuses = workspace.statuses();
    let count = |wanted: &str| statuses.iter().filter(|status| *status == wanted).count();
    assert_eq!(
        (count("created"), count("in_doubt"), count("pending")),
        (1, 5, 4)
    );
}

#[test]
fn as_many_are_in_flight_as_a_server_bears_without_being_told() {
    let workspace = Workspace::with_rows(3000);
    let (in_flight, most) = (AtomicUsize::new(0), Arc::new(AtomicUsize::new(0)));
    let seen = Arc::clone(&most);
    let server = ScriptedServer::start(move |request| {
        let now = in_flight.fetch_add(1, Ordering::SeqCst) + 1;
        seen.fetch_max(now, Ordering::SeqCst);
        // The latency of a server that is far away.
        std::thread::sleep(std::time::Duration::from_millis(20));
        in_flight.fetch_sub(1, Ordering::SeqCst);
        created(request.post.unwrap())
    });
    workspace.import_to(&server.url(), &[]).expect_code(0);
    let most = most.load(Ordering::SeqCst);
    assert!(most >= 24, "{most} in flight at most");
}
