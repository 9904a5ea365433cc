//! `whoami`.

use leadferry::sandbox::{Sandbox, SandboxOptions};
use serde_json::{Value, json};

use super::{kept_path, run, sandbox, sign_in};
use crate::support::{Reply, ScriptedServer, Workspace};

#[test]
fn it_says_what_works_and_where_the_token_comes_from() {
    let (workspace, sandbox) = (Workspace::new(), sandbox(None));
    let url = sandbox.base_url();
    sign_in(&workspace, &url);
    let text = run(&workspace, &url, &["whoami", "--tenant", "7"]).expect_code(0);
    assert_eq!(
        text.stdout,
        format!("api     {url}\ntoken   works (from login)\ntenant  7: works\n")
    );
    let asked = ["whoami", "--tenant", "7", "--format", "json"];
    let json = run(&workspace, &url, &asked).expect_code(0);
    let found: Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!(
        found,
        json!({
            "api_url": url, "tenant": 7, "token_source": "login", "token_expires_at": null,
            "token_works": true, "tenant_works": true, "problem": null,
        })
    );
    run(&workspace, &url, &["whoami"])
        .expect_code(2)
        .expect_says(&["no tenant is named"]);
}

#[test]
fn a_token_or_tenant_that_does_not_work_is_told_apart() {
    let workspace = Workspace::new();
    let options = SandboxOptions {
        token: Some("right".into()),
        tenant: Some(7),
        ..SandboxOptions::default()
    };
    let sandbox = Sandbox::start(options).unwrap();
    let url = sandbox.base_url();
    workspace.write("right", "right\n");
    workspace.write("wrong", "wr0ng\n");
    for (file, tenant, works, says) in [
        ("right", "7", "true, true", ""),
        ("wrong", "7", "false, null", "refused the token (401"),
        ("right", "8", "true, false", "forbids to look at leads (403"),
    ] {
        let arguments = [
            "whoami",
            "--tenant",
            tenant,
            "--token-file",
            file,
            "--format",
            "json",
        ];
        let code = if says.is_empty() { 0 } else { 3 };
        let asked = run(&workspace, &url, &arguments)
            .expect_code(code)
            .expect_says(&[says]);
        let found: Value = serde_json::from_str(&asked.stdout).unwrap();
        assert_eq!(
            format!("{}, {}", found["token_works"], found["tenant_works"]),
            works
        );
        assert!(!asked.stderr.contains("wr0ng") && !asked.stdout.contains("wr0ng"));
    }
}

#[test]
fn an_address_without_an_api_is_told() {
    let workspace = Workspace::new();
    workspace.write("token", "t\n");
    let server = ScriptedServer::start_raw(|_| Reply::Answer(404, vec![], String::new()));
    let arguments = ["whoami", "--tenant", "7", "--token-file", "token"];
    run(&workspace, &server.url(), &arguments)
        .expect_code(3)
        .expect_says(&["404", "--api-url"]);
}

#[test]
fn a_damaged_sign_in_is_told_with_the_way_out() {
    let (workspace, sandbox) = (Workspace::new(), sandbox(None));
    let url = sandbox.base_url();
    sign_in(&workspace, &url);
    let path = kept_path(&workspace).unwrap();
    let text = fs_err::read_to_string(&path).unwrap();
    fs_err::write(&path, &text[..text.len() / 2]).unwrap();
    run(&workspace, &url, &["whoami", "--tenant", "7"])
        .expect_code(2)
        .expect_says(&["is damaged", "leadferry login"]);
    sign_in(&workspace, &url);
    run(&workspace, &url, &["whoami", "--tenant", "7"]).expect_code(0);
}
