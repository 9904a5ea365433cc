//! A run as people and programs read it.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Serialize;

use crate::ledger::{LedgerScope, RunEnding, RunRecord};
use crate::model::{Status, grouped};

/// A run in `runs --format json`.
#[derive(Debug, Serialize)]
pub(super) struct RunJson<'a> {
    run: &'a str,
    api: &'a str,
    tenant: u64,
    file: &'a str,
    round: Option<&'a str>,
    started: &'a str,
    ended: Option<&'a str>,
    ended_as: &'static str,
    reason: Option<&'a str>,
    /// Rows by status; null where the run never told.
    counts: Option<&'a BTreeMap<String, u64>>,
}

impl<'a> RunJson<'a> {
    pub(super) fn of(run: &'a RunRecord, scope: &'a LedgerScope) -> Self {
        Self {
            run: &run.name,
            api: &scope.api,
            tenant: scope.tenant,
            file: &run.start.file,
            round: run.start.round.as_deref(),
            started: &run.started,
            ended: run.ended.as_deref(),
            ended_as: run.ending.as_str(),
            reason: reason_of(run),
            counts: run.counts.as_ref(),
        }
    }
}

/// Why a run stopped early, if it did.
pub(super) fn reason_of(run: &RunRecord) -> Option<&str> {
    match &run.ending {
        RunEnding::Stopped { reason } => Some(reason),
        RunEnding::Running | RunEnding::Finished | RunEnding::Killed => None,
    }
}

/// `1,204 created, 3 rejected`: what did not occur is left out.
pub(super) fn counts_in_short(counts: Option<&BTreeMap<String, u64>>) -> String {
    let count = |status: &Status| counts?.get(status.as_str()).copied();
    let shown = |status: &Status| {
        let count = count(status).filter(|count| *count > 0)?;
        let words = status.as_str().replace('_', " ");
        Some(format!("{} {words}", grouped(count)))
    };
    let shown: Vec<String> = Status::ALL.iter().filter_map(shown).collect();
    shown.join(", ")
}

/// A time without fractions of a second, which nobody wants to read.
pub(super) fn to_the_second(time: &str) -> String {
    let parsed: Option<Timestamp> = time.parse().ok();
    let whole = parsed.and_then(|time| Timestamp::from_second(time.as_second()).ok());
    whole.map_or_else(|| time.to_owned(), |whole| whole.to_string())
}

/// Whose ledger it is, in a message.
pub(super) fn place_of(scope: &LedgerScope) -> String {
    format!("tenant {} of {}", scope.tenant, scope.api)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{counts_in_short, to_the_second};

    #[test]
    fn counts_are_short_and_in_the_order_of_statuses() {
        let counts = [
            ("rejected", 3),
            ("created", 1204),
            ("failed", 0),
            ("already_created", 1),
        ];
        let counts: BTreeMap<String, u64> = counts
            .map(|(status, count)| (status.to_owned(), count))
            .into();
        assert_eq!(
            counts_in_short(Some(&counts)),
            "1,204 created, 1 already created, 3 rejected"
        );
        assert_eq!(counts_in_short(None), "");
    }

    #[test]
    fn times_have_no_fractions_of_a_second() {
        for (time, expected) in [
            ("2026-03-01T22:15:00.123456Z", "2026-03-01T22:15:00Z"),
            ("2026-03-01T22:15:00Z", "2026-03-01T22:15:00Z"),
            ("yesterday", "yesterday"),
        ] {
            assert_eq!(to_the_second(time), expected);
        }
    }
}
