use std::path::PathBuf;

use super::{BackupError, back_up};
use crate::ledger::test_support::{Place, add_row, find_row, lock};
use crate::ledger::{EntryState, Ledger, StateFolder};

fn place_with_row() -> Place {
    let place = Place::new();
    add_row(&mut place.open_with_run(), 2, EntryState::Created);
    place
}

fn target(place: &Place) -> PathBuf {
    place.folder.path().join("backup")
}

#[test]
fn a_backup_is_a_state_folder_that_knows_what_the_ledger_knew() {
    let place = place_with_row();
    // A run goes on, and the rest of the ledger is still in its log.
    let mut ledger = place.open_with_run();
    add_row(&mut ledger, 3, EntryState::Created);
    back_up(std::slice::from_ref(&place.path), &target(&place)).unwrap();
    add_row(&mut ledger, 4, EntryState::Created);
    let folder = StateFolder::open(&target(&place)).unwrap();
    let copy = folder.ledger_path(&place.scope);
    assert_eq!(folder.ledgers().unwrap(), std::slice::from_ref(&copy));
    let copied = Ledger::open(&copy, &place.scope, lock(&copy)).unwrap();
    assert_eq!(copied.next_entry().0, 3, "numbers go on");
    let reader = copied.reader().unwrap();
    let knows = |row| find_row(&reader, copied.keys(), row).is_some();
    assert!(knows(2) && knows(3) && !knows(4));
}

#[cfg(unix)]
#[test]
fn a_backup_is_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;

    let place = place_with_row();
    let target = target(&place);
    back_up(std::slice::from_ref(&place.path), &target).unwrap();
    let file = target.join("ledgers").join(place.path.file_name().unwrap());
    for (path, mode) in [
        (target.clone(), 0o700),
        (target.join("ledgers"), 0o700),
        (file, 0o600),
    ] {
        let found = fs_err::metadata(&path).unwrap().permissions().mode();
        assert_eq!(found & 0o777, mode, "{path:?}");
    }
}

#[test]
fn an_empty_folder_is_filled_and_nothing_else_is_touched() {
    let place = place_with_row();
    let ledgers = std::slice::from_ref(&place.path);
    let target = target(&place);
    fs_err::create_dir(&target).unwrap();
    back_up(ledgers, &target).unwrap();
    let file = place.folder.path().join("file");
    fs_err::write(&file, "").unwrap();
    for taken in [&target, &file] {
        let error = back_up(ledgers, taken).unwrap_err();
        assert!(matches!(error, BackupError::Taken { .. }), "{error:?}");
    }
    let missing = back_up(ledgers, &place.folder.path().join("none/backup"));
    assert!(matches!(missing, Err(BackupError::CannotWrite { .. })));
}

#[test]
fn a_ledger_that_cannot_be_read_leaves_no_backup_behind() {
    let place = place_with_row();
    let damaged = place.path.with_file_name("damaged.sqlite");
    fs_err::write(
        &damaged,
        "this is no database, and long enough to be looked at".repeat(99),
    )
    .unwrap();
    let ledgers = [place.path.clone(), damaged];
    let error = back_up(&ledgers, &target(&place)).unwrap_err();
    assert!(matches!(error, BackupError::Unreadable(_)), "{error:?}");
    let mut names: Vec<_> = fs_err::read_dir(place.folder.path())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    names.sort();
    assert_eq!(names, ["ledgers"]);
}

#[test]
fn what_was_removed_from_a_ledger_is_not_in_its_backup() {
    let place = Place::new();
    let mut ledger = place.open_with_run();
    for row in 2..40 {
        add_row(&mut ledger, row, EntryState::Created);
    }
    drop(ledger);
    back_up(std::slice::from_ref(&place.path), &target(&place)).unwrap();
    let copy = target(&place)
        .join("ledgers")
        .join(place.path.file_name().unwrap());
    let copy = fs_err::read(copy).unwrap();
    assert!(!copy.windows(9).any(|bytes| bytes == b"last_name"));
}
