//! Signing in, and what follows from it: at the sandbox, or at a server that says what it is told.

mod browser;
mod renewal;
mod whoami;

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use leadferry::sandbox::{Faults, Sandbox, SandboxOptions, SignInWays};
use serde_json::Value;
use url::Url;

use crate::support::{Run, Workspace};

/// The secret of the application of all tests.
const CLIENT_SECRET: &str = "hush-of-the-application";

/// A sandbox that only lets in who has signed in, as the application `app`.
fn sandbox(life: Option<Duration>) -> Sandbox {
    sandbox_that(life, false)
}

/// One where the person says no, if `denied`.
fn sandbox_that(token_life: Option<Duration>, denied: bool) -> Sandbox {
    let options = SandboxOptions {
        sign_in: SignInWays {
            client_id: Some("app".into()),
            client_secret: Some(CLIENT_SECRET.into()),
            required: true,
            denied,
            ..SignInWays::default()
        },
        faults: Faults {
            token_life,
            ..Faults::default()
        },
        ..SandboxOptions::default()
    };
    Sandbox::start(options).unwrap()
}

/// A command for the API at `url` in an environment without a token.
fn command(workspace: &Workspace, url: &str, arguments: &[&str]) -> Command {
    let mut command = workspace.command(arguments);
    command
        .env_remove("LEADFERRY_TOKEN")
        .env_remove("LEADFERRY_OAUTH_URL")
        .env_remove("LEADFERRY_CLIENT_ID")
        .env("LEADFERRY_CLIENT_SECRET", CLIENT_SECRET)
        .env("LEADFERRY_API_URL", url);
    command
}

fn run(workspace: &Workspace, url: &str, arguments: &[&str]) -> Run {
    Run::of(&mut command(workspace, url, arguments))
}

/// An import of `file` that has not been started, for a tenant.
fn import(
    workspace: &Workspace,
    url: &str,
    (file, tenant): (&str, &str),
    more: &[&str],
) -> Command {
    let usual = [
        "import",
        file,
        "--mapping",
        "mapping.toml",
        "--settle",
        "0",
        "--tenant",
        tenant,
    ];
    command(workspace, url, &[&usual, more].concat())
}

/// A `login --no-browser` that waits for the browser.
struct Login {
    process: Child,
    said: String,
    errors: BufReader<std::process::ChildStderr>,
    address: Url,
}

impl Login {
    fn begin(workspace: &Workspace, url: &str, more: &[&str]) -> Self {
        let usual = ["login", "--no-browser", "--client-id", "app"];
        let mut process = command(workspace, url, &[&usual, more].concat())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut errors = BufReader::new(process.stderr.take().unwrap());
        let mut said = String::new();
        let address = loop {
            let start = said.len();
            let length = errors.read_line(&mut said).unwrap();
            assert!(length > 0, "no address in:\n{said}");
            if said[start..].starts_with("http") {
                break said[start..].trim().parse().unwrap();
            }
        };
        Self {
            process,
            said,
            errors,
            address,
        }
    }

    /// A part of the address that was printed.
    fn parameter(&self, name: &str) -> String {
        let found = self.address.query_pairs().find(|(known, _)| known == name);
        found.unwrap().1.into_owned()
    }

    /// Where the browser would come back to with this query.
    fn callback(&self, query: &str) -> String {
        format!("{}?{query}", self.parameter("redirect_uri"))
    }

    /// Comes back with a code that the server did not give; for servers that look at none.
    fn agree(self) -> Run {
        let query = format!("code=c0de&state={}", self.parameter("state"));
        let page = get(&self.callback(&query));
        assert!(page.body.contains("You are signed in"), "{}", page.body);
        self.end()
    }

    fn end(mut self) -> Run {
        self.errors.read_to_string(&mut self.said).unwrap();
        let mut stdout = String::new();
        let mut output = self.process.stdout.take().unwrap();
        output.read_to_string(&mut stdout).unwrap();
        Run {
            code: self.process.wait().unwrap().code().unwrap_or(-1),
            stdout,
            stderr: self.said,
        }
    }
}

/// What a browser sees.
struct Page {
    status: u16,
    location: Option<String>,
    body: String,
}

/// Fetches without following anything.
fn get(url: &str) -> Page {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    runtime.block_on(async {
        let browser = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .unwrap();
        let response = browser.get(url).send().await.unwrap();
        let location = response.headers().get("location");
        Page {
            status: response.status().as_u16(),
            location: location.map(|place| place.to_str().unwrap().to_owned()),
            body: response.text().await.unwrap(),
        }
    })
}

/// Signs in as a person who agrees at once. Gives what the program and the last page said.
fn sign_in(workspace: &Workspace, url: &str) -> (Run, String) {
    let login = Login::begin(workspace, url, &[]);
    let sent_back = get(login.address.as_str());
    assert_eq!(sent_back.status, 302, "{}", sent_back.body);
    let page = get(&sent_back.location.unwrap());
    (login.end().expect_code(0), page.body)
}

/// The file that keeps the sign-in.
fn kept_path(workspace: &Workspace) -> Option<std::path::PathBuf> {
    let entries = fs_err::read_dir(workspace.path("state/tokens")).ok()?;
    let mut paths = entries.map(|entry| entry.unwrap().path());
    paths.find(|path| path.extension().is_some_and(|ending| ending == "json"))
}

fn kept(workspace: &Workspace) -> Value {
    let path = kept_path(workspace).expect("somebody is signed in");
    serde_json::from_str(&fs_err::read_to_string(path).unwrap()).unwrap()
}
