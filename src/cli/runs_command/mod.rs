//! `runs`: what was imported when, rows in doubt and deciding them, and keeping the ledger in order.
//!
//! `ledger_choice` says which ledgers are meant and finds runs in them; a ledger that cannot be
//! read is told and hides no other. What reads goes beside a run that is going on; what changes
//! entries needs the ledger's lock.

mod backup;
mod forget;
mod ledger_choice;
mod list;
mod purge;
mod row_address;
mod run_text;
mod runs_arguments;
mod settle;
mod show;
mod unknown;
mod upkeep;

use crate::cli::environment::Environment;
use crate::cli::failure::Failure;
use crate::cli::runs_command::ledger_choice::LedgerChoice;
use crate::cli::runs_command::runs_arguments::RunsCommand;
use crate::model::ExitCode;

pub(super) use runs_arguments::{OutputFormat, RunsArguments};

/// Runs what was asked for; without a command, lists the runs.
pub(super) fn runs(
    arguments: &RunsArguments,
    environment: &Environment,
) -> Result<ExitCode, Failure> {
    let choice = LedgerChoice::of(&arguments.ledgers, environment)?;
    let format = arguments.format.unwrap_or_default();
    match &arguments.command {
        None => list::list(&choice, format),
        Some(RunsCommand::Show(show)) => {
            show::show(&choice, &show.run, show.format.unwrap_or(format))
        }
        Some(RunsCommand::Unknown(unknown)) => {
            let format = unknown.format.unwrap_or(format);
            unknown::unknown(&choice, format, unknown.bodies)
        }
        Some(RunsCommand::Settle(settle)) => settle::settle(&choice, settle),
        Some(RunsCommand::Forget(forget)) => forget::forget(&choice, &forget.target),
        Some(RunsCommand::Purge(purge)) => purge::purge(&choice, purge.older_than),
        Some(RunsCommand::Backup(backup)) => backup::backup(&choice, &backup.path),
    }
}
