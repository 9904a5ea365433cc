//! What an answer means for its row and for the run. Pure.
//!
//! When an answer leaves it open whether the lead exists, the lead is looked for: a row is sent again
//! only when the CRM is proved not to have it, or when the user vouches that nothing comes of it.

use crate::api::{AnswerClass, Doubt};
use crate::import::reconcile::Lost;
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
    /// An earlier attempt of the row had no clear answer, and it is open what became of it.
    pub(super) is_unsettled: bool,
    /// Whether a row may be sent again before that is known.
    pub(super) resending: Resending,
}

/// Whether a row may be sent again before it is known what became of its last attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resending {
    /// Never.
    Forbidden,
    /// With the same key, which the CRM honours.
    ByKey,
    /// The user accepts that the CRM may have it twice.
    Accepted,
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
    /// Send it again as soon as anything may be sent: the attempt does not count.
    Repeat,
    /// Send it again when a newer token has been had.
    RepeatWithNewToken { words: String },
    /// Send it again after a wait of its own.
    RepeatLater,
    /// The same, while it is open what became of this attempt.
    RepeatUnsettled,
    /// Look for its lead.
    LookUp(Lost),
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
        AnswerClass::Taken => FollowUp::LookUp(Lost::Taken),
        AnswerClass::Refused { status, words, .. } => refused_after(status, words, now),
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
        AnswerClass::Throttled { .. } => FollowUp::Repeat,
        AnswerClass::MayHaveArrived { doubt, .. } => lost(doubt, now),
        AnswerClass::NotSent { .. } if now.tries_left => FollowUp::RepeatLater,
        AnswerClass::NotSent { .. } if now.is_unsettled => {
            let what = "no answer came, and then the CRM could not be reached".into();
            let code = Code::ServerNoAnswer;
            FollowUp::LookUp(Lost::Silence { code, what })
        }
        AnswerClass::NotSent { cause, .. } => FollowUp::Settle {
            fate: Fate::Failed,
            problem: Some(gave_up(&shorten(&cause))),
        },
    }
}

/// A refusal counts only when it cannot be about the row's own lead.
fn refused_after(status: u16, words: String, now: Circumstances) -> FollowUp {
    /// The first request with the key may still be under way.
    const CONFLICT: u16 = 409;
    if !now.is_unsettled {
        return FollowUp::Settle {
            fate: Fate::Refused,
            problem: Some(refused(status, &words)),
        };
    }
    if status == CONFLICT && now.resending == Resending::ByKey && now.tries_left {
        return FollowUp::RepeatUnsettled;
    }
    FollowUp::LookUp(Lost::Refusal { status, words })
}

fn lost(doubt: Doubt, now: Circumstances) -> FollowUp {
    let lost = lost_by(doubt);
    let is_final = matches!(lost, Lost::Fault { .. });
    match now.resending {
        // A server that honours keys answers the same again: asking is quicker.
        Resending::ByKey if now.tries_left && !is_final => FollowUp::RepeatUnsettled,
        Resending::Accepted if now.tries_left => FollowUp::RepeatUnsettled,
        _ => FollowUp::LookUp(lost),
    }
}

/// What came in place of an answer.
pub(super) fn lost_by(doubt: Doubt) -> Lost {
    let silence = |what| Lost::Silence {
        code: Code::ServerNoAnswer,
        what,
    };
    match doubt {
        Doubt::ServerFault { status: 500, words } => Lost::Fault { status: 500, words },
        Doubt::ServerFault { status, words } => Lost::Silence {
            code: Code::ServerError,
            what: format!("the CRM answered {status}{}", in_quotes(&words)),
        },
        Doubt::TimedOut => silence("no answer came in time".into()),
        Doubt::Broken { cause } => silence(format!("no whole answer came ({})", shorten(&cause))),
    }
}

/// The problem of a row that was never taken, however often it was sent.
pub(super) fn gave_up(why: &str) -> Problem {
    let sentence = format!("the lead could not be sent ({why}) and does not exist in the CRM");
    Problem::new(Code::ServerGaveUp, sentence)
}

/// The problem of a row that the server said no to.
pub(super) fn refused(status: u16, words: &str) -> Problem {
    let sentence = format!("the CRM refused the lead ({status}{})", in_quotes(words));
    Problem::new(Code::ServerRefused, sentence)
}

/// The problem of a row that the server forbade while it took another.
pub(super) fn blocked(words: &str) -> Problem {
    let sentence = format!(
        "the CRM forbade this lead (403{}) while it took another",
        in_quotes(words)
    );
    Problem::new(Code::ServerBlocked, sentence)
}

fn odd_answer() -> Problem {
    Problem::new(
        Code::ServerOddAnswer,
        "the CRM's answer has an id but says `success: false`",
    )
}

#[cfg(test)]
mod tests;
