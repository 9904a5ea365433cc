//! What an answer means for the row that was sent. Pure: one table, one test.

use std::time::Duration;

use crate::api::answer_words::{words_for_messages_of, words_of};
use crate::api::exchange_error::ExchangeError;
use crate::api::wire::{Creation, read_creation};
use crate::model::LeadId;

/// Everything that an attempt brought back from the server.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body as far as it came, up to a bound.
    pub body: Vec<u8>,
    /// Whether the body came whole and within the bound.
    pub complete: bool,
    /// The pause that the headers demand, if any.
    pub pause: Option<Duration>,
}

/// What one attempt to create a lead came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AnswerClass {
    /// The lead exists and its id is known.
    Created {
        /// The new lead's id.
        lead_id: LeadId,
        /// When the CRM says that it was created, in its own writing.
        created_at: Option<String>,
        /// The answer says `success: false` beside the id.
        denies_success: bool,
    },
    /// The server took the lead but told no id. Must never be sent again.
    Taken,
    /// The server will not have this lead; the words are its own and may be empty.
    Refused {
        /// The HTTP status.
        status: u16,
        /// The server's words, for the results alone: they may say whose lead it is.
        words: String,
        /// The same without anybody's data, for messages.
        in_messages: String,
    },
    /// The token was not accepted (401).
    Unauthorised {
        /// The server's words.
        words: String,
    },
    /// The token may not do this, or not with this lead (403).
    Forbidden {
        /// The server's words.
        words: String,
    },
    /// The server asks for a pause and has not looked at the lead (429).
    Throttled {
        /// The demanded pause.
        pause: Option<Duration>,
    },
    /// An answer that no row can have caused, such as a redirect or 404: the run must stop.
    Unexpected {
        /// The HTTP status.
        status: u16,
        /// The server's words.
        words: String,
    },
    /// The lead may exist.
    MayHaveArrived {
        /// What happened instead of an answer.
        doubt: Doubt,
        /// The demanded pause.
        pause: Option<Duration>,
    },
    /// No byte of the request can have been acted on.
    NotSent {
        /// Why not, as far as is known.
        cause: String,
        /// The server's certificate is not trusted, which waiting does not cure.
        bad_certificate: bool,
    },
}

impl AnswerClass {
    /// What it is called in the log.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Created { .. } => "created",
            Self::Taken => "taken",
            Self::Refused { .. } => "refused",
            Self::Unauthorised { .. } => "unauthorised",
            Self::Forbidden { .. } => "forbidden",
            Self::Throttled { .. } => "throttled",
            Self::Unexpected { .. } => "unexpected",
            Self::MayHaveArrived { doubt, .. } => match doubt {
                Doubt::ServerFault { .. } => "fault",
                Doubt::TimedOut => "no answer in time",
                Doubt::Broken { .. } => "connection broken",
            },
            Self::NotSent { .. } => "not sent",
        }
    }

    /// The HTTP status, where one is known.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Refused { status, .. } | Self::Unexpected { status, .. } => Some(*status),
            Self::Unauthorised { .. } => Some(401),
            Self::Forbidden { .. } => Some(403),
            Self::Throttled { .. } => Some(429),
            Self::MayHaveArrived { doubt, .. } => match doubt {
                Doubt::ServerFault { status, .. } => Some(*status),
                Doubt::TimedOut | Doubt::Broken { .. } => None,
            },
            Self::Created { .. } | Self::Taken | Self::NotSent { .. } => None,
        }
    }

    /// Whether this answer shows that the server accepted the token.
    pub fn accepts_token(&self) -> bool {
        matches!(
            self,
            Self::Created { .. } | Self::Taken | Self::Refused { .. }
        )
    }
}

/// Why it is not known what became of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doubt {
    /// The server answered with a fault of its own.
    ServerFault {
        /// The HTTP status.
        status: u16,
        /// The server's words.
        words: String,
    },
    /// No answer within the time limit for one attempt.
    TimedOut,
    /// The connection broke before there was a whole answer.
    Broken {
        /// Why, as far as is known.
        cause: String,
    },
}

impl Doubt {
    /// The connection broke in the middle of an answer.
    pub(super) fn half_an_answer(status: u16) -> Self {
        Self::Broken {
            cause: format!("only half of an answer with status {status} arrived"),
        }
    }
}

impl From<ExchangeError> for AnswerClass {
    fn from(error: ExchangeError) -> Self {
        match error {
            ExchangeError::NotSent {
                cause,
                bad_certificate,
            } => Self::NotSent {
                cause,
                bad_certificate,
            },
            ExchangeError::Unanswered(doubt) => Self::MayHaveArrived { doubt, pause: None },
        }
    }
}

/// Says what `answer` to `POST /v1/leads` means for the lead.
///
/// A 2xx means that the server has the lead even if its body is torn, 401 and 429 that it has not
/// looked at it. Any other answer counts only when it is whole: half an answer leaves the row in
/// doubt.
pub fn classify(answer: Answer) -> AnswerClass {
    let Answer {
        status,
        body,
        complete,
        pause,
    } = answer;
    match status {
        200..=299 => match read_creation(&body) {
            Some(Creation {
                lead_id,
                created_at,
                denies_success,
            }) => AnswerClass::Created {
                lead_id,
                created_at,
                denies_success,
            },
            None => AnswerClass::Taken,
        },
        401 => AnswerClass::Unauthorised {
            words: words_of(&body),
        },
        429 => AnswerClass::Throttled { pause },
        _ if !complete => AnswerClass::MayHaveArrived {
            doubt: Doubt::half_an_answer(status),
            pause,
        },
        400 | 409 | 413 | 422 | 451 => AnswerClass::Refused {
            status,
            words: words_of(&body),
            in_messages: words_for_messages_of(&body),
        },
        403 => AnswerClass::Forbidden {
            words: words_of(&body),
        },
        408 | 500..=599 => {
            let doubt = Doubt::ServerFault {
                status,
                words: words_of(&body),
            };
            AnswerClass::MayHaveArrived { doubt, pause }
        }
        _ => AnswerClass::Unexpected {
            status,
            words: words_of(&body),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::{Answer, AnswerClass, classify};

    /// Faults, silence and broken connections are one class.
    fn name_of(class: &AnswerClass) -> &'static str {
        match class {
            AnswerClass::MayHaveArrived { .. } => "may have arrived",
            other => other.name(),
        }
    }

    #[test]
    fn every_status_has_its_class() {
        let created = r#"{"success":true,"data":{"id":1}}"#;
        for (status, body, complete, expected) in [
            (200, created, true, "created"),
            (201, created, true, "created"),
            (201, created, false, "created"),
            (201, r#"{"data":{"i"#, true, "taken"),
            (201, r#"{"data":{"i"#, false, "taken"),
            (204, "", true, "taken"),
            (301, "", true, "unexpected"),
            (302, created, true, "unexpected"),
            (400, "{}", true, "refused"),
            (400, "{}", false, "may have arrived"),
            (401, "", true, "unauthorised"),
            (401, "", false, "unauthorised"),
            (403, "", true, "forbidden"),
            (404, "", true, "unexpected"),
            (405, "", true, "unexpected"),
            (408, "", true, "may have arrived"),
            (409, "", true, "refused"),
            (413, "", true, "refused"),
            (415, "", true, "unexpected"),
            (422, "", true, "refused"),
            (422, "", false, "may have arrived"),
            (429, "", true, "throttled"),
            (429, "", false, "throttled"),
            (451, "", true, "refused"),
            (500, "", true, "may have arrived"),
            (502, "", true, "may have arrived"),
            (503, "", true, "may have arrived"),
            (504, "", false, "may have arrived"),
            (600, "", true, "unexpected"),
        ] {
            let answer = Answer {
                status,
                body: body.into(),
                complete,
                pause: None,
            };
            assert_eq!(
                name_of(&classify(answer)),
                expected,
                "{status} {body} {complete}"
            );
        }
    }
}
