//! `check FILE`.

use std::time::Duration;

use crate::api::ClientSettings;
use crate::cli::args::CheckArguments;
use crate::cli::connection_settings::{
    Connection, connection, credentials, is_tenant_named, ledger_place,
};
use crate::cli::environment::Environment;
use crate::cli::failure::Failure;
use crate::cli::file_paths::Suffixes;
use crate::cli::finish::run_and_finish;
use crate::cli::own_sandbox::{connection_to, start_sandbox};
use crate::cli::plan_settings::{CommandOutputs, plan};
use crate::cli::terminal::say;
use crate::import::{CheckSettings, CrmAccess, Destination, LedgerPlace};
use crate::model::ExitCode;
use crate::sandbox::Sandbox;

/// How long the CRM may take to answer one question.
const TIMEOUT: Duration = Duration::from_secs(30);

/// How long a CRM that does not answer is asked again. Somebody may be waiting.
const PATIENCE: Duration = Duration::from_mins(1);

/// Everything `import` does except sending.
///
/// The CRM is asked only what names stand for, if the mapping looks any up.
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
    let (mut plan, _input) = plan(&arguments.file, outputs)?;
    let has_account =
        arguments.connection.sandbox || is_tenant_named(&arguments.connection.crm, environment);
    let has_look_ups = plan.mapping.look_ups().next().is_some();
    let looks_up = has_look_ups && has_account && !arguments.offline;
    if has_look_ups && !has_account && !arguments.offline {
        say(
            "no tenant is named, so the CRM is not asked what names stand for; `--tenant N` with a token does that",
        );
    }
    let in_sandbox = arguments.connection.sandbox && looks_up;
    let sandbox = in_sandbox.then(start_sandbox).transpose()?;
    let crm = looks_up.then(|| crm_access(arguments, sandbox.as_ref(), environment));
    let settings = CheckSettings {
        crm: crm.transpose()?.map(Box::new),
        place: place(arguments, environment)?,
    };
    if sandbox.is_some() {
        say("names are looked up in a sandbox, which has statuses, sources and users of its own");
    }
    run_and_finish(&mut plan, Destination::Nowhere(settings), &arguments.file)
}

/// The ledger to ask. Without a tenant it is not clear which one, and none is; that is said. No ledger knows
/// a sandbox that has just begun.
fn place(
    arguments: &CheckArguments,
    environment: &Environment,
) -> Result<Option<LedgerPlace>, Failure> {
    let connection = &arguments.connection;
    if connection.sandbox {
        return Ok(None);
    }
    if is_tenant_named(&connection.crm, environment) {
        return ledger_place(&connection.crm, environment).map(Some);
    }
    say(
        "no tenant is named, so the ledger is not asked which rows were imported before; \
         `--tenant N` does that",
    );
    Ok(None)
}

/// How the CRM is asked what names stand for.
fn crm_access(
    arguments: &CheckArguments,
    sandbox: Option<&Sandbox>,
    environment: &Environment,
) -> Result<CrmAccess, Failure> {
    let typed = &arguments.connection;
    let access = || {
        let connection = match sandbox {
            Some(sandbox) => connection_to(sandbox, typed.crm.tenant)?,
            None => connection(&typed.crm, &typed.token, &typed.route, environment)?,
        };
        let Connection {
            address,
            tenant,
            token,
            route,
        } = connection;
        Ok(CrmAccess {
            credentials: credentials(token)?,
            client: ClientSettings {
                address,
                tenant,
                timeout: TIMEOUT,
                connections: 1,
                route,
            },
            patience: PATIENCE,
        })
    };
    access().map_err(|failure: Failure| {
        failure
            .while_doing("the mapping looks names up, and the CRM cannot be asked")
            .and_hint("to check without the CRM, where every name passes, add `--offline`")
    })
}
