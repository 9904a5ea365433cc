use crate::ledger::test_support::{Place, add_row, end, identity, intent, only, run_of, write};
use crate::ledger::{EntryId, EntryState, LedgerError, OpenRow, RunId};

fn open_rows(place: &Place, of: Option<RunId>) -> Vec<OpenRow> {
    let mut rows = Vec::new();
    let read = place.reader().each_open_row(of, &mut |row| {
        rows.push(row);
        Ok::<_, LedgerError>(())
    });
    read.unwrap();
    rows
}

const STATES: [EntryState; 6] = [
    EntryState::Created,
    EntryState::Unknown,
    EntryState::Refused,
    EntryState::Taken,
    EntryState::Failed,
    EntryState::Intended,
];

#[test]
fn rows_in_doubt_are_those_whose_fate_is_open() {
    let place = Place::new();
    let mut ledger = place.open_with_run();
    for (row, state) in (2..).zip(STATES) {
        add_row(&mut ledger, row, state);
    }
    assert_eq!(open_rows(&place, None), [], "the run goes on");
    let (run, name) = (ledger.run(), ledger.run_name().to_owned());
    drop(ledger);
    let rows = open_rows(&place, None);
    let seen: Vec<_> = rows.iter().map(|row| (row.row, row.state)).collect();
    let expected = [
        (3, EntryState::Unknown),
        (5, EntryState::Taken),
        (7, EntryState::Unknown),
    ];
    assert_eq!(seen, expected);
    assert_eq!(rows[0].address(), format!("{name}:3"));
    assert_eq!(rows[0].history.as_ref().unwrap().file, "leads.csv");
    assert_eq!(
        rows[0].body.as_deref(),
        Some(br#"{"last_name":"Row 3"}"#.as_slice())
    );
    assert_eq!(open_rows(&place, Some(run)).len(), 3);
    assert_eq!(open_rows(&place, Some(RunId(99))), []);
}

#[test]
fn rows_of_earlier_runs_are_in_doubt_while_another_goes_on() {
    let place = Place::new();
    let mut ledger = place.open_with_run();
    add_row(&mut ledger, 2, EntryState::Unknown);
    ledger.end_run(&end(None)).unwrap();
    ledger.begin_run(&run_of("other.csv"), None).unwrap();
    add_row(&mut ledger, 3, EntryState::Unknown);
    let rows = open_rows(&place, None);
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0].row, 2);
}

#[test]
fn a_purged_run_is_called_by_its_number() {
    let place = Place::new();
    let mut ledger = place.open_with_run();
    add_row(&mut ledger, 2, EntryState::Unknown);
    drop(ledger);
    place.execute("DELETE FROM run; UPDATE unsettled SET body = NULL");
    let rows = open_rows(&place, None);
    assert_eq!(rows[0].address(), "1:2");
    assert_eq!((&rows[0].history, &rows[0].body), (&None, &None));
}

#[test]
fn more_rows_than_are_read_at_once_come_each_once_and_in_order() {
    let place = Place::new();
    let rows = 2 * super::ROWS_AT_ONCE as u64 + 1;
    let mut ledger = place.open_with_run();
    let group = (1..=rows).map(|row| {
        let entry = EntryId(i64::try_from(row).unwrap());
        intent(entry, row, only(identity(&row.to_string())))
    });
    write(&mut ledger, group.collect::<Vec<_>>());
    drop(ledger);
    let seen: Vec<u64> = open_rows(&place, None).iter().map(|row| row.row).collect();
    assert_eq!(seen, (1..=rows).collect::<Vec<_>>());
    let mut taken = 0;
    let stopped = place.reader().each_open_row(None, &mut |_| {
        taken += 1;
        Err(LedgerError::Damaged {
            path: place.path.clone(),
            cause: None,
        })
    });
    assert!(stopped.is_err() && taken == 1);
}
