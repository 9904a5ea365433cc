//! Each exit code that a user can meet. 70 needs a bug of ours and is tested where it is decided.

use crate::support::{Reply, ScriptedServer, Workspace};

#[test]
fn zero_when_every_row_is_in_the_crm() {
    let workspace = Workspace::with_rows(2);
    workspace.import_to_sandbox(&[]).expect_code(0);
    assert_eq!(workspace.statuses(), ["created", "created"]);
}

#[test]
fn one_when_some_rows_are_not() {
    let workspace = Workspace::new();
    workspace.write("leads.csv", "Name,Surname,Mail\nAda,,\nBob,Bauer,\n");
    workspace.import_to_sandbox(&[]).expect_code(1);
    assert_eq!(workspace.statuses(), ["rejected", "created"]);
}

#[test]
fn two_when_usage_settings_mapping_or_input_are_wrong() {
    let workspace = Workspace::with_rows(1);
    workspace.write(
        "broken.csv",
        "Name,Surname,Mail\nAda,\"Lovelace,\nBob,Bauer,\n",
    );
    workspace.write(
        "typing_error.toml",
        "version = 1\n[lead]\nlast_nam = \"Surname\"\n",
    );
    for (line, words) in [
        ("import", "required"),
        (
            "import leads.csv --mapping mapping.toml --rate 0/s",
            "`5/s`",
        ),
        (
            "import leads.csv --mapping mapping.toml",
            "no tenant is named",
        ),
        (
            "import leads.csv --mapping mapping.toml --tenant 1 --api-url http://crm.example.com",
            "not encrypted",
        ),
        (
            "import leads.csv --mapping none.toml --sandbox",
            "none.toml",
        ),
        (
            "import leads.csv --mapping typing_error.toml --sandbox",
            "last_name",
        ),
        (
            "import none.csv --mapping mapping.toml --sandbox",
            "none.csv",
        ),
        (
            "import broken.csv --mapping mapping.toml --sandbox",
            "quote",
        ),
        ("check broken.csv --mapping mapping.toml", "quote"),
        ("explain phone.no_regoin", "phone.no_region"),
    ] {
        let arguments: Vec<&str> = line.split(' ').collect();
        workspace
            .run(&arguments)
            .expect_code(2)
            .expect_says(&[words]);
    }
    assert!(!workspace.path("broken.csv.results.csv").exists());
}

#[test]
fn two_without_a_token() {
    let workspace = Workspace::with_rows(1);
    let arguments = [
        "import",
        "leads.csv",
        "--mapping",
        "mapping.toml",
        "--tenant",
        "1",
    ];
    let output = workspace
        .command(&arguments)
        .env_remove("LEADFERRY_TOKEN")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&output.stderr).contains("LEADFERRY_TOKEN"));
}

#[test]
fn three_when_the_server_does_not_let_the_run_begin() {
    let workspace = Workspace::with_rows(1);
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/api", nobody.local_addr().unwrap());
    drop(nobody);
    workspace
        .import_to(&url, &[])
        .expect_code(3)
        .expect_says(&["nothing was sent", "--api-url"]);
    let server = ScriptedServer::start_raw(|_| {
        Reply::Answer(401, vec![], r#"{"message":"expired"}"#.into())
    });
    let run = workspace.import_to(&server.url(), &[]).expect_code(3);
    run.expect_says(&[
        "the CRM refused the credentials (401: \"expired\")",
        "LEADFERRY_TOKEN",
    ]);
    assert!(!workspace.path("leads.csv.results.csv").exists());
}

#[test]
fn three_when_the_limit_leaves_rows_unsent() {
    let workspace = Workspace::with_rows(5);
    workspace
        .import_to_sandbox(&["--limit", "2"])
        .expect_code(3)
        .expect_says(&["limit of 2 rows"]);
    assert_eq!(
        workspace.statuses(),
        ["created", "created", "pending", "pending", "pending"]
    );
    workspace
        .import_to_sandbox(&["--limit", "5"])
        .expect_code(0);
}
