//! Address, tenant and token: what the arguments and the environment mean together.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use tempfile::TempDir;

use crate::api::{
    ApiAddress, ApiAddressError, ClientSettings, Credentials, Route, SignInFile, TokenSource,
};
use crate::cli::args::{
    CrmArguments, ImportArguments, KnownByLeadChoice, OnUnknownChoice, RouteArguments,
    TokenArguments,
};
use crate::cli::environment::Environment;
use crate::cli::failure::Failure;
use crate::cli::route_settings::route;
use crate::import::{KnownByLead, LedgerPlace, LedgerSettings, OnUnknown, UploadSettings};
use crate::ledger::LedgerScope;

/// The CRM's address unless another is named.
const DEFAULT_API_URL: &str = "https://dev.flextell.ai/api";

/// Where leads go and as whom.
#[derive(Debug)]
pub(super) struct Connection {
    pub(super) address: ApiAddress,
    pub(super) tenant: u64,
    pub(super) token: TokenSource,
    pub(super) route: Route,
}

/// The connection to a real CRM.
pub(super) fn connection(
    crm: &CrmArguments,
    token: &TokenArguments,
    way: &RouteArguments,
    environment: &Environment,
) -> Result<Connection, Failure> {
    let route = route(way, environment)?;
    Ok(Connection {
        address: address_of(crm.api_url.as_deref(), environment)?,
        tenant: tenant(crm, environment)?,
        token: token_source(token, crm, &route, environment)?,
        route,
    })
}

/// The first token of a source, and the way to the next.
pub(super) fn credentials(source: TokenSource) -> Result<Credentials, Failure> {
    Credentials::load(source).map_err(|error| {
        let hint = error.hint();
        Failure::of(&error)
            .while_doing("there is no token to send")
            .with_hint(Some(hint))
    })
}

/// Everything the upload needs to know.
pub(super) fn upload_settings(
    arguments: &ImportArguments,
    connection: Connection,
    state: &StateDir,
    environment: &Environment,
) -> Result<UploadSettings, Failure> {
    let credentials = credentials(connection.token)?;
    let place = LedgerPlace {
        folder: state.path().to_owned(),
        scope: LedgerScope {
            api: connection.address.to_string(),
            tenant: connection.tenant,
        },
    };
    Ok(UploadSettings {
        ledger: LedgerSettings {
            place,
            waits: arguments.wait,
            round: arguments.again.clone(),
            known_by_lead: arguments.known_by_lead.map(known_by_lead),
            is_off: environment.without_ledger,
        },
        client: ClientSettings {
            address: connection.address,
            tenant: connection.tenant,
            timeout: arguments.timeout,
            connections: arguments.concurrency.most(),
            route: connection.route,
        },
        credentials,
        concurrency: arguments.concurrency,
        rate: arguments.rate,
        tries: arguments.tries,
        settle: arguments.settle,
        on_unknown: match arguments.on_unknown {
            OnUnknownChoice::Reconcile => OnUnknown::Reconcile,
            OnUnknownChoice::Hold => OnUnknown::Hold,
            OnUnknownChoice::Resend => OnUnknown::Resend,
        },
        idempotent_for: arguments.idempotent,
        give_up_after: arguments.give_up_after,
        limit: arguments.limit,
        max_errors: arguments.max_errors,
        has_trial: !arguments.no_trial,
    })
}

fn known_by_lead(choice: KnownByLeadChoice) -> KnownByLead {
    match choice {
        KnownByLeadChoice::Skip => KnownByLead::Skip,
        KnownByLeadChoice::Send => KnownByLead::Send,
    }
}

/// The folder that remembers what was sent.
#[derive(Debug)]
pub(super) enum StateDir {
    /// One that stays.
    Kept(PathBuf),
    /// One that is gone with this value.
    ThrowAway(TempDir),
}

impl StateDir {
    /// What was typed, else what the environment says, else the platform's; a rehearsal in the
    /// sandbox remembers nothing unless a folder was typed.
    pub(super) fn of(
        arguments: &ImportArguments,
        environment: &Environment,
    ) -> Result<Self, Failure> {
        let connection = &arguments.connection;
        if connection.sandbox && connection.crm.state_dir.is_none() {
            return TempDir::new().map(Self::ThrowAway).map_err(|error| {
                Failure::of(&error)
                    .while_doing("cannot make a throw-away state folder")
                    .with_hint(Some("name a folder with `--state-dir`"))
            });
        }
        let typed = connection.crm.state_dir.as_deref();
        state_dir(typed, environment).map(Self::Kept)
    }

    fn path(&self) -> &Path {
        match self {
            Self::Kept(path) => path,
            Self::ThrowAway(folder) => folder.path(),
        }
    }
}

/// The state folder: typed, from the environment, or the platform's.
pub(super) fn state_dir(
    typed: Option<&Path>,
    environment: &Environment,
) -> Result<PathBuf, Failure> {
    if let Some(path) = typed.or(environment.state_dir.as_deref()) {
        return Ok(path.to_owned());
    }
    let folders = ProjectDirs::from("", "", "leadferry").ok_or_else(|| {
        Failure::unusable(
            "there is no home folder, and so no place to remember what was sent",
            "name a folder with `--state-dir` or in `LEADFERRY_STATE_DIR`",
        )
    })?;
    let folder = folders.state_dir().unwrap_or(folders.data_local_dir());
    Ok(folder.to_owned())
}

/// Whether it is clear whose ledger is meant.
pub(super) fn is_tenant_named(arguments: &CrmArguments, environment: &Environment) -> bool {
    arguments.tenant.is_some() || environment.tenant.is_some()
}

/// The ledger of the CRM and tenant that are named.
pub(super) fn ledger_place(
    arguments: &CrmArguments,
    environment: &Environment,
) -> Result<LedgerPlace, Failure> {
    Ok(LedgerPlace {
        folder: state_dir(arguments.state_dir.as_deref(), environment)?,
        scope: LedgerScope {
            api: address_of(arguments.api_url.as_deref(), environment)?.to_string(),
            tenant: tenant(arguments, environment)?,
        },
    })
}

/// The API's address: typed, from the environment, or the usual one.
pub(super) fn address_of(
    typed: Option<&str>,
    environment: &Environment,
) -> Result<ApiAddress, Failure> {
    let text = typed.or(environment.api_url.as_deref());
    api_address(text.unwrap_or(DEFAULT_API_URL))
}

/// An address as it was typed.
pub(super) fn api_address(text: &str) -> Result<ApiAddress, Failure> {
    text.parse().map_err(|error: ApiAddressError| {
        Failure::of(&error)
            .while_doing("the API's address cannot be used")
            .with_hint(Some(
                "name one like `https://crm.example.com/api` with `--api-url`",
            ))
    })
}

fn tenant(arguments: &CrmArguments, environment: &Environment) -> Result<u64, Failure> {
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
    token: &TokenArguments,
    crm: &CrmArguments,
    route: &Route,
    environment: &Environment,
) -> Result<TokenSource, Failure> {
    if let Some(path) = &token.token_file {
        return Ok(TokenSource::File(path.clone()));
    }
    if let Some(command) = &token.token_command {
        return Ok(TokenSource::Command(command.clone()));
    }
    if let Some(token) = &environment.token {
        return Ok(TokenSource::Given(token.clone()));
    }
    let api = address_of(crm.api_url.as_deref(), environment)?;
    let state = state_dir(crm.state_dir.as_deref(), environment)?;
    let kept = SignInFile::of(&state, &api.to_string());
    if kept.path().exists() {
        return Ok(TokenSource::SignIn(kept, route.clone()));
    }
    Err(Failure::unusable(
        "there is no token",
        format!(
            "sign in with `leadferry login`{}, set `LEADFERRY_TOKEN`, or use `--token-file` or \
             `--token-command`; to try without an account use `--sandbox`",
            if crm.api_url.is_some() {
                " (with the same `--api-url`)"
            } else {
                ""
            }
        ),
    ))
}
