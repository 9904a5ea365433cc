use std::path::{Path, PathBuf};

use super::super::LedgerScope;
use super::{StateFolder, StateFolderError, nearest_that_exists};

#[test]
fn a_missing_folder_is_made_with_those_above_it() {
    let parent = tempfile::tempdir().unwrap();
    let path = parent.path().join("a/b");
    let folder = StateFolder::open(&path).unwrap();
    assert_eq!(folder.path(), path);
    let scope = LedgerScope {
        api: "https://crm.example.com/api".into(),
        tenant: 7,
    };
    let ledger = folder.ledger_path(&scope);
    assert_eq!(ledger.parent(), Some(path.join("ledgers").as_path()));
    fs_err::write(ledger, "").unwrap();
    assert_eq!(folder.ledgers().unwrap(), [folder.ledger_path(&scope)]);
    assert_eq!(StateFolder::open(&path).unwrap(), folder, "a second time");
}

#[cfg(unix)]
#[test]
fn only_new_folders_get_their_mode() {
    use std::os::unix::fs::PermissionsExt;

    let mode_of = |path: &Path| fs_err::metadata(path).unwrap().permissions().mode() & 0o777;
    let parent = tempfile::tempdir().unwrap();
    let existing = parent.path().join("existing");
    fs_err::create_dir(&existing).unwrap();
    let wide = std::fs::Permissions::from_mode(0o755);
    fs_err::set_permissions(&existing, wide).unwrap();
    let path = existing.join("a/b");
    StateFolder::open(&path).unwrap();
    for (folder, mode) in [
        ("", 0o755),
        ("a", 0o700),
        ("a/b", 0o700),
        ("a/b/ledgers", 0o700),
    ] {
        assert_eq!(mode_of(&existing.join(folder)), mode, "{folder}");
    }
}

#[test]
fn looking_makes_nothing() {
    let parent = tempfile::tempdir().unwrap();
    let path = parent.path().join("state");
    assert_eq!(StateFolder::open_existing(&path).unwrap(), None);
    assert!(!path.exists());
    fs_err::create_dir(&path).unwrap();
    let folder = StateFolder::open_existing(&path).unwrap().unwrap();
    assert_eq!(folder.ledgers().unwrap(), Vec::<PathBuf>::new());
    assert_eq!(fs_err::read_dir(&path).unwrap().count(), 0);
}

#[test]
fn ledgers_are_listed_in_order_without_what_stands_beside_them() {
    let parent = tempfile::tempdir().unwrap();
    let folder = StateFolder::open(parent.path()).unwrap();
    let ledgers = parent.path().join("ledgers");
    for name in [
        "b.sqlite",
        "a.sqlite",
        "a.sqlite-wal",
        "a.sqlite.lock",
        "a.sqlite.reserve",
    ] {
        fs_err::write(ledgers.join(name), "").unwrap();
    }
    fs_err::create_dir(ledgers.join("c.sqlite")).unwrap();
    let expected = ["a.sqlite", "b.sqlite"].map(|name| ledgers.join(name));
    assert_eq!(folder.ledgers().unwrap(), expected);
}

#[test]
fn a_file_in_the_place_of_the_folder_is_refused() {
    let parent = tempfile::tempdir().unwrap();
    let path = parent.path().join("state");
    fs_err::write(&path, "").unwrap();
    for error in [
        StateFolder::open(&path).unwrap_err(),
        StateFolder::open_existing(&path).unwrap_err(),
    ] {
        let expected = format!("the state folder `{}` is not a folder", path.display());
        assert_eq!(error.to_string(), expected);
    }
    let below = StateFolder::open(&path.join("below")).unwrap_err();
    assert!(matches!(
        below,
        StateFolderError::Unreachable { .. } | StateFolderError::CannotCreate { .. }
    ));
}

#[test]
fn a_file_in_the_place_of_the_ledgers_is_refused() {
    let parent = tempfile::tempdir().unwrap();
    fs_err::write(parent.path().join("ledgers"), "").unwrap();
    let error = StateFolder::open(parent.path()).unwrap_err();
    assert!(
        matches!(error, StateFolderError::CannotCreate { .. }),
        "{error:?}"
    );
}

/// `/proc` takes no files, not even from the superuser.
#[cfg(target_os = "linux")]
#[test]
fn a_folder_that_takes_no_files_is_refused() {
    let error = super::ensure_writable(Path::new("/proc")).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the state folder `/proc` cannot be written to"
    );
    let error = StateFolder::open(Path::new("/proc")).unwrap_err();
    assert!(
        matches!(error, StateFolderError::CannotCreate { .. }),
        "{error:?}"
    );
}

#[test]
fn a_network_file_system_is_named_and_another_place_asked_for() {
    let error = StateFolderError::NetworkFileSystem {
        path: "/home/ada/state".into(),
        kind: "nfs4".into(),
    };
    assert_eq!(
        error.to_string(),
        "the state folder `/home/ada/state` is on a network file system (`nfs4`)"
    );
    assert!(error.hint().contains("`--state-dir`"));
}

#[test]
fn the_nearest_folder_that_exists_is_the_one_looked_at() {
    let parent = tempfile::tempdir().unwrap();
    let real = fs_err::canonicalize(parent.path()).unwrap();
    let here = fs_err::canonicalize(".").unwrap();
    for (path, expected) in [
        (parent.path().to_owned(), &real),
        (parent.path().join("a/b/c"), &real),
        ("no such folder/a".into(), &here),
    ] {
        assert_eq!(
            nearest_that_exists(&path).as_ref(),
            Some(expected),
            "{path:?}"
        );
    }
}
