use crate::ledger::test_support::{
    Place, add_row, cells, created, digest, end, find_row, identity, intent, only, run_of, write,
};
use crate::ledger::{
    Claim, EntryId, EntryState, Group, LedgerError, Note, Print, Round, RowClaims, RunEnding,
    RunStart, Settlement,
};
use crate::model::{Code, LeadId};

const ENTRY: EntryId = EntryId(1);

fn claims() -> RowClaims {
    RowClaims {
        identity: identity("token"),
        key: Some(Claim::Key(digest("key"))),
        columns: Some(identity("columns")),
        cells: Some(cells("cells", 0)),
    }
}

fn settle(settlement: Settlement) -> Note {
    Note::Settle(ENTRY, settlement)
}

fn create(id: &str) -> Note {
    settle(Settlement::Created(LeadId(id.into()), claims()))
}

fn withdraw(before: Option<EntryState>) -> Note {
    Note::Withdraw {
        entry: ENTRY,
        before,
        claims: claims(),
    }
}

/// What the notes leave of a row to the next run: its state and id, how often it was refused, whether
/// its body is kept, and how many claims lead to it.
type Left = Option<(EntryState, Option<&'static str>, u32, bool, i64)>;

/// Whether each note has a commit of its own or all share one does not matter.
fn check(notes: Group, expected: Left) {
    let single = notes.iter().map(|note| vec![note.clone()]).collect();
    check_groups(single, expected);
    check_groups(vec![notes], expected);
}

fn check_groups(groups: Vec<Group>, expected: Left) {
    let place = Place::new();
    let mut ledger = place.open_with_run();
    let told = format!("{groups:?}");
    for group in groups {
        write(&mut ledger, group);
    }
    drop(ledger);
    drop(place.open());
    let reader = place.reader();
    let known = reader.entry(ENTRY).unwrap();
    let left = known.map(|known| {
        let id = known.lead_id.map(|id| id.0);
        let has_body = reader.has_open_rows().unwrap();
        (known.state, id, known.refusals, has_body)
    });
    let count = place.ask("SELECT count(*) FROM claim");
    let expected_entry = expected.map(|(state, id, refusals, has_body, _)| {
        (state, id.map(str::to_owned), refusals, has_body)
    });
    assert_eq!(left, expected_entry, "{told}");
    assert_eq!(count, expected.map_or(0, |left| left.4), "{told}");
}

fn intend() -> Note {
    intent(ENTRY, 2, claims())
}

#[test]
fn a_row_that_is_proven_absent_is_forgotten_but_for_its_refusals() {
    let absent = || settle(Settlement::Absent);
    let in_doubt = || settle(Settlement::Unknown(Code::ServerNoAnswer));
    let place = Place::new();
    let mut ledger = place.open_with_run();
    write(&mut ledger, vec![intend(), in_doubt(), absent()]);
    let reader = ledger.reader().unwrap();
    assert_eq!(
        reader.find(ledger.keys(), &identity("token")).unwrap(),
        None
    );
    assert!(!reader.has_open_rows().unwrap());
    let refused = || settle(Settlement::Refused);
    check(
        vec![intend(), refused(), intend(), in_doubt(), absent()],
        Some((EntryState::Refused, None, 1, false, 4)),
    );
}

#[test]
fn each_fate_leaves_what_it_says() {
    use EntryState::{Created, Failed, Refused, Taken, Unknown};

    check(vec![], None);
    check(vec![intend()], Some((Unknown, None, 0, true, 4)));
    for (note, expected) in [
        (create("17"), (Created, Some("17"), 0, false, 4)),
        (create("0017"), (Created, Some("0017"), 0, false, 4)),
        (create("L-017"), (Created, Some("L-017"), 0, false, 4)),
        (settle(Settlement::Refused), (Refused, None, 1, false, 3)),
        (settle(Settlement::Failed), (Failed, None, 0, false, 3)),
        (
            settle(Settlement::Found(LeadId("17".into()))),
            (Created, Some("17"), 0, false, 3),
        ),
        (
            settle(Settlement::Unknown(Code::ServerNoAnswer)),
            (Unknown, None, 0, true, 4),
        ),
        (settle(Settlement::Taken), (Taken, None, 0, true, 4)),
    ] {
        check(vec![intend(), note], Some(expected));
    }
}

#[test]
fn a_row_can_have_more_than_one_note() {
    use EntryState::{Created, Refused};

    let refused = || settle(Settlement::Refused);
    let claim = || Note::Claim(ENTRY, identity("one more"));
    for (notes, expected) in [
        (
            vec![
                intend(),
                settle(Settlement::Unknown(Code::ServerNoAnswer)),
                create("17"),
            ],
            Some((Created, Some("17"), 0, false, 4)),
        ),
        // Sent again: the refusals stay counted.
        (
            vec![intend(), refused(), intend(), refused()],
            Some((Refused, None, 2, false, 3)),
        ),
        // Withdrawn: a new row never was, an earlier one is what it was.
        (vec![intend(), withdraw(None)], None),
        (
            vec![intend(), refused(), intend(), withdraw(Some(Refused))],
            Some((Refused, None, 1, false, 3)),
        ),
        (
            vec![intend(), create("17"), claim(), claim()],
            Some((Created, Some("17"), 0, false, 5)),
        ),
    ] {
        check(notes, expected);
    }
}

#[test]
fn the_content_of_a_changed_row_is_told_once_a_run_has_finished() {
    let place = Place::new();
    let mut ledger = place.open_with_run();
    let entry = add_row(&mut ledger, 2, EntryState::Created);
    let changed = || place.reader().changed_content(entry).unwrap();
    assert_eq!(changed(), None);
    write(&mut ledger, vec![Note::Changed(entry, Print(8))]);
    assert_eq!(changed(), Some((Print(8), false)), "the run goes on");
    write(&mut ledger, vec![Note::Changed(entry, Print(9))]);
    ledger.end_run(&end(Some("interrupted"))).unwrap();
    assert_eq!(changed(), Some((Print(9), false)));
    ledger.begin_run(&run_of("leads.csv"), None).unwrap();
    write(&mut ledger, vec![Note::Changed(entry, Print(9))]);
    ledger.end_run(&end(None)).unwrap();
    assert_eq!(changed(), Some((Print(9), true)));
}

#[test]
fn only_rows_that_own_nothing_lose_their_claims() {
    for (state, loses) in [
        (EntryState::Created, false),
        (EntryState::Unknown, false),
        (EntryState::Taken, false),
        (EntryState::Refused, true),
        (EntryState::Failed, true),
    ] {
        let place = Place::new();
        let mut ledger = place.open_with_run();
        let first = add_row(&mut ledger, 2, state);
        let second = EntryId(first.0 + 1);
        let claims = only(identity("2"));
        let group = vec![intent(second, 3, claims), created(second, "300", claims)];
        write(&mut ledger, group);
        let owner = find_row(&ledger.reader().unwrap(), ledger.keys(), 2).unwrap();
        let expected = if loses { second } else { first };
        assert_eq!(owner.entry, expected, "{state:?}");
    }
}

#[test]
fn rows_with_equal_cells_claim_the_next_free_occurrence() {
    let place = Place::new();
    let mut ledger = place.open_with_run();
    for number in 1..=3_i64 {
        let claims = only(cells("equal", 0));
        let row = number.unsigned_abs();
        let entry = EntryId(number);
        let in_doubt = Note::Settle(entry, Settlement::Unknown(Code::ServerNoAnswer));
        write(&mut ledger, vec![intent(entry, row, claims), in_doubt]);
        // Once more, as a later attempt does: it has its own already.
        write(&mut ledger, vec![intent(entry, row, claims)]);
    }
    let reader = ledger.reader().unwrap();
    let owner = |occurrence| {
        let found = reader.find(ledger.keys(), &cells("equal", occurrence));
        found.unwrap().map(|known| known.entry.0)
    };
    assert_eq!([0, 1, 2, 3].map(owner), [Some(1), Some(2), Some(3), None]);
}

#[test]
fn what_a_commit_has_settled_counts_for_the_rest_of_it() {
    let place = Place::new();
    let mut ledger = place.open_with_run();
    let claims = only(cells("equal", 0));
    let [one, two, three] = [1, 2, 3].map(EntryId);
    let intents = [one, two, three].map(|entry| intent(entry, 1, claims));
    write(&mut ledger, intents);
    let refused = Note::Settle(one, Settlement::Refused);
    let later = Note::Settle(one, Settlement::Unknown(Code::ServerNoAnswer));
    let answers = [three, two].map(|entry| created(entry, &entry.0.to_string(), claims));
    let again = [intent(one, 1, claims), later];
    write(
        &mut ledger,
        [vec![refused], answers.into(), again.into()].concat(),
    );
    let reader = ledger.reader().unwrap();
    let owner = |occurrence| {
        let found = reader.find(ledger.keys(), &cells("equal", occurrence));
        found.unwrap().map(|known| (known.entry.0, known.state))
    };
    // The refused row has left its number to the next, and found another one when it was sent again.
    let created = EntryState::Created;
    assert_eq!(
        [0, 1, 2, 3].map(owner),
        [
            Some((3, created)),
            Some((2, created)),
            Some((1, EntryState::Unknown)),
            None
        ]
    );
}

#[test]
fn claims_of_a_round_lead_nowhere_else() {
    let place = Place::new();
    let mut ledger = place.open_with_run();
    add_row(&mut ledger, 2, EntryState::Created);
    let round = ledger.keys().in_round("spring");
    let reader = ledger.reader().unwrap();
    assert!(find_row(&reader, ledger.keys(), 2).is_some());
    assert_eq!(find_row(&reader, &round, 2), None);
    let (entry, claims) = (EntryId(2), only(identity("2")));
    let group = vec![intent(entry, 2, claims), created(entry, "17", claims)];
    ledger.commit(&round, &group).unwrap();
    let reader = ledger.reader().unwrap();
    assert_eq!(find_row(&reader, &round, 2).unwrap().entry, EntryId(2));
    assert_eq!(
        find_row(&reader, ledger.keys(), 2).unwrap().entry,
        EntryId(1)
    );
}

#[test]
fn no_number_of_an_entry_comes_twice() {
    let place = Place::new();
    let mut ledger = place.open_with_run();
    assert_eq!(ledger.next_entry(), EntryId(1));
    write(&mut ledger, vec![intent(EntryId(5), 2, claims())]);
    let withdrawn = Note::Withdraw {
        entry: EntryId(5),
        before: None,
        claims: claims(),
    };
    write(&mut ledger, vec![withdrawn]);
    drop(ledger);
    assert_eq!(place.ask("SELECT count(*) FROM entry"), 0);
    assert_eq!(place.open().next_entry(), EntryId(6));
}

#[test]
fn what_a_killed_run_was_about_to_send_is_unknown_to_the_next() {
    let place = Place::new();
    let mut ledger = place.open_with_run();
    let states = [
        (EntryState::Intended, EntryState::Unknown),
        (EntryState::Created, EntryState::Created),
        (EntryState::Taken, EntryState::Taken),
        (EntryState::Refused, EntryState::Refused),
    ];
    for (row, (before, _)) in (2..).zip(states) {
        add_row(&mut ledger, row, before);
    }
    drop(ledger);
    let ledger = place.open();
    let reader = ledger.reader().unwrap();
    for (row, (_, after)) in (2..).zip(states) {
        assert_eq!(find_row(&reader, ledger.keys(), row).unwrap().state, after);
    }
    assert_eq!(
        place.ask("SELECT count(*) FROM unsettled WHERE body IS NOT NULL"),
        2
    );
    assert_eq!(
        place.ask("SELECT count(*) FROM run WHERE ended_as = 'killed'"),
        1
    );
    assert_eq!(reader.history().unwrap()[0].ending, RunEnding::Killed);
}

#[test]
fn what_was_written_is_found_by_the_next_process_under_the_same_keys() {
    let place = Place::new();
    let mut ledger = place.open_with_run();
    let group = vec![intent(ENTRY, 2, claims()), created(ENTRY, "17", claims())];
    write(&mut ledger, group);
    drop(ledger);
    let ledger = place.open();
    let reader = ledger.reader().unwrap();
    let key = Claim::Key(digest("key"));
    for claim in [
        identity("token"),
        identity("columns"),
        cells("cells", 0),
        key,
    ] {
        let found = reader.find(ledger.keys(), &claim).unwrap().unwrap();
        assert_eq!((found.entry, found.row), (ENTRY, 2));
    }
    assert_eq!(
        reader.find(ledger.keys(), &identity("other")).unwrap(),
        None
    );
}

#[test]
fn a_group_that_finds_no_room_leaves_nothing_and_gives_the_reserve_back() {
    let place = Place::new();
    let mut ledger = place.open_with_run();
    let reserve = place.path.with_extension("sqlite.reserve");
    let pages = u32::try_from(place.ask("PRAGMA page_count")).unwrap();
    ledger.limit_pages(pages);
    let group: Group = (1..2_000)
        .map(|number: i64| {
            let row = number.unsigned_abs();
            intent(EntryId(number), row, only(identity(&row.to_string())))
        })
        .collect();
    assert!(reserve.exists());
    let keys = ledger.keys().clone();
    let error = ledger.commit(&keys, &group).unwrap_err();
    assert!(matches!(error, LedgerError::Full { .. }), "{error:?}");
    assert!(!reserve.exists());
    let reader = ledger.reader().unwrap();
    assert!(reader.is_empty().unwrap() && !reader.has_open_rows().unwrap());
    assert_eq!(place.ask("SELECT count(*) FROM claim"), 0);
    ledger.limit_pages(pages + 100);
    write(&mut ledger, &group[..10]);
    drop(ledger);
    place.open();
    assert_eq!(place.ask("SELECT count(*) FROM entry"), 10);
    assert!(reserve.exists(), "the next run has one again");
}

#[test]
fn a_row_that_a_killed_run_was_about_to_send_is_known_by_everything() {
    for round in [None, Some("spring")] {
        let place = Place::new();
        let mut ledger = place.open();
        let start = RunStart {
            round: round.map(str::to_owned),
            ..run_of("leads.csv")
        };
        let opened = Round {
            file: "leads.csv".into(),
            file_hash: String::new(),
            mapping_hash: String::new(),
            finished: false,
        };
        ledger.begin_run(&start, Some(&opened)).unwrap();
        let keys = round.map_or_else(
            || ledger.keys().clone(),
            |name| ledger.keys().in_round(name),
        );
        ledger
            .commit(&keys, &vec![intent(ENTRY, 2, claims())])
            .unwrap();
        drop(ledger);
        drop(place.open());
        let reader = place.reader();
        for claim in [
            identity("token"),
            identity("columns"),
            cells("cells", 0),
            Claim::Key(digest("key")),
        ] {
            let found = reader.find(&keys, &claim).unwrap();
            let state = found.map(|row| row.state);
            assert_eq!(state, Some(EntryState::Unknown), "{round:?} {claim:?}");
        }
    }
}
