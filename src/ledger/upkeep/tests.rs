use jiff::Timestamp;

use super::{Decision, Forgotten, Purged, Settled, Upkeep};
use crate::ledger::test_support::{
    Place, add_row, cells, created, end, find_row, identity, intent, lock, only, run_of, write,
};
use crate::ledger::{
    EntryId, EntryState, LedgerError, Note, Print, Round, RowClaims, RunId, RunStart,
};
use crate::model::LeadId;

const STATES: [EntryState; 6] = [
    EntryState::Created,
    EntryState::Refused,
    EntryState::Failed,
    EntryState::Unknown,
    EntryState::Taken,
    EntryState::Intended,
];

/// Run 1 has ended and left a row of each state, from row 2 on in the order of `STATES`.
fn place_with_rows() -> Place {
    let place = Place::new();
    let mut ledger = place.open_with_run();
    for (row, state) in (2..).zip(STATES) {
        add_row(&mut ledger, row, state);
    }
    ledger.end_run(&end(None)).unwrap();
    place
}

fn state_of(place: &Place, row: u64) -> Option<(EntryState, Option<String>)> {
    let reader = place.reader();
    let found = find_row(&reader, reader.keys(), row)?;
    Some((found.state, found.lead_id.map(|id| id.0)))
}

fn created_as(id: &str) -> Decision {
    Decision::Created(LeadId(id.into()))
}

const RUN: RunId = RunId(1);

#[test]
fn only_rows_in_doubt_are_decided() {
    for decision in [created_as("4711"), Decision::Absent] {
        let place = place_with_rows();
        for (row, state) in (2..).zip(STATES) {
            let before = state_of(&place, row).unwrap();
            let settled = place.upkeep().settle(RUN, row, &decision).unwrap();
            if !state.is_open() {
                let Settled::NotInDoubt(known) = settled else {
                    panic!("{settled:?}");
                };
                assert_eq!(
                    (known.state, state_of(&place, row).unwrap()),
                    (state, before)
                );
                continue;
            }
            assert_eq!(settled, Settled::Done { entries: 1 }, "{state:?}");
            let expected = match &decision {
                Decision::Created(id) => (EntryState::Created, Some(id.0.clone())),
                Decision::Absent => (EntryState::Failed, None),
            };
            assert_eq!(state_of(&place, row), Some(expected));
            let entry = row - 1;
            let bodies = format!("SELECT count(*) FROM unsettled WHERE entry = {entry}");
            assert_eq!(place.ask(&bodies), 0, "the body is gone");
            // The same id is not given twice.
            place.execute("UPDATE entry SET lead = NULL WHERE lead = 4711");
        }
        assert!(!place.reader().has_open_rows().unwrap());
    }
}

#[test]
fn a_lead_of_another_row_is_refused() {
    let place = place_with_rows();
    let settled = place.upkeep().settle(RUN, 5, &created_as("200")).unwrap();
    let Settled::LeadOfAnother(owner) = settled else {
        panic!("{settled:?}");
    };
    assert_eq!(owner.row, 2);
    assert_eq!(state_of(&place, 5), Some((EntryState::Unknown, None)));
}

#[test]
fn a_row_or_run_that_the_ledger_does_not_know_is_said_so() {
    let place = place_with_rows();
    for (run, row) in [(RUN, 99), (RunId(2), 5)] {
        let settled = place.upkeep().settle(run, row, &Decision::Absent).unwrap();
        assert_eq!(settled, Settled::NoSuchRow);
    }
}

#[test]
fn a_row_that_was_sent_in_and_outside_of_a_round_is_decided_as_one() {
    let place = Place::new();
    let mut ledger = place.open_with_run();
    add_row(&mut ledger, 2, EntryState::Unknown);
    let keys = ledger.keys().in_round("spring");
    let claims = only(identity("2"));
    ledger
        .commit(&keys, &vec![intent(EntryId(2), 2, claims)])
        .unwrap();
    drop(ledger);
    let settled = place.upkeep().settle(RUN, 2, &created_as("7")).unwrap();
    assert_eq!(settled, Settled::Done { entries: 2 });
    assert!(!place.reader().has_open_rows().unwrap());
}

#[test]
fn a_forgotten_run_leaves_nothing_but_its_rows_in_doubt() {
    let place = place_with_rows();
    let forgotten = place.upkeep().forget(RUN, None).unwrap();
    let expected = Forgotten {
        created: 1,
        refused_or_failed: 2,
        in_doubt: 3,
        round: None,
    };
    assert_eq!(forgotten, expected);
    for (row, state) in (2..).zip(STATES) {
        assert_eq!(
            state_of(&place, row).is_some(),
            state.is_open(),
            "{state:?}"
        );
    }
    assert_eq!(place.ask("SELECT count(*) FROM claim"), 3);
    assert_eq!(place.upkeep().forget(RUN, None).unwrap().rows(), 0);
}

#[test]
fn one_row_is_forgotten_with_everything_that_leads_to_it() {
    let place = Place::new();
    let mut ledger = place.open_with_run();
    let claims = RowClaims {
        identity: identity("token"),
        key: Some(identity("key")),
        columns: Some(identity("columns")),
        cells: Some(cells("cells", 0)),
    };
    write(
        &mut ledger,
        vec![
            intent(EntryId(1), 2, claims),
            created(EntryId(1), "1", claims),
            Note::Claim(EntryId(1), identity("one more")),
            Note::Changed(EntryId(1), Print(9)),
        ],
    );
    add_row(&mut ledger, 3, EntryState::Created);
    drop(ledger);
    assert_eq!(place.upkeep().forget(RUN, Some(2)).unwrap().created, 1);
    assert_eq!(
        place.upkeep().forget(RUN, Some(99)).unwrap(),
        Forgotten::default()
    );
    for (sql, expected) in [
        ("SELECT count(*) FROM entry", 1),
        ("SELECT count(*) FROM claim", 1),
        ("SELECT count(*) FROM changed", 0),
    ] {
        assert_eq!(place.ask(sql), expected, "{sql}");
    }
    assert_eq!(
        place.open().next_entry(),
        EntryId(3),
        "no number comes twice"
    );
}

#[test]
fn rows_of_other_runs_are_not_forgotten() {
    let place = place_with_rows();
    let mut ledger = place.open_with_run();
    add_row(&mut ledger, 12, EntryState::Created);
    // The second run sends the row that the first was refused.
    write(
        &mut ledger,
        vec![intent(EntryId(2), 13, only(identity("3")))],
    );
    write(
        &mut ledger,
        vec![created(EntryId(2), "13", only(identity("3")))],
    );
    drop(ledger);
    let forgotten = place.upkeep().forget(RUN, None).unwrap();
    assert_eq!((forgotten.created, forgotten.refused_or_failed), (1, 1));
    assert!(state_of(&place, 12).is_some() && state_of(&place, 3).is_some());
}

#[test]
fn a_round_that_is_forgotten_can_be_gone_through_again() {
    let place = Place::new();
    let mut ledger = place.open();
    let start = RunStart {
        round: Some("spring".into()),
        ..run_of("leads.csv")
    };
    let round = Round {
        file: "leads.csv".into(),
        file_hash: "a".into(),
        mapping_hash: "b".into(),
        finished: false,
    };
    ledger.begin_run(&start, Some(&round)).unwrap();
    add_row(&mut ledger, 2, EntryState::Created);
    ledger.end_run(&end(None)).unwrap();
    drop(ledger);
    assert!(place.reader().round("spring").unwrap().unwrap().finished);
    let forgotten = place.upkeep().forget(RUN, None).unwrap();
    assert_eq!(forgotten.round.as_deref(), Some("spring"));
    assert!(!place.reader().round("spring").unwrap().unwrap().finished);
}

fn later() -> Timestamp {
    "9999-01-01T00:00:00Z".parse().unwrap()
}

#[test]
fn a_purge_removes_histories_and_bodies_and_nothing_else() {
    let place = place_with_rows();
    // What the run has left behind has claims from now on.
    drop(place.upkeep());
    let claims = place.ask("SELECT count(*) FROM claim");
    let purged = place.upkeep().purge(later()).unwrap();
    assert_eq!(purged, Purged { runs: 1, bodies: 3 });
    assert_eq!(place.reader().history().unwrap(), []);
    for (row, state) in (2..).zip(STATES) {
        let state = if state == EntryState::Intended {
            EntryState::Unknown
        } else {
            state
        };
        let id = (state == EntryState::Created).then(|| format!("{row}00"));
        assert_eq!(state_of(&place, row), Some((state, id)));
    }
    assert_eq!(place.ask("SELECT count(*) FROM claim"), claims);
    assert!(place.reader().has_open_rows().unwrap());
    assert_eq!(place.upkeep().purge(later()).unwrap(), Purged::default());
}

#[test]
fn runs_are_purged_by_when_they_ended_and_killed_ones_by_when_they_began() {
    let place = Place::new();
    for _ in 0..5 {
        place.open_with_run();
    }
    // Fractions of a second make texts that are not in the order of their times.
    place.execute(
        "UPDATE run SET started = '2026-01-01T00:00:00Z', ended = '2026-01-01T00:00:10.51Z' WHERE id = 1;
         UPDATE run SET started = '2026-01-01T00:00:00Z', ended = '2026-01-01T00:00:10Z' WHERE id = 2;
         UPDATE run SET started = '2026-01-01T00:00:10.4Z', ended = NULL WHERE id = 3;
         UPDATE run SET started = '2026-01-01T00:00:11Z', ended = NULL WHERE id = 4;
         UPDATE run SET started = 'unreadable' WHERE id = 5;",
    );
    let before = "2026-01-01T00:00:10.5Z".parse().unwrap();
    assert_eq!(place.upkeep().purge(before).unwrap().runs, 2);
    let left = place.reader().history().unwrap();
    let left: Vec<i64> = left.into_iter().map(|run| run.id.0).collect();
    assert_eq!(left, [1, 4, 5]);
}

#[test]
fn a_run_never_gets_the_number_of_a_purged_one() {
    let place = place_with_rows();
    place.upkeep().purge(later()).unwrap();
    assert_eq!(place.open_with_run().run(), RunId(2));
}

#[test]
fn what_was_told_of_a_changed_row_counts_as_told_when_the_run_that_told_it_had_finished() {
    for (stopped, expected) in [(None, Some((Print(9), true))), (Some("interrupted"), None)] {
        let place = Place::new();
        let mut ledger = place.open_with_run();
        let entry = add_row(&mut ledger, 2, EntryState::Created);
        write(&mut ledger, vec![Note::Changed(entry, Print(9))]);
        ledger.end_run(&end(stopped)).unwrap();
        drop(ledger);
        place.upkeep().purge(later()).unwrap();
        assert_eq!(place.reader().changed_content(entry).unwrap(), expected);
    }
}

#[test]
fn nothing_of_a_purged_body_is_left_in_the_file() {
    let place = place_with_rows();
    let is_in_file = || {
        let file = fs_err::read(&place.path).unwrap();
        file.windows(9).any(|bytes| bytes == b"last_name")
    };
    assert!(is_in_file());
    let mut upkeep = place.upkeep();
    upkeep.purge(later()).unwrap();
    upkeep.compact().unwrap();
    drop(upkeep);
    assert!(!is_in_file());
}

#[test]
fn a_ledger_that_is_not_there_is_not_made() {
    let place = Place::new();
    let error = Upkeep::open(&place.path, lock(&place.path)).unwrap_err();
    assert!(matches!(error, LedgerError::File { .. }), "{error:?}");
    assert!(!place.path.exists());
}
