//! What an answer means for its row and for the run. Pure.
//!
//! An answer that leaves it open whether the lead exists makes the row `in_doubt`: nothing is
//! ever sent again unless it is proven that the CRM does not have it.

use std::time::Duration;

use crate::api::{AnswerClass, Doubt};
use crate::import::stop::StopReason;
use crate::import::upload_stage::sign_in::TokenStanding;
use crate::model::{Code, LeadId, Problem, Status, in_quotes, shorten};

/// What is known when an answer arrives.
#[derive(Debug, Clone, Copy)]
pub(super) struct Circumstances {
    /// The row may be tried again after this attempt failed.
    pub(super) tries_left: bool,
    /// What is known of the token that was sent.
    pub(super) token: TokenStanding,
    /// This run has created a lead.
    pub(super) created_before: bool,
}

/// What became of a row that was sent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Fate {
    /// The CRM has it under this id.
    Created(LeadId),
    /// The server said no.
    Refused,
    /// It was never sent, however often it was tried.
    Failed,
    /// It may or may not be in the CRM, for this reason.
    Unknown(Code),
    /// The CRM has it, and told no id.
    Taken,
}

impl Fate {
    /// How the results put it.
    pub(super) fn status(&self) -> Status {
        match self {
            Self::Created(_) => Status::Created,
            Self::Refused => Status::Refused,
            Self::Failed => Status::Failed,
            Self::Unknown(_) | Self::Taken => Status::InDoubt,
        }
    }
}

/// What to do about a row after an attempt.
#[derive(Debug)]
pub(super) enum FollowUp {
    /// It is over.
    Settle {
        fate: Fate,
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
            ..
        } => FollowUp::Settle {
            fate: Fate::Created(lead_id),
            problem: denies_success.then(odd_answer),
        },
        AnswerClass::Taken => settle(
            Fate::Taken,
            Code::ServerNoId,
            "the CRM took the lead but its answer has no id that can be read; look for it there \
             and do not send it again"
                .into(),
        ),
        AnswerClass::Refused { status, words } => settle(
            Fate::Refused,
            Code::ServerRefused,
            format!("the CRM refused the lead ({status}{})", in_quotes(&words)),
        ),
        AnswerClass::Unauthorised { words } => match now.token {
            TokenStanding::Outdated => FollowUp::Repeat,
            TokenStanding::Proven => FollowUp::RepeatWithNewToken { words },
            TokenStanding::Unproven => FollowUp::Stop(StopReason::Credentials { words }),
        },
        AnswerClass::Forbidden { words } if now.created_before => FollowUp::Hold { words },
        AnswerClass::Forbidden { words } => FollowUp::Stop(StopReason::Forbidden { words }),
        AnswerClass::Unexpected { status, words } => {
            FollowUp::Stop(StopReason::Unexpected { status, words })
        }
        AnswerClass::Throttled { pause } => FollowUp::RepeatAfterPause(pause),
        AnswerClass::MayHaveArrived { doubt, .. } => in_doubt(&doubt),
        AnswerClass::NotSent { .. } if now.tries_left => FollowUp::RepeatLater,
        AnswerClass::NotSent { cause, .. } => settle(
            Fate::Failed,
            Code::ServerGaveUp,
            format!(
                "the lead could not be sent ({}) and does not exist in the CRM",
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
        in_quotes(words)
    );
    Problem::new(Code::ServerBlocked, sentence)
}

fn settle(fate: Fate, code: Code, sentence: String) -> FollowUp {
    FollowUp::Settle {
        fate,
        problem: Some(Problem::new(code, sentence)),
    }
}

fn in_doubt(doubt: &Doubt) -> FollowUp {
    let (code, what) = match doubt {
        Doubt::ServerFault { status, words } => (
            Code::ServerError,
            format!("the CRM answered {status}{}", in_quotes(words)),
        ),
        Doubt::TimedOut => (Code::ServerNoAnswer, "no answer came in time".into()),
        Doubt::Broken { cause } => (
            Code::ServerNoAnswer,
            format!("no whole answer came ({})", shorten(cause)),
        ),
    };
    let sentence = format!("{what}; the lead may have been created: look for it in the CRM");
    settle(Fate::Unknown(code), code, sentence)
}

fn odd_answer() -> Problem {
    Problem::new(
        Code::ServerOddAnswer,
        "the CRM's answer has an id but says `success: false`",
    )
}

#[cfg(test)]
mod tests;
