//! `check FILE`.

use crate::cli::args::CheckArguments;
use crate::cli::connection_settings::{is_tenant_named, ledger_place};
use crate::cli::environment::Environment;
use crate::cli::failure::Failure;
use crate::cli::file_paths::Suffixes;
use crate::cli::finish::run_and_finish;
use crate::cli::plan_settings::{CommandOutputs, plan};
use crate::cli::terminal::say;
use crate::import::Destination;
use crate::model::ExitCode;

/// Everything `import` does except sending.
///
/// Without a tenant it is not clear which ledger to ask, and none is; that is said.
pub(super) fn check(
    arguments: &CheckArguments,
    environment: &Environment,
) -> Result<ExitCode, Failure> {
    let outputs = CommandOutputs {
        command: "check",
        // Not `.rejects.csv`: what the CRM refused stands there after an import.
        suffixes: Suffixes {
            results: ".check.csv",
            rejects: ".check.rejects.csv",
        },
        is_rehearsal: false,
    };
    let (plan, _input) = plan(&arguments.file, outputs)?;
    let place = if is_tenant_named(&arguments.crm, environment) {
        Some(ledger_place(&arguments.crm, environment)?)
    } else {
        say(
            "no tenant is named, so the ledger is not asked which rows were imported before; \
             `--tenant N` does that",
        );
        None
    };
    run_and_finish(&plan, Destination::Nowhere(place), &arguments.file)
}
