use std::time::Duration;

use tokio::time::Instant;

use super::{RequestBudget, Turn};
use crate::model::Allowance;
use crate::pacing::landing::{Landing, Sent, Verdict};

const SECOND: Duration = Duration::from_secs(1);

/// Answers as they come in, each with the number of its request.
struct Told {
    budget: RequestBudget,
    now: Instant,
    next: u64,
}

impl Told {
    fn new() -> Self {
        Self {
            budget: RequestBudget::default(),
            now: Instant::now(),
            next: 0,
        }
    }

    /// So many requests go.
    fn send(&mut self, requests: u64) {
        for in_flight in 0..requests {
            self.budget
                .note_sent(self.next, usize::try_from(in_flight).unwrap());
            self.next += 1;
        }
    }

    fn hear(&mut self, number: u64, remaining: Option<u64>, verdict: Verdict) {
        let allowance = Allowance {
            limit: Some(10),
            remaining,
            resets_in: remaining.map(|_| SECOND * 5),
        };
        let landing = Landing {
            sent: Sent {
                number,
                at: self.now,
            },
            arrived: self.now,
            allowance,
            verdict,
            pause: None,
        };
        self.budget.note_landed(&landing, self.next);
    }
}

#[test]
fn requests_in_flight_count_as_used() {
    let mut told = Told::new();
    assert_eq!(told.budget.left_beside(3), None, "nobody tells");
    told.send(1);
    told.hear(0, Some(9), Verdict::Taken);
    for (in_flight, left) in [(0, 9), (4, 5), (9, 0), (20, 0)] {
        assert_eq!(
            told.budget.left_beside(in_flight),
            Some(left),
            "{in_flight}"
        );
    }
}

#[test]
fn answers_that_overtake_each_other_do_no_harm() {
    let mut told = Told::new();
    told.send(6);
    for (number, remaining, left) in [(3, 6, 6), (0, 9, 6), (5, 4, 4), (1, 8, 4), (2, 7, 4)] {
        told.hear(number, Some(remaining), Verdict::Taken);
        assert_eq!(told.budget.left_beside(0), Some(left), "{number}");
    }
}

#[test]
fn a_request_sent_later_that_has_as_much_left_is_of_a_new_window() {
    let mut told = Told::new();
    told.send(2);
    told.hear(0, Some(1), Verdict::Taken);
    told.hear(1, Some(0), Verdict::Taken);
    let end = told.now + SECOND * 5;
    assert_eq!(told.budget.turn(0, told.now), Turn::At(end));
    assert_eq!(
        told.budget.turn(0, end),
        Turn::Now,
        "one shows how things stand"
    );
    told.send(1);
    assert_eq!(told.budget.turn(1, end), Turn::AfterAnswer);
    told.now = end;
    told.hear(2, Some(9), Verdict::Taken);
    assert_eq!(told.budget.left_beside(0), Some(9));
}

#[test]
fn answers_without_a_word_count_as_used_until_the_next_word() {
    let mut told = Told::new();
    told.send(1);
    told.hear(0, Some(9), Verdict::Taken);
    told.send(3);
    told.hear(1, None, Verdict::Failed);
    told.hear(2, None, Verdict::Failed);
    assert_eq!(told.budget.left_beside(0), Some(7));
    told.hear(3, Some(8), Verdict::Taken);
    assert_eq!(told.budget.left_beside(0), Some(8), "the two never arrived");
}

#[test]
fn who_no_longer_tells_is_no_longer_counted() {
    let mut told = Told::new();
    told.send(1);
    told.hear(0, Some(0), Verdict::Taken);
    told.now += SECOND * 5;
    told.send(1);
    told.hear(1, None, Verdict::Taken);
    assert_eq!(told.budget.left_beside(0), None);
}

#[test]
fn a_refusal_is_explained_by_what_is_left() {
    let refusal = |remaining| Landing {
        sent: Sent {
            number: 0,
            at: Instant::now(),
        },
        arrived: Instant::now(),
        allowance: Allowance {
            remaining,
            ..Allowance::default()
        },
        verdict: Verdict::Refused,
        pause: None,
    };
    let mut told = Told::new();
    assert!(!told.budget.explains(&refusal(None)));
    assert!(told.budget.explains(&refusal(Some(0))));
    told.send(1);
    told.hear(0, Some(5), Verdict::Taken);
    assert!(!told.budget.explains(&refusal(None)), "another limit");
    assert!(!told.budget.explains(&refusal(Some(5))));
}
