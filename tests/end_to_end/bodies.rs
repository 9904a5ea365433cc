//! Answers that are compressed, broken or without end.

use std::io::Write;

use flate2::Compression;
use flate2::write::GzEncoder;

use crate::support::{Reply, Run, ScriptedServer, Workspace};

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

/// An answer whose body is said to be compressed.
fn compressed(status: u16, body: &[u8]) -> Reply {
    let head = format!(
        "HTTP/1.1 {status} X\r\ncontent-encoding: gzip\r\nconnection: close\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    Reply::RawBytes([head.as_bytes(), body].concat())
}

/// Imports one row to a server that answers each create with `reply`; how often it was sent.
fn import(reply: Reply, code: i32) -> (Workspace, Run, usize) {
    let workspace = Workspace::with_rows(1);
    let server = ScriptedServer::start(move |_| reply.clone());
    let run = workspace
        .import_to(&server.url(), &["--on-unknown", "hold"])
        .expect_code(code);
    (workspace, run, server.posts().len())
}

#[test]
fn a_compressed_answer_is_read() {
    let body = gzip(br#"{"success":true,"data":{"id":77}}"#);
    let (workspace, ..) = import(compressed(201, &body), 0);
    assert_eq!(workspace.results()[0].lead_id, "77");
}

#[test]
fn a_taken_lead_whose_answer_cannot_be_unpacked_is_never_sent_again() {
    let whole = gzip(br#"{"success":true,"data":{"id":77}}"#);
    let mut wrong_sum = whole.clone();
    *wrong_sum.last_mut().unwrap() ^= 0xff;
    for body in [b"no gzip at all".to_vec(), whole[..12].to_vec(), Vec::new()] {
        let (workspace, _, posts) = import(compressed(201, &body), 1);
        assert_eq!(workspace.statuses(), ["in_doubt"]);
        assert_eq!(posts, 1);
    }
    // What can be unpacked of it says enough.
    let (workspace, _, posts) = import(compressed(201, &wrong_sum), 0);
    assert_eq!((workspace.statuses(), posts), (vec!["created".into()], 1));
}

#[test]
fn a_refusal_that_cannot_be_unpacked_leaves_the_row_in_doubt() {
    let (workspace, _, posts) = import(compressed(422, b"no gzip at all"), 1);
    assert_eq!((workspace.statuses(), posts), (vec!["in_doubt".into()], 1));
}

/// Imports two rows in a process that may not have more than some memory; how often they were sent.
#[cfg(target_os = "linux")]
fn import_in_little_memory(reply: Reply) -> (Workspace, usize) {
    /// Of addresses, not of memory in use, of which the program needs a tenth.
    const KILOBYTES: u64 = 800 * 1024;
    let workspace = Workspace::with_rows(2);
    let server = ScriptedServer::start(move |_| reply.clone());
    let program = workspace.import_command("leads.csv", &server.url(), &["--on-unknown", "hold"]);
    let mut limited = std::process::Command::new("sh");
    let shell = format!("ulimit -v {KILOBYTES}; exec \"$0\" \"$@\"");
    limited.args(["-c", &shell]).arg(program.get_program());
    limited
        .args(program.get_args())
        .current_dir(workspace.path(""));
    limited.envs(
        program
            .get_envs()
            .filter_map(|(name, value)| Some((name, value?))),
    );
    Run::of(&mut limited).expect_code(1);
    (workspace, server.posts().len())
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_that_unpacks_to_gigabytes_takes_no_memory() {
    let zeroes = vec![b' '; 1 << 20];
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    for _ in 0..2048 {
        encoder.write_all(&zeroes).unwrap();
    }
    let bomb = encoder.finish().unwrap();
    let (workspace, posts) = import_in_little_memory(compressed(201, &bomb));
    assert_eq!(workspace.statuses(), ["in_doubt", "in_doubt"]);
    assert_eq!(posts, 2);
}

#[cfg(target_os = "linux")]
#[test]
fn an_answer_without_end_takes_no_memory_and_no_time() {
    let head = "HTTP/1.1 201 X\r\ntransfer-encoding: chunked\r\n\r\n";
    let chunk = format!("10000\r\n{}\r\n", " ".repeat(0x10000));
    let (workspace, posts) = import_in_little_memory(Reply::Endless(head.into(), chunk));
    assert_eq!(workspace.statuses(), ["in_doubt", "in_doubt"]);
    assert_eq!(posts, 2);
}

#[test]
fn an_answer_just_within_the_bound_is_read_and_one_beyond_it_is_cut() {
    const BOUND: usize = 1 << 20;
    let with_length = |length: usize| {
        let (start, end) = (r#"{"success":true,"data":{"note":""#, r#"","id":77}}"#);
        let filler = "x".repeat(length - start.len() - end.len());
        Reply::Answer(201, vec![], format!("{start}{filler}{end}"))
    };
    let (workspace, _, posts) = import(with_length(BOUND), 0);
    assert_eq!((workspace.statuses(), posts), (vec!["created".into()], 1));
    let (workspace, _, posts) = import(with_length(BOUND + 1), 1);
    assert_eq!((workspace.statuses(), posts), (vec!["in_doubt".into()], 1));
}

#[test]
fn connections_are_kept_and_used_again() {
    use crate::support::created;
    let workspace = Workspace::with_rows(200);
    let server = ScriptedServer::start(|request| created(request.post.unwrap()));
    workspace
        .import_to(&server.url(), &["--concurrency", "4"])
        .expect_code(0);
    let connections = server.connections();
    // The HTTP client opens one beside an old one that becomes free at the same time.
    assert!(connections <= 12, "{connections} connections for 200 rows");
}
