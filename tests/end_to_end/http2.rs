//! Many requests on one connection, and what its end means for them.

use crate::support::{Authority, FrameServer, Step, TlsFront, Workspace};

/// Imports `rows` rows to `server` behind TLS that offers HTTP/2; returns the connections made.
fn import(workspace: &Workspace, server: &FrameServer, more: &[&str], code: i32) -> usize {
    let authority = Authority::new("Ours");
    workspace.write("ca.pem", authority.pem.clone());
    let identity = authority.identity_for(&["localhost"]);
    let front = TlsFront::start(&identity, "h2", server.address());
    let more = [&["--ca-cert", "ca.pem"], more].concat();
    workspace
        .import_to(&front.url("localhost"), &more)
        .expect_code(code);
    front.connections()
}

/// The sandbox counts what is in flight by what it answers late.
#[test]
fn requests_share_one_connection_and_are_in_flight_together() {
    use leadferry::sandbox::{Faults, Sandbox, SandboxOptions};
    use std::time::{Duration, Instant};

    let latency = Duration::from_millis(100);
    let options = SandboxOptions {
        faults: Faults {
            latency,
            ..Faults::default()
        },
        ..SandboxOptions::default()
    };
    let sandbox = Sandbox::start(options).unwrap();
    let authority = Authority::new("Ours");
    let identity = authority.identity_for(&["localhost"]);
    let plain = sandbox.base_url().parse::<url::Url>().unwrap();
    let plain = plain.socket_addrs(|| None).unwrap()[0];
    let front = TlsFront::start(&identity, "h2", plain);
    let workspace = Workspace::with_rows(80);
    workspace.write("ca.pem", authority.pem.clone());
    let more = ["--ca-cert", "ca.pem", "--concurrency", "16"];
    let began = Instant::now();
    workspace
        .import_to(&front.url("localhost"), &more)
        .expect_code(0);
    assert_eq!(front.connections(), 1);
    // One after the other they would take 80 times the latency.
    assert!(began.elapsed() < latency * 40, "{:?}", began.elapsed());
    assert_eq!(sandbox.counts().created, 80);
}

#[test]
fn what_a_server_has_worked_on_is_not_sent_again_when_it_says_goodbye() {
    for step in [Step::GoAwayAndClose, Step::Close] {
        let server =
            FrameServer::start(move |post| if post == 0 { step } else { Step::Create(post) });
        let workspace = Workspace::with_rows(1);
        import(&workspace, &server, &["--on-unknown", "hold"], 1);
        assert_eq!(server.bodies().len(), 1, "{step:?}");
        assert_eq!(workspace.statuses(), ["in_doubt"], "{step:?}");
    }
}

#[test]
fn what_a_server_has_not_looked_at_is_sent_again() {
    for step in [Step::GoAwayUnseen, Step::RefuseStream] {
        let server =
            FrameServer::start(move |post| if post == 0 { step } else { Step::Create(post) });
        let workspace = Workspace::with_rows(1);
        import(&workspace, &server, &["--on-unknown", "hold"], 0);
        assert_eq!(server.bodies().len(), 2, "{step:?}");
        assert_eq!(workspace.statuses(), ["created"], "{step:?}");
    }
}
