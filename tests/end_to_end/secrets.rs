//! Nobody's data and no token in messages, whatever goes wrong.
//!
//! One row with values that nothing else contains is sent into every kind of trouble, at every level
//! and in every form. Results and rejects must have the values, so that the test means something.

use std::path::Path;

#[cfg(target_os = "linux")]
use crate::support::Running;
use crate::support::{
    Authority, ConnectProxy, Gate, Reply, Run, ScriptedServer, TlsFront, Workspace, created,
};

/// What must not be found, in the forms in which it may be repeated.
const MARKERS: &[&str] = &[
    // The token, of which servers may repeat a part.
    "tok3n",
    "TOK3N",
    // The row.
    "Zylvester",
    "zylvester",
    "ZYLVESTER",
    "Quartzmann",
    "quartzmann",
    "Qu\u{e4}rtz",
    "u00e4rtz",
    "5321234",
    "532 123",
    // The forms that percents and HTML give them.
    "Qu%C3%A4rtz",
    "qu%c3%a4rtz",
    "&auml;rtz",
    "Xylophone",
    "xylophone",
    // User name and password of addresses.
    "jane",
    "p4ssword",
];

const TOKEN: &str = "tok3n/Ab+Cd=";

const ROW: &str = "Zylvester,Qu\u{e4}rtz Quartzmann,zylvester.quartzmann@example.com,+905321234567,\
                   Xylophone lessons on a Monday and never again after that";

/// How much is said and in which form.
const LOGS: &[&[&str]] = &[
    &[],
    &["--quiet"],
    &["--verbose"],
    &["--log-format", "json"],
    &["--log-format", "json", "--quiet"],
    &["--log-format", "json", "--verbose"],
];

const MAPPING: &str = r#"
version = 1

[lead]
last_name = "Surname"
first_name = "Name"
email = "Mail"
phone_number = "Phone"
description = "Notes"
"#;

fn workspace() -> Workspace {
    let workspace = Workspace::new();
    workspace.write("mapping.toml", MAPPING);
    workspace.write(
        "leads.csv",
        format!("Name,Surname,Mail,Phone,Notes\n{ROW}\n"),
    );
    workspace.write("token", TOKEN);
    workspace
}

/// A text as an address has it, with the hexadecimal digits in capitals.
fn in_percents(text: &str) -> String {
    let written: String = url::form_urlencoded::byte_serialize(text.as_bytes()).collect();
    written.replace('+', "%20")
}

/// The e-mail address of the row in every form that a program may write it in, and the token too.
fn forms_of(token: &str) -> String {
    let mail = "zylvester.quartzmann@example.com";
    let (percents, escaped) = (in_percents(mail), in_percents(token));
    format!(
        "Bearer%20{token} Bearer%20{escaped} Bearer%20{} token={}; {percents} {} {} \
         zylvester.quartzmann&#64;example.com zylvester.quartzmann&#x40;example.com \
         zylvester.quartzmann\\u0040example.com {}",
        escaped.to_lowercase(),
        in_percents(&escaped),
        percents.to_lowercase(),
        in_percents(&percents),
        in_percents("Qu\u{e4}rtz Quartzmann"),
    )
}

/// Everything that a request can be repeated as: as it is, escaped once and twice, cut, in capitals.
fn echo_of(request: &crate::support::Request) -> String {
    let token = request
        .header("authorization")
        .trim_start_matches("Bearer ");
    let escaped = token.replace('/', "\\/");
    let body = &request.body;
    let ascii = body.replace('\u{e4}', "\\u00e4");
    let cut: String = body.chars().skip(2).take(150).collect();
    // A server cannot tell names that it has not been told.
    let names = if body.is_empty() {
        ""
    } else {
        "Zylvester Qu\u{e4}rtz Quartzmann"
    };
    let message = format!(
        "bad token {token} ({escaped}) for {body} or {ascii} or {cut}... or {} at {}; \
         {names} <zylvester.quartzmann@example.com>, 0532 123 45 67",
        body.to_uppercase(),
        request.start,
    );
    serde_json::json!({ "message": message }).to_string()
}

/// A server that answers each create with `status`, and everything else too when `always`.
fn echoing(status: u16, always: bool) -> ScriptedServer {
    ScriptedServer::start_raw(move |request| {
        if request.post.is_some() || always {
            Reply::Answer(status, vec![("retry-after", "0".into())], echo_of(request))
        } else {
            Reply::Answer(200, vec![], r#"{"data":[]}"#.into())
        }
    })
}

#[track_caller]
fn assert_silent(run: &Run, what: &str) {
    for marker in MARKERS {
        for (name, text) in [("stderr", &run.stderr), ("stdout", &run.stdout)] {
            assert!(
                !text.contains(marker),
                "{what}: `{marker}` in {name}:\n{text}"
            );
        }
    }
}

/// The ledger's files may hold what is in doubt, but their names tell nothing.
#[track_caller]
fn assert_names_are_silent(folder: &Path) {
    for entry in fs_err::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        assert!(
            !MARKERS.iter().any(|marker| name.contains(marker)),
            "{name}"
        );
        if path.is_dir() {
            assert_names_are_silent(&path);
        }
    }
}

/// Runs the import with each kind of log in a fresh folder; `url` begins what is asked.
#[track_caller]
fn try_every_log(what: &str, url: &str, more: &[&str], code: i32) {
    for log in LOGS {
        let workspace = workspace();
        let run = run_in(&workspace, url, &[more, log].concat());
        assert!(
            run.code == code,
            "{what}: {} for {code}\n{}",
            run.code,
            run.stderr
        );
        assert_silent(&run, &format!("{what} {log:?}"));
        assert_names_are_silent(&workspace.path("state"));
    }
}

fn run_in(workspace: &Workspace, url: &str, more: &[&str]) -> Run {
    let usual = ["--token-file", "token", "--summary", "-", "--tries", "1"];
    let more = [&usual, more].concat();
    Run::of(&mut workspace.import_command("leads.csv", url, &more))
}

#[test]
fn a_row_that_goes_well_is_not_talked_about() {
    let server = ScriptedServer::start(|request| created(request.post.unwrap()));
    try_every_log("success", &server.url(), &[], 0);
}

#[test]
fn answers_that_repeat_everything_are_quoted_without_it() {
    for (status, always, code) in [
        (401, true, 3),
        (401, false, 3),
        (403, true, 3),
        (403, false, 3),
        (404, true, 3),
        (404, false, 3),
        (405, false, 3),
        (422, false, 1),
        (302, false, 3),
        (500, false, 1),
        (503, true, 1),
    ] {
        let server = echoing(status, always);
        let hold = ["--on-unknown", "hold"];
        try_every_log(&format!("{status} {always}"), &server.url(), &hold, code);
    }
}

/// Looks a lost row up at a server that repeats what it was asked for.
#[test]
fn look_ups_that_are_refused_are_not_talked_about() {
    for status in [401, 403, 404, 422, 500] {
        let server = ScriptedServer::start_raw(move |request| match request.post {
            Some(_) => Reply::Close,
            None if request.start.contains("search=") => {
                Reply::Answer(status, vec![], echo_of(request))
            }
            None => Reply::Answer(200, vec![], r#"{"data":[]}"#.into()),
        });
        let workspace = workspace();
        let more = ["--verbose", "--give-up-after", "1s"];
        let run = run_in(&workspace, &server.url(), &more);
        assert_silent(&run, &format!("look-up {status}"));
    }
}

#[test]
fn a_pause_is_told_without_words() {
    for log in LOGS {
        let server = ScriptedServer::start(|request| match request.post.unwrap() {
            0 => Reply::Answer(429, vec![("retry-after", "0".into())], echo_of(request)),
            post => created(post),
        });
        let run = run_in(&workspace(), &server.url(), log).expect_code(0);
        assert_silent(&run, "429");
    }
}

#[test]
fn lost_answers_are_told_without_values() {
    let half = "HTTP/1.1 500 X\r\ncontent-length: 500\r\n\r\n{\"message\":\"Zylvester tok3n";
    for (what, reply) in [
        ("reset", Reply::Close),
        ("half an answer", Reply::Raw(half.into())),
        (
            "no HTTP",
            Reply::Raw("Zylvester Quartzmann tok3n\r\n\r\n".into()),
        ),
        ("silence", Reply::Hang),
    ] {
        let server = ScriptedServer::start(move |_| reply.clone());
        let more = ["--on-unknown", "hold", "--timeout", "300ms"];
        try_every_log(what, &server.url(), &more, 1);
    }
}

#[test]
fn ways_that_lead_nowhere_are_told_without_passwords() {
    let authority = Authority::new("Ours");
    let server = ScriptedServer::start(|_| created(1));
    let front = TlsFront::start(
        &authority.identity_for(&["localhost"]),
        "http/1.1",
        server.address(),
    );
    // The proxy is tried three times, with waits between.
    for log in [LOGS[0], LOGS[5]] {
        let untrusted = run_in(&workspace(), &front.url("localhost"), log).expect_code(3);
        assert_silent(&untrusted, "untrusted");
        let proxy = ConnectProxy::refusing("407 jane:p4ssword tok3n");
        let workspace = workspace();
        let more = [&["--token-file", "token"], log].concat();
        let mut command = workspace.import_command("leads.csv", "https://crm.test", &more);
        command.env(
            "HTTPS_PROXY",
            format!("http://jane:p4ssword@{}", proxy.address()),
        );
        assert_silent(&Run::of(&mut command).expect_code(3), "proxy");
    }
    for log in [LOGS[0], LOGS[5]] {
        let run = run_in(&workspace(), "https://127.0.0.1:1", log).expect_code(3);
        assert_silent(&run, "unreachable");
        let run = run_in(&workspace(), "https://jane:p4ssword@crm.test", log).expect_code(2);
        assert_silent(&run, "address");
        let run = run_in(&workspace(), "ftp://jane:p4ssword@crm.test", log).expect_code(2);
        assert_silent(&run, "scheme");
    }
}

#[test]
fn tokens_of_every_origin_stay_where_they_are() {
    let failing = format!("echo {TOKEN} >/dev/null; exit 3");
    let server = echoing(401, true);
    for log in LOGS {
        for (what, token, code) in [
            ("environment", &[][..], 3),
            ("file", &["--token-file", "token"], 3),
            ("command", &["--token-command", "cat token"], 3),
            ("failing command", &["--token-command", &failing], 2),
            (
                "no command",
                &["--token-command", "tok3n-no-such-program 2>/dev/null"],
                2,
            ),
            ("no file", &["--token-file", "none"], 2),
            ("two words", &["--token-file", "two_words"], 2),
        ] {
            let workspace = workspace();
            workspace.write("two_words", "tok3n with blanks");
            let more = [token, log].concat();
            let mut command = workspace.import_command("leads.csv", &server.url(), &more);
            command.env("LEADFERRY_TOKEN", TOKEN);
            let run = Run::of(&mut command).expect_code(code);
            assert_silent(&run, what);
        }
    }
}

#[test]
fn what_our_own_checks_find_stands_in_results_and_rejects_alone() {
    let mapping = format!("{MAPPING}\n[identity]\nsource = \"test\"\ncolumns = [\"Mail\"]\n");
    for log in LOGS {
        let workspace = workspace();
        workspace.write("mapping.toml", &mapping);
        let bad = "Zylvester,,zylvester.quartzmann.example.com,5321234,Xylophone";
        let rows = format!("Name,Surname,Mail,Phone,Notes\n{ROW}\n{ROW}\n{bad}\n");
        workspace.write("leads.csv", rows);
        let server = ScriptedServer::start(|request| created(request.post.unwrap()));
        let run = run_in(
            &workspace,
            &server.url(),
            &[&["--echo", "all"], *log].concat(),
        );
        assert_eq!(workspace.statuses(), ["created", "duplicate", "rejected"]);
        assert_silent(&run.expect_code(1), "checks");
        let checked =
            workspace.run(&[&["check", "leads.csv", "--mapping", "mapping.toml"], *log].concat());
        assert_silent(&checked, "check");
        for file in ["leads.csv.results.csv", "leads.csv.rejects.csv"] {
            assert!(workspace.read(file).contains("Zylvester"), "{file}");
        }
    }
}

#[test]
fn a_file_that_has_lost_its_header_is_not_taken_apart_in_a_message() {
    let workspace = workspace();
    for (text, more) in [
        (format!("{ROW}\n"), &[][..]),
        (format!("{ROW}\n"), &["--echo", "Notes"]),
        (format!("{}\n", ROW.replace(',', ";")), &[]),
        (format!("{ROW}\n"), &["--log-format", "json"]),
    ] {
        workspace.write("leads.csv", text);
        let usual = ["check", "leads.csv", "--mapping", "mapping.toml"];
        let run = workspace.run(&[&usual, more].concat()).expect_code(2);
        assert_silent(&run, "no header");
    }
}

/// Rows that are all refused in the same words: those that end a trial are told, counted and kept.
#[test]
fn the_words_that_end_a_trial_are_told_without_values() {
    for log in LOGS {
        let server = ScriptedServer::start_raw(|request| {
            let forms = forms_of(
                request
                    .header("authorization")
                    .trim_start_matches("Bearer "),
            );
            let words = format!(
                "E-mail <zylvester.quartzmann@example.com> of Qu\u{e4}rtz Quartzmann with phone \
                 +905321234567 is taken, ask jane@example.com or +90 532 123 45 67; {forms}"
            );
            match request.post {
                Some(_) => Reply::Answer(
                    422,
                    vec![],
                    serde_json::json!({ "message": words }).to_string(),
                ),
                None => Reply::Answer(200, vec![], r#"{"data":[]}"#.into()),
            }
        });
        let workspace = workspace();
        let rows = format!(
            "Name,Surname,Mail,Phone,Notes\n{}",
            format!("{ROW}\n").repeat(25)
        );
        workspace.write("leads.csv", rows);
        let run = run_in(&workspace, &server.url(), log).expect_code(3);
        assert!(
            run.stderr.contains("refused alike") || log.contains(&"json"),
            "{}",
            run.stderr
        );
        assert_silent(&run, "trial");
        for line in ["runs", "runs --format json"] {
            let words: Vec<_> = line.split(' ').collect();
            assert_silent(&workspace.run(&words), line);
        }
        for file in ["leads.csv.results.csv", "leads.csv.rejects.csv"] {
            let text = workspace.read(file);
            assert!(
                text.contains("ask jane@example.com or +90 532 123 45 67"),
                "{text}"
            );
            assert!(!text.contains("tok3n"), "{text}");
        }
    }
}

#[test]
fn what_is_written_in_percents_is_the_token_and_the_row_all_the_same() {
    for (status, code) in [(401, 3), (403, 3), (404, 3), (422, 1), (500, 1)] {
        let server = ScriptedServer::start_raw(move |request| {
            let token = request
                .header("authorization")
                .trim_start_matches("Bearer ");
            let words = serde_json::json!({ "message": forms_of(token) });
            match request.post {
                Some(_) => Reply::Answer(status, vec![], words.to_string()),
                None => Reply::Answer(200, vec![], r#"{"data":[]}"#.into()),
            }
        });
        let workspace = workspace();
        let hold = ["--on-unknown", "hold"];
        let run = run_in(&workspace, &server.url(), &hold).expect_code(code);
        assert_silent(&run, &status.to_string());
        let results = workspace.read("leads.csv.results.csv");
        assert!(!results.contains("tok3n"), "{results}");
    }
}

#[test]
fn results_keep_what_the_server_said_of_its_row() {
    let server = echoing(422, false);
    let workspace = workspace();
    run_in(&workspace, &server.url(), &[]).expect_code(1);
    let results = workspace.read("leads.csv.results.csv");
    assert!(results.contains("Zylvester"), "{results}");
    assert!(!results.contains("tok3n"), "{results}");
    assert!(
        workspace
            .read("leads.csv.rejects.csv")
            .contains("zylvester.quartzmann@example.com")
    );
}

#[test]
fn the_ledgers_commands_show_values_only_where_they_are_asked_for() {
    let server = echoing(500, false);
    let workspace = workspace();
    let hold = ["--on-unknown", "hold"];
    run_in(&workspace, &server.url(), &hold).expect_code(1);
    for line in ["runs", "runs unknown", "runs unknown --format json"] {
        let words: Vec<_> = line.split(' ').collect();
        assert_silent(&workspace.run(&words), line);
    }
    let bodies = workspace.run(&["runs", "unknown", "--bodies"]);
    assert!(bodies.stdout.contains("Zylvester"), "{}", bodies.stdout);
}

#[test]
fn a_stop_that_the_ledger_remembers_has_no_values() {
    let server = echoing(403, false);
    let workspace = workspace();
    run_in(&workspace, &server.url(), &[]).expect_code(3);
    for line in ["runs", "runs --format json"] {
        let words: Vec<_> = line.split(' ').collect();
        assert_silent(&workspace.run(&words), line);
    }
}

/// Overwrites every file of a folder with what must not be shown.
#[cfg(unix)]
fn damage(folder: &Path) {
    for entry in fs_err::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            damage(&path);
        } else {
            fs_err::write(path, format!("{ROW} {TOKEN}\n").repeat(100)).unwrap();
        }
    }
}

#[cfg(unix)]
#[test]
fn a_broken_ledger_and_a_full_disk_are_told_without_values() {
    for log in LOGS {
        let workspace = workspace();
        let server = ScriptedServer::start(|request| created(request.post.unwrap()));
        run_in(&workspace, &server.url(), &[]).expect_code(0);
        damage(&workspace.path("state"));
        let run = run_in(&workspace, &server.url(), log);
        assert_ne!(run.code, 0);
        assert_silent(&run, "broken ledger");
        let run = run_in(
            &workspace,
            &server.url(),
            &[&["--results", "/dev/full"], *log].concat(),
        );
        assert_silent(&run, "full disk");
    }
}

/// Interrupts a run whose request hangs, and looks at the process meanwhile.
#[cfg(target_os = "linux")]
#[test]
fn an_interrupted_run_and_its_command_line_tell_nothing() {
    for log in LOGS {
        let gate = std::sync::Arc::new(Gate::for_arrivals(2));
        let seen = std::sync::Arc::clone(&gate);
        let server = ScriptedServer::start(move |_| {
            seen.pass();
            Reply::Hang
        });
        let workspace = workspace();
        let more = [&["--token-command", "cat token"], *log].concat();
        let mut command = workspace.import_command("leads.csv", &server.url(), &more);
        let mut running = Running::start(&mut command);
        gate.pass();
        let command_line = fs_err::read(format!("/proc/{}/cmdline", running.id())).unwrap();
        let command_line = String::from_utf8_lossy(&command_line).into_owned();
        // Twice: politely, and at once.
        running.interrupt_until_it_ends();
        let mut run = running.end();
        run.stderr += &command_line;
        assert_silent(&run.expect_code(3), "interrupted");
    }
}
