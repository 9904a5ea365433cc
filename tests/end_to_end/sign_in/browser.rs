//! `login` and `logout`, with the browser played by the test.

use std::net::TcpListener;

use super::{
    CLIENT_SECRET, Login, get, import, kept, kept_path, run, sandbox, sandbox_that, sign_in,
};
use crate::support::{Run, Workspace};

#[test]
fn who_signs_in_can_import_and_no_secret_is_ever_shown() {
    let (workspace, sandbox) = (Workspace::with_rows(3), sandbox(None));
    let url = sandbox.base_url();
    let (login, page) = sign_in(&workspace, &url);
    assert!(page.contains("You can close this window"), "{page}");
    let imported = Run::of(&mut import(&workspace, &url, ("leads.csv", "7"), &[]));
    let asked = run(&workspace, &url, &["whoami", "--tenant", "7"]);
    let kept = kept(&workspace);
    assert_eq!(kept["client_id"], "app");
    let said = [
        page,
        login.stderr,
        login.stdout,
        imported.stdout.clone(),
        imported.stderr.clone(),
        asked.stdout.clone(),
        asked.stderr.clone(),
    ];
    for secret in [
        &kept["access_token"],
        &kept["refresh_token"],
        &kept["client_secret"],
    ] {
        let secret = secret.as_str().unwrap();
        assert!(!said.concat().contains(secret), "{said:?}");
    }
    imported.expect_code(0);
    asked.expect_code(0);
    let counts = sandbox.counts();
    assert_eq!((counts.created, counts.logins, counts.refreshes), (3, 1, 0));
    assert_eq!((counts.unauthorised, counts.refused_grants), (0, 0));
    sandbox.stop().unwrap();
}

#[cfg(unix)]
#[test]
fn what_is_kept_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;

    let (workspace, sandbox) = (Workspace::new(), sandbox(None));
    sign_in(&workspace, &sandbox.base_url());
    let mode = |path: &std::path::Path| {
        let metadata = fs_err::metadata(path).unwrap();
        metadata.permissions().mode() & 0o777
    };
    let file = kept_path(&workspace).unwrap();
    assert_eq!(mode(&file), 0o600);
    assert_eq!(mode(&workspace.path("state/tokens")), 0o700);
    let open = std::fs::Permissions::from_mode(0o644);
    fs_err::set_permissions(&file, open).unwrap();
    let url = sandbox.base_url();
    run(&workspace, &url, &["whoami", "--tenant", "7"]).expect_code(0);
    assert_eq!(mode(&file), 0o600, "it is made private again");
}

#[test]
fn what_belongs_to_another_sign_in_is_passed_over() {
    let (workspace, sandbox) = (Workspace::new(), sandbox(None));
    let login = Login::begin(&workspace, &sandbox.base_url(), &[]);
    let stray = get(&login.callback("").replace("/callback?", "/favicon.ico"));
    assert_eq!(stray.status, 404);
    for query in ["code=c0de&state=forged", "error=access_denied", ""] {
        let page = get(&login.callback(query));
        assert_eq!(page.status, 400, "{query}");
        assert!(page.body.contains("not the sign-in"), "{}", page.body);
    }
    let sent_back = get(login.address.as_str());
    get(&sent_back.location.unwrap());
    login.end().expect_code(0).expect_says(&[
        "came back from another sign-in than this one",
        "signed in to",
    ]);
    assert_eq!(sandbox.counts().logins, 1);
}

#[test]
fn who_says_no_is_not_signed_in() {
    let (workspace, sandbox) = (Workspace::new(), sandbox_that(None, true));
    let login = Login::begin(&workspace, &sandbox.base_url(), &[]);
    let sent_back = get(login.address.as_str());
    let page = get(&sent_back.location.unwrap());
    assert!(
        page.body.contains("Signing in did not work"),
        "{}",
        page.body
    );
    login.end().expect_code(3).expect_says(&[
        "nobody is signed in",
        "`access_denied`",
        "agree in the browser",
    ]);
    assert!(kept_path(&workspace).is_none());
}

#[test]
fn a_wrong_secret_is_told_without_being_shown() {
    let (workspace, sandbox) = (Workspace::new(), sandbox(None));
    workspace.write("secret", "wr0ng-secret\n");
    let login = Login::begin(
        &workspace,
        &sandbox.base_url(),
        &["--client-secret-file", "secret"],
    );
    let sent_back = get(login.address.as_str());
    get(&sent_back.location.unwrap());
    let ended = login
        .end()
        .expect_code(3)
        .expect_says(&["`invalid_client`", "--client-id"]);
    assert!(!ended.stderr.contains("wr0ng") && !ended.stderr.contains(CLIENT_SECRET));
    assert_eq!(sandbox.counts().refused_grants, 1);
}

#[test]
fn a_browser_that_never_comes_is_not_waited_for_for_ever() {
    let (workspace, sandbox) = (Workspace::new(), sandbox(None));
    Login::begin(&workspace, &sandbox.base_url(), &["--timeout", "100ms"])
        .end()
        .expect_code(3)
        .expect_says(&[
            "nobody signed in within 0.1 s",
            "run `leadferry login` again",
        ]);
}

#[test]
fn settings_that_cannot_work_are_told_before_anything_is_asked() {
    let workspace = Workspace::new();
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let url = "http://127.0.0.1:1/api";
    let cases: [(&[&str], &[&str]); 3] = [
        (
            &["--client-id", "app", "--port", &port],
            &["cannot listen on", "--port"],
        ),
        (&[], &["no application is named", "--client-id"]),
        (
            &[
                "--client-id",
                "app",
                "--oauth-url",
                "http://crm.example.com/oauth",
            ],
            &["authorization server's address", "--oauth-url"],
        ),
    ];
    for (arguments, says) in cases {
        let arguments = [&["login", "--no-browser"], arguments].concat();
        run(&workspace, url, &arguments)
            .expect_code(2)
            .expect_says(says);
    }
}

#[test]
fn who_signs_out_is_signed_out_and_may_say_so_twice() {
    let (workspace, sandbox) = (Workspace::with_rows(1), sandbox(None));
    let url = sandbox.base_url();
    run(&workspace, &url, &["logout"])
        .expect_code(0)
        .expect_says(&["nobody was signed in"]);
    sign_in(&workspace, &url);
    run(&workspace, &url, &["logout"])
        .expect_code(0)
        .expect_says(&["signed out of"]);
    assert!(kept_path(&workspace).is_none());
    run(&workspace, &url, &["logout"])
        .expect_code(0)
        .expect_says(&["nobody was signed in"]);
    Run::of(&mut import(&workspace, &url, ("leads.csv", "7"), &[]))
        .expect_code(2)
        .expect_says(&["there is no token", "leadferry login"]);
}

#[test]
fn the_next_login_knows_the_application() {
    let (workspace, sandbox) = (Workspace::new(), sandbox(None));
    let url = sandbox.base_url();
    sign_in(&workspace, &url);
    let first = kept(&workspace);
    let mut again = super::command(
        &workspace,
        &url,
        &["login", "--no-browser", "--timeout", "50ms"],
    );
    let again = Run::of(again.env_remove("LEADFERRY_CLIENT_SECRET")).expect_code(3);
    assert!(again.stderr.contains("client_id=app"), "{}", again.stderr);
    assert_eq!(
        kept(&workspace),
        first,
        "a login that fails takes nothing away"
    );
}
