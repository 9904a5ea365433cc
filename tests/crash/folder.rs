//! The files of a round, and the command that is given again and again.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use tempfile::TempDir;

use crate::dice::Dice;

/// A folder of its own for each round; stays for a look when the round fails.
pub(crate) struct Folder {
    folder: TempDir,
}

/// What may differ from one run to the next.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manner {
    pub(crate) concurrency: u64,
    pub(crate) state: &'static str,
    pub(crate) results: &'static str,
    /// Whether the command is given in another folder.
    from_elsewhere: bool,
}

impl Manner {
    /// As most people give it: from the file's own folder, with results in their usual place.
    pub(crate) fn usual(dice: &mut Dice) -> Self {
        Self {
            concurrency: draw_concurrency(dice),
            state: "state",
            results: "leads.csv.results.csv",
            from_elsewhere: false,
        }
    }

    pub(crate) fn draw(dice: &mut Dice) -> Self {
        let usual = Self::usual(dice);
        Self {
            results: if dice.one_in(4) {
                "other.csv"
            } else {
                usual.results
            },
            from_elsewhere: dice.one_in(4),
            ..usual
        }
    }

    /// With a state folder and results of its own, so that it knows nothing of other runs.
    pub(crate) fn apart() -> Self {
        Self {
            concurrency: 16,
            state: "state-apart",
            results: "apart.csv",
            from_elsewhere: false,
        }
    }
}

/// One at a time and a few are as interesting as many.
fn draw_concurrency(dice: &mut Dice) -> u64 {
    match dice.between(1..=4) {
        1 => 1,
        2 => dice.between(2..=8),
        _ => dice.between(9..=64),
    }
}

impl Folder {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs_err::create_dir(folder.path().join("elsewhere")).unwrap();
        Self { folder }
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: &str) {
        fs_err::write(self.path(name), content).unwrap();
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs_err::read_to_string(self.path(name)).unwrap_or_default()
    }

    /// `import leads.csv` to the API at `url`. What it says goes to `said.txt`, its figures to
    /// `summary.json`.
    pub(crate) fn import(&self, url: &str, manner: Manner) -> Command {
        let (place, up) = if manner.from_elsewhere {
            ("elsewhere", "../")
        } else {
            (".", "")
        };
        let near = |name: &str| format!("{up}{name}");
        let mut command = Command::new(env!("CARGO_BIN_EXE_leadferry"));
        command
            .arg("import")
            .arg(near("leads.csv"))
            .args(["--mapping", &near("mapping.toml")])
            .args(["--api-url", url, "--tenant", "7"])
            .args(["--state-dir", &near(manner.state)])
            .args(["--results", &near(manner.results)])
            .args([
                "--rejects",
                &near(manner.results).replace(".csv", ".rejects.csv"),
            ])
            .args(["--summary", &near("summary.json")])
            .args(["--concurrency", &manner.concurrency.to_string()])
            // The sandbox is done with whatever it has received in a few milliseconds.
            .args(["--settle", "300ms", "--timeout", "1s"])
            .current_dir(self.path(place))
            .env("LEADFERRY_TOKEN", "token-of-the-test")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(File::from(
                fs_err::File::create(self.path("said.txt")).unwrap(),
            ));
        command
    }

    /// How many bytes the files under `name` hold; 0 where there are none.
    pub(crate) fn bytes_in(&self, name: &str) -> u64 {
        bytes_under(&self.path(name))
    }
}

/// Files come and go while the program works: what cannot be seen any more has no bytes.
fn bytes_under(path: &Path) -> u64 {
    let Ok(entries) = fs_err::read_dir(path) else {
        return fs_err::metadata(path).map_or(0, |metadata| metadata.len());
    };
    entries
        .flatten()
        .map(|entry| bytes_under(&entry.path()))
        .sum()
}

impl Drop for Folder {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.folder.disable_cleanup(true);
            println!("files are left in {}", self.folder.path().display());
        }
    }
}
