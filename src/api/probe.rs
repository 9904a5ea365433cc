//! One small question to the server, and what its answer shows.

use std::time::Duration;

use crate::api::lead_view::LeadView;
use crate::api::look_up::{LeadPage, Listed, LookUpFailure};

/// What one small question to the server came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Probed {
    /// Somebody is there and answers, whatever the answer.
    Answered {
        /// What the answer shows of the CRM's leads.
        leads: LeadsSeen,
        /// The lead that is shown, if one is.
        first: Option<LeadView>,
    },
    /// The token was not accepted (401).
    Unauthorised {
        /// The server's words.
        words: String,
    },
    /// The server asks for a pause (429).
    Throttled {
        /// The demanded pause.
        pause: Option<Duration>,
    },
    /// No answer, half of one, or a fault of the server's own.
    Unanswered {
        /// The demanded pause.
        pause: Option<Duration>,
    },
    /// No connection could be made.
    NotSent {
        /// Why not, as far as is known.
        cause: String,
        /// The server's certificate is not trusted, which waiting does not cure.
        bad_certificate: bool,
    },
}

impl Probed {
    /// What it is called in the log.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Answered { .. } => "answered",
            Self::Unauthorised { .. } => "unauthorised",
            Self::Throttled { .. } => "throttled",
            Self::Unanswered { .. } => "unanswered",
            Self::NotSent { .. } => "not sent",
        }
    }
}

/// What the answer to a probe shows of the CRM's leads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeadsSeen {
    /// There is at least one.
    Any,
    /// The list was read and is empty.
    None,
    /// The answer is no list that can be read: look-ups will not work either.
    Unreadable,
}

impl LeadsSeen {
    fn on(page: &LeadPage) -> Self {
        if page.leads.is_empty() && page.total.unwrap_or(0) == 0 {
            Self::None
        } else {
            Self::Any
        }
    }
}

/// Says what the smallest page of leads shows about the server.
impl From<Listed> for Probed {
    fn from(listed: Listed) -> Self {
        let failure = match listed {
            Listed::Page(page) => {
                return Self::Answered {
                    leads: LeadsSeen::on(&page),
                    first: page.leads.into_iter().next(),
                };
            }
            Listed::Failed(failure) => failure,
        };
        match failure {
            LookUpFailure::Forbidden { .. } | LookUpFailure::Unusable { .. } => Self::Answered {
                leads: LeadsSeen::Unreadable,
                first: None,
            },
            LookUpFailure::Unauthorised { words } => Self::Unauthorised { words },
            LookUpFailure::Throttled { pause } => Self::Throttled { pause },
            LookUpFailure::Unanswered { pause, .. } => Self::Unanswered { pause },
            LookUpFailure::NotSent {
                cause,
                bad_certificate,
            } => Self::NotSent {
                cause,
                bad_certificate,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{LeadView, LeadsSeen, Probed};
    use crate::api::classify::Answer;
    use crate::api::look_up::read_page;

    #[test]
    fn any_whole_answer_but_401_429_and_faults_shows_that_somebody_is_there() {
        let first = |id: u64| LeadView::from_json(serde_json::json!({"id": id}));
        let answered = |leads| Probed::Answered {
            leads,
            first: match leads {
                LeadsSeen::Any => first(1),
                LeadsSeen::None | LeadsSeen::Unreadable => None,
            },
        };
        let unanswered = || Probed::Unanswered { pause: None };
        let refused = || Probed::Unauthorised {
            words: "expired".into(),
        };
        for (status, body, complete, expected) in [
            (
                200,
                r#"{"data":[{"id":1}]}"#,
                true,
                answered(LeadsSeen::Any),
            ),
            (200, r#"{"data":[]}"#, true, answered(LeadsSeen::None)),
            (
                200,
                r#"{"data":[],"meta":{"total":3}}"#,
                true,
                Probed::Answered {
                    leads: LeadsSeen::Any,
                    first: None,
                },
            ),
            (200, "{}", true, answered(LeadsSeen::Unreadable)),
            (200, "<html>", true, answered(LeadsSeen::Unreadable)),
            (200, r#"{"data":["#, false, unanswered()),
            (302, "", true, answered(LeadsSeen::Unreadable)),
            (403, "", true, answered(LeadsSeen::Unreadable)),
            (404, "", true, answered(LeadsSeen::Unreadable)),
            (401, r#"{"message":"expired"}"#, true, refused()),
            (429, "", false, Probed::Throttled { pause: None }),
            (500, "", true, unanswered()),
            (404, "", false, unanswered()),
        ] {
            let answer = Answer {
                status,
                body: body.into(),
                complete,
                pause: None,
            };
            assert_eq!(Probed::from(read_page(answer)), expected, "{status} {body}");
        }
    }
}
