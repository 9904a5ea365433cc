//! A file whose columns are not those that the mapping was approved for.

use crate::support::Workspace;

const MAPPING: &str = "version = 1\n[source]\napproved_header = [\"Surname\", \"Mail\", \"Note\"]\n\
                       [lead]\nlast_name = \"Surname\"\nemail = \"Mail\"\n";

fn workspace(file: &str) -> Workspace {
    let workspace = Workspace::new();
    workspace.write("mapping.toml", MAPPING);
    workspace.write("leads.csv", file);
    workspace
}

#[test]
fn the_approved_columns_are_read_without_a_word() {
    let workspace = workspace("Surname, Mail ,Note\nDoe,doe@example.com,x\n");
    let run = workspace.import_to_sandbox(&[]).expect_code(0);
    assert!(!run.stderr.contains("approved"), "{}", run.stderr);
}

#[test]
fn other_columns_stop_the_run_before_the_first_row_until_they_are_accepted() {
    let workspace = workspace("Surname,Note,Mail,Town\nDoe,x,doe@example.com,Ulm\n");
    for command in ["import", "check"] {
        let arguments = [command, "leads.csv", "--mapping", "mapping.toml"];
        let run = workspace.run(&[&arguments[..], &["--state-dir", "state"]].concat());
        run.expect_code(2).expect_says(&[
            "the columns of `leads.csv` are not those that the mapping was approved for",
            "new: `Town`; `Note` moved from column 3 to 2",
            "--accept-header-changes",
        ]);
        assert!(!workspace.path("leads.csv.results.csv").exists());
    }
    let run = workspace.import_to_sandbox(&["--accept-header-changes"]);
    run.expect_code(0)
        .expect_says(&["new: `Town`; `Note` moved from column 3 to 2"]);
    assert_eq!(workspace.statuses(), ["created"]);
}

#[test]
fn the_columns_of_a_rejects_file_are_none_of_the_file() {
    let workspace = workspace("Surname,Mail,Note\n,doe@example.com,x\n");
    workspace.import_to_sandbox(&[]).expect_code(1);
    let rejects = workspace.read("leads.csv.rejects.csv");
    let mended = rejects.replace("\n,doe", "\nDoe,doe");
    assert_ne!(mended, rejects);
    workspace.give_back(&mended).expect_code(0);
}
