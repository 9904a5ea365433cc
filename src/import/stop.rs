//! Why a run stops early, and how all its stages learn of it.

use std::sync::Mutex;
use std::time::Duration;

use tokio::sync::watch;

use crate::api::CredentialsError;
use crate::import::judge_stage::JudgeError;
use crate::ledger::LedgerError;
use crate::model::{count_of, in_quotes};
use crate::source::SourceError;

/// Why a run ended before every row had its chance. The same command goes on once the reason is
/// gone.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StopReason {
    /// 401, and there is no other token to try.
    #[error("the CRM refused the credentials (401{})", in_quotes(words))]
    Credentials {
        /// The server's words.
        words: String,
    },
    /// The token expired and the place it comes from gave no other.
    #[error("the token is no longer accepted and no newer one could be had")]
    NoNewToken(#[source] CredentialsError),
    /// 403 for every lead.
    #[error("the CRM forbids creating leads (403{})", in_quotes(words))]
    Forbidden {
        /// The server's words.
        words: String,
    },
    /// An answer that has nothing to do with the row.
    #[error(
        "the CRM gave an answer that no lead can have caused ({status}{})",
        in_quotes(words)
    )]
    Unexpected {
        /// The HTTP status.
        status: u16,
        /// The server's words.
        words: String,
    },
    /// Answers without an id, one after the other: this may be no lead API at all.
    #[error("{} in a row said neither yes nor no", count_of(u64::from(*answers), "answer"))]
    Unreadable {
        /// How many.
        answers: u32,
    },
    /// The first rows under a mapping were refused alike.
    #[error(
        "the first {} were refused alike ({status}{})",
        count_of(u64::from(*refusals), "row"),
        in_quotes(words)
    )]
    TrialFailed {
        /// How many.
        refusals: u32,
        /// The HTTP status.
        status: u16,
        /// The server's words.
        words: String,
    },
    /// `--max-errors` was exceeded.
    #[error(
        "{} of {} that the CRM answered {} refused, more than `--max-errors` allows",
        refused,
        count_of(*answered, "row"),
        if *answered == 1 { "was" } else { "were" }
    )]
    TooManyRefused {
        /// Rows that were newly refused.
        refused: u64,
        /// Rows that were answered.
        answered: u64,
    },
    /// No connection could be made at the start.
    #[error("cannot connect to the CRM: {cause}")]
    CannotConnect {
        /// Why not.
        cause: String,
        /// Its certificate is not trusted.
        bad_certificate: bool,
    },
    /// The server went away and did not come back in time.
    #[error("the server has been away for {}", seconds(*away_for))]
    ServerAway {
        /// For how long.
        away_for: Duration,
    },
    /// Ctrl-C, or the system asked the program to end.
    #[error("interrupted")]
    Interrupted,
    /// The file could be scanned but not read again.
    #[error("the input broke while it was read a second time")]
    InputBroken(#[source] SourceError),
    /// The ledger cannot be written any more.
    #[error("the ledger cannot record what is sent")]
    Ledger(#[source] LedgerError),
    /// It cannot be found out any more which rows were sent before.
    #[error("cannot tell which rows were sent before")]
    CannotJudge(#[source] JudgeError),
    /// Results or rejects cannot be written.
    #[error("cannot write down what became of the rows")]
    CannotRecord(#[source] std::io::Error),
    /// `--limit` was reached.
    #[error("the limit of {} is reached", count_of(*limit, "row"))]
    Limit {
        /// The limit.
        limit: u64,
    },
}

impl StopReason {
    /// What must change before the same command can go on.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Credentials { .. } => {
                "set a new token in `LEADFERRY_TOKEN`, `--token-file` or `--token-command`, or run \
                 `leadferry login`"
            }
            Self::NoNewToken(error) => error.hint(),
            Self::Forbidden { .. } => {
                "check the tenant (`--tenant`) and that the token may create leads"
            }
            Self::Unexpected { .. } | Self::Unreadable { .. } => {
                "check the address (`--api-url`) and the tenant (`--tenant`)"
            }
            Self::TrialFailed { .. } => {
                "correct the mapping, or check the tenant (`--tenant`); `--no-trial` sends the other rows all the same"
            }
            Self::TooManyRefused { .. } => {
                "look at the refused rows in the rejects file and correct the mapping; the same command goes on with the other rows"
            }
            Self::CannotConnect {
                bad_certificate: true,
                ..
            } => {
                "check the address (`--api-url`); if its certificate comes from an authority of your own, name that with `--ca-cert PATH`"
            }
            Self::CannotConnect { .. } => {
                "check the address (`--api-url`), the network, and whether a proxy is needed (`HTTPS_PROXY`, `NO_PROXY`)"
            }
            Self::ServerAway { .. } => "wait until the server is back, or raise `--give-up-after`",
            Self::Interrupted => {
                "nothing is lost: what was in flight has its outcome in the results"
            }
            Self::InputBroken(_) => "leave the file alone while it is imported",
            Self::CannotRecord(_) => {
                "make room on the disk, or choose another place with `--results` and `--rejects`"
            }
            Self::Ledger(error) => error.hint(),
            Self::CannotJudge(error) => error.hint(),
            Self::Limit { .. } => {
                "look at the leads in the CRM before you go on: the same command sends the next ones, and without `--limit` all"
            }
        }
    }
}

fn seconds(duration: Duration) -> String {
    count_of(duration.as_secs(), "second")
}

/// How far a stop has gone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum StopLevel {
    /// Not at all.
    Running,
    /// No new row is taken; attempts in flight may finish.
    Stopping,
    /// Attempts in flight are abandoned too.
    AtOnce,
}

/// The one switch that stops all stages of a run.
#[derive(Debug)]
pub(super) struct StopSwitch {
    level: watch::Sender<StopLevel>,
    reason: Mutex<Option<StopReason>>,
}

impl StopSwitch {
    pub(super) fn new() -> Self {
        Self {
            level: watch::Sender::new(StopLevel::Running),
            reason: Mutex::new(None),
        }
    }

    /// Stops the run. The first reason is the one that is reported.
    pub(super) fn stop(&self, reason: StopReason) {
        self.lock().get_or_insert(reason);
        self.raise(StopLevel::Stopping);
    }

    /// Stops the run politely the first time and at once the second time.
    pub(super) fn interrupt(&self) {
        let again = self.level() >= StopLevel::Stopping;
        self.stop(StopReason::Interrupted);
        if again {
            self.raise(StopLevel::AtOnce);
        }
    }

    pub(super) fn level(&self) -> StopLevel {
        *self.level.borrow()
    }

    /// Whether it was an interrupt that stopped the run.
    pub(super) fn is_interrupted(&self) -> bool {
        matches!(*self.lock(), Some(StopReason::Interrupted))
    }

    pub(super) fn is_running(&self) -> bool {
        self.level() == StopLevel::Running
    }

    /// A receiver that wakes when the level rises.
    pub(super) fn subscribe(&self) -> watch::Receiver<StopLevel> {
        self.level.subscribe()
    }

    pub(super) fn into_reason(self) -> Option<StopReason> {
        self.reason
            .into_inner()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn raise(&self, level: StopLevel) {
        self.level.send_if_modified(|current| {
            let rises = level > *current;
            *current = level.max(*current);
            rises
        });
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Option<StopReason>> {
        // Setting a reason cannot panic half-way.
        self.reason
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::{StopLevel, StopReason, StopSwitch};

    #[test]
    fn the_first_reason_is_kept_and_a_second_interrupt_is_urgent() {
        let switch = StopSwitch::new();
        assert!(switch.is_running());
        switch.stop(StopReason::Forbidden {
            words: String::new(),
        });
        assert_eq!(switch.level(), StopLevel::Stopping);
        switch.interrupt();
        assert_eq!(switch.level(), StopLevel::AtOnce);
        assert!(matches!(
            switch.into_reason(),
            Some(StopReason::Forbidden { .. })
        ));
    }
}
