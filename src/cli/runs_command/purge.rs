//! `runs purge --older-than D`.

use std::path::Path;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use crate::cli::failure::Failure;
use crate::cli::runs_command::ledger_choice::{LedgerChoice, Troubles, ledger_failure};
use crate::cli::runs_command::run_text::to_the_second;
use crate::cli::runs_command::upkeep::open_upkeep;
use crate::cli::terminal::say;
use crate::ledger::Purged;
use crate::model::{ExitCode, count_of};

/// Removes histories of old runs and what they sent for rows in doubt, from one ledger after the
/// other: one that a run holds keeps no other from being purged.
pub(super) fn purge(choice: &LedgerChoice, older_than: Duration) -> Result<ExitCode, Failure> {
    let before = long_ago(older_than);
    let mut troubles = Troubles::none();
    let mut all = Purged::default();
    let ledgers = choice.open(&mut troubles)?;
    let paths: Vec<_> = ledgers.into_iter().map(|ledger| ledger.path).collect();
    for path in paths {
        match purge_one(&path, before) {
            Ok(purged) => {
                all.runs += purged.runs;
                all.bodies += purged.bodies;
            }
            Err(failure) => troubles.tell(&failure),
        }
    }
    say(&told(all, before));
    Ok(troubles.or(ExitCode::Done))
}

/// A time that lies before all runs when so long ago is before all times.
fn long_ago(span: Duration) -> Timestamp {
    let span = SignedDuration::try_from(span).ok();
    let then = span.and_then(|span| Timestamp::now().checked_sub(span).ok());
    then.unwrap_or(Timestamp::MIN)
}

fn purge_one(path: &Path, before: Timestamp) -> Result<Purged, Failure> {
    let mut upkeep = open_upkeep(path, "runs purge")?;
    let purged = upkeep
        .purge(before)
        .map_err(|error| ledger_failure(&error))?;
    if purged != Purged::default() {
        upkeep.compact().map_err(|error| {
            ledger_failure(&error).while_doing(
                "the runs were purged, but the ledger could not be written anew, so that parts of \
                 what was removed may still be in its file",
            )
        })?;
    }
    Ok(purged)
}

fn told(purged: Purged, before: Timestamp) -> String {
    let before = to_the_second(&before.to_string());
    if purged.runs == 0 {
        return format!("no run ended before {before}");
    }
    let runs = format!(
        "purged {} that ended before {before}; what was created stays known",
        count_of(purged.runs, "run")
    );
    if purged.bodies == 0 {
        return runs;
    }
    format!(
        "{runs}\nof {} in doubt it is no longer known what was sent: only you can still decide with \
         `leadferry runs settle`",
        count_of(purged.bodies, "row")
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use jiff::Timestamp;

    use super::{long_ago, told};
    use crate::ledger::Purged;

    #[test]
    fn so_long_ago_that_there_was_no_time_is_before_everything() {
        assert_eq!(long_ago(Duration::MAX), Timestamp::MIN);
        assert!(long_ago(Duration::from_mins(1)) < Timestamp::now());
    }

    #[test]
    fn what_was_purged_is_counted() {
        let before = "2026-03-01T22:15:00.5Z".parse().unwrap();
        for (runs, bodies, expected) in [
            (0, 0, "no run ended before 2026-03-01T22:15:00Z"),
            (
                1,
                2,
                "purged 1 run that ended before 2026-03-01T22:15:00Z; what was created stays known\n\
                 of 2 rows in doubt it is no longer known what was sent: only you can still decide \
                 with `leadferry runs settle`",
            ),
        ] {
            assert_eq!(told(Purged { runs, bodies }, before), expected);
        }
    }
}
