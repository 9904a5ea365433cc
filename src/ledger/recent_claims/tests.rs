use std::collections::HashMap;

use proptest::prelude::*;
use rusqlite::Connection;

use super::{MOST, RecentClaims};
use crate::ledger::EntryId;
use crate::ledger::keys::ClaimHash;

fn database() -> Connection {
    let connection = Connection::open_in_memory().unwrap();
    for step in [
        include_str!("../schema/step_1.sql"),
        include_str!("../schema/step_2.sql"),
        include_str!("../schema/step_3.sql"),
    ] {
        connection.execute_batch(step).unwrap();
    }
    connection
}

fn hash(byte: u8) -> ClaimHash {
    ClaimHash::from_bytes([byte; ClaimHash::LENGTH])
}

fn owner_in_table(connection: &Connection, hash: ClaimHash) -> Option<i64> {
    let sql = "SELECT max(entry) FROM claim WHERE hash = ?1";
    let owner = connection.query_row(sql, [hash.as_bytes()], |row| row.get(0));
    owner.unwrap()
}

#[test]
fn claims_are_known_to_the_next_process_and_the_later_of_two_counts() {
    let connection = database();
    let (one, other) = (hash(1), hash(2));
    let mut claims = RecentClaims::default();
    claims.insert(one, EntryId(i64::MAX));
    claims.insert(other, EntryId(3));
    claims.write(&connection).unwrap();
    claims.insert(other, EntryId(5));
    claims.write(&connection).unwrap();
    claims.insert(other, EntryId(9));
    let loaded = RecentClaims::load(&connection).unwrap();
    assert_eq!(loaded.owner(&one), Some(EntryId(i64::MAX)));
    assert_eq!(loaded.owner(&other), Some(EntryId(5)), "9 is not committed");
    assert_eq!(loaded.owner(&hash(3)), None);
}

#[test]
fn folded_claims_are_in_the_big_table_and_stand_for_what_was_there() {
    let connection = database();
    let sql = "INSERT INTO claim (hash, entry) VALUES (?1, 1), (?2, 1)";
    connection.execute(sql, [[1_u8; 16], [2; 16]]).unwrap();
    let mut claims = RecentClaims::default();
    claims.insert(hash(2), EntryId(5));
    claims.insert(hash(3), EntryId(6));
    claims.write(&connection).unwrap();
    claims.fold(&connection).unwrap();
    let owners = [1, 2, 3, 4].map(|byte| owner_in_table(&connection, hash(byte)));
    assert_eq!(owners, [Some(1), Some(5), Some(6), None]);
    assert!(RecentClaims::load(&connection).unwrap().is_empty());
}

#[test]
fn it_is_told_when_they_are_many() {
    let mut claims = RecentClaims::default();
    for number in 0..MOST {
        assert!(!claims.wants_to_fold());
        let mut hash = [0; ClaimHash::LENGTH];
        hash[..8].copy_from_slice(&number.to_le_bytes());
        claims.insert(ClaimHash::from_bytes(hash), EntryId(1));
    }
    assert!(claims.wants_to_fold());
}

/// What can happen to claims.
#[derive(Debug, Clone)]
enum Step {
    /// A commit that gives these claims owners.
    Commit(Vec<u8>),
    /// Some are folded, and that becomes durable or not.
    FoldSome(bool),
    /// All are folded, as when a run ends.
    FoldAll,
    /// The process is killed, and the next one begins.
    Kill,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        4 => prop::collection::vec(0..40_u8, 0..12).prop_map(Step::Commit),
        4 => prop::bool::weighted(0.8).prop_map(Step::FoldSome),
        1 => Just(Step::FoldAll),
        1 => Just(Step::Kill),
    ]
}

proptest! {
    #[test]
    fn every_claim_leads_to_its_last_owner_however_it_is_folded(
        steps in prop::collection::vec(step(), 1..40)
    ) {
        let mut connection = database();
        let mut claims = RecentClaims::default();
        let (mut owners, mut next) = (HashMap::new(), 1);
        for step in steps {
            match step {
                Step::Commit(bytes) => {
                    for byte in bytes {
                        claims.insert(hash(byte), EntryId(next));
                        owners.insert(byte, next);
                        next += 1;
                    }
                    claims.write(&connection).unwrap();
                }
                Step::FoldSome(is_durable) => {
                    let transaction = connection.transaction().unwrap();
                    claims.fold_some(&transaction).unwrap();
                    if is_durable {
                        transaction.commit().unwrap();
                        claims.note_folded();
                    }
                }
                Step::FoldAll => {
                    claims.fold(&connection).unwrap();
                    claims = RecentClaims::default();
                }
                Step::Kill => claims = RecentClaims::load(&connection).unwrap(),
            }
            for byte in 0..40 {
                let recent = claims.owner(&hash(byte)).map(|owner| owner.0);
                let owner = recent.or_else(|| owner_in_table(&connection, hash(byte)));
                prop_assert_eq!(owner, owners.get(&byte).copied(), "claim {}", byte);
            }
        }
    }
}
