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
        assert!(!claims.are_many());
        let mut hash = [0; ClaimHash::LENGTH];
        hash[..8].copy_from_slice(&number.to_le_bytes());
        claims.insert(ClaimHash::from_bytes(hash), EntryId(1));
    }
    assert!(claims.are_many());
}
