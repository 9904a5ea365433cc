//! What an answer means for its row and for the run. Pure.
//!
//! An answer that leaves it open whether the lead exists makes the row `in_doubt`: nothing is
//! ever sent again unless it is proven that the CRM does not have it.

use std::time::Duration;

use crate::api::{AnswerClass, Doubt};
use crate::import::stop::StopReason;
use crate::model::{Code, LeadId, Problem, Status, shorten};

/// What is known when an answer arrives.
#[derive(Debug, Clone, Copy)]
pub(super) struct Circumstances {
    /// The row may be tried again after this attempt failed.
    pub(super) tries_left: bool,
    /// A newer token has come since this attempt began.
    pub(super) token_outdated: bool,
    /// Some answer in this run accepted the token.
    pub(super) token_worked: bool,
    /// This run has created a lead.
    pub(super) created_before: bool,
}

/// What to do about a row after an attempt.
#[derive(Debug)]
pub(super) enum FollowUp {
    /// It is over.
    Settle {
        status: Status,
        lead_id: Option<LeadId>,
        problem: Option<Problem>,
    },
    /// Send it again at once: the attempt does not count.
    Repeat,
    /// Send it again when the pause that the server demands of everybody is over.
    RepeatAfterPause(Option<Duration>),
    /// Send it again when a newer token has been had.
    RepeatWithNewToken { words: String },
    /// Send it again after a wait of its own.
    RepeatLater,
    /// Hold it until another row shows whether the server forbids everything or only this row.
    Hold { words: String },
    /// Stop the run; the row stays pending.
    Stop(StopReason),
}

/// Decides what follows from `class`.
pub(super) fn follow_up(class: AnswerClass, now: Circumstances) -> FollowUp {
    match class {
        AnswerClass::Created {
            lead_id,
            denies_success,
        } => FollowUp::Settle {
            status: Status::Created,
            lead_id: Some(lead_id),
            problem: denies_success.then(odd_answer),
        },
        AnswerClass::Taken => settle(
            Status::InDoubt,
            Code::ServerNoId,
            "the CRM took the lead but its answer has no id that can be read; look for it there \
             and do not send it again"
                .into(),
        ),
        AnswerClass::Refused { status, words } => settle(
            Status::Refused,
            Code::ServerRefused,
            format!("the CRM refused the lead ({status}{})", quoted(&words)),
        ),
        AnswerClass::Unauthorised { .. } if now.token_outdated => FollowUp::Repeat,
        AnswerClass::Unauthorised { words } if now.token_worked => {
            FollowUp::RepeatWithNewToken { words }
        }
        AnswerClass::Unauthorised { words } => FollowUp::Stop(StopReason::Credentials { words }),
        AnswerClass::Forbidden { words } if now.created_before => FollowUp::Hold { words },
        AnswerClass::Forbidden { words } => FollowUp::Stop(StopReason::Forbidden { words }),
        AnswerClass::Unexpected { status, words } => {
            FollowUp::Stop(StopReason::Unexpected { status, words })
        }
        AnswerClass::Throttled { pause } => FollowUp::RepeatAfterPause(pause),
        AnswerClass::MayHaveArrived { doubt, .. } => in_doubt(&doubt),
        AnswerClass::NotSent { .. } if now.tries_left => FollowUp::RepeatLater,
        AnswerClass::NotSent { cause, .. } => settle(
            Status::Failed,
            Code::ServerGaveUp,
            format!(
                "no attempt reached the CRM ({}); the lead does not exist",
                shorten(&cause)
            ),
        ),
    }
}

/// The problem of a row whose attempt was abandoned before its answer came.
pub(super) fn abandoned() -> Problem {
    Problem::new(
        Code::ServerNoAnswer,
        "the run ended before an answer came; the lead may have been created: look for it in the CRM",
    )
}

/// The problem of a row that the server forbade while it took another.
pub(super) fn blocked(words: &str) -> Problem {
    let sentence = format!(
        "the CRM forbade this lead (403{}) while it took another",
        quoted(words)
    );
    Problem::new(Code::ServerBlocked, sentence)
}

fn settle(status: Status, code: Code, sentence: String) -> FollowUp {
    FollowUp::Settle {
        status,
        lead_id: None,
        problem: Some(Problem::new(code, sentence)),
    }
}

fn in_doubt(doubt: &Doubt) -> FollowUp {
    let (code, what) = match doubt {
        Doubt::ServerFault { status, words } => (
            Code::ServerError,
            format!("the CRM answered {status}{}", quoted(words)),
        ),
        Doubt::TimedOut => (Code::ServerNoAnswer, "no answer came in time".into()),
        Doubt::Broken { cause } => (
            Code::ServerNoAnswer,
            format!("no whole answer came ({})", shorten(cause)),
        ),
    };
    let sentence = format!("{what}; the lead may have been created: look for it in the CRM");
    settle(Status::InDoubt, code, sentence)
}

fn odd_answer() -> Problem {
    Problem::new(
        Code::ServerOddAnswer,
        "the CRM's answer has an id but says `success: false`",
    )
}

fn quoted(words: &str) -> String {
    if words.is_empty() {
        String::new()
    } else {
        format!(": \"{words}\"")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CALM: Circumstances = Circumstances {
        tries_left: true,
        token_outdated: false,
        token_worked: true,
        created_before: true,
    };

    fn name_of(follow_up: &FollowUp) -> String {
        match follow_up {
            FollowUp::Settle {
                status, problem, ..
            } => {
                let code = problem.as_ref().map_or("", |problem| problem.code.as_str());
                format!("{status} {code}")
            }
            FollowUp::Repeat => "repeat".into(),
            FollowUp::RepeatAfterPause(pause) => format!("pause {pause:?}"),
            FollowUp::RepeatWithNewToken { .. } => "new token".into(),
            FollowUp::RepeatLater => "later".into(),
            FollowUp::Hold { .. } => "hold".into(),
            FollowUp::Stop(reason) => format!("stop: {reason}"),
        }
    }

    #[test]
    fn every_class_has_its_follow_up() {
        let words = String::from("no");
        let not_sent = || AnswerClass::NotSent {
            cause: "refused".into(),
            bad_certificate: false,
        };
        let doubt = |doubt| AnswerClass::MayHaveArrived { doubt, pause: None };
        let created = |denies_success| AnswerClass::Created {
            lead_id: LeadId("1".into()),
            denies_success,
        };
        let unauthorised = || AnswerClass::Unauthorised {
            words: words.clone(),
        };
        let forbidden = || AnswerClass::Forbidden {
            words: words.clone(),
        };
        let fresh = Circumstances {
            token_worked: false,
            created_before: false,
            ..CALM
        };
        for (class, now, expected) in [
            (created(false), CALM, "created "),
            (created(true), CALM, "created server.odd_answer"),
            (AnswerClass::Taken, CALM, "in_doubt server.no_id"),
            (
                AnswerClass::Refused {
                    status: 422,
                    words: words.clone(),
                },
                CALM,
                "refused server.refused",
            ),
            (unauthorised(), CALM, "new token"),
            (
                unauthorised(),
                Circumstances {
                    token_outdated: true,
                    ..fresh
                },
                "repeat",
            ),
            (
                unauthorised(),
                fresh,
                "stop: the CRM refused the credentials (401: \"no\")",
            ),
            (forbidden(), CALM, "hold"),
            (
                forbidden(),
                fresh,
                "stop: the CRM forbids creating leads (403: \"no\")",
            ),
            (
                AnswerClass::Unexpected {
                    status: 404,
                    words: String::new(),
                },
                CALM,
                "stop: the CRM gave an answer that no lead can have caused (404)",
            ),
            (
                AnswerClass::Throttled {
                    pause: Some(Duration::from_secs(3)),
                },
                CALM,
                "pause Some(3s)",
            ),
            (doubt(Doubt::TimedOut), CALM, "in_doubt server.no_answer"),
            (
                doubt(Doubt::Broken {
                    cause: "reset".into(),
                }),
                CALM,
                "in_doubt server.no_answer",
            ),
            (
                doubt(Doubt::ServerFault {
                    status: 503,
                    words: words.clone(),
                }),
                CALM,
                "in_doubt server.error",
            ),
            (not_sent(), CALM, "later"),
            (
                not_sent(),
                Circumstances {
                    tries_left: false,
                    ..CALM
                },
                "failed server.gave_up",
            ),
        ] {
            assert_eq!(
                name_of(&follow_up(class.clone(), now)),
                expected,
                "{class:?} {now:?}"
            );
        }
    }
}
