//! What the simulated CRM does with a request, drawn from the seed.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::time::Duration;

use fastrand::Rng;

use crate::api::{AnswerClass, Doubt};
use crate::model::LeadId;

use super::scenario::Family;

/// How often requests come to what, in percent.
#[derive(Debug, Clone, Copy)]
pub(super) struct Faults {
    seed: u64,
    /// Leads that are refused whenever they come.
    refused: u32,
    /// Each of the other sorts but creating.
    each_fault: u32,
    /// Answers that take seconds instead of milliseconds.
    slow: u32,
    /// Everything fails from one of these seconds to the other.
    away: Option<(u64, u64)>,
    pub(super) lists: Lists,
}

/// How the CRM lists.
#[derive(Debug, Clone, Copy)]
#[expect(clippy::struct_excessive_bools, reason = "each stands for itself")]
pub(super) struct Lists {
    pub(super) ignores_search: bool,
    pub(super) fails_search: bool,
    /// Lists do not show the description; a lead by its id does.
    pub(super) hides_text: bool,
    pub(super) is_oldest_first: bool,
    pub(super) tells_totals: bool,
    /// A lead is shown so long after it is stored.
    pub(super) late_by: Duration,
    pub(super) per_page: usize,
}

impl Lists {
    fn draw(rng: &mut Rng) -> Self {
        Self {
            ignores_search: rng.u32(0..3) == 0,
            fails_search: rng.u32(0..6) == 0,
            hides_text: rng.u32(0..4) == 0,
            is_oldest_first: rng.u32(0..4) == 0,
            tells_totals: rng.u32(0..4) > 0,
            late_by: Duration::from_secs(if rng.bool() { 0 } else { rng.u64(0..29) }),
            per_page: *rng.choice(&[2, 5, 100, 100]).unwrap(),
        }
    }
}

/// What becomes of a request.
#[derive(Debug)]
pub(super) struct Handling {
    /// When the lead is stored, if it is.
    pub(super) stored_after: Option<Duration>,
    /// When the answer comes.
    pub(super) answered_after: Duration,
    pub(super) answer: AnswerClass,
}

/// One request.
#[derive(Debug)]
pub(super) struct Request<'a> {
    pub(super) surname: &'a str,
    /// How often this lead has come before.
    pub(super) number: usize,
    /// Since the first run began.
    pub(super) at: Duration,
    /// The id that the lead would have.
    pub(super) id: LeadId,
    /// The server has no faults any more.
    pub(super) is_calm: bool,
}

impl Faults {
    pub(super) fn draw(family: Family, rng: &mut Rng) -> Self {
        let begins = rng.u64(0..60);
        Self {
            lists: Lists::draw(rng),
            seed: rng.u64(..),
            refused: if rng.bool() { rng.u32(0..30) } else { 0 },
            each_fault: match family {
                Family::Kills => 0,
                Family::Faults => rng.u32(0..=6),
                Family::FullDisk => u32::from(rng.bool()),
            },
            slow: if rng.bool() { rng.u32(0..10) } else { 0 },
            away: (family == Family::Faults && rng.u32(0..8) == 0)
                .then(|| (begins, begins + rng.u64(1..1000))),
        }
    }

    pub(super) fn is_away(&self, at: Duration) -> bool {
        let second = at.as_secs();
        self.away
            .is_some_and(|(from, to)| (from..to).contains(&second))
    }

    /// Whether the server never takes this lead.
    pub(super) fn refuses(&self, surname: &str) -> bool {
        self.rng_of(&(surname, "refused")).u32(0..100) < self.refused
    }

    pub(super) fn handle(&self, request: &Request<'_>) -> Handling {
        let mut rng = self.rng_of(&(request.surname, request.number));
        let takes = if rng.u32(0..100) < self.slow {
            Duration::from_millis(rng.u64(1000..28_000))
        } else {
            Duration::from_millis(rng.u64(0..400))
        };
        let answered = |answer| Handling {
            stored_after: None,
            answered_after: takes,
            answer,
        };
        if !request.is_calm && self.is_away(request.at) {
            return answered(not_sent());
        }
        if self.refuses(request.surname) {
            return answered(refused());
        }
        let is_faulty = !request.is_calm && rng.u32(0..100) < 8 * self.each_fault;
        let stored_after = Some(takes.mul_f64(rng.f64()));
        let sort = if is_faulty { rng.u32(0..8) } else { 8 };
        let is_stored = rng.bool();
        match sort {
            0 => answered(AnswerClass::Throttled {
                pause: rng.bool().then(|| Duration::from_secs(rng.u64(0..4))),
            }),
            1 => answered(not_sent()),
            2 if rng.bool() => answered(AnswerClass::Forbidden { words: words() }),
            2 => answered(AnswerClass::Unexpected {
                status: 404,
                words: words(),
            }),
            3 => answered(refused()),
            4 => Handling {
                stored_after: stored_after.filter(|_| is_stored),
                ..answered(doubtful(Doubt::ServerFault {
                    status: 500,
                    words: words(),
                }))
            },
            5 => Handling {
                // What was sent may be worked on after the client has given up, or was killed.
                stored_after: is_stored.then(|| self.draw_late(&mut rng)),
                answered_after: Duration::from_secs(30),
                answer: doubtful(Doubt::TimedOut),
            },
            6 => Handling {
                stored_after: stored_after.filter(|_| is_stored),
                ..answered(doubtful(Doubt::Broken { cause: words() }))
            },
            7 => Handling {
                stored_after,
                ..answered(AnswerClass::Taken)
            },
            _ => Handling {
                stored_after,
                ..answered(created(request, self.each_fault > 0 && rng.u32(0..20) == 0))
            },
        }
    }

    /// No lead is shown later than the time to settle after its client's last word.
    fn draw_late(&self, rng: &mut Rng) -> Duration {
        let most = 60 - self.lists.late_by.as_secs();
        Duration::from_secs(rng.u64(0..most))
    }

    /// Draws for one thing, whatever was drawn before: the order of requests changes nothing.
    pub(super) fn rng_of(&self, thing: &impl Hash) -> Rng {
        let mut hasher = DefaultHasher::new();
        (self.seed, thing).hash(&mut hasher);
        Rng::with_seed(hasher.finish())
    }
}

fn words() -> String {
    "the model says so".into()
}

fn created(request: &Request<'_>, denies_success: bool) -> AnswerClass {
    AnswerClass::Created {
        lead_id: request.id.clone(),
        created_at: None,
        denies_success,
    }
}

fn refused() -> AnswerClass {
    AnswerClass::Refused {
        status: 422,
        words: words(),
        in_messages: words(),
    }
}

fn not_sent() -> AnswerClass {
    AnswerClass::NotSent {
        cause: words(),
        bad_certificate: false,
    }
}

fn doubtful(doubt: Doubt) -> AnswerClass {
    AnswerClass::MayHaveArrived { doubt, pause: None }
}
