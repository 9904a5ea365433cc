//! Which rows are the same rows, after what was done to the file since.

use super::{HEADER, add_to_mapping, ids, posts, start_sandbox, statuses_of};
use crate::support::{Reply, ScriptedServer, Workspace};

/// An `[identity]` by the column `Id`.
const IDENTITY: &str = "\n[identity]\nsource = \"old-crm\"\ncolumns = [\"Id\"]\n";

/// `[duplicates]` by their e-mail.
const DUPLICATES: &str =
    "\n[duplicates]\nkey = [\"email\"]\nwithin = \"file\"\naction = \"skip\"\n";

/// A workspace with an `[identity]` and these rows of `Id,Name,Surname,Mail,Note`.
fn with_identity(rows: &str) -> Workspace {
    let workspace = Workspace::new();
    add_to_mapping(&workspace, IDENTITY);
    write_identified(&workspace, rows);
    workspace
}

fn write_identified(workspace: &Workspace, rows: &str) {
    workspace.write("leads.csv", format!("Id,Name,Surname,Mail,Note\n{rows}"));
}

#[test]
fn a_changed_row_says_so_once() {
    let workspace = with_identity("1,Ada,Lovelace,ada@example.com,\n2,Bob,Bauer,b@example.com,\n");
    let sandbox = start_sandbox();
    let url = sandbox.base_url();
    workspace.import_to(&url, &[]).expect_code(0);
    let first = workspace.results();
    // The second row changes only where nothing is mapped.
    write_identified(
        &workspace,
        "1,Ada,Lovelace,new@example.com,\n2,Bob,Bauer,b@example.com,called\n",
    );
    for codes in [["row.changed", ""], ["", ""]] {
        workspace.import_to(&url, &[]).expect_code(0);
        let results = workspace.results();
        assert_eq!(workspace.statuses(), ["already_created"; 2]);
        assert_eq!(ids(&results), ids(&first));
        assert_eq!([&results[0].codes, &results[1].codes], codes);
    }
    assert_eq!(posts(&sandbox), 2);
}

/// Exports that number their rows from 1 each time do this.
#[test]
fn an_identity_that_now_names_somebody_else_is_a_conflict() {
    let workspace = with_identity("1,Ada,Lovelace,ada@example.com,\n");
    let sandbox = start_sandbox();
    let url = sandbox.base_url();
    workspace.import_to(&url, &[]).expect_code(0);
    write_identified(&workspace, "1,Bob,Bauer,bob@example.com,\n");
    for _ in 0..2 {
        workspace.import_to(&url, &[]).expect_code(1);
        let record = &workspace.results()[0];
        assert_eq!(
            (record.status.as_str(), record.codes.as_str()),
            ("rejected", "identity.conflict")
        );
    }
    assert_eq!(posts(&sandbox), 1);
}

#[test]
fn a_later_row_of_the_same_identity_is_a_duplicate_in_every_run() {
    let workspace = with_identity("1,Ada,Lovelace,ada@example.com,\n1,Ada,Lovelace,,\n");
    let sandbox = start_sandbox();
    for expected in [["created", "duplicate"], ["already_created", "duplicate"]] {
        workspace.import_to(&sandbox.base_url(), &[]).expect_code(0);
        assert_eq!(workspace.statuses(), expected);
    }
    assert_eq!(posts(&sandbox), 1);
}

#[test]
fn duplicates_stay_duplicates_wherever_they_stand() {
    let (workspace, sandbox) = (Workspace::new(), start_sandbox());
    let url = sandbox.base_url();
    add_to_mapping(&workspace, DUPLICATES);
    let [ada, twin, other] = [
        "Ada,Lovelace,ada@example.com\n",
        "A.,Byron,Ada@Example.com\n",
        "Bob,Bauer,bob@example.com\n",
    ];
    for (rows, expected) in [
        ([ada, twin, other], ["created", "duplicate", "created"]),
        (
            [ada, twin, other],
            ["already_created", "duplicate", "already_created"],
        ),
        (
            [twin, other, ada],
            ["duplicate", "already_created", "already_created"],
        ),
    ] {
        workspace.write("leads.csv", HEADER.to_owned() + &rows.concat());
        workspace.import_to(&url, &[]).expect_code(0);
        assert_eq!(workspace.statuses(), expected);
    }
    assert_eq!(posts(&sandbox), 2);
}

#[test]
fn a_duplicate_of_a_row_in_doubt_is_in_doubt_too() {
    let workspace = Workspace::new();
    add_to_mapping(&workspace, DUPLICATES);
    let rows = "Ada,Lovelace,ada@example.com\nA.,Byron,ada@example.com\n";
    workspace.write("leads.csv", HEADER.to_owned() + rows);
    let server = ScriptedServer::start(|_| Reply::Close);
    for _ in 0..2 {
        workspace.import_to(&server.url(), &[]).expect_code(1);
        assert_eq!(workspace.statuses(), ["in_doubt"; 2]);
        assert_eq!(workspace.results()[1].codes, "duplicate.owner_open");
    }
    assert_eq!(server.posts().len(), 1);
}

/// A spreadsheet program writes every date in its own way when it saves a file.
#[test]
fn rows_whose_unmapped_cells_were_rewritten_wait_for_a_decision() {
    let (workspace, sandbox) = (Workspace::new(), start_sandbox());
    let url = sandbox.base_url();
    let dated = |date: &str| {
        let rows = (1..=3).map(|n| format!("Ada,Lovelace {n},ada{n}@example.com,{date}\n"));
        let text = "Name,Surname,Mail,Seen\n".to_owned() + &rows.collect::<String>();
        workspace.write("leads.csv", text);
    };
    dated("2025-03-01");
    workspace.import_to(&url, &[]).expect_code(0);
    let first = workspace.results();
    dated("3/1/2025");
    workspace
        .import_to(&url, &[])
        .expect_code(3)
        .expect_says(&["--known-by-lead", "3 rows"]);
    assert_eq!(posts(&sandbox), 3);
    workspace
        .import_to(&url, &["--known-by-lead", "skip"])
        .expect_code(0);
    assert_eq!(workspace.statuses(), ["already_created"; 3]);
    assert_eq!(ids(&workspace.results()), ids(&first));
    assert_eq!(posts(&sandbox), 3);
    dated("01.03.25");
    for (expected, sent) in [("created", 6), ("already_created", 6)] {
        workspace
            .import_to(&url, &["--known-by-lead", "send"])
            .expect_code(0);
        assert_eq!(workspace.statuses(), [expected; 3]);
        assert_eq!(posts(&sandbox), sent);
    }
}

#[test]
fn a_round_sends_everything_once_more_and_only_once() {
    let (workspace, sandbox) = (Workspace::with_rows(3), start_sandbox());
    let url = sandbox.base_url();
    workspace.import_to(&url, &[]).expect_code(0);
    for (more, code, expected, sent) in [
        (
            &["--again", "march", "--limit", "1"][..],
            3,
            ["created", "pending", "pending"],
            4,
        ),
        (
            &["--again", "march"],
            0,
            ["already_created", "created", "created"],
            6,
        ),
        (&["--again", "march"], 0, ["already_created"; 3], 6),
        (&[], 0, ["already_created"; 3], 6),
        (&["--again", "april"], 0, ["created"; 3], 9),
    ] {
        workspace.import_to(&url, more).expect_code(code);
        assert_eq!(workspace.statuses(), expected, "{more:?}");
        assert_eq!(posts(&sandbox), sent, "{more:?}");
    }
}

#[test]
fn mended_rejects_are_created_once_whichever_file_comes_again() {
    let wrong = "1,Ada,Lovelace,ada@example.com,\n2,Bob,,bob@example.com,\n";
    for mapping in ["", IDENTITY] {
        let (workspace, sandbox) = (Workspace::new(), start_sandbox());
        let url = sandbox.base_url();
        add_to_mapping(&workspace, mapping);
        write_identified(&workspace, wrong);
        workspace.import_to(&url, &[]).expect_code(1);
        assert_eq!(workspace.statuses(), ["created", "rejected"]);
        let rejects = workspace.read("leads.csv.rejects.csv");
        workspace.write("mended.csv", rejects.replace("Bob,,", "Bob,Bauer,"));
        workspace
            .import_file_to("mended.csv", &url, &[])
            .expect_code(0);
        assert_eq!(statuses_of(&workspace, "mended.csv"), ["created"]);
        let mended = workspace.results_of("mended.csv");
        workspace.import_to(&url, &[]).expect_code(0);
        assert_eq!(workspace.statuses(), ["already_created"; 2]);
        assert_eq!(workspace.results()[1].lead_id, mended[0].lead_id);
        workspace
            .import_file_to("mended.csv", &url, &[])
            .expect_code(0);
        assert_eq!(statuses_of(&workspace, "mended.csv"), ["already_created"]);
        assert_eq!(posts(&sandbox), 2);
    }
}
