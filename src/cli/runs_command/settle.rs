//! `runs settle RUN:ROW`.

use crate::cli::failure::Failure;
use crate::cli::runs_command::ledger_choice::{FoundRun, LedgerChoice, Troubles, ledger_failure};
use crate::cli::runs_command::row_address::RowAddress;
use crate::cli::runs_command::runs_arguments::SettleArguments;
use crate::cli::runs_command::upkeep::open_upkeep;
use crate::cli::terminal::say;
use crate::ledger::{Decision, EntryState, KnownRow, Settled};
use crate::model::{ExitCode, LeadId};

/// Decides a row in doubt.
pub(super) fn settle(
    choice: &LedgerChoice,
    arguments: &SettleArguments,
) -> Result<ExitCode, Failure> {
    let mut troubles = Troubles::none();
    let found = choice.find_run(&arguments.row.run, &mut troubles)?;
    let address = RowAddress {
        run: found.name.clone(),
        row: arguments.row.row,
    };
    let decision = match &arguments.created {
        Some(id) => Decision::Created(id.clone()),
        None => Decision::Absent,
    };
    let settled = open_upkeep(&found.ledger.path, "runs settle")?
        .settle(found.run, address.row, &decision)
        .map_err(|error| ledger_failure(&error))?;
    match settled {
        Settled::Done { entries } => {
            say(&told(&address, &decision, entries));
            Ok(troubles.or(ExitCode::Done))
        }
        Settled::NotInDoubt(known) => Err(not_in_doubt(&address, &known)),
        Settled::LeadOfAnother(owner) => Err(lead_of_another(&found, arguments, &owner)),
        Settled::NoSuchRow => Err(no_such_row(&address)),
    }
}

fn told(address: &RowAddress, decision: &Decision, entries: u64) -> String {
    let what = match decision {
        Decision::Created(LeadId(id)) => {
            format!("{address} was created as lead `{id}` and is never sent again")
        }
        Decision::Absent => {
            format!("{address} was not created; the next run that has the row sends it again")
        }
    };
    if entries == 1 {
        return what;
    }
    format!("{what} (it was sent in and outside of a round, and this holds for both)")
}

fn not_in_doubt(address: &RowAddress, known: &KnownRow) -> Failure {
    let what = match (known.state, &known.lead_id) {
        (EntryState::Created, Some(LeadId(id))) => format!("it was created as lead `{id}`"),
        (EntryState::Created, None) => "it was created".to_owned(),
        (EntryState::Refused, _) => "the CRM refused it, and nothing was created".to_owned(),
        _ => "it is known not to be in the CRM".to_owned(),
    };
    let hint = match known.state {
        EntryState::Created => {
            format!(
                "if the lead was deleted and is to be sent again: `leadferry runs forget {address}`"
            )
        }
        _ => "the next run that has the row sends it again".to_owned(),
    };
    Failure::unusable(format!("row {address} is not in doubt: {what}"), hint)
}

fn lead_of_another(found: &FoundRun, arguments: &SettleArguments, owner: &KnownRow) -> Failure {
    let id = arguments.created.as_ref().map_or("", |id| id.0.as_str());
    let run = found.ledger.reader.run_name(owner.run).ok().flatten();
    let run = run.unwrap_or_else(|| owner.run.0.to_string());
    Failure::unusable(
        format!("lead `{id}` is that of another row, {run}:{}", owner.row),
        "look for the row's own lead; if the CRM has only this one, `--absent` sends the row again",
    )
}

/// The run was not the last to send a row of this number.
pub(super) fn no_such_row(address: &RowAddress) -> Failure {
    Failure::unusable(
        format!("the ledger knows no row {address}"),
        "rows are called by the run that sent them last; `leadferry runs unknown` lists those in \
         doubt, and the column `problems` of the results names them",
    )
}
