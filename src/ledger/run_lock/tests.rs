use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use tempfile::TempDir;

use super::{LockError, LockHolder, LockTask, RunLock, Waiting, described};

fn ledger() -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let ledger = folder.path().join("crm.sqlite");
    (folder, ledger)
}

fn holder(importing: &str) -> LockHolder {
    LockHolder {
        process_id: 4711,
        task: LockTask::Importing(importing.into()),
        since: "2026-03-01T22:15:00Z".parse().unwrap(),
    }
}

fn take(ledger: &Path, importing: &str) -> Result<RunLock, LockError> {
    RunLock::take(ledger, &holder(importing), Waiting::No)
}

fn text(ledger: &Path) -> String {
    fs_err::read_to_string(ledger.with_extension("sqlite.lock")).unwrap()
}

#[test]
fn a_second_run_is_refused_and_told_of_the_first() {
    let (_folder, ledger) = ledger();
    let first = take(&ledger, "first.csv").unwrap();
    let error = take(&ledger, "second.csv").unwrap_err();
    // Windows lets nobody read a locked file.
    if cfg!(unix) {
        assert_eq!(
            error.to_string(),
            "another run holds the ledger: it imports `first.csv` (process 4711, since \
             2026-03-01T22:15:00Z)"
        );
        assert_eq!(
            text(&ledger),
            "{\"process_id\":4711,\"importing\":\"first.csv\",\"since\":\"2026-03-01T22:15:00Z\"}\n"
        );
    }
    assert!(error.hint().contains("`--wait`"));
    drop(first);
    assert_eq!(text(&ledger), "");
    take(&ledger, "second.csv").unwrap();
}

#[test]
fn the_text_of_a_dead_owner_is_no_obstacle_and_is_replaced() {
    let (_folder, ledger) = ledger();
    let long = serde_json::to_string(&holder(&"long".repeat(100))).unwrap();
    fs_err::write(ledger.with_extension("sqlite.lock"), long).unwrap();
    let lock = take(&ledger, "second.csv").unwrap();
    if cfg!(unix) {
        let found: LockHolder = serde_json::from_str(&text(&ledger)).unwrap();
        assert_eq!(found, holder("second.csv"));
    }
    drop(lock);
}

#[test]
fn ledgers_are_locked_apart() {
    let (folder, ledger) = ledger();
    let _one = take(&ledger, "one.csv").unwrap();
    let _other = take(&folder.path().join("other.sqlite"), "other.csv").unwrap();
}

#[test]
fn a_run_that_waits_says_so_once_and_goes_on_when_the_first_ends() {
    let (_folder, ledger) = ledger();
    let first = take(&ledger, "first.csv").unwrap();
    let (sender, receiver) = mpsc::sync_channel(2);
    std::thread::scope(|scope| {
        let waiter = scope.spawn(|| {
            let mut on_wait = |error: &LockError| sender.send(error.to_string()).unwrap();
            let on_wait = &mut on_wait;
            RunLock::take(&ledger, &holder("second.csv"), Waiting::Yes { on_wait })
        });
        let told = receiver.recv().unwrap();
        assert!(told.starts_with("another run holds the ledger"), "{told}");
        drop(first);
        let _lock = waiter.join().unwrap().unwrap();
        assert!(take(&ledger, "third.csv").is_err());
    });
    assert!(receiver.try_recv().is_err());
}

#[test]
fn a_free_ledger_is_not_waited_for() {
    let (_folder, ledger) = ledger();
    let on_wait = &mut |error: &LockError| panic!("{error}");
    RunLock::take(&ledger, &holder("first.csv"), Waiting::Yes { on_wait }).unwrap();
}

#[test]
fn an_unknown_holder_is_not_made_up() {
    assert_eq!(described(None), "run holds the ledger");
    let (_folder, ledger) = ledger();
    let _first = take(&ledger, "first.csv").unwrap();
    if cfg!(unix) {
        for text in ["", "{", "{\"process_id\":1}", "\u{0}"] {
            fs_err::write(ledger.with_extension("sqlite.lock"), text).unwrap();
            let error = take(&ledger, "second.csv").unwrap_err();
            assert_eq!(error.to_string(), "another run holds the ledger");
        }
    }
}

#[test]
fn a_name_that_would_spoil_the_terminal_is_shown_escaped() {
    let shown = described(Some(&holder("a\u{1b}[2J.csv")));
    assert!(shown.contains("`a\\u{1b}[2J.csv`"), "{shown}");
}

#[test]
fn a_system_without_locks_is_told_from_one_that_fails() {
    for (kind, expected) in [
        (io::ErrorKind::Unsupported, "offers no locks"),
        (io::ErrorKind::PermissionDenied, "cannot be locked"),
    ] {
        let error = LockError::of(Path::new("crm.sqlite.lock"), kind.into());
        assert!(error.to_string().contains(expected), "{error}");
    }
    let missing = take(Path::new("no such folder/crm.sqlite"), "first.csv");
    assert!(matches!(missing, Err(LockError::Io { .. })));
}

#[test]
fn this_process_is_described_to_the_second() {
    let holder = LockHolder::this_process("leads.csv");
    assert_eq!(holder.process_id, std::process::id());
    assert_eq!(holder.since.subsec_nanosecond(), 0);
}

#[test]
fn a_command_that_is_no_run_is_named_as_what_it_is() {
    let (_folder, ledger) = ledger();
    let holder = LockHolder {
        task: LockTask::Running("runs settle".into()),
        ..holder("")
    };
    let _lock = RunLock::take(&ledger, &holder, Waiting::No).unwrap();
    let error = take(&ledger, "second.csv").unwrap_err();
    if cfg!(unix) {
        assert_eq!(
            error.to_string(),
            "another command holds the ledger: `leadferry runs settle` (process 4711, since \
             2026-03-01T22:15:00Z)"
        );
        assert!(!RunLock::is_held_by_run(&ledger));
    }
}

#[test]
fn looking_who_holds_a_ledger_makes_nothing_and_turns_nobody_away() {
    let (folder, ledger) = ledger();
    assert!(!RunLock::is_held_by_run(&ledger));
    assert_eq!(fs_err::read_dir(folder.path()).unwrap().count(), 0);
    let lock = take(&ledger, "first.csv").unwrap();
    assert!(RunLock::is_held_by_run(&ledger));
    drop(lock);
    assert!(!RunLock::is_held_by_run(&ledger));
    std::thread::scope(|scope| {
        let looking = scope.spawn(|| {
            for _ in 0..2_000 {
                RunLock::is_held_by_run(&ledger);
            }
        });
        while !looking.is_finished() {
            take(&ledger, "second.csv").unwrap();
        }
    });
}
