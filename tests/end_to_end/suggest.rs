//! `suggest`: a mapping made by looking at a file, and `check` of it without editing.

use crate::support::{Run, Workspace, read_results, repository};

/// Copies an export of the repository into the folder, suggests a mapping for it, and keeps that as `suggested.toml`.
fn suggest(workspace: &Workspace, file: &str) -> String {
    let export = repository().join("fixtures/exports").join(file);
    workspace.write(file, fs_err::read(export).unwrap());
    let run = workspace.run(&["suggest", file]).expect_code(0);
    workspace.write("suggested.toml", &run.stdout);
    run.stdout
}

fn check(workspace: &Workspace, file: &str) -> Run {
    workspace.run(&["check", file, "--mapping", "suggested.toml"])
}

/// The lines of `[lead]` that are no comments and no blanks.
fn lead_lines(mapping: &str) -> Vec<&str> {
    let lead = mapping.split("\n[lead]\n").nth(1).unwrap();
    let is_active = |line: &&str| !line.is_empty() && !line.starts_with('#');
    lead.lines().filter(is_active).collect()
}

#[test]
fn the_suggestions_for_exports_of_well_known_programs_pass_check_unedited() {
    for file in [
        "google_contacts.csv",
        "google_contacts_2023.csv",
        "outlook_contacts.csv",
        "hubspot_contacts.csv",
        "salesforce_leads.csv",
        "zoho_leads.csv",
        "pipedrive_people.csv",
    ] {
        let workspace = Workspace::new();
        suggest(&workspace, file);
        check(&workspace, file).expect_code(0);
        let records = read_results(&workspace.path(&format!("{file}.check.csv")));
        assert!(
            records.iter().all(|record| record.codes.is_empty()),
            "{file}: {records:?}"
        );
    }
}

#[test]
fn a_suggestion_is_a_whole_mapping_with_reasons() {
    let workspace = Workspace::new();
    let mapping = suggest(&workspace, "hubspot_contacts.csv");
    assert_eq!(
        lead_lines(&mapping),
        [
            "last_name = \"Last Name\"",
            "first_name = \"First Name\"",
            "phone_number = { column = [\"Mobile Phone Number\", \"Phone Number\"], region_column = \"Country/Region\", \
             default_region = \"US\" }",
            "email = \"Email\"",
            "message = \"Message\"",
            "source_page_url = \"First Page Seen\"",
            "lead_status_id = { column = \"Lead Status\", lookup = \"statuses\" }",
            "lead_reference_source_id = { column = \"Original Source\", lookup = \"reference_sources\" }",
            "assigned_user_id = { column = \"Contact owner\", lookup = \"users\" }",
        ]
    );
    for words in [
        "\nversion = 1\n",
        "\n[identity]\n# 98 %: `Record ID` is called an id, and all cells looked at are filled and different.\n",
        "\nsource = \"hubspot_contacts\"\ncolumns = [\"Record ID\"]\n",
        "\napproved_header = [\n",
        "# 98 %: `Last Name` is a name for it in English; 100 % of the cells are filled and they look right.",
        "# Also possible: `Lifecycle Stage`.",
        "# country_id = { column = \"Country/Region\", values = { \"United States\" = 0 } }",
        "# - `Primary Associated Company ID`, `Associated Company`: the name or data of a company",
    ] {
        assert!(mapping.contains(words), "no `{words}` in:\n{mapping}");
    }
}

#[test]
fn flags_about_the_file_are_kept_in_the_mapping() {
    let workspace = Workspace::new();
    workspace.write("leads.csv", "Export\nSurname;Mail\nDoe;jane@example.com\n");
    let flags = [
        "--header-row",
        "2",
        "--delimiter",
        ";",
        "--encoding",
        "utf-8",
    ];
    let run = workspace
        .run(&[&["suggest", "leads.csv"], &flags[..]].concat())
        .expect_code(0);
    let source = "\n[source]\nheader_row = 2\ndelimiter = \";\"\nencoding = \"utf-8\"\n# A file with other columns \
                  stops before its first row.\napproved_header = [\"Surname\", \"Mail\"]\n";
    assert!(run.stdout.contains(source), "{}", run.stdout);
    workspace.write("suggested.toml", &run.stdout);
    check(&workspace, "leads.csv").expect_code(0);
}

#[test]
fn a_file_without_names_is_suggested_for_by_its_cells() {
    let workspace = Workspace::new();
    workspace.write(
        "leads.csv",
        "Jane,Doe,jane.doe@example.com,+12025550143,x\nJoe,Bloggs,joe.bloggs@example.com,+12025550144,y\n",
    );
    let run = workspace.run(&["suggest", "leads.csv"]).expect_code(0);
    assert!(run.stdout.contains("\nheader_row = 0\n"), "{}", run.stdout);
    assert_eq!(
        lead_lines(&run.stdout),
        [
            "last_name = \"B\"",
            "first_name = \"A\"",
            "phone_number = { column = \"D\", default_region = \"US\" }",
            "email = \"C\"",
        ]
    );
    workspace.write("suggested.toml", &run.stdout);
    check(&workspace, "leads.csv").expect_code(0);
}

#[test]
fn a_file_without_last_names_ends_with_1_and_says_what_is_missing() {
    let workspace = Workspace::new();
    workspace.write("leads.csv", "Company,E-mail\nAcme,info@example.com\n");
    let run = workspace.run(&["suggest", "leads.csv"]).expect_code(1);
    assert_eq!(
        lead_lines(&run.stdout),
        ["email = \"E-mail\""],
        "{}",
        run.stdout
    );
    run.expect_says(&["no column holds last names"]);
}

#[test]
fn an_unreadable_file_ends_with_2() {
    let workspace = Workspace::new();
    workspace
        .run(&["suggest", "missing.csv"])
        .expect_code(2)
        .expect_says(&["cannot read rows from `missing.csv`"]);
}

#[test]
fn without_a_mapping_nothing_is_imported_unless_somebody_agrees() {
    let workspace = Workspace::with_rows(2);
    let hint = "hint: write one with `leadferry suggest leads.csv > mapping.toml`";
    workspace
        .run(&["import", "leads.csv", "--sandbox"])
        .expect_code(2)
        .expect_says(&[
            "no mapping is named, and there is nobody at a terminal",
            hint,
        ]);
    workspace
        .run(&["check", "leads.csv"])
        .expect_code(2)
        .expect_says(&[
            "no mapping is named, and without one nothing can be checked",
            hint,
        ]);
    assert!(!workspace.path("leads.csv.results.csv").exists());
}

#[test]
fn a_file_with_other_columns_than_the_suggestion_was_made_for_is_stopped() {
    let workspace = Workspace::new();
    workspace.write("leads.csv", "Surname,Mail\nDoe,jane@example.com\n");
    let run = workspace.run(&["suggest", "leads.csv"]).expect_code(0);
    workspace.write("suggested.toml", &run.stdout);
    workspace.write("tomorrow.csv", "Surname,Mail,Fax\nDoe,jane@example.com,1\n");
    check(&workspace, "leads.csv").expect_code(0);
    check(&workspace, "tomorrow.csv")
        .expect_code(2)
        .expect_says(&["are not those that the mapping was approved for"]);
}
