//! The sandbox inside this process: `--sandbox`.

use secrecy::SecretString;

use crate::api::{ApiAddressError, Route, TokenSource};
use crate::cli::connection_settings::Connection;
use crate::cli::failure::Failure;
use crate::cli::terminal::say;
use crate::sandbox::{NoticeSink, Sandbox, SandboxOptions};

/// Starts one on a free port. It ends when it is dropped.
pub(super) fn start_sandbox() -> Result<Sandbox, Failure> {
    let options = SandboxOptions {
        on_notice: Some(NoticeSink::new(say)),
        ..SandboxOptions::default()
    };
    Sandbox::start(options)
        .map_err(|error| Failure::of(&error).while_doing("cannot start the sandbox"))
}

/// The connection to it, for tenant 1 unless another is named.
pub(super) fn connection_to(sandbox: &Sandbox, tenant: Option<u64>) -> Result<Connection, Failure> {
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
