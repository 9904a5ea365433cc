//! `check FILE`.

use crate::cli::args::CheckArguments;
use crate::cli::failure::Failure;
use crate::cli::file_paths::Suffixes;
use crate::cli::finish::finish;
use crate::cli::plan_settings::{CommandOutputs, plan};
use crate::cli::terminal::{progress_style, say};
use crate::import::{Destination, OnExistingResults, run};
use crate::model::{Event, ExitCode};
use crate::report::Progress;

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
    let progress = Progress::new(progress_style(arguments.file.quiet), say);
    for notice in plan.source.notices() {
        progress.show(&Event::Notice(notice.clone()));
    }
    let report = run(&plan, Destination::Nowhere, &|event| progress.show(event));
    progress.finish();
    Ok(finish(&report?, &arguments.file, true))
}
