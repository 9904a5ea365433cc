use crate::ledger::test_support::{
    Place, add_row, created, end, find_row, identity, intent, only, run_of, write,
};
use crate::ledger::{
    EntryId, EntryState, Group, LedgerError, LockHolder, LockTask, Note, RunLock, Settlement,
    Waiting,
};
use crate::model::{Code, LeadId};

fn intents(rows: std::ops::RangeInclusive<u64>) -> Group {
    let intents = rows.map(|row| {
        let entry = EntryId(i64::try_from(row).unwrap());
        intent(entry, row, only(identity(&row.to_string())))
    });
    intents.collect()
}

fn settle(entry: i64, settlement: Settlement) -> Note {
    Note::Settle(EntryId(entry), settlement)
}

fn withdraw(entry: i64) -> Note {
    Note::Withdraw {
        entry: EntryId(entry),
        before: None,
        claims: only(identity(&entry.to_string())),
    }
}

fn open_rows(place: &Place) -> Vec<u64> {
    let mut rows = Vec::new();
    let read = place.reader().each_open_row(None, &mut |row| {
        rows.push(row.row);
        Ok::<_, LedgerError>(())
    });
    read.unwrap();
    rows
}

fn left_over(place: &Place) -> i64 {
    place.ask("SELECT (SELECT count(*) FROM intents) + (SELECT count(*) FROM recent_claims)")
}

/// Rows of one commit, of which some were settled before the kill, each in another way.
fn place_after_a_kill() -> Place {
    let place = Place::new();
    let mut ledger = place.open_with_run();
    write(&mut ledger, intents(1..=8));
    let in_doubt = Settlement::Unknown(Code::ServerNoAnswer);
    write(
        &mut ledger,
        vec![
            created(EntryId(1), "100", only(identity("1"))),
            settle(2, Settlement::Refused),
            settle(3, Settlement::Failed),
            settle(4, in_doubt),
            settle(5, Settlement::Absent),
            withdraw(6),
        ],
    );
    place
}

#[test]
fn of_a_commit_that_was_settled_in_part_only_the_rest_is_in_doubt() {
    let place = place_after_a_kill();
    let ledger = place.open();
    assert_eq!(ledger.next_entry(), EntryId(9), "no number comes twice");
    let reader = ledger.reader().unwrap();
    let states: Vec<_> = (1..=8)
        .map(|row| find_row(&reader, ledger.keys(), row).map(|known| known.state))
        .collect();
    let expected = [
        Some(EntryState::Created),
        Some(EntryState::Refused),
        Some(EntryState::Failed),
        Some(EntryState::Unknown),
        None,
        None,
        Some(EntryState::Unknown),
        Some(EntryState::Unknown),
    ];
    assert_eq!(states, expected);
    let doubt = |entry| reader.doubt_of(EntryId(entry)).unwrap();
    assert_eq!(doubt(4), Some(Code::ServerNoAnswer));
    assert_eq!(doubt(7), None);
    let kept = reader.unsettled(EntryId(7)).unwrap().unwrap();
    assert_eq!(kept.body.as_deref(), Some(&br#"{"last_name":"Row 7"}"#[..]));
    assert_eq!(kept.run.0, 1);
    assert_eq!(left_over(&place), 0);
}

#[test]
fn whoever_looks_at_a_ledger_after_a_kill_sees_what_is_in_doubt() {
    let place = place_after_a_kill();
    assert_ne!(left_over(&place), 0);
    assert_eq!(open_rows(&place), [4, 7, 8]);
    assert_eq!(left_over(&place), 0);
    let counts = place.reader().states_of_run(crate::ledger::RunId(1));
    let count = |state| {
        let counts = counts.as_ref().unwrap().iter();
        counts
            .filter(|it| it.0 == state)
            .map(|it| it.1)
            .sum::<u64>()
    };
    assert_eq!(count(EntryState::Unknown), 3);
    assert_eq!(count(EntryState::Intended), 0);
}

#[test]
fn whoever_looks_while_a_run_goes_on_leaves_its_rows_alone() {
    let place = Place::new();
    let mut ledger = place.open_with_run();
    add_row(&mut ledger, 1, EntryState::Created);
    write(
        &mut ledger,
        vec![intent(EntryId(2), 2, only(identity("2")))],
    );
    let before = left_over(&place);
    let reader = place.reader();
    assert_eq!(open_rows(&place), [0; 0]);
    assert!(
        find_row(&reader, reader.keys(), 1).is_some(),
        "it is settled"
    );
    assert!(reader.has_open_rows().unwrap());
    assert_eq!(
        reader.states_of_run(ledger.run()).unwrap(),
        [(EntryState::Intended, 1), (EntryState::Created, 1)]
    );
    assert_eq!(left_over(&place), before);
    write(
        &mut ledger,
        vec![created(EntryId(2), "7", only(identity("2")))],
    );
    ledger.end_run(&end(None)).unwrap();
    assert_eq!(left_over(&place), 0, "a run that ends leaves nothing");
}

#[test]
fn a_ledger_that_cannot_be_put_in_order_is_an_error_and_no_doubt_is_hidden() {
    let place = place_after_a_kill();
    let lock_file = place.path.with_extension("sqlite.lock");
    fs_err::remove_file(&lock_file).unwrap();
    fs_err::create_dir(&lock_file).unwrap();
    let error = crate::ledger::LedgerReader::at(&place.path).unwrap_err();
    assert!(matches!(error, LedgerError::File { .. }), "{error:?}");
    fs_err::remove_dir(&lock_file).unwrap();
    assert_eq!(open_rows(&place), [4, 7, 8]);
}

#[test]
fn a_command_that_holds_the_ledger_is_waited_for() {
    let place = place_after_a_kill();
    let holder = LockHolder {
        task: LockTask::Running("runs settle".into()),
        ..LockHolder::this_process("")
    };
    let held = RunLock::take(&place.path, &holder, Waiting::No).unwrap();
    std::thread::scope(|scope| {
        let reading = scope.spawn(|| open_rows(&place));
        drop(held);
        assert_eq!(reading.join().unwrap(), [4, 7, 8]);
    });
}

#[test]
fn a_row_known_before_is_what_it_was_when_it_is_withdrawn_and_in_doubt_after_a_kill() {
    for withdrawn in [true, false] {
        let place = Place::new();
        let mut ledger = place.open_with_run();
        let entry = add_row(&mut ledger, 2, EntryState::Refused);
        ledger.end_run(&end(None)).unwrap();
        drop(ledger);
        let mut ledger = place.open();
        ledger.begin_run(&run_of("more.csv"), None).unwrap();
        write(&mut ledger, vec![intent(entry, 5, only(identity("2")))]);
        if withdrawn {
            let note = Note::Withdraw {
                entry,
                before: Some(EntryState::Refused),
                claims: only(identity("2")),
            };
            write(&mut ledger, vec![note]);
        }
        drop(ledger);
        drop(place.open());
        let reader = place.reader();
        let known = find_row(&reader, reader.keys(), 2).unwrap();
        let expected = if withdrawn {
            EntryState::Refused
        } else {
            EntryState::Unknown
        };
        assert_eq!((known.state, known.refusals), (expected, 1));
        assert_eq!((known.run.0, known.row), (2, 5));
    }
}

#[test]
fn after_a_commit_that_failed_outcomes_of_earlier_intents_are_written() {
    let place = Place::new();
    let mut ledger = place.open_with_run();
    write(&mut ledger, intents(1..=3));
    let pages = u32::try_from(place.ask("PRAGMA page_count")).unwrap();
    ledger.limit_pages(pages + 2);
    let outcome = || created(EntryId(1), "100", only(identity("1")));
    let mut group = intents(10..=500);
    group.push(outcome());
    let keys = ledger.keys().clone();
    assert!(ledger.commit(&keys, &group).is_err());
    write(&mut ledger, vec![outcome()]);
    drop(ledger);
    assert_eq!(open_rows(&place), [2, 3]);
    let reader = place.reader();
    let known = find_row(&reader, reader.keys(), 1).unwrap();
    assert_eq!(known.lead_id, Some(LeadId("100".into())));
}
