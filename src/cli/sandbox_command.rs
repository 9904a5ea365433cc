//! `sandbox`.

use std::net::{Ipv4Addr, SocketAddr};

use crate::cli::failure::Failure;
use crate::cli::sandbox_args::{FaultArguments, SandboxArguments};
use crate::cli::terminal::say;
use crate::model::{ExitCode, count_of};
use crate::sandbox::{Faults, NoticeSink, RateLimit, Sandbox, SandboxError, SandboxOptions};

/// Serves until Ctrl-C.
pub(super) fn serve_sandbox(arguments: &SandboxArguments) -> Result<ExitCode, Failure> {
    let options = SandboxOptions {
        address: SocketAddr::from((Ipv4Addr::LOCALHOST, arguments.port)),
        data: arguments.data.clone(),
        error_style: arguments.error_style,
        faults: faults(&arguments.faults),
        seed: arguments.faults.seed,
        token: arguments.token.clone(),
        tenant: arguments.tenant,
        on_notice: Some(NoticeSink::new(say)),
        ..SandboxOptions::default()
    };
    let sandbox = Sandbox::start(options).map_err(|error| failure(&error))?;
    say(&format!("listening on {}", sandbox.base_url()));
    say("stop it with Ctrl-C; any token and tenant will do unless you named one");
    wait_for_interrupt()?;
    let counts = sandbox.counts();
    say(&format!(
        "{} answered, {} created",
        count_of(counts.requests, "request"),
        count_of(counts.created, "lead")
    ));
    sandbox.stop().map_err(|error| failure(&error))?;
    Ok(ExitCode::Done)
}

fn failure(error: &SandboxError) -> Failure {
    Failure::of(error)
        .while_doing("the sandbox cannot serve")
        .with_hint(Some(
            "another port (`--port 0` finds a free one) or another file may do",
        ))
}

fn faults(arguments: &FaultArguments) -> Faults {
    let headers = arguments.rate_headers;
    Faults {
        latency: arguments.latency.unwrap_or_default(),
        error_500: arguments.error_500,
        error_500_after_creating: arguments.error_500_after,
        error_503: arguments.error_503,
        closed_before: arguments.close_before,
        closed_after: arguments.close_after,
        created_late: arguments.create_late,
        late_by: arguments.late_by,
        broken_json: arguments.broken_json,
        half_answer: arguments.half_answer,
        no_id: arguments.no_id,
        hang: arguments.hang_after,
        hang_before: arguments.hang_before,
        refuse: arguments.refuse,
        forbid: arguments.forbid,
        only_for: arguments.faults_for.clone(),
        most_times: arguments.fault_times,
        rate_limit: arguments
            .rate_limit
            .map(|limit| RateLimit { headers, ..limit }),
        token_life: arguments.token_life,
    }
}

fn wait_for_interrupt() -> Result<(), Failure> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    let waited = runtime.and_then(|runtime| runtime.block_on(tokio::signal::ctrl_c()));
    waited.map_err(|error| Failure::of(&error).while_doing("cannot wait for Ctrl-C"))
}
