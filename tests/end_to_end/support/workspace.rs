//! A fresh folder and runs of the program in it.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use super::{Record, read_results};

/// The mapping of most tests.
const MAPPING: &str = r#"
version = 1

[lead]
last_name = "Surname"
first_name = "Name"
email = "Mail"
"#;

/// A folder of its own for each test.
pub(crate) struct Workspace {
    folder: TempDir,
}

/// A run of the program that has ended.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Workspace {
    /// A folder with the usual mapping as `mapping.toml`.
    pub(crate) fn new() -> Self {
        let workspace = Self {
            folder: tempfile::tempdir().unwrap(),
        };
        workspace.write("mapping.toml", MAPPING);
        workspace
    }

    /// A folder that also has so many good rows as `leads.csv`.
    pub(crate) fn with_rows(rows: usize) -> Self {
        let workspace = Self::new();
        let mut text = String::from("Name,Surname,Mail\n");
        for number in 1..=rows {
            let _ = writeln!(text, "Ada,Lovelace {number},ada{number}@example.com");
        }
        workspace.write("leads.csv", &text);
        workspace
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs_err::write(self.path(name), content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs_err::read_to_string(self.path(name)).unwrap()
    }

    /// The results of `leads.csv`.
    pub(crate) fn results(&self) -> Vec<Record> {
        self.results_of("leads.csv")
    }

    /// The results of another file.
    pub(crate) fn results_of(&self, file: &str) -> Vec<Record> {
        read_results(&self.path(&format!("{file}.results.csv")))
    }

    /// The statuses of `leads.csv`, in input order.
    pub(crate) fn statuses(&self) -> Vec<String> {
        self.results()
            .into_iter()
            .map(|record| record.status)
            .collect()
    }

    /// A command in this folder, with an environment that says nothing.
    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_leadferry"));
        command
            .args(arguments)
            .current_dir(self.folder.path())
            .env_remove("LEADFERRY_API_URL")
            .env_remove("LEADFERRY_TENANT")
            .env_remove("SSL_CERT_FILE")
            .env_remove("SSL_CERT_DIR")
            .env("LEADFERRY_STATE_DIR", self.path("state"))
            .env("LEADFERRY_TOKEN", "token-of-the-test")
            .stdin(Stdio::null());
        for name in ["HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY"] {
            command.env_remove(name).env_remove(name.to_lowercase());
        }
        command
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        Run::of(&mut self.command(arguments))
    }

    /// `import leads.csv` with the usual mapping to the API at `url`.
    pub(crate) fn import_to(&self, url: &str, more: &[&str]) -> Run {
        self.import_file_to("leads.csv", url, more)
    }

    /// `import` of another file with the usual mapping to the API at `url`.
    pub(crate) fn import_file_to(&self, file: &str, url: &str, more: &[&str]) -> Run {
        Run::of(&mut self.import_command(file, url, more))
    }

    /// The same as a command that has not been started. A lost request takes effect at once or never,
    /// unless `more` has it otherwise, so that no test waits.
    pub(crate) fn import_command(&self, file: &str, url: &str, more: &[&str]) -> Command {
        let usual = [
            "import",
            file,
            "--mapping",
            "mapping.toml",
            "--api-url",
            url,
            "--tenant",
            "7",
        ];
        let settle: &[&str] = if more.contains(&"--settle") {
            &[]
        } else {
            &["--settle", "0"]
        };
        self.command(&[&usual, settle, more].concat())
    }

    /// Imports `rejects`, which somebody has mended, into the program's own sandbox.
    pub(crate) fn give_back(&self, rejects: &str) -> Run {
        self.write("mended.csv", rejects);
        self.run(&[
            "import",
            "mended.csv",
            "--mapping",
            "mapping.toml",
            "--sandbox",
        ])
    }

    /// `import leads.csv` with the usual mapping into the program's own sandbox.
    pub(crate) fn import_to_sandbox(&self, more: &[&str]) -> Run {
        let usual = [
            "import",
            "leads.csv",
            "--mapping",
            "mapping.toml",
            "--sandbox",
        ];
        self.run(&[&usual, more].concat())
    }
}

impl Run {
    pub(crate) fn of(command: &mut Command) -> Self {
        let output = command.output().unwrap();
        Self {
            code: output.status.code().unwrap_or(-1),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Fails with everything the program said unless it ended with `code`.
    #[track_caller]
    pub(crate) fn expect_code(self, code: i32) -> Self {
        assert_eq!(
            self.code, code,
            "stdout:\n{}\nstderr:\n{}",
            self.stdout, self.stderr
        );
        self
    }

    /// Fails unless standard error has every one of `words`.
    #[track_caller]
    pub(crate) fn expect_says(self, words: &[&str]) -> Self {
        for word in words {
            assert!(
                self.stderr.contains(word),
                "no `{word}` in:\n{}",
                self.stderr
            );
        }
        self
    }
}

/// Where the repository's own files are.
pub(crate) fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}
