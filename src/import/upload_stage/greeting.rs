//! One small request before the first row, so that a wrong token or address is known at once.

use std::time::Duration;

use tokio::time::Instant;

use crate::api::{LeadApi, LeadsSeen, Probed, Token};
use crate::import::stop::StopReason;
use crate::pacing::BackOff;

/// So often a connection is tried before the run gives up.
const TRIES: u32 = 3;

/// No try begins later than this after the first.
const PATIENCE: Duration = Duration::from_secs(10);

/// What the server said to the first request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) struct Greeting {
    /// The pause that it demands before anything else.
    pub(in crate::import) pause: Option<Duration>,
    /// Whether it has any leads.
    pub(in crate::import) leads: LeadsSeen,
}

impl Greeting {
    /// Nothing was learnt of its leads.
    fn unheard(pause: Option<Duration>) -> Self {
        let leads = LeadsSeen::Unreadable;
        Self { pause, leads }
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
        match client.probe(token).await {
            Probed::Answered { leads } => return Ok(Greeting { pause: None, leads }),
            Probed::Unanswered { .. } => break,
            Probed::Throttled { pause } => return Ok(Greeting::unheard(pause)),
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
    Ok(Greeting::unheard(None))
}
