//! The documentation says what the program does.
//!
//! `UPDATE_DOCS=1 cargo test --test docs_in_step` writes the generated pages again.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;

use leadferry::model::{Code, Status};
use leadferry::report::RESULTS_COLUMNS;

fn repository(path: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn read(path: &str) -> String {
    fs_err::read_to_string(repository(path)).unwrap()
}

/// The command lines in the README's shell blocks.
fn readme_commands() -> Vec<String> {
    let readme = read("README.md");
    let blocks = readme.split("```sh\n").skip(1);
    let text: String = blocks
        .map(|block| block.split("```").next().unwrap())
        .collect();
    text.lines().map(str::to_owned).collect()
}

#[test]
fn every_code_is_in_the_docs() {
    let mut page = String::from(
        "# Problem codes\n\nGenerated from `src/model/code.rs`; the status of a row tells whether \
         a code kept it out or was only a warning.\n\n| code | meaning | what to do |\n\
         | --- | --- | --- |\n",
    );
    for code in Code::ALL {
        let _ = writeln!(
            page,
            "| `{code}` | {} | {} |",
            code.meaning(),
            code.advice()
        );
    }
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs_err::write(repository("docs/codes.md"), &page).unwrap();
    }
    assert_eq!(
        read("docs/codes.md"),
        page,
        "run it again with UPDATE_DOCS=1"
    );
}

#[test]
fn the_schema_in_the_docs_is_the_one_that_is_printed() {
    let output = Command::new(env!("CARGO_BIN_EXE_leadferry"))
        .args(["schema", "mapping"])
        .output()
        .unwrap();
    assert!(output.status.success());
    let schema = String::from_utf8(output.stdout).unwrap();
    let copy = "docs/mapping.schema.json";
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs_err::write(repository(copy), &schema).unwrap();
    }
    assert_eq!(read(copy), schema, "run it again with UPDATE_DOCS=1");
}

#[test]
fn the_page_on_results_has_every_status_and_column() {
    let page = read("docs/results.md");
    for status in Status::ALL {
        assert!(page.contains(&format!("| `{status}` |")), "{status}");
    }
    for column in RESULTS_COLUMNS {
        assert!(page.contains(&format!("| `{column}` |")), "{column}");
    }
}

#[test]
fn the_first_command_of_the_readme_does_what_it_says() {
    let commands = readme_commands();
    let line = commands[0].strip_prefix("cargo run --release -- ").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let results = folder.path().join("results.csv");
    let rejects = folder.path().join("rejects.csv");
    let output = Command::new(env!("CARGO_BIN_EXE_leadferry"))
        .args(line.split(' '))
        .args(["--results".as_ref(), results.as_os_str()])
        .args(["--rejects".as_ref(), rejects.as_os_str()])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let text = fs_err::read_to_string(results).unwrap();
    let count = |status: &str| text.matches(&format!(",{status},")).count();
    let told = read("README.md").replace(',', "");
    assert!(told.contains(&format!(
        "{} rows are created {} rejected with reasons {} filtered",
        count("created"),
        count("rejected"),
        count("filtered")
    )));
    assert!(rejects.exists());
}

#[test]
fn the_options_of_the_readme_exist() {
    let help = |command: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_leadferry"))
            .args([command, "--help"])
            .output();
        String::from_utf8(output.unwrap().stdout).unwrap()
    };
    for line in readme_commands()
        .iter()
        .filter(|line| line.starts_with("leadferry "))
    {
        let mut words = line.split_whitespace().skip(1);
        let help = help(words.next().unwrap());
        for option in words.filter(|word| word.starts_with("--")) {
            assert!(help.contains(option), "{line}: {option}");
        }
    }
}

#[test]
fn relative_links_lead_somewhere() {
    for page in [
        "README.md",
        "ARCHITECTURE.md",
        "docs/connection.md",
        "docs/files.md",
        "docs/ledger.md",
        "docs/mapping.md",
        "docs/results.md",
        "docs/sign-in.md",
        "docs/suggest.md",
    ] {
        let folder = repository(page).parent().unwrap().to_owned();
        for link in read(page)
            .split("](")
            .skip(1)
            .map(|rest| rest.split(')').next().unwrap())
        {
            let file = link.split('#').next().unwrap();
            if !file.is_empty() && !link.contains("://") {
                assert!(folder.join(file).exists(), "{page} links to {link}");
            }
        }
    }
}

#[test]
fn the_architecture_names_every_module() {
    let page = read("ARCHITECTURE.md");
    for entry in fs_err::read_dir(repository("src")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            let module = path.file_name().unwrap().to_str().unwrap().to_owned();
            assert!(page.contains(&format!("| `{module}` |")), "{module}");
        }
    }
}
