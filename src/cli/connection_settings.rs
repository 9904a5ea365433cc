//! Address, tenant and token: what the arguments and the environment mean together.

use std::num::NonZeroUsize;

use crate::api::{ApiAddress, ApiAddressError, ClientSettings, Credentials, TokenSource};
use crate::cli::args::{ConnectionArguments, ImportArguments};
use crate::cli::environment::Environment;
use crate::cli::failure::Failure;
use crate::cli::units::Concurrency;
use crate::import::UploadSettings;

/// The CRM's address unless another is named.
const DEFAULT_API_URL: &str = "https://dev.flextell.ai/api";

/// Requests in flight where nobody says how many: enough for 80 leads a second at a latency of
/// 200 ms, and no burden for any server.
const AUTO_CONCURRENCY: NonZeroUsize = NonZeroUsize::new(16).expect("16 is not 0");

/// Where leads go and as whom.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) address: ApiAddress,
    pub(super) tenant: u64,
    pub(super) token: TokenSource,
}

/// The connection to a real CRM.
pub(super) fn connection(
    arguments: &ConnectionArguments,
    environment: &Environment,
) -> Result<Connection, Failure> {
    Ok(Connection {
        address: address(arguments, environment)?,
        tenant: tenant(arguments, environment)?,
        token: token_source(arguments, environment)?,
    })
}

/// Everything the upload needs to know.
pub(super) fn upload_settings(
    arguments: &ImportArguments,
    connection: Connection,
) -> Result<UploadSettings, Failure> {
    let concurrency = match arguments.concurrency {
        Concurrency::Auto => AUTO_CONCURRENCY,
        Concurrency::AtMost(bound) => bound,
    };
    let credentials = Credentials::load(connection.token).map_err(|error| {
        Failure::of(&error)
            .while_doing("there is no token to send")
            .with_hint(Some(
                "look at what `LEADFERRY_TOKEN`, `--token-file` or `--token-command` gives",
            ))
    })?;
    Ok(UploadSettings {
        client: ClientSettings {
            address: connection.address,
            tenant: connection.tenant,
            timeout: arguments.timeout,
            connections: concurrency.get(),
        },
        credentials,
        concurrency,
        rate: arguments.rate,
        tries: arguments.tries,
        give_up_after: arguments.give_up_after,
        limit: arguments.limit,
    })
}

fn address(
    arguments: &ConnectionArguments,
    environment: &Environment,
) -> Result<ApiAddress, Failure> {
    let text = arguments
        .api_url
        .as_deref()
        .or(environment.api_url.as_deref());
    text.unwrap_or(DEFAULT_API_URL)
        .parse()
        .map_err(|error: ApiAddressError| {
            Failure::of(&error)
                .while_doing("the API's address cannot be used")
                .with_hint(Some(
                    "name one like `https://crm.example.com/api` with `--api-url`",
                ))
        })
}

fn tenant(arguments: &ConnectionArguments, environment: &Environment) -> Result<u64, Failure> {
    if let Some(tenant) = arguments.tenant {
        return Ok(tenant);
    }
    let hint = "name the tenant with `--tenant N` or in `LEADFERRY_TENANT`; to try without an \
                account use `--sandbox`";
    match &environment.tenant {
        None => Err(Failure::unusable("no tenant is named", hint)),
        Some(text) => text.trim().parse().map_err(|_| {
            Failure::unusable(
                format!("`LEADFERRY_TENANT` is not a whole number: `{text}`"),
                hint,
            )
        }),
    }
}

fn token_source(
    arguments: &ConnectionArguments,
    environment: &Environment,
) -> Result<TokenSource, Failure> {
    if let Some(path) = &arguments.token_file {
        return Ok(TokenSource::File(path.clone()));
    }
    if let Some(command) = &arguments.token_command {
        return Ok(TokenSource::Command(command.clone()));
    }
    environment.token.clone().map(TokenSource::Given).ok_or_else(|| {
        Failure::unusable(
            "there is no token",
            "set `LEADFERRY_TOKEN`, or use `--token-file` or `--token-command`; to try without an \
             account use `--sandbox`",
        )
    })
}
