//! `runs forget RUN` and `runs forget RUN:ROW`.

use crate::cli::failure::Failure;
use crate::cli::runs_command::ledger_choice::{LedgerChoice, Troubles, ledger_failure};
use crate::cli::runs_command::row_address::{ForgetTarget, RowAddress};
use crate::cli::runs_command::settle::no_such_row;
use crate::cli::runs_command::upkeep::open_upkeep;
use crate::cli::terminal::say;
use crate::ledger::Forgotten;
use crate::model::{ExitCode, count_of, grouped};

/// Forgets rows whose leads were deleted. Exit code 1 when rows in doubt are left.
pub(super) fn forget(choice: &LedgerChoice, target: &ForgetTarget) -> Result<ExitCode, Failure> {
    let (name, row) = match target {
        ForgetTarget::Run(run) => (run, None),
        ForgetTarget::Row(address) => (&address.run, Some(address.row)),
    };
    let mut troubles = Troubles::none();
    let found = choice.find_run(name, &mut troubles)?;
    let forgotten = open_upkeep(&found.ledger.path, "runs forget")?
        .forget(found.run, row)
        .map_err(|error| ledger_failure(&error))?;
    let run = found.name;
    match row {
        Some(row) => refuse_nothing(
            &forgotten,
            &RowAddress {
                run: run.clone(),
                row,
            },
        )?,
        None if forgotten == Forgotten::default() => {
            say(&format!(
                "run {run} was not the last to send any row, so there is nothing to forget; rows \
                 that it found created belong to the runs that sent them"
            ));
            return Ok(troubles.or(ExitCode::Done));
        }
        None => {}
    }
    say(&told(&run, &forgotten));
    let left = if forgotten.in_doubt > 0 {
        ExitCode::SomeRowsLeft
    } else {
        ExitCode::Done
    };
    Ok(troubles.or(left))
}

fn refuse_nothing(forgotten: &Forgotten, address: &RowAddress) -> Result<(), Failure> {
    if forgotten.rows() > 0 {
        return Ok(());
    }
    if forgotten.in_doubt == 0 {
        return Err(no_such_row(address));
    }
    Err(Failure::unusable(
        format!("row {address} is in doubt, and what is in doubt is not forgotten"),
        format!(
            "look for it in the CRM, then `leadferry runs settle {address} --created ID` or \
             `--absent`, which sends it again"
        ),
    ))
}

fn told(run: &str, forgotten: &Forgotten) -> String {
    let rows = forgotten.rows();
    let counted = format!(
        "forgot {} of run {run}: {} created, {} refused or failed",
        count_of(rows, "row"),
        grouped(forgotten.created),
        grouped(forgotten.refused_or_failed)
    );
    let next = (rows > 0).then(|| what_follows(forgotten));
    let left = (forgotten.in_doubt > 0).then(|| what_is_left(run, forgotten.in_doubt));
    let lines = [Some(counted), next, left].into_iter().flatten();
    lines.collect::<Vec<_>>().join("\n")
}

fn what_follows(forgotten: &Forgotten) -> String {
    let them = if forgotten.rows() == 1 { "it" } else { "them" };
    let round = forgotten.round.as_ref();
    let round = round.map_or_else(String::new, |name| format!(" with `--again {name}`"));
    format!("the next run{round} that has {them} sends {them} again")
}

fn what_is_left(run: &str, rows: u64) -> String {
    let are = if rows == 1 { "is" } else { "are" };
    format!(
        "{} {are} in doubt and not forgotten\n\nhint: `leadferry runs show {run}` names what is in \
         doubt; settle it with `leadferry runs settle` first",
        count_of(rows, "row")
    )
}

#[cfg(test)]
mod tests {
    use super::told;
    use crate::ledger::Forgotten;

    #[test]
    fn what_was_forgotten_is_counted_and_what_follows_told() {
        let forgotten = |created, in_doubt, round: Option<&str>| Forgotten {
            created,
            refused_or_failed: 0,
            in_doubt,
            round: round.map(str::to_owned),
        };
        for (forgotten, expected) in [
            (
                forgotten(1, 0, None),
                "forgot 1 row of run abc: 1 created, 0 refused or failed\n\
                 the next run that has it sends it again",
            ),
            (
                forgotten(1200, 0, Some("spring")),
                "forgot 1,200 rows of run abc: 1,200 created, 0 refused or failed\n\
                 the next run with `--again spring` that has them sends them again",
            ),
            (
                forgotten(0, 2, None),
                "forgot 0 rows of run abc: 0 created, 0 refused or failed\n\
                 2 rows are in doubt and not forgotten\n\n\
                 hint: `leadferry runs show abc` names what is in doubt; settle it with \
                 `leadferry runs settle` first",
            ),
        ] {
            assert_eq!(told("abc", &forgotten), expected);
        }
    }
}
