//! One small request before the first row, so that a wrong token or address is known at once.

use std::time::Duration;

use tokio::time::Instant;

use crate::api::{Exchanged, LeadApi, LeadView, LeadsSeen, Probed, Token};
use crate::import::reconcile::KnownBefore;
use crate::import::stop::StopReason;
use crate::model::Allowance;
use crate::pacing::BackOff;

/// So often a connection is tried before the run gives up.
const TRIES: u32 = 3;

/// No try begins later than this after the first.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the server said of its load when it was first asked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(in crate::import) struct FirstWord {
    /// What it tells of its limit on requests.
    pub(in crate::import) allowance: Allowance,
    /// The pause that it demands before anything else; zero where it names none.
    pub(in crate::import) pause: Option<Duration>,
}

/// What the server said to the first request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::import) struct Greeting {
    /// What it said of its load.
    pub(in crate::import) first_word: FirstWord,
    /// Whether it has any leads.
    pub(in crate::import) leads: LeadsSeen,
    /// Why leads cannot be looked up, if they cannot.
    pub(in crate::import) look_ups_off: Option<String>,
    /// A lead that was there before this run sent any.
    pub(in crate::import) lead_before: Option<KnownBefore>,
}

impl Greeting {
    /// Its leads are as `leads` says.
    fn answered(leads: LeadsSeen, first: Option<LeadView>, allowance: Allowance) -> Self {
        let off = || "the CRM's list of leads cannot be read".to_owned();
        Self {
            first_word: FirstWord {
                allowance,
                pause: None,
            },
            leads,
            look_ups_off: (leads == LeadsSeen::Unreadable).then(off),
            lead_before: first.map(|lead| KnownBefore {
                id: lead.id,
                later_than: None,
                created_at: lead.created_at,
            }),
        }
    }

    /// It demands a pause, and nothing was learnt of its leads.
    fn throttled(pause: Option<Duration>, allowance: Allowance) -> Self {
        Self {
            first_word: FirstWord {
                allowance,
                pause: Some(pause.unwrap_or_default()),
            },
            leads: LeadsSeen::Unreadable,
            look_ups_off: None,
            lead_before: None,
        }
    }

    /// It did not answer.
    fn unanswered() -> Self {
        Self {
            first_word: FirstWord::default(),
            leads: LeadsSeen::Unreadable,
            look_ups_off: Some("the CRM did not answer when it was asked for its leads".into()),
            lead_before: None,
        }
    }
}

/// Finds out whether the server can be reached and accepts the token.
///
/// Only 401 and a failure to connect stop the run: everything else may be the list's trouble
/// alone.
pub(in crate::import) async fn greet(
    client: &impl LeadApi,
    token: &Token,
) -> Result<Greeting, StopReason> {
    let began = Instant::now();
    let mut back_off = BackOff::new();
    for attempt in 1_u32.. {
        let Exchanged { what, allowance } = client.probe(token).await;
        match what {
            Probed::Answered { leads, first } => {
                return Ok(Greeting::answered(leads, first, allowance));
            }
            Probed::Unanswered { .. } => break,
            Probed::Throttled { pause } => return Ok(Greeting::throttled(pause, allowance)),
            Probed::Unauthorised { words } => return Err(StopReason::Credentials { words }),
            Probed::NotSent {
                cause,
                bad_certificate,
            } => {
                let wait = back_off.next_wait(None);
                let too_late = began.elapsed() + wait > PATIENCE;
                if bad_certificate || attempt == TRIES || too_late {
                    return Err(StopReason::CannotConnect {
                        cause,
                        bad_certificate,
                    });
                }
                tokio::time::sleep(wait).await;
            }
        }
    }
    Ok(Greeting::unanswered())
}
