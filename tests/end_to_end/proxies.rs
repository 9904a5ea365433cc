//! The way through a proxy, and whose fault it is when there is none.

use std::net::TcpListener;

use crate::support::{Authority, ConnectProxy, Run, ScriptedServer, TlsFront, Workspace, created};

/// A name that no name service knows.
const NAME: &str = "crm.test";

/// Imports one row to a server that only the proxy can find.
fn import_by(workspace: &Workspace, environment: &[(&str, &str)]) -> Run {
    let url = format!("https://{NAME}/api");
    let more = ["--ca-cert", "ca.pem"];
    let mut command = workspace.import_command("leads.csv", &url, &more);
    command.envs(environment.iter().copied());
    Run::of(&mut command)
}

#[test]
fn a_proxy_of_the_environment_finds_a_server_that_we_cannot() {
    let authority = Authority::new("Ours");
    let server = ScriptedServer::start(|_| created(1));
    let front = TlsFront::start(
        &authority.identity_for(&[NAME]),
        "http/1.1",
        server.address(),
    );
    for variable in ["HTTPS_PROXY", "https_proxy", "ALL_PROXY"] {
        let proxy = ConnectProxy::to(front.address());
        let workspace = Workspace::with_rows(1);
        workspace.write("ca.pem", authority.pem.clone());
        let address = format!("http://jane:s3cret@{}", proxy.address());
        import_by(&workspace, &[(variable, &address)]).expect_code(0);
        let asked = proxy.asked();
        assert_eq!(asked[0][0], format!("CONNECT {NAME}:443 HTTP/1.1"));
        let signed_in = asked[0]
            .iter()
            .any(|line| line.eq_ignore_ascii_case("proxy-authorization: Basic amFuZTpzM2NyZXQ="));
        assert!(signed_in, "{asked:?}");
    }
    assert!(
        server
            .posts()
            .iter()
            .all(|post| post.header("proxy-authorization").is_empty()),
        "the server is not told who signed in to the proxy"
    );
}

#[test]
fn a_proxy_that_fails_is_named_without_its_password_and_nothing_was_sent() {
    let closed = TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let refusing = [
        ConnectProxy::refusing("407 Proxy Authentication Required"),
        ConnectProxy::refusing("502 Bad Gateway"),
    ];
    let proxies = [
        (refusing[0].address(), "proxy authorization required"),
        (refusing[1].address(), "tunnel error"),
        (closed, "refused"),
    ];
    for (proxy, words) in proxies {
        let workspace = Workspace::with_rows(1);
        workspace.write("ca.pem", Authority::new("Ours").pem);
        let address = format!("http://jane:s3cret@{proxy}");
        let run = import_by(&workspace, &[("HTTPS_PROXY", &address)])
            .expect_code(3)
            .expect_says(&[
                &format!("through the proxy `http://{proxy}`"),
                words,
                "HTTPS_PROXY",
            ]);
        for secret in ["jane", "s3cret", "amFuZTpzM2NyZXQ"] {
            assert!(!run.stderr.contains(secret), "{}", run.stderr);
        }
    }
}

#[test]
fn no_proxy_and_addresses_of_this_machine_go_around_it() {
    let proxy = ConnectProxy::refusing("502 Bad Gateway");
    let address = format!("http://{}", proxy.address());
    let workspace = Workspace::with_rows(1);
    workspace.write("ca.pem", Authority::new("Ours").pem);
    let environment = [("HTTPS_PROXY", &*address), ("NO_PROXY", ".test")];
    let run = import_by(&workspace, &environment).expect_code(3);
    assert!(!run.stderr.contains("proxy `"), "{}", run.stderr);
    let server = ScriptedServer::start(|_| created(1));
    let mut command = workspace.import_command("leads.csv", &server.url(), &[]);
    command.envs([("HTTP_PROXY", &address), ("ALL_PROXY", &address)]);
    Run::of(&mut command).expect_code(0);
    assert!(proxy.asked().is_empty());
}

#[test]
fn what_names_no_proxy_is_wrong_usage_and_is_not_shown() {
    let workspace = Workspace::with_rows(1);
    workspace.write("ca.pem", Authority::new("Ours").pem);
    for text in ["socks5://jane:s3cret@127.0.0.1:1", "http://jane:s3cret@:x"] {
        let run = import_by(&workspace, &[("ALL_PROXY", text)])
            .expect_code(2)
            .expect_says(&["`ALL_PROXY` does not name a proxy"]);
        assert!(!run.stderr.contains("s3cret"), "{}", run.stderr);
    }
}
