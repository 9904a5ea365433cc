use std::collections::BTreeMap;

use proptest::prelude::*;

use super::{Admission, ContestedRow, Contests, ROWS_WAITING};
use crate::import::ready_row::{OpenEntry, ReadyRow, WhenFound};
use crate::model::{Code, Digest, Problem, Status};

fn stake(name: u8) -> Digest {
    Digest::of("test", [[name].as_slice()])
}

/// A row with an identity and a key; 0 is none that it shares.
fn row(sequence: u64, identity: u8, key: u8) -> ReadyRow {
    let mut row = ReadyRow::of_test(sequence);
    row.contest.identity = (identity > 0).then(|| stake(identity));
    row.contest.key = (key > 0).then(|| stake(100 + key));
    row
}

/// Sends rows one after the other and gives each the next of its answers.
struct Line {
    contests: Contests,
    in_flight: Vec<ReadyRow>,
    fates: BTreeMap<u64, Status>,
}

impl Line {
    fn new() -> Self {
        Self {
            contests: Contests::new("`email`".into()).unwrap(),
            in_flight: Vec::new(),
            fates: BTreeMap::new(),
        }
    }

    fn admit(&mut self, row: ReadyRow) {
        let admission = self.contests.admit(row).unwrap();
        if let Some(admission) = admission {
            self.take(admission);
        }
        self.fetch_from_disk();
    }

    fn take(&mut self, admission: Admission) {
        match admission {
            Admission::Send(row) => self.in_flight.push(row),
            Admission::Settled(record) => {
                let before = self.fates.insert(record.sequence, record.outcome.status);
                assert_eq!(before, None, "a row has one fate");
            }
        }
    }

    fn fetch_from_disk(&mut self) {
        while self.contests.has_room_for_next_beyond() {
            let admission = self.contests.admit_next_beyond().unwrap();
            if let Some(admission) = admission {
                self.take(admission);
            }
        }
    }

    /// The row at `index` of those in flight is answered.
    fn answer(&mut self, index: usize, status: Status) {
        let row = self.in_flight.remove(index);
        let contested = ContestedRow::of(&row);
        self.fates.insert(row.sequence, status);
        let moved = self.contests.note_fate(&contested, status).unwrap();
        for admission in moved {
            self.take(admission);
        }
        self.fetch_from_disk();
    }

    fn in_flight(&self) -> Vec<u64> {
        self.in_flight.iter().map(|row| row.sequence).collect()
    }

    fn fates(&self) -> Vec<Status> {
        self.fates.values().copied().collect()
    }
}

#[test]
fn a_later_row_waits_and_follows_the_fate_of_the_one_before() {
    for (answer, expected, sent) in [
        (
            Status::Created,
            vec![Status::Created, Status::Duplicate],
            vec![],
        ),
        (
            Status::InDoubt,
            vec![Status::InDoubt, Status::InDoubt],
            vec![],
        ),
        (Status::Refused, vec![Status::Refused], vec![1]),
        (Status::Failed, vec![Status::Failed], vec![1]),
        (Status::Pending, vec![Status::Pending], vec![1]),
    ] {
        for (identity, key) in [(1, 0), (0, 1), (1, 1)] {
            let mut line = Line::new();
            line.admit(row(0, identity, key));
            line.admit(row(1, identity, key));
            assert_eq!(line.in_flight(), [0], "the second waits");
            line.answer(0, answer);
            assert_eq!(
                (line.fates(), line.in_flight()),
                (expected.clone(), sent.clone())
            );
        }
    }
}

#[test]
fn rows_that_share_nothing_wait_for_nobody() {
    let mut line = Line::new();
    line.admit(row(0, 1, 1));
    line.admit(row(1, 0, 0));
    line.admit(row(2, 2, 2));
    assert_eq!(line.in_flight(), [0, 1, 2]);
}

#[test]
fn a_waiting_row_holds_its_other_place_too() {
    let mut line = Line::new();
    line.admit(row(0, 1, 1));
    line.admit(row(1, 2, 1));
    line.admit(row(2, 2, 2));
    assert_eq!(line.in_flight(), [0], "the third waits for the second");
    line.answer(0, Status::Refused);
    assert_eq!(line.in_flight(), [1]);
    line.answer(0, Status::Created);
    assert_eq!(
        line.fates(),
        [Status::Refused, Status::Created, Status::Duplicate]
    );
    assert!(line.contests.is_idle());
}

#[test]
fn more_rows_than_fit_the_memory_are_decided_in_their_order() {
    let rows = 3 * ROWS_WAITING as u64;
    let mut line = Line::new();
    (0..rows).for_each(|sequence| line.admit(row(sequence, 1, 0)));
    for refused in 0..1_500 {
        assert_eq!(line.in_flight(), [refused]);
        line.answer(0, Status::Refused);
    }
    line.answer(0, Status::Created);
    let fates = line.fates();
    let (refused, rest) = fates.split_at(1_500);
    assert!(refused.iter().all(|fate| *fate == Status::Refused));
    assert_eq!(rest[0], Status::Created);
    assert!(rest[1..].iter().all(|fate| *fate == Status::Duplicate));
    assert_eq!(line.fates.len() as u64, rows);
    assert!(line.contests.is_idle());
}

proptest! {
    #[test]
    fn every_row_ends_and_no_two_of_one_identity_or_key_are_created(
        rows in prop::collection::vec((0..4_u8, 0..4_u8), 1..40),
        answers in prop::collection::vec((any::<prop::sample::Index>(), 0..3_u8), 40),
    ) {
        let mut line = Line::new();
        let mut answers = answers.into_iter();
        for (sequence, (identity, key)) in rows.iter().enumerate() {
            line.admit(row(sequence as u64, *identity, *key));
            if sequence % 3 == 0 && !line.in_flight.is_empty() {
                let (index, answer) = answers.next().unwrap();
                line.answer(index.index(line.in_flight.len()), status(answer));
            }
        }
        while !line.in_flight.is_empty() {
            let (index, answer) = answers.next().unwrap();
            line.answer(index.index(line.in_flight.len()), status(answer));
        }
        prop_assert!(line.contests.is_idle());
        prop_assert_eq!(line.fates.len(), rows.len());
        for (sequence, fate) in &line.fates {
            let (identity, key) = rows[usize::try_from(*sequence).unwrap()];
            let shares = |other: &u64| {
                let (i, k) = rows[usize::try_from(*other).unwrap()];
                (identity > 0 && i == identity) || (key > 0 && k == key)
            };
            let created = line.fates.iter().filter(|(other, fate)| {
                *other != sequence && **fate == Status::Created && shares(other)
            });
            prop_assert!(*fate != Status::Created || created.count() == 0);
        }
    }
}

fn status(answer: u8) -> Status {
    [Status::Created, Status::Refused, Status::InDoubt][usize::from(answer)]
}

#[test]
fn equal_bodies_go_one_after_the_other_and_all_of_them_go() {
    let mut line = Line::new();
    let equal = |sequence| {
        let mut row = ReadyRow::of_test(sequence);
        row.contest.body = Some(stake(7));
        row
    };
    let many = 3 * ROWS_WAITING as u64;
    for sequence in 0..many {
        line.admit(equal(sequence));
    }
    // One that shares nothing with them is held up by none.
    let mut other = ReadyRow::of_test(many);
    other.contest.body = Some(stake(8));
    line.admit(other);
    let in_flight: Vec<u64> = line.in_flight.iter().map(|row| row.sequence).collect();
    assert_eq!(in_flight, [0, many]);
    line.in_flight.retain(|row| row.sequence == 0);
    for sequence in 0..many {
        let row = line.in_flight.pop().unwrap();
        assert!(line.in_flight.is_empty(), "one at a time");
        assert_eq!(row.sequence, sequence);
        let contested = ContestedRow::of(&row);
        let moved_up = line.contests.note_fate(&contested, Status::Created);
        for admission in moved_up.unwrap() {
            line.take(admission);
        }
        line.fetch_from_disk();
    }
    assert!(line.in_flight.is_empty() && line.contests.is_idle());
}

/// A row that an earlier run has left open.
fn left_open(sequence: u64, identity: u8) -> ReadyRow {
    let mut row = row(sequence, identity, 0);
    row.open = Some(Box::new(OpenEntry {
        body: row.body.clone(),
        is_taken: false,
        request_key: stake(1),
        key_since: None,
        known_before: None,
        happened: Problem::new(Code::LedgerOpen, "that run ended"),
        address: "k7:2".into(),
        when_found: WhenFound::AlreadyCreated,
        when_absent: None,
        set_aside: None,
    }));
    row
}

#[test]
fn rows_wait_for_the_one_that_an_earlier_run_has_left_open_also_when_it_comes_later() {
    for (fate, expected) in [
        (Status::AlreadyCreated, Some(Status::Duplicate)),
        (Status::InDoubt, Some(Status::InDoubt)),
        (Status::Filtered, None),
    ] {
        let mut line = Line::new();
        let mut earlier = row(1, 5, 0);
        earlier.contest.awaited = [earlier.contest.identity, None];
        line.admit(earlier);
        assert!(line.in_flight.is_empty(), "its owner is yet to come");
        line.admit(left_open(2, 5));
        let owner = line.in_flight.pop().unwrap();
        assert_eq!(owner.sequence, 2);
        let moved_up = line.contests.note_fate(&ContestedRow::of(&owner), fate);
        for admission in moved_up.unwrap() {
            line.take(admission);
        }
        assert_eq!(line.fates.get(&1).copied(), expected, "{fate}");
        assert_eq!(line.in_flight.len(), usize::from(expected.is_none()));
    }
}

#[test]
fn nobody_waits_for_an_owner_that_never_comes() {
    let mut line = Line::new();
    let mut waiting = row(1, 5, 0);
    waiting.contest.awaited = [waiting.contest.identity, None];
    line.admit(waiting);
    for admission in line.contests.await_nobody().unwrap() {
        line.take(admission);
    }
    assert_eq!(line.in_flight.len(), 1);
}
