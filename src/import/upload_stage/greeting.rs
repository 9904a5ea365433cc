//! One small request before the first row, so that a wrong token or address is known at once.

use std::time::Duration;

use tokio::time::Instant;

use crate::api::{Credentials, Exchanged, LeadApi, LeadView, LeadsSeen, Need, Probed, Renewed};
use crate::import::reconcile::KnownBefore;
use crate::import::stop::StopReason;
use crate::model::Allowance;
use crate::pacing::BackOff;

/// So often a connection, or a token, is tried for before the run gives up.
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

    /// It did not answer. That may be over when the first lead has to be looked for.
    fn unanswered() -> Self {
        Self {
            first_word: FirstWord::default(),
            leads: LeadsSeen::Unreadable,
            look_ups_off: None,
            lead_before: None,
        }
    }
}

/// Finds out whether the server can be reached and accepts the token, after renewing one that has
/// expired or is refused.
///
/// Only 401 and a failure to connect stop the run: everything else may be the list's trouble
/// alone.
pub(in crate::import) async fn greet(
    client: &impl LeadApi,
    credentials: &mut Credentials,
) -> Result<Greeting, StopReason> {
    let mut patience = Patience::begin();
    if credentials.token().is_due(Instant::now()) {
        renew(credentials, Need::Due, &mut patience).await?;
    }
    let mut renewals = credentials.renewals_in_a_row();
    loop {
        let Exchanged { what, allowance } = client.probe(credentials.token()).await;
        match what {
            Probed::Answered { leads, first } => {
                return Ok(Greeting::answered(leads, first, allowance));
            }
            Probed::Unanswered { .. } => return Ok(Greeting::unanswered()),
            Probed::Throttled { pause } => return Ok(Greeting::throttled(pause, allowance)),
            Probed::Unauthorised { words } => {
                let may_renew = renewals > 0;
                renewals = renewals.saturating_sub(1);
                if !may_renew || !renew(credentials, Need::Refused, &mut patience).await? {
                    return Err(StopReason::Credentials { words });
                }
            }
            Probed::NotSent {
                cause,
                bad_certificate,
            } => {
                if bad_certificate || !patience.wait(None).await {
                    return Err(StopReason::CannotConnect {
                        cause,
                        bad_certificate,
                    });
                }
            }
        }
    }
}

/// Gets a newer token. False when there is none, or none yet while the one before may be good.
pub(in crate::import) async fn renew(
    credentials: &mut Credentials,
    need: Need,
    patience: &mut Patience,
) -> Result<bool, StopReason> {
    loop {
        let mut asking = credentials.clone();
        let under_way = asking.announce_renewal();
        // It may block.
        let asked = tokio::task::spawn_blocking(move || {
            let renewed = asking.renew(need);
            drop(under_way);
            (renewed, asking)
        });
        let asked = asked.await;
        let (renewed, asked) = match asked {
            Ok(asked) => asked,
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        };
        *credentials = asked;
        match renewed.map_err(StopReason::NoNewToken)? {
            Renewed::Newer => return Ok(true),
            Renewed::Same => return Ok(false),
            Renewed::NotNow { error, pause } => {
                let is_good = need == Need::Due && !credentials.token().has_expired(Instant::now());
                if is_good {
                    return Ok(false);
                }
                if !patience.wait(pause).await {
                    return Err(StopReason::NoNewToken(error));
                }
            }
        }
    }
}

/// Counts what failed before the first answer.
pub(in crate::import) struct Patience {
    began: Instant,
    failures: u32,
    back_off: BackOff,
}

impl Patience {
    pub(in crate::import) fn begin() -> Self {
        Self {
            began: Instant::now(),
            failures: 0,
            back_off: BackOff::new(),
        }
    }

    /// Waits before the next try. False when there is to be none.
    pub(in crate::import) async fn wait(&mut self, demanded: Option<Duration>) -> bool {
        self.failures += 1;
        let wait = self.back_off.next_wait(demanded);
        if self.failures == TRIES || self.began.elapsed() + wait > PATIENCE {
            return false;
        }
        tokio::time::sleep(wait).await;
        true
    }
}
