//! Which request goes wrong, and how.

use std::time::Duration;

use super::RateLimit;

/// What the sandbox does wrong on purpose. The default is nothing.
///
/// The shares are parts of the `POST /v1/leads` requests that pass token and rate limit, each from
/// 0 to 1 and together at most 1. [`Self::only_for`] and [`Self::most_times`] narrow them down: a
/// request that they pass by draws its fault and does not meet it. Latency, rate limit and token life concern every request.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Faults {
    /// How long every answer is held back. The work, creating included, is done before that.
    pub latency: Duration,
    /// Share answered 500 before anything is created.
    pub error_500: f64,
    /// Share that is created and then answered 500.
    pub error_500_after_creating: f64,
    /// Share answered 503 before anything is created.
    pub error_503: f64,
    /// Share whose connection is closed without an answer, and nothing is created.
    pub closed_before: f64,
    /// Share that is created and whose connection is then closed without an answer.
    pub closed_after: f64,
    /// Share whose connection is closed without an answer, and that is created [`Self::late_by`]
    /// after that.
    pub created_late: f64,
    /// How long [`Self::created_late`] takes.
    pub late_by: Duration,
    /// Share that is created and answered 201 with a whole body that is half a JSON text.
    pub broken_json: f64,
    /// Share that is created and whose connection is closed half-way through the answer.
    pub half_answer: f64,
    /// Share that is created and answered 201 without the lead's id.
    pub no_id: f64,
    /// Share that is created and never answered.
    pub hang: f64,
    /// Share that is never answered, and nothing is created.
    pub hang_before: f64,
    /// Share refused with 422 whatever the body holds.
    pub refuse: f64,
    /// Share refused with 403.
    pub forbid: f64,
    /// The shares befall only leads with this text in their last name. Default: all of them.
    pub only_for: Option<String>,
    /// How many faults one body of a tenant meets at most, after which it is served well. Default:
    /// no limit.
    pub most_times: Option<u32>,
    /// How many requests are let through in a span of time. Default: no limit.
    pub rate_limit: Option<RateLimit>,
    /// How long a token is good for, from the first request that bears it. Default: for ever.
    pub token_life: Option<Duration>,
}

/// One way for a `POST /v1/leads` to go wrong. [`Faults`] says what each does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Fault {
    /// See [`Faults::error_500`].
    Error500,
    /// See [`Faults::error_500_after_creating`].
    Error500AfterCreating,
    /// See [`Faults::error_503`].
    Error503,
    /// See [`Faults::closed_before`].
    ClosedBefore,
    /// See [`Faults::closed_after`].
    ClosedAfter,
    /// See [`Faults::created_late`].
    CreatedLate,
    /// See [`Faults::broken_json`].
    BrokenJson,
    /// See [`Faults::half_answer`].
    HalfAnswer,
    /// See [`Faults::no_id`].
    NoId,
    /// See [`Faults::hang`].
    Hang,
    /// See [`Faults::hang_before`].
    HangBefore,
    /// See [`Faults::refuse`].
    Refuse,
    /// See [`Faults::forbid`].
    Forbid,
}

impl Faults {
    /// Each fault with its name and its share, in a fixed order.
    pub fn shares(&self) -> [(Fault, &'static str, f64); 13] {
        [
            (Fault::Error500, "error_500", self.error_500),
            (
                Fault::Error500AfterCreating,
                "error_500_after_creating",
                self.error_500_after_creating,
            ),
            (Fault::Error503, "error_503", self.error_503),
            (Fault::ClosedBefore, "closed_before", self.closed_before),
            (Fault::ClosedAfter, "closed_after", self.closed_after),
            (Fault::CreatedLate, "created_late", self.created_late),
            (Fault::BrokenJson, "broken_json", self.broken_json),
            (Fault::HalfAnswer, "half_answer", self.half_answer),
            (Fault::NoId, "no_id", self.no_id),
            (Fault::Hang, "hang", self.hang),
            (Fault::HangBefore, "hang_before", self.hang_before),
            (Fault::Refuse, "refuse", self.refuse),
            (Fault::Forbid, "forbid", self.forbid),
        ]
    }

    /// The fault that the `request`-th create draws, if any.
    ///
    /// Pure: the same shares, `seed` and `request` always give the same answer, so a run whose
    /// requests come in the same order meets the same faults.
    pub fn choose(&self, seed: u64, request: u64) -> Option<Fault> {
        let mut drawn = drawn_share(seed, request);
        for (fault, _, share) in self.shares() {
            if drawn < share {
                return Some(fault);
            }
            drawn -= share;
        }
        None
    }
}

/// A number from 0 up to but not including 1, evenly spread over the requests of one seed.
///
/// Source: the output function of `SplitMix64` (Steele, Lea and Flood, 2014), which makes
/// independent numbers of consecutive ones.
fn drawn_share(seed: u64, request: u64) -> f64 {
    let mut mixed = seed.wrapping_add(request.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    mixed ^= mixed >> 31;
    let top_bits = u32::try_from(mixed >> 32).expect("the upper half of 64 bits fits 32");
    f64::from(top_bits) / (f64::from(u32::MAX) + 1.0)
}

#[cfg(test)]
mod tests {
    use super::{Fault, Faults};

    #[test]
    fn the_same_seed_gives_the_same_faults_and_another_seed_others() {
        let faults = Faults {
            error_500: 0.2,
            hang: 0.3,
            ..Faults::default()
        };
        let run = |seed| -> Vec<_> { (0..500).map(|n| faults.choose(seed, n)).collect() };
        assert_eq!(run(7), run(7));
        assert_ne!(run(7), run(8));
    }

    #[test]
    fn each_fault_gets_its_share() {
        let faults = Faults {
            error_503: 0.1,
            closed_after: 0.25,
            forbid: 0.05,
            ..Faults::default()
        };
        let chosen: Vec<_> = (0..20_000).map(|n| faults.choose(1, n)).collect();
        let count = |fault| chosen.iter().filter(|&&chosen| chosen == fault).count();
        for (fault, expected) in [
            (Some(Fault::Error503), 2_000),
            (Some(Fault::ClosedAfter), 5_000),
            (Some(Fault::Forbid), 1_000),
            (Some(Fault::Hang), 0),
            (None, 12_000),
        ] {
            let got = count(fault);
            assert!(got.abs_diff(expected) <= 200, "{fault:?}: {got}");
        }
    }

    #[test]
    fn a_share_of_one_befalls_every_request_and_none_befalls_none() {
        let always = Faults {
            no_id: 1.0,
            ..Faults::default()
        };
        assert!((0..1_000).all(|n| always.choose(3, n) == Some(Fault::NoId)));
        assert!((0..1_000).all(|n| Faults::default().choose(3, n).is_none()));
    }
}
