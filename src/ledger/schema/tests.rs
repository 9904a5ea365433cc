use rusqlite::Connection;

use super::{APPLICATION_ID, STEPS, migrate, newest_version, open_read_only};
use crate::ledger::store::VERSION_WITH_LOG;
use crate::ledger::test_support::{
    Place, add_row, created, end, identity, intent, lock, only, run_of, write,
};
use crate::ledger::{
    EntryId, EntryState, Ledger, LedgerError, LedgerReader, LedgerScope, Round, RunStart, Upkeep,
};
use crate::model::{Code, LeadId};

/// What each way of opening says of the file at the place of the ledger.
fn errors_of(place: &Place) -> [LedgerError; 3] {
    let reading = LedgerReader::at(&place.path).unwrap_err();
    let writing = Ledger::open(&place.path, &place.scope, lock(&place.path)).unwrap_err();
    let keeping = Upkeep::open(&place.path, lock(&place.path)).unwrap_err();
    [reading, writing, keeping]
}

fn used_ledger() -> Place {
    let place = Place::new();
    let mut ledger = place.open_with_run();
    let group = (1..200).map(|number: i64| {
        let row = number.unsigned_abs();
        intent(EntryId(number), row, only(identity(&row.to_string())))
    });
    write(&mut ledger, group.collect::<Vec<_>>());
    drop(ledger);
    place
}

#[test]
fn every_step_leads_from_an_empty_database_to_the_newest_version() {
    for done in 0..=STEPS.len() {
        let mut connection = Connection::open_in_memory().unwrap();
        connection
            .pragma_update(None, "application_id", APPLICATION_ID)
            .unwrap();
        for step in &STEPS[..done] {
            connection.execute_batch(step).unwrap();
        }
        migrate(&mut connection, i64::try_from(done).unwrap()).unwrap();
        let tables = "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND name IN \
                      ('ledger', 'run', 'entry', 'claim', 'unsettled', 'changed', 'round', \
                      'intents', 'recent_claims')";
        let tables: i64 = connection.query_row(tables, [], |row| row.get(0)).unwrap();
        assert_eq!(tables, 9);
        if done < STEPS.len() {
            let version = connection.pragma_query_value(None, "user_version", |row| row.get(0));
            assert_eq!(version, Ok(newest_version()));
        }
    }
}

#[test]
fn an_older_ledger_is_brought_up_to_date_when_it_is_opened_for_writing() {
    let place = Place::new();
    let connection = Connection::open(&place.path).unwrap();
    connection
        .pragma_update(None, "application_id", APPLICATION_ID)
        .unwrap();
    drop(connection);
    assert!(
        open_read_only(&place.path).is_ok(),
        "older ones can be read"
    );
    // It has no owner yet, which is told only after its steps.
    let _ = Ledger::open(&place.path, &place.scope, lock(&place.path)).unwrap_err();
    assert_eq!(place.ask("PRAGMA user_version"), newest_version());
    assert_eq!(place.ask("SELECT count(*) FROM entry"), 0);
}

#[test]
fn a_newer_ledger_is_refused_and_left_alone() {
    let place = used_ledger();
    let newer = newest_version() + 1;
    place.execute(&format!("PRAGMA user_version = {newer}"));
    let before = fs_err::read(&place.path).unwrap();
    for error in errors_of(&place) {
        let expected = format!(
            "the ledger `{}` has version {newer}, and this program knows up to version {}",
            place.path.display(),
            newer - 1
        );
        assert_eq!(error.to_string(), expected);
        assert!(error.hint().contains("newer"), "{}", error.hint());
    }
    assert!(fs_err::read(&place.path).unwrap() == before);
}

#[test]
fn a_database_that_is_no_ledger_is_refused_and_left_alone() {
    let place = Place::new();
    place.execute("CREATE TABLE song (title TEXT); INSERT INTO song VALUES ('Ode')");
    let before = fs_err::read(&place.path).unwrap();
    for error in errors_of(&place) {
        assert!(matches!(error, LedgerError::Foreign { .. }), "{error:?}");
    }
    assert!(fs_err::read(&place.path).unwrap() == before);
}

#[test]
fn the_ledger_of_another_tenant_or_api_is_refused() {
    let place = used_ledger();
    for (api, tenant) in [
        ("https://crm.example.com/api", 8),
        ("https://crm.example.com", 7),
    ] {
        let scope = LedgerScope {
            api: api.into(),
            tenant,
        };
        let error = Ledger::open(&place.path, &scope, lock(&place.path)).unwrap_err();
        let expected = format!("is not the ledger of tenant {tenant} of `{api}`");
        assert!(error.to_string().ends_with(&expected), "{error}");
    }
}

/// A name, and what becomes of the file's bytes.
type Damage = (&'static str, fn(&[u8]) -> Vec<u8>);

#[test]
fn a_damaged_ledger_is_told_and_left_alone() {
    let damages: [Damage; 5] = [
        ("nothing in it", |_| Vec::new()),
        ("cut off in the header", |bytes| bytes[..50].to_vec()),
        ("text", |_| b"this is no database. ".repeat(500)),
        ("the header overwritten", |bytes| {
            [&[0xff; 100], &bytes[100..]].concat()
        }),
        ("all pages but the first overwritten", |bytes| {
            [&bytes[..4096], vec![0x5a; bytes.len() - 4096].as_slice()].concat()
        }),
    ];
    let whole = used_ledger();
    let bytes = fs_err::read(&whole.path).unwrap();
    for (name, damage) in damages {
        let place = Place::new();
        let spoilt = damage(&bytes);
        fs_err::write(&place.path, &spoilt).unwrap();
        for error in errors_of(&place) {
            assert!(
                matches!(error, LedgerError::Damaged { .. }),
                "{name}: {error:?}"
            );
            assert!(error.hint().contains("runs backup"));
        }
        assert!(fs_err::read(&place.path).unwrap() == spoilt, "{name}");
    }
}

/// A file whose header is whole may be cut off further down: that shows where it is read.
#[test]
fn a_ledger_that_is_cut_off_is_told_at_the_latest_when_its_rows_are_read() {
    let whole = used_ledger();
    let bytes = fs_err::read(&whole.path).unwrap();
    let place = Place::new();
    fs_err::write(&place.path, &bytes[..bytes.len() / 2]).unwrap();
    let read = LedgerReader::at(&place.path).and_then(|reader| {
        reader.each_open_row(None, &mut |_| Ok::<_, LedgerError>(()))?;
        reader.history()
    });
    assert!(matches!(read, Err(LedgerError::Damaged { .. })), "{read:?}");
}

#[test]
fn a_kill_while_a_ledger_is_made_leaves_nothing_in_its_way() {
    let place = Place::new();
    fs_err::write(place.path.with_extension("new"), "half of a ledger").unwrap();
    place.open_with_run();
    assert_eq!(place.ask("SELECT count(*) FROM run"), 1);
}

/// Where ledgers of earlier versions are kept, one for each, as the program of that time wrote them.
fn fixture(version: i64) -> std::path::PathBuf {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/ledger");
    std::path::Path::new(folder).join(format!("version_{version}.sqlite"))
}

/// Two rows of the round, one about to be sent and one created: the log and the newest claims hold what
/// leads to them.
fn leave_in_blobs(ledger: &mut Ledger) {
    let keys = ledger.keys().in_round("spring");
    let (entry, claims) = (ledger.next_entry(), only(identity("8")));
    let intended = vec![intent(entry, 8, claims)];
    ledger.commit(&keys, &intended).unwrap();
    let (entry, claims) = (EntryId(entry.0 + 1), only(identity("9")));
    let sent = vec![intent(entry, 9, claims), created(entry, "900", claims)];
    ledger.commit(&keys, &sent).unwrap();
}

/// Every state of a row, a finished run and a killed one, and a round.
///
/// With `UPDATE_LEDGER_FIXTURE=1` the newest version's file is written, once and for all: a ledger
/// of a version that somebody uses must never be made anew.
#[test]
fn the_newest_version_has_its_fixture() {
    if std::env::var_os("UPDATE_LEDGER_FIXTURE").is_some() {
        assert!(!fixture(newest_version()).exists(), "it is there already");
        let place = Place::new();
        let mut ledger = place.open_with_run();
        for (row, (state, _)) in (2..).zip(EntryState::NUMBERS) {
            add_row(&mut ledger, row, state);
        }
        ledger.end_run(&end(None)).unwrap();
        drop(ledger);
        let mut ledger = place.open();
        let round = Round {
            file: "leads.csv".into(),
            file_hash: "hash of leads.csv".into(),
            mapping_hash: "hash of the mapping".into(),
            finished: false,
        };
        let start = RunStart {
            round: Some("spring".into()),
            ..run_of("more.csv")
        };
        ledger.begin_run(&start, Some(&round)).unwrap();
        leave_in_blobs(&mut ledger);
        drop(ledger);
        fs_err::create_dir_all(fixture(0).parent().unwrap()).unwrap();
        fs_err::copy(&place.path, fixture(newest_version())).unwrap();
    }
    assert!(
        fixture(newest_version()).exists(),
        "run it with UPDATE_LEDGER_FIXTURE=1"
    );
}

#[test]
fn a_ledger_of_any_version_is_opened_and_knows_what_it_knew() {
    for version in 1..=newest_version() {
        let place = Place::new();
        fs_err::copy(fixture(version), &place.path).unwrap();
        drop(place.open());
        let reader = place.reader();
        for (row, (state, _)) in (2..).zip(EntryState::NUMBERS) {
            let claim = identity(&row.to_string());
            let found = reader.find(reader.keys(), &claim).unwrap().unwrap();
            let expected = match state {
                // Left over from a run that ended before it was answered.
                EntryState::Intended => EntryState::Unknown,
                state => state,
            };
            assert_eq!((found.row, found.state), (row, expected));
            let id = (state == EntryState::Created).then(|| LeadId(format!("{row}00")));
            assert_eq!(found.lead_id, id);
            let doubt = reader.doubt_of(found.entry).unwrap();
            let has_doubt = state == EntryState::Unknown;
            assert_eq!(doubt, has_doubt.then_some(Code::ServerNoAnswer));
        }
        let files: Vec<_> = reader.history().unwrap();
        let ends: Vec<_> = files
            .iter()
            .map(|run| (run.start.file.as_str(), run.ending.as_str()))
            .collect();
        assert_eq!(ends, [("leads.csv", "finished"), ("more.csv", "killed")]);
        assert!(!reader.round("spring").unwrap().unwrap().finished);
        if version >= VERSION_WITH_LOG {
            check_what_was_in_blobs(&reader);
        }
    }
}

fn check_what_was_in_blobs(reader: &LedgerReader) {
    let keys = reader.keys().in_round("spring");
    let find = |name| {
        let found = reader.find(&keys, &identity(name)).unwrap();
        found.unwrap()
    };
    let intended = find("8");
    assert_eq!((intended.state, intended.row), (EntryState::Unknown, 8));
    let kept = reader.unsettled(intended.entry).unwrap().unwrap();
    assert_eq!(kept.body.as_deref(), Some(&br#"{"last_name":"Row 8"}"#[..]));
    assert_eq!(find("9").lead_id, Some(LeadId("900".into())));
}

#[test]
fn a_ledger_of_version_1_is_read_without_what_came_later() {
    let place = Place::new();
    fs_err::copy(fixture(1), &place.path).unwrap();
    let reader = place.reader();
    let claim = identity("6");
    let unknown = reader.find(reader.keys(), &claim).unwrap().unwrap();
    assert_eq!(unknown.state, EntryState::Unknown);
    assert_eq!(reader.unsettled(unknown.entry).unwrap(), None);
}
