//! `inspect`: what the reader sees.

use serde_json::{Value, json};

use crate::support::Workspace;

/// What `inspect --format json` prints of `file`.
fn inspect(workspace: &Workspace, file: &str, more: &[&str]) -> Value {
    let arguments = [&["inspect", file, "--format", "json"], more].concat();
    let run = workspace.run(&arguments).expect_code(0);
    serde_json::from_str(&run.stdout).unwrap()
}

#[test]
fn the_object_says_what_the_contract_names() {
    let workspace = Workspace::new();
    workspace.write(
        "leads.csv",
        b"Leads of May\n\nName;Phone;Note\nAy\xfee;+905321234567;\n\nG\xfcl\xfeen;+905321234568\nAy\xfee;x;y;z\nOya;x;\nNil;x;\n",
    );
    assert_eq!(
        inspect(&workspace, "leads.csv", &[]),
        json!({
            "format": "csv",
            "encoding": "windows-1254",
            "delimiter": ";",
            "sheet": null,
            "sheets": null,
            "header_row": 3,
            "columns": [
                {"index": 0, "letter": "A", "name": "Name", "samples": ["Ayşe", "Gülşen", "Oya"]},
                {"index": 1, "letter": "B", "name": "Phone", "samples": ["+905321234567", "+905321234568", "x"]},
                {"index": 2, "letter": "C", "name": "Note", "samples": ["y"]},
            ],
            "rows": 5,
            "ragged_rows": 2,
            "warnings": [
                "the file is not UTF-8 and names no encoding; by its letters it is `windows-1254`. If they look \
                 wrong, name another one with `--encoding`",
                "row 3 is taken for the column names, and the filled row above it for a title; name another row \
                 with `--header-row`",
                "2 rows have another number of cells than the header, the first of them row 6",
            ],
        })
    );
    let sampled = inspect(&workspace, "leads.csv", &["--sample"]);
    assert_eq!(sampled["rows"], 5, "a short file is counted all the same");
    let named = inspect(
        &workspace,
        "leads.csv",
        &["--header-row", "1", "--delimiter", ","],
    );
    assert_eq!(named["columns"][0]["name"], "Leads of May");
}

#[test]
fn people_get_a_page_and_warnings_beside_it() {
    let workspace = Workspace::new();
    workspace.write("leads.csv", "Name\tPhone\nJane\t1\n\nJoe\t2\n");
    let run = workspace.run(&["inspect", "leads.csv"]).expect_code(0);
    let expected = "leads.csv\n  format    csv, delimited by tabs\n  encoding  utf-8\n  header    row 1\n  \
                    rows      2 (1 blank)\n\n     column  samples\n  A  Name    Jane · Joe\n  B  Phone   1 · 2\n";
    assert_eq!(run.stdout, expected);
}

#[test]
fn what_cannot_be_read_ends_with_2() {
    let workspace = Workspace::new();
    workspace.write("leads.csv", "Name,Phone\nJane,1\n\"Joe,2\n");
    let run = workspace.run(&["inspect", "leads.csv"]).expect_code(2);
    run.expect_says(&["row 3 has a quote that is never closed", "hint: "]);
}
