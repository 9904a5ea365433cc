//! Client and sandbox agree on the fields of a lead.

use std::process::Command;

use leadferry::model::{FieldKind, LEAD_FIELDS};
use leadferry::sandbox::{Sandbox, SandboxOptions};

/// A value of each kind as it stands in a cell.
fn cell_for(kind: FieldKind) -> &'static str {
    match kind {
        FieldKind::Text { .. } => "some text",
        FieldKind::Phone => "+12025550143",
        FieldKind::Email => "ada@example.com",
        FieldKind::Url => "https://example.com/page",
        FieldKind::Integer => "2",
        FieldKind::TextList => "one",
    }
}

/// Where a lead that is read back shows a field that is written.
///
/// Source: the API's page "Create a lead", whose answer nests what the ids name.
fn place_in_answer(field: &str) -> String {
    match field {
        "lead_status_id" => "/status/id".into(),
        "lead_reference_source_id" => "/reference_source/id".into(),
        "assigned_user_id" => "/assigned_user/id".into(),
        "marketing_attribution" => "/marketing_attribution/0".into(),
        plain => format!("/{plain}"),
    }
}

#[test]
fn the_sandbox_takes_every_field_and_no_other() {
    let folder = tempfile::tempdir().unwrap();
    let names: Vec<&str> = LEAD_FIELDS.iter().map(|field| field.name).collect();
    let cells: Vec<&str> = LEAD_FIELDS
        .iter()
        .map(|field| cell_for(field.kind))
        .collect();
    let file = format!("{}\n{}\n", names.join(","), cells.join(","));
    fs_err::write(folder.path().join("leads.csv"), file).unwrap();
    let lines: Vec<String> = names
        .iter()
        .map(|name| format!("{name} = \"{name}\"\n"))
        .collect();
    let mapping = format!("version = 1\n[lead]\n{}", lines.concat());
    fs_err::write(folder.path().join("mapping.toml"), mapping).unwrap();

    let sandbox = Sandbox::start(SandboxOptions::default()).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_leadferry"))
        .args([
            "import",
            "leads.csv",
            "--mapping",
            "mapping.toml",
            "--tenant",
            "1",
        ])
        .args(["--api-url", &sandbox.base_url()])
        .env("LEADFERRY_TOKEN", "t")
        .current_dir(folder.path())
        .output()
        .unwrap();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );

    let leads = sandbox.leads().unwrap();
    for (name, cell) in names.iter().zip(cells) {
        let shown = leads[0].pointer(&place_in_answer(name));
        let shown = shown.unwrap_or_else(|| panic!("the sandbox shows no `{name}`"));
        let text = shown
            .as_str()
            .map_or_else(|| shown.to_string(), str::to_owned);
        assert_eq!(text, cell, "{name}");
    }
    sandbox.stop().unwrap();
}
