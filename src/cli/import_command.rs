//! `import FILE`.

use secrecy::SecretString;

use crate::api::{ApiAddressError, Route, TokenSource};
use crate::cli::args::ImportArguments;
use crate::cli::connection_settings::{Connection, StateDir, connection, upload_settings};
use crate::cli::environment::Environment;
use crate::cli::failure::Failure;
use crate::cli::file_paths::Suffixes;
use crate::cli::finish::run_and_finish;
use crate::cli::plan_settings::{CommandOutputs, plan};
use crate::cli::terminal::say;
use crate::import::Destination;
use crate::model::ExitCode;
use crate::sandbox::{NoticeSink, Sandbox, SandboxOptions};

/// The main job: check, send, record.
pub(super) fn import(
    arguments: &ImportArguments,
    environment: &Environment,
) -> Result<ExitCode, Failure> {
    let rehearses = arguments.connection.sandbox;
    let outputs = CommandOutputs {
        command: "import",
        suffixes: Suffixes {
            results: ".results.csv",
            rejects: ".rejects.csv",
        },
        is_rehearsal: rehearses,
    };
    let (plan, _input) = plan(&arguments.file, outputs)?;
    let sandbox = rehearses.then(start_sandbox).transpose()?;
    let typed = &arguments.connection;
    let connection = match &sandbox {
        Some(sandbox) => connection_to(sandbox, typed.crm.tenant)?,
        None => connection(&typed.crm, &typed.token, &typed.route, environment)?,
    };
    let state = StateDir::of(arguments, environment)?;
    let settings = upload_settings(arguments, connection, &state, environment)?;
    let destination = Destination::Crm(Box::new(settings));
    run_and_finish(&plan, destination, &arguments.file)
}

fn start_sandbox() -> Result<Sandbox, Failure> {
    let options = SandboxOptions {
        on_notice: Some(NoticeSink::new(say)),
        ..SandboxOptions::default()
    };
    Sandbox::start(options)
        .map_err(|error| Failure::of(&error).while_doing("cannot start the sandbox"))
}

fn connection_to(sandbox: &Sandbox, tenant: Option<u64>) -> Result<Connection, Failure> {
    let address = sandbox
        .base_url()
        .parse()
        .map_err(|error: ApiAddressError| {
            Failure::of(&error).while_doing("the sandbox has an address that cannot be used")
        })?;
    Ok(Connection {
        address,
        tenant: tenant.unwrap_or(1),
        token: TokenSource::Given(SecretString::from("sandbox".to_owned())),
        route: Route::default(),
    })
}
