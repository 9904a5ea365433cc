//! Whom the program trusts, and what it says when it does not.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::time::{Duration, Instant};

use crate::support::{Authority, Identity, Run, ScriptedServer, TlsFront, Workspace, created};

/// A run that is told at once does not wait between tries.
const AT_ONCE: Duration = Duration::from_secs(2);

/// Imports one row to a server that shows `identity`, called by `name`.
fn import_from(workspace: &Workspace, identity: &Identity, name: &str, more: &[&str]) -> Run {
    let server = ScriptedServer::start(|_| created(1));
    let front = TlsFront::start(identity, "http/1.1", server.address());
    workspace.import_to(&front.url(name), more)
}

#[test]
fn an_authority_named_with_ca_cert_is_trusted() {
    let (authority, other) = (Authority::new("Ours"), Authority::new("Other"));
    let identity = authority.identity_for(&["localhost", "127.0.0.1"]);
    for (pem, name) in [
        (authority.pem.clone(), "localhost"),
        (authority.pem.clone(), "127.0.0.1"),
        (
            format!("{}\n# both\n{}", other.pem, authority.pem),
            "localhost",
        ),
    ] {
        let workspace = Workspace::with_rows(1);
        workspace.write("ca.pem", pem);
        import_from(&workspace, &identity, name, &["--ca-cert", "ca.pem"]).expect_code(0);
        assert_eq!(workspace.statuses(), ["created"]);
    }
}

#[test]
fn an_unknown_authority_stops_the_run_at_once_and_the_hint_says_what_helps() {
    let (authority, other) = (Authority::new("Ours"), Authority::new("Other"));
    let identity = authority.identity_for(&["localhost"]);
    let workspace = Workspace::with_rows(1);
    workspace.write("other.pem", other.pem);
    for more in [&[][..], &["--ca-cert", "other.pem"]] {
        let began = Instant::now();
        import_from(&workspace, &identity, "localhost", more)
            .expect_code(3)
            .expect_says(&[
                "an authority that this machine does not trust",
                "--ca-cert PATH",
            ]);
        assert!(began.elapsed() < AT_ONCE, "{:?}", began.elapsed());
    }
}

#[cfg(target_os = "linux")]
#[test]
fn the_platforms_authorities_stay_trusted_beside_ours() {
    let (platform, ours) = (Authority::new("Platform"), Authority::new("Ours"));
    let workspace = Workspace::with_rows(1);
    workspace.write("platform.pem", platform.pem.clone());
    workspace.write("ours.pem", ours.pem.clone());
    let server = ScriptedServer::start(|_| created(1));
    for (authority, more) in [
        (&platform, &[][..]),
        (&platform, &["--ca-cert", "ours.pem"]),
        (&ours, &["--ca-cert", "ours.pem"]),
    ] {
        let identity = authority.identity_for(&["localhost"]);
        let front = TlsFront::start(&identity, "http/1.1", server.address());
        let mut command = workspace.import_command("leads.csv", &front.url("localhost"), more);
        command.env("SSL_CERT_FILE", workspace.path("platform.pem"));
        Run::of(&mut command).expect_code(0);
    }
}

#[test]
fn a_certificate_that_is_no_good_is_said_at_once() {
    let authority = Authority::new("Ours");
    let workspace = Workspace::with_rows(1);
    workspace.write("ca.pem", authority.pem.clone());
    for (identity, words) in [
        (
            authority.identity_for(&["crm.example.com"]),
            "its certificate is not for `localhost` but for `crm.example.com`",
        ),
        (
            authority.identity_as_authority_for(&["localhost"]),
            "its certificate is that of an authority (`CA:TRUE`) and not of a server",
        ),
        (
            authority.expired_identity_for(&["localhost"]),
            "its certificate expired on 2021-02-03",
        ),
    ] {
        let began = Instant::now();
        import_from(&workspace, &identity, "localhost", &["--ca-cert", "ca.pem"])
            .expect_code(3)
            .expect_says(&["cannot connect to the CRM", words]);
        assert!(began.elapsed() < AT_ONCE, "{:?}", began.elapsed());
    }
}

#[test]
fn a_file_that_gives_no_certificates_is_wrong_usage() {
    let workspace = Workspace::with_rows(1);
    let pem = Authority::new("Ours").pem;
    workspace.write("empty.pem", "");
    workspace.write("text.pem", "trust me");
    workspace.write("torn.pem", &pem[..pem.len() / 2]);
    workspace.write(
        "half_bad.pem",
        pem + "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
    );
    for (file, words) in [
        ("empty.pem", "there is no certificate in PEM form"),
        ("text.pem", "there is no certificate in PEM form"),
        ("torn.pem", "certificate 1 in it is no PEM"),
        ("half_bad.pem", "certificate 2 in it cannot be understood"),
        ("missing.pem", "No such file"),
    ] {
        workspace
            .import_to("https://localhost:1", &["--ca-cert", file])
            .expect_code(2)
            .expect_says(&[&format!("cannot use the certificates in `{file}`"), words]);
    }
}

#[test]
fn a_server_that_does_not_speak_tls_is_called_so() {
    let workspace = Workspace::with_rows(1);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://{}/api", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let _ = stream.read(&mut [0; 4096]);
            let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\n\r\n");
        }
    });
    workspace
        .import_to(&url, &[])
        .expect_code(3)
        .expect_says(&["what answers there does not speak TLS"]);
}

#[cfg(target_os = "linux")]
#[test]
fn a_machine_without_authorities_can_rehearse_and_is_told_what_it_lacks() {
    let workspace = Workspace::with_rows(1);
    let usual = ["import", "leads.csv", "--mapping", "mapping.toml"];
    for (more, code, words) in [
        (&["--sandbox"][..], 0, "1 created"),
        (
            &["--api-url", "https://localhost:1", "--tenant", "1"],
            2,
            "--ca-cert PATH",
        ),
    ] {
        let mut command = workspace.command(&[&usual, more].concat());
        command.env("SSL_CERT_FILE", "/dev/null");
        command.env("SSL_CERT_DIR", workspace.path("none"));
        Run::of(&mut command)
            .expect_code(code)
            .expect_says(&[words]);
    }
}
