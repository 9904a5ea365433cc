use std::sync::Arc;

use crate::ledger::test_support::{
    Place, add_row, created, digest, end, identity, intent, only, run_of, write,
};
use crate::ledger::{EntryId, EntryState, Intent, LedgerReader, Merged, Note, RunId, Settlement};
use crate::model::{Code, LeadId};

fn unknown(entry: EntryId) -> Note {
    Note::Settle(entry, Settlement::Unknown(Code::ServerNoAnswer))
}

/// The note of a row that is sent after `before` was created.
fn intent_after(entry: EntryId, before: EntryId) -> Note {
    let Note::Intend(intent) = intent(entry, 3, only(identity("later"))) else {
        unreachable!("an intent is made");
    };
    Note::Intend(Arc::new(Intent {
        known_before: Some(before),
        ..(*intent).clone()
    }))
}

fn entries_before(reader: &LedgerReader, run: RunId) -> Vec<EntryId> {
    let rows = reader.unsettled_before(run, 10).unwrap();
    rows.iter().map(|row| row.entry).collect()
}

#[test]
fn a_row_in_doubt_is_kept_with_what_bounds_its_lead() {
    let place = Place::new();
    let mut ledger = place.open_with_run();
    let (first, second) = (EntryId(1), EntryId(2));
    write(
        &mut ledger,
        vec![
            intent(first, 2, only(identity("first"))),
            created(first, "17", only(identity("first"))),
            intent_after(second, first),
            unknown(second),
        ],
    );
    let reader = ledger.reader().unwrap();
    let kept = reader.unsettled(second).unwrap().unwrap();
    assert_eq!(kept.known_before, Some(LeadId("17".into())));
    assert_eq!(kept.body.as_deref(), Some(&br#"{"last_name":"Row 3"}"#[..]));
    assert_eq!(kept.request_key, digest("key"));
    assert!(kept.key_since.is_some() && !kept.is_taken);
    assert_eq!(reader.unsettled(first).unwrap(), None);
}

#[test]
fn the_time_of_a_request_key_is_that_of_its_first_use() {
    let place = Place::new();
    let mut ledger = place.open_with_run();
    let entry = EntryId(1);
    let group = vec![intent(entry, 2, only(identity("a"))), unknown(entry)];
    write(&mut ledger, group);
    place.execute("UPDATE unsettled SET key_since = 5");
    write(&mut ledger, vec![intent(entry, 2, only(identity("a")))]);
    let since = |ledger: &crate::ledger::Ledger| {
        let kept = ledger.reader().unwrap().unsettled(entry).unwrap();
        kept.unwrap().key_since
    };
    assert_eq!(since(&ledger), Some(5));
    place.execute("UPDATE unsettled SET request_key = zeroblob(16)");
    write(&mut ledger, vec![intent(entry, 2, only(identity("a")))]);
    assert!(since(&ledger) > Some(5), "another key");
}

#[test]
fn rows_of_earlier_runs_are_looked_for_by_three_runs() {
    let place = Place::new();
    let mut ledger = place.open_with_run();
    let first = ledger.run();
    let entry = add_row(&mut ledger, 2, EntryState::Unknown);
    add_row(&mut ledger, 3, EntryState::Created);
    ledger.end_run(&end(None)).unwrap();
    for _ in 0..3 {
        ledger.begin_run(&run_of("more.csv"), None).unwrap();
        let reader = ledger.reader().unwrap();
        assert_eq!(entries_before(&reader, ledger.run()), [entry]);
        assert!(entries_before(&reader, first).is_empty());
        write(&mut ledger, vec![Note::LookedInVain(entry)]);
    }
    ledger.begin_run(&run_of("more.csv"), None).unwrap();
    let reader = ledger.reader().unwrap();
    assert!(entries_before(&reader, ledger.run()).is_empty());
    assert!(reader.unsettled(entry).unwrap().is_some(), "it is kept");
}

#[test]
fn a_found_lead_settles_its_row() {
    let place = Place::new();
    let mut ledger = place.open_with_run();
    let entry = add_row(&mut ledger, 2, EntryState::Unknown);
    let id = LeadId("17".into());
    write(
        &mut ledger,
        vec![Note::Settle(entry, Settlement::Found(id.clone()))],
    );
    let reader = ledger.reader().unwrap();
    let owner = reader.owner_of_lead(&id).unwrap().unwrap();
    assert_eq!((owner.entry, owner.state), (entry, EntryState::Created));
    assert!(!reader.has_open_rows().unwrap());
}

#[test]
fn leads_are_counted_from_a_row_on() {
    let place = Place::new();
    let mut ledger = place.open_with_run();
    let reader = ledger.reader().unwrap();
    assert_eq!(reader.last_created().unwrap(), None);
    let first = add_row(&mut ledger, 2, EntryState::Created);
    add_row(&mut ledger, 3, EntryState::Refused);
    let last = add_row(&mut ledger, 4, EntryState::Created);
    add_row(&mut ledger, 5, EntryState::Unknown);
    assert_eq!(reader.leads_after(EntryId(0)).unwrap(), 2);
    assert_eq!(reader.leads_after(first).unwrap(), 1);
    assert_eq!(reader.leads_after(last).unwrap(), 0);
    assert_eq!(reader.last_created().unwrap().unwrap().entry, last);
}

#[test]
fn an_answer_with_the_lead_of_another_row_is_told() {
    let place = Place::new();
    let mut ledger = place.open_with_run();
    let keys = ledger.keys().clone();
    let claims = |name: &str| only(identity(name));
    let mut create = |entry: i64, id| {
        let entry = EntryId(entry);
        let name = entry.0.to_string();
        let group = vec![
            intent(entry, 2, claims(&name)),
            created(entry, id, claims(&name)),
        ];
        let merged = ledger.commit(&keys, &group).unwrap();
        merged
            .into_iter()
            .map(|Merged { entry, owner }| (entry.0, owner.entry.0))
            .collect::<Vec<_>>()
    };
    assert_eq!(create(1, "17"), []);
    assert_eq!(create(2, "12"), [], "ids need not ascend");
    assert_eq!(create(3, "17"), [(3, 1)]);
    assert_eq!(create(4, "obj_1"), []);
    assert_eq!(create(5, "obj_1"), [(5, 4)]);
    assert_eq!(create(6, "18"), []);
    drop(ledger);
    let mut ledger = place.open_with_run();
    let group = vec![
        intent(EntryId(7), 2, claims("7")),
        created(EntryId(7), "18", claims("7")),
    ];
    assert_eq!(ledger.commit(&keys, &group).unwrap().len(), 1);
}
