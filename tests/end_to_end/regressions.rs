//! Each was a defect once, found by trying to break the program from outside.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use rust_xlsxwriter::{Format, Workbook};

use crate::support::{Reply, Run, ScriptedServer, Workspace, created, read_results};

const USUAL: [&str; 4] = ["import", "leads.csv", "--mapping", "mapping.toml"];

/// `--results` equal to the input emptied the input; so did links and every other pair.
#[test]
fn no_file_of_a_run_destroys_another() {
    let workspace = Workspace::with_rows(1);
    let before = (workspace.read("leads.csv"), workspace.read("mapping.toml"));
    #[cfg(unix)]
    std::os::unix::fs::symlink(workspace.path("leads.csv"), workspace.path("link.csv")).unwrap();
    for more in [
        "--results leads.csv",
        "--results ./leads.csv",
        "--rejects leads.csv",
        "--results mapping.toml",
        "--summary leads.csv",
        "--results r.csv --summary r.csv",
        "--results r.csv --rejects ./r.csv",
        #[cfg(unix)]
        "--results link.csv",
    ] {
        let more: Vec<&str> = more.split(' ').collect();
        for command in ["import", "check"] {
            let sandbox: &[&str] = if command == "import" {
                &["--sandbox"]
            } else {
                &[]
            };
            let arguments = [&[command], &USUAL[1..], sandbox, &more].concat();
            let run = workspace.run(&arguments).expect_code(2);
            run.expect_says(&["at once", "name another place"]);
        }
        assert_eq!(
            (workspace.read("leads.csv"), workspace.read("mapping.toml")),
            before
        );
    }
}

/// A rejects path that could not be written was found when the first row was rejected, after
/// leads had been created that then had no record.
#[test]
fn a_rejects_path_that_cannot_be_written_is_known_before_anything_is_sent() {
    let workspace = Workspace::with_rows(2);
    let server = ScriptedServer::start(|_| created(1));
    let run = workspace.import_to(&server.url(), &["--rejects", "no/such/folder.csv"]);
    run.expect_code(2)
        .expect_says(&["cannot create files in `no/such`", "--rejects"]);
    assert!(server.posts().is_empty());
    assert!(!workspace.path("leads.csv.results.csv").exists());
}

/// The hint after a stop spoke only of pending rows, so unread rows were lost by following it.
#[test]
fn the_command_that_a_stop_hints_at_sends_the_unread_rows_too() {
    const ROWS: usize = 5_000;
    let workspace = Workspace::with_rows(ROWS);
    let stops = Arc::new(AtomicBool::new(true));
    let stopping = Arc::clone(&stops);
    let server = ScriptedServer::start(move |request| match request.post {
        Some(1) if stopping.swap(false, Ordering::SeqCst) => {
            Reply::Answer(404, vec![], String::new())
        }
        post => created(post.unwrap()),
    });
    let more = ["--concurrency", "1"];
    let run = workspace.import_to(&server.url(), &more).expect_code(3);
    run.expect_says(&["run the same command again", "no row is sent twice"]);
    assert!(workspace.results().len() < ROWS, "some rows were not read");
    workspace.import_to(&server.url(), &[]).expect_code(0);
    assert_eq!(workspace.results().len(), ROWS);
    let created = server.posts().len() - 1;
    assert_eq!(created, ROWS, "one lead for each row");
}

/// Error values and lost digits are text in a rejects file, and came back as good values.
#[test]
fn a_fault_that_a_text_file_cannot_show_is_rejected_until_it_is_mended() {
    let workspace = Workspace::new();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    let zeros = Format::new().set_num_format("0");
    sheet
        .write(0, 0, "Name")
        .unwrap()
        .write(0, 1, "Surname")
        .unwrap();
    sheet.write(0, 2, "Mail").unwrap();
    sheet
        .write_with_format(1, 1, 123_456_789_012_345_678_f64, &zeros)
        .unwrap();
    sheet
        .write(2, 1, "Lovelace")
        .unwrap()
        .write_formula(2, 0, "=NA()")
        .unwrap();
    sheet.set_formula_result(2, 0, "#N/A");
    workbook.save(workspace.path("leads.xlsx")).unwrap();
    let check = |file: &str| {
        workspace.run(&[
            "check",
            file,
            "--mapping",
            "mapping.toml",
            "--results",
            "r.csv",
        ])
    };
    check("leads.xlsx").expect_code(1);
    let rejects = workspace.read("leads.xlsx.check.rejects.csv");
    workspace.write("again.csv", &rejects);
    check("again.csv").expect_code(1);
    let again = read_results(&workspace.path("r.csv"));
    assert!(
        again.iter().all(|record| record.codes == "row.unchanged"),
        "{again:?}"
    );
    workspace.write(
        "mended.csv",
        rejects
            .replace("123456789012345680", "Curie")
            .replace("#N/A", ""),
    );
    check("mended.csv").expect_code(0);
}

/// `[source]` describes the original, not the rejects file, which then could not be read.
#[test]
fn rejects_come_back_whatever_the_original_looked_like() {
    for (source, text) in [
        ("delimiter = \";\"", "Name;Surname;Mail\nAda;;\n"),
        ("header_row = 3", "Title\n\nName,Surname,Mail\nAda,,\n"),
    ] {
        let workspace = Workspace::new();
        let mapping = workspace.read("mapping.toml") + &format!("\n[source]\n{source}\n");
        workspace.write("mapping.toml", mapping);
        workspace.write("leads.csv", text);
        workspace.import_to_sandbox(&[]).expect_code(1);
        let mended = workspace
            .read("leads.csv.rejects.csv")
            .replace("Ada,,", "Ada,Lovelace,");
        workspace.give_back(&mended).expect_code(0);
    }
}

/// A workbook's note beside its table made the rejected row too long, for ever.
#[test]
fn a_note_beside_the_table_does_not_keep_a_row_from_being_mended() {
    let workspace = Workspace::new();
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for (column, name) in (0..).zip(["Name", "Surname", "Mail"]) {
        sheet.write(0, column, name).unwrap();
    }
    sheet
        .write(1, 0, "Ada")
        .unwrap()
        .write(1, 6, "call her")
        .unwrap();
    workbook.save(workspace.path("leads.xlsx")).unwrap();
    workspace
        .run(&["check", "leads.xlsx", "--mapping", "mapping.toml"])
        .expect_code(1);
    let rejects = workspace.read("leads.xlsx.check.rejects.csv");
    workspace.write("mended.csv", rejects.replace("Ada,,", "Ada,Lovelace,"));
    workspace
        .run(&["check", "mended.csv", "--mapping", "mapping.toml"])
        .expect_code(0);
}

/// A row added to the end of a rejects file went unnoticed and was overwritten.
#[test]
fn a_row_added_to_a_rejects_file_is_somebodys_work() {
    let workspace = Workspace::new();
    workspace.write("leads.csv", "Name,Surname,Mail\nAda,,\n");
    workspace.import_to_sandbox(&[]).expect_code(1);
    let changed = workspace.read("leads.csv.rejects.csv") + "Bob,Bauer,,,,\n";
    workspace.write("leads.csv.rejects.csv", &changed);
    workspace
        .import_to_sandbox(&[])
        .expect_code(1)
        .expect_says(&["leads.csv.rejects.csv.2"]);
    assert_eq!(workspace.read("leads.csv.rejects.csv"), changed);
}

/// A pause of no length, again and again, was a request in a loop.
#[test]
fn a_server_that_asks_for_no_time_at_all_is_not_asked_again_and_again() {
    let workspace = Workspace::with_rows(1);
    let began = Instant::now();
    let server = ScriptedServer::start(|request| match request.post {
        Some(0..3) => Reply::Answer(429, vec![("retry-after", "0".into())], String::new()),
        _ => created(1),
    });
    workspace.import_to(&server.url(), &[]).expect_code(0);
    assert_eq!(server.posts().len(), 4);
    // The second and the third pause are at least 0.5 s and 1 s.
    assert!(began.elapsed() >= Duration::from_millis(1400));
}

/// A list that can be read while no lead can be created ended every outage at once.
#[test]
fn a_server_that_lists_but_cannot_create_is_away() {
    let workspace = Workspace::with_rows(200);
    let server = ScriptedServer::start(|_| Reply::Answer(500, vec![], String::new()));
    let more = ["--concurrency", "1", "--give-up-after", "100ms"];
    workspace.import_to(&server.url(), &more).expect_code(3);
    let in_doubt = workspace
        .statuses()
        .iter()
        .filter(|status| *status == "in_doubt")
        .count();
    assert!(in_doubt <= 8, "{in_doubt} rows were spent on finding out");
}

/// A login page answers 200 to everything; every row of a file became `in_doubt`.
#[test]
fn answers_that_say_neither_yes_nor_no_stop_the_run() {
    let workspace = Workspace::with_rows(200);
    let server = ScriptedServer::start(|_| Reply::Answer(200, vec![], "<html>".into()));
    let run = workspace
        .import_to(&server.url(), &["--concurrency", "1"])
        .expect_code(3);
    run.expect_says(&["20 answers in a row said neither yes nor no", "--api-url"]);
    assert_eq!(server.posts().len(), 20);
}

/// `Retry-After` on a 503 was read and thrown away.
#[test]
fn a_pause_that_comes_with_a_fault_is_honoured() {
    let workspace = Workspace::with_rows(2);
    let first = Arc::new(AtomicUsize::new(0));
    let times = Arc::clone(&first);
    let began = Instant::now();
    let server = ScriptedServer::start(move |request| {
        if request.post == Some(0) {
            return Reply::Answer(503, vec![("retry-after", "1".into())], String::new());
        }
        let waited = usize::try_from(began.elapsed().as_millis()).unwrap();
        times.store(waited, Ordering::SeqCst);
        created(1)
    });
    workspace
        .import_to(&server.url(), &["--concurrency", "1"])
        .expect_code(1);
    assert!(first.load(Ordering::SeqCst) >= 1000);
}

/// Proxies from the environment saw the token and the leads of a sandbox run.
#[test]
fn a_loopback_address_is_never_reached_through_a_proxy() {
    let workspace = Workspace::with_rows(1);
    let proxy = ScriptedServer::start(|_| created(1));
    let proxy_url = proxy.url();
    let mut command = workspace.command(&[&USUAL[..], &["--sandbox"]].concat());
    for name in ["http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"] {
        command.env(name, &proxy_url);
    }
    Run::of(&mut command).expect_code(0);
    assert_eq!(proxy.connections(), 0);
}

/// The server's words can repeat the token.
#[test]
fn a_token_in_the_servers_words_is_not_shown() {
    let workspace = Workspace::with_rows(1);
    let server = ScriptedServer::start(|request| {
        let said = format!(
            r#"{{"message":"bad: {}"}}"#,
            request.header("authorization")
        );
        Reply::Answer(404, vec![], said)
    });
    let run = workspace.import_to(&server.url(), &[]).expect_code(3);
    let run = run.expect_says(&["bad: Bearer (redacted)"]);
    assert!(!run.stderr.contains("token-of-the-test"));
    let run = workspace
        .import_to("u:s3cret@crm.example.com/api", &[])
        .expect_code(2);
    assert!(!run.stderr.contains("s3cret"), "{}", run.stderr);
}

/// A summary that could not be written turned a finished import into exit 2, which means that
/// nothing was sent.
#[test]
fn a_summary_that_cannot_be_written_does_not_hide_the_run() {
    let workspace = Workspace::with_rows(2);
    let run = workspace
        .import_to_sandbox(&["--summary", "no/such/s.json"])
        .expect_code(1);
    run.expect_says(&[
        "2 created",
        "its summary cannot be written",
        "no/such/s.json",
    ]);
}

/// `"A"b` was read as `Ab` without a word.
#[test]
fn text_behind_a_closing_quote_is_a_problem_of_its_cell() {
    let workspace = Workspace::new();
    workspace.write(
        "leads.csv",
        "Name,Surname,Mail\n\"Ada\" x,Lovelace,\nBob,Bauer,\"\"\n",
    );
    workspace.import_to_sandbox(&[]).expect_code(1);
    assert_eq!(workspace.results()[0].codes, "cell.misquoted");
    assert_eq!(workspace.statuses(), ["rejected", "created"]);
}

/// Rows of a file that was rewritten during the run went out although nobody had scanned them.
#[test]
fn rows_of_another_file_are_not_sent() {
    let workspace = Workspace::with_rows(20_000);
    let path = workspace.path("leads.csv");
    let server = ScriptedServer::start(move |request| {
        if request.post == Some(3) {
            let other = "Name,Surname,Mail\n".to_owned() + &"Eve,Other,\n".repeat(20_000);
            fs_err::write(&path, other).unwrap();
        }
        created(request.post.unwrap())
    });
    let run = workspace
        .import_to(&server.url(), &["--concurrency", "1"])
        .expect_code(3);
    run.expect_says(&["the input broke while it was read a second time"]);
    assert!(
        server
            .posts()
            .iter()
            .all(|post| !post.body.contains("Other"))
    );
}

/// Rows that came in just after a stop waited for a start that never came: 10 s, or for ever.
#[cfg(unix)]
#[test]
fn a_stop_ends_the_run_at_once_whatever_is_still_being_read() {
    for _ in 0..15 {
        let workspace = Workspace::with_rows(3_000);
        let server = ScriptedServer::start(|request| match request.post {
            Some(0..40) => created(1),
            _ => Reply::Answer(404, vec![], String::new()),
        });
        let began = Instant::now();
        workspace
            .import_to(&server.url(), &["--concurrency", "32"])
            .expect_code(3);
        assert!(
            began.elapsed() < Duration::from_secs(8),
            "{:?}",
            began.elapsed()
        );
    }
}

/// `#N/A` that was always text came back as an error from a row with another fault.
#[test]
fn text_that_looks_like_an_error_value_stays_text() {
    let workspace = Workspace::new();
    workspace.write("leads.csv", "Name,Surname,Mail\n#N/A,Bauer,bad\n");
    workspace.import_to_sandbox(&[]).expect_code(1);
    let mended = workspace
        .read("leads.csv.rejects.csv")
        .replace(",bad,", ",b@example.com,");
    workspace.give_back(&mended).expect_code(0);
}

/// Taking the surplus cells away is the right mend, and was called unchanged.
#[test]
fn a_row_that_was_too_long_is_mended_by_taking_cells_away() {
    let workspace = Workspace::new();
    workspace.write(
        "leads.csv",
        "Name,Surname,Mail\nAda,Lovelace,,over,flow\nBob,Bauer\n",
    );
    let check = |file: &str| workspace.run(&["check", file, "--mapping", "mapping.toml"]);
    check("leads.csv").expect_code(1);
    let rejects = workspace.read("leads.csv.check.rejects.csv");
    workspace.write("again.csv", &rejects);
    check("again.csv").expect_code(1);
    // The row that is right as it stands says so by its emptied token.
    let token = rejects.lines().last().unwrap().split(',').nth(3).unwrap();
    workspace.write(
        "mended.csv",
        rejects.replace(",over,flow", "").replace(token, ""),
    );
    check("mended.csv").expect_code(0);
}
