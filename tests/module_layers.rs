//! Imports go one way: each module may use only the layers below it.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Every module and what it may import of ours, from the bottom layer to the top.
/// `ARCHITECTURE.md` shows the same table with reasons.
const LAYERS: &[(&str, &[&str])] = &[
    ("model", &[]),
    ("validation", &["model"]),
    ("source", &["model"]),
    ("api", &["model"]),
    ("pacing", &["model"]),
    ("report", &["model"]),
    ("ledger", &["model"]),
    ("mapping", &["model", "validation"]),
    ("sandbox", &["model", "validation", "api"]),
    (
        "import",
        &[
            "model",
            "validation",
            "source",
            "api",
            "pacing",
            "report",
            "ledger",
            "mapping",
        ],
    ),
    (
        "cli",
        &[
            "model",
            "validation",
            "source",
            "api",
            "pacing",
            "report",
            "ledger",
            "mapping",
            "sandbox",
            "import",
        ],
    ),
];

fn source_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs_err::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(source_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files
}

/// The modules of ours that a file names, by `use` or in full.
fn modules_named_in(text: &str) -> BTreeSet<String> {
    let code = text
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"));
    code.flat_map(|line| line.split("crate::").skip(1))
        .map(|rest| {
            rest.chars()
                .take_while(|c| c.is_alphanumeric() || *c == '_')
                .collect()
        })
        .collect()
}

#[test]
fn no_module_imports_from_its_own_layer_or_above() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut violations = Vec::new();
    for (module, allowed) in LAYERS {
        let files = source_files(&source.join(module));
        assert!(!files.is_empty(), "`{module}` has no files");
        for file in files {
            let named = modules_named_in(&fs_err::read_to_string(&file).unwrap());
            for other in named.iter().filter(|other| *other != module) {
                if !allowed.contains(&other.as_str()) {
                    violations.push(format!("{} imports `{other}`", file.display()));
                }
            }
        }
    }
    assert!(violations.is_empty(), "{violations:#?}");
}

#[test]
fn every_module_has_its_layer() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let folders: BTreeSet<String> = fs_err::read_dir(source)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    let listed: BTreeSet<String> = LAYERS
        .iter()
        .map(|(module, _)| (*module).to_owned())
        .collect();
    assert_eq!(folders, listed);
}
