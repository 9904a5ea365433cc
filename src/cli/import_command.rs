//! `import FILE`.

use crate::cli::args::ImportArguments;
use crate::cli::connection_settings::{StateDir, connection, upload_settings};
use crate::cli::environment::Environment;
use crate::cli::failure::Failure;
use crate::cli::file_paths::Suffixes;
use crate::cli::finish::run_and_finish;
use crate::cli::own_sandbox::{connection_to, start_sandbox};
use crate::cli::plan_settings::{CommandOutputs, plan};
use crate::import::Destination;
use crate::model::ExitCode;

/// The main job: check, send, record.
pub(super) fn import(
    arguments: &ImportArguments,
    environment: &Environment,
) -> Result<ExitCode, Failure> {
    if arguments.offline {
        return Err(Failure::unusable(
            "`--offline` is for `check`: an import has to ask the CRM",
            "leave it out, or run `leadferry check` with it",
        ));
    }
    let rehearses = arguments.connection.sandbox;
    let outputs = CommandOutputs {
        command: "import",
        suffixes: Suffixes {
            results: ".results.csv",
            rejects: ".rejects.csv",
        },
        is_rehearsal: rehearses,
    };
    let (mut plan, _input) = plan(&arguments.file, outputs)?;
    let sandbox = rehearses.then(start_sandbox).transpose()?;
    let typed = &arguments.connection;
    let connection = match &sandbox {
        Some(sandbox) => connection_to(sandbox, typed.crm.tenant)?,
        None => connection(&typed.crm, &typed.token, &typed.route, environment)?,
    };
    let state = StateDir::of(arguments, environment)?;
    let settings = upload_settings(arguments, connection, &state, environment)?;
    let destination = Destination::Crm(Box::new(settings));
    run_and_finish(&mut plan, destination, &arguments.file)
}
