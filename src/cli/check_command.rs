//! `check FILE`.

use crate::cli::args::CheckArguments;
use crate::cli::failure::Failure;
use crate::cli::file_paths::Suffixes;
use crate::cli::finish::run_and_finish;
use crate::cli::plan_settings::{CommandOutputs, plan};
use crate::import::{Destination, OnExistingResults};
use crate::model::ExitCode;

/// Everything `import` does except sending.
pub(super) fn check(arguments: &CheckArguments) -> Result<ExitCode, Failure> {
    let outputs = CommandOutputs {
        command: "check",
        // Not `.rejects.csv`: what the CRM refused stands there after an import.
        suffixes: Suffixes {
            results: ".check.csv",
            rejects: ".check.rejects.csv",
        },
        on_existing_results: OnExistingResults::Replace,
        is_rehearsal: false,
    };
    let (plan, _input) = plan(&arguments.file, outputs)?;
    run_and_finish(&plan, Destination::Nowhere, &arguments.file)
}
