use crate::ledger::test_support::{Place, add_row, end, lock, run_of};
use crate::ledger::{EntryState, RunEnding, RunId};

/// Runs that finished, stopped, was killed, and goes on.
fn place_with_runs() -> (Place, crate::ledger::Ledger) {
    let place = Place::new();
    let mut ledger = place.open_with_run();
    add_row(&mut ledger, 2, EntryState::Created);
    ledger.end_run(&end(None)).unwrap();
    ledger.begin_run(&run_of("b.csv"), None).unwrap();
    ledger.end_run(&end(Some("interrupted"))).unwrap();
    ledger.begin_run(&run_of("c.csv"), None).unwrap();
    drop(ledger);
    let ledger = place.open_with_run();
    (place, ledger)
}

fn endings(place: &Place) -> Vec<RunEnding> {
    let runs = place.reader().history().unwrap();
    runs.into_iter().map(|run| run.ending).collect()
}

#[test]
fn every_way_to_end_is_told_apart() {
    let (place, ledger) = place_with_runs();
    let stopped = RunEnding::Stopped {
        reason: "interrupted".into(),
    };
    let ended = [RunEnding::Finished, stopped, RunEnding::Killed];
    let with = |last: RunEnding| [ended.as_slice(), &[last]].concat();
    assert_eq!(endings(&place), with(RunEnding::Running));
    assert_eq!(place.reader().running().unwrap(), Some(ledger.run()));
    drop(ledger);
    assert_eq!(endings(&place), with(RunEnding::Killed));
    assert_eq!(place.reader().running().unwrap(), None);
}

#[test]
fn a_run_is_read_as_it_was_written() {
    let (place, _ledger) = place_with_runs();
    let first = place.reader().history().unwrap().swap_remove(0);
    assert_eq!(first.start, run_of("leads.csv"));
    assert_eq!(first.counts.unwrap()["created"], 1);
    assert!(first.ended.unwrap() >= first.started);
}

#[test]
fn a_run_is_found_by_its_name_in_any_case_and_by_its_number_only_without_a_name() {
    let (place, ledger) = place_with_runs();
    let name = ledger.run_name().to_owned();
    drop(ledger);
    let find = |text: &str| place.reader().find_run(text).unwrap();
    assert_eq!(find(&name), Some(RunId(4)));
    assert_eq!(find(&name.to_uppercase()), Some(RunId(4)));
    assert_eq!(find("1"), None);
    assert_eq!(find("no such run"), None);
    place.execute("DELETE FROM run WHERE id IN (1, 2)");
    assert_eq!(find("1"), Some(RunId(1)));
    assert_eq!(find("2"), None, "it has sent nothing");
}

#[test]
fn rows_of_a_run_are_counted_by_their_state() {
    let place = Place::new();
    let mut ledger = place.open_with_run();
    for (row, state) in [
        (2, EntryState::Created),
        (3, EntryState::Created),
        (4, EntryState::Taken),
    ] {
        add_row(&mut ledger, row, state);
    }
    let counts = place.reader().states_of_run(ledger.run()).unwrap();
    assert_eq!(counts, [(EntryState::Created, 2), (EntryState::Taken, 1)]);
}

#[test]
fn a_ledger_that_is_kept_in_order_has_no_run_going_on() {
    let (place, ledger) = place_with_runs();
    drop(ledger);
    let lock = lock(&place.path);
    assert_eq!(
        endings(&place)[3],
        RunEnding::Running,
        "a run has begun and tells nothing yet"
    );
    drop(lock);
    let _upkeep = place.upkeep();
    assert_eq!(endings(&place)[3], RunEnding::Killed);
}
