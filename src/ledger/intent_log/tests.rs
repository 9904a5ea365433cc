use std::collections::BTreeMap;
use std::sync::Arc;

use proptest::prelude::*;
use rusqlite::Connection;

use super::{IntentLog, MOST_GROUPS};
use crate::ledger::test_support::{digest, identity, intent, only};
use crate::ledger::{EntryId, Intent, Note, RunId};

const RUN: RunId = RunId(7);

fn database() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    let tables = include_str!("../schema/step_3.sql");
    connection.execute_batch(tables).unwrap();
    connection
}

/// The intent of an entry's attempt number `attempt`, each with a key of its own.
fn attempt(entry: i64, attempt: u64) -> Arc<Intent> {
    let claims = only(identity(&entry.to_string()));
    let Note::Intend(intent) = intent(EntryId(entry), attempt, claims) else {
        unreachable!("an intent is made");
    };
    Arc::new(Intent {
        request_key: digest(&attempt.to_string()),
        ..(*intent).clone()
    })
}

/// What is open: the attempt of each entry.
fn open_of(log: &IntentLog) -> BTreeMap<i64, u64> {
    let open = log.open.values();
    open.map(|open| (open.intent.entry.0, open.intent.row))
        .collect()
}

fn count(connection: &Connection) -> usize {
    let sql = "SELECT count(*) FROM intents";
    connection.query_row(sql, [], |row| row.get(0)).unwrap()
}

#[derive(Debug, Clone)]
enum Step {
    Open(i64),
    Close(i64),
    Commit,
    CommitAndWriteOut,
    Load,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => (0..12_i64).prop_map(Step::Open),
        4 => (0..12_i64).prop_map(Step::Close),
        3 => Just(Step::Commit),
        1 => Just(Step::CommitAndWriteOut),
        1 => Just(Step::Load),
    ]
}

proptest! {
    /// Whatever is opened, closed and committed in whatever order: the next process finds open what was
    /// open at the last commit, and nothing stays in the database when nothing is.
    #[test]
    fn the_next_process_finds_open_what_was_open_at_the_last_commit(
        steps in prop::collection::vec(step(), 1..120)
    ) {
        let connection = database();
        let mut log = IntentLog::default();
        let (mut now, mut durable) = (BTreeMap::new(), BTreeMap::new());
        for (number, step) in (1..).zip(steps) {
            match step {
                Step::Open(entry) => {
                    log.open(&attempt(entry, number), RUN, 0);
                    now.insert(entry, number);
                }
                Step::Close(entry) => {
                    let closed = log.close(EntryId(entry));
                    prop_assert_eq!(closed.map(|open| open.intent.row), now.remove(&entry));
                }
                Step::CommitAndWriteOut => {
                    for open in log.take_overdue() {
                        now.remove(&open.intent.entry.0);
                    }
                    log.write(&connection, RUN).unwrap();
                    durable.clone_from(&now);
                }
                Step::Commit => {
                    log.write(&connection, RUN).unwrap();
                    durable.clone_from(&now);
                }
                Step::Load => {
                    log = IntentLog::load(&connection).unwrap();
                    now.clone_from(&durable);
                }
            }
            prop_assert_eq!(open_of(&log), now.clone());
            prop_assert_eq!(open_of(&IntentLog::load(&connection).unwrap()), durable.clone());
        }
        log.close_all();
        log.write(&connection, RUN).unwrap();
        prop_assert_eq!(count(&connection), 0);
    }
}

#[test]
fn a_row_that_waits_long_is_handed_out_to_be_written_down_otherwise() {
    let connection = database();
    let mut log = IntentLog::default();
    log.open(&attempt(1, 1), RUN, 0);
    let mut handed_out = Vec::new();
    for entry in 2.. {
        log.open(&attempt(entry, 1), RUN, 0);
        log.write(&connection, RUN).unwrap();
        assert!(count(&connection) <= MOST_GROUPS);
        log.close(EntryId(entry));
        handed_out = log.take_overdue();
        if !handed_out.is_empty() {
            break;
        }
    }
    let entries: Vec<_> = handed_out.iter().map(|open| open.intent.entry.0).collect();
    assert_eq!(entries, [1]);
    log.write(&connection, RUN).unwrap();
    assert_eq!(count(&connection), 0);
}

#[test]
fn the_time_of_a_request_key_is_that_of_its_first_use() {
    let connection = database();
    let mut log = IntentLog::default();
    let since = |log: &IntentLog| log.open[&EntryId(1)].key_since;
    log.open(&attempt(1, 1), RUN, 5);
    log.write(&connection, RUN).unwrap();
    log.open(&attempt(1, 1), RUN, 9);
    assert_eq!(since(&log), 5);
    log.write(&connection, RUN).unwrap();
    assert_eq!(since(&IntentLog::load(&connection).unwrap()), 5);
    log.open(&attempt(1, 2), RUN, 9);
    assert_eq!(since(&log), 9, "another key");
}

#[test]
fn an_intent_comes_back_as_it_was_written_with_its_run() {
    let connection = database();
    let mut log = IntentLog::default();
    let intent = attempt(1, 3);
    log.open(&intent, RUN, 5);
    log.write(&connection, RUN).unwrap();
    let open = IntentLog::load(&connection).unwrap().close_all();
    assert_eq!((&open[0].intent, open[0].run), (&intent, RUN));
}

#[test]
fn a_damaged_log_is_an_error() {
    let connection = database();
    let mut log = IntentLog::default();
    log.open(&attempt(1, 3), RUN, 5);
    log.write(&connection, RUN).unwrap();
    let cut = "UPDATE intents SET notes = substr(notes, 1, length(notes) - 1)";
    connection.execute(cut, []).unwrap();
    assert!(IntentLog::load(&connection).is_err());
}
