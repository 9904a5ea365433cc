//! What the arguments of `login` and the environment mean together.

use std::path::Path;

use secrecy::{ExposeSecret, SecretString};

use crate::api::{ApiAddress, ApiAddressError, ClientIdentity, KeptSignIn, Route, SignInFile};
use crate::cli::connection_settings::{address_of, state_dir};
use crate::cli::environment::Environment;
use crate::cli::failure::Failure;
use crate::cli::route_settings::route;
use crate::cli::sign_in_args::LoginArguments;
use crate::ledger::StateFolder;

/// Everything that signing in needs to know.
#[derive(Debug)]
pub(super) struct LoginSettings {
    pub(super) api: ApiAddress,
    pub(super) server: ApiAddress,
    pub(super) identity: ClientIdentity,
    pub(super) scopes: Vec<String>,
    pub(super) file: SignInFile,
    /// The way to the authorization server.
    pub(super) route: Route,
}

pub(super) fn login_settings(
    arguments: &LoginArguments,
    environment: &Environment,
) -> Result<LoginSettings, Failure> {
    let place = &arguments.place;
    let api = address_of(place.api_url.as_deref(), environment)?;
    let server = server(arguments, environment, &api)?;
    let state = state_dir(place.state_dir.as_deref(), environment)?;
    let folder = StateFolder::open(&state).map_err(|error| {
        let hint = error.hint();
        Failure::of(&error)
            .while_doing("there is no place to keep the tokens")
            .with_hint(Some(hint))
    })?;
    let file = SignInFile::of(folder.path(), &api.to_string());
    // One that is damaged is about to be replaced.
    let before = file.read().ok().flatten();
    Ok(LoginSettings {
        identity: identity(arguments, environment, before)?,
        scopes: arguments
            .scope
            .iter()
            .flat_map(|scopes| scopes.split_whitespace())
            .map(str::to_owned)
            .collect(),
        api,
        server,
        file,
        route: route(&arguments.route, environment)?,
    })
}

fn server(
    arguments: &LoginArguments,
    environment: &Environment,
    api: &ApiAddress,
) -> Result<ApiAddress, Failure> {
    let text = arguments
        .oauth_url
        .as_deref()
        .or(environment.oauth_url.as_deref());
    let Some(text) = text else {
        return Ok(api.oauth());
    };
    text.parse().map_err(|error: ApiAddressError| {
        Failure::of(&error)
            .while_doing("the authorization server's address cannot be used")
            .with_hint(Some(
                "name one like `https://crm.example.com/oauth` with `--oauth-url`",
            ))
    })
}

/// Whatever is not named is as in the login before.
fn identity(
    arguments: &LoginArguments,
    environment: &Environment,
    before: Option<KeptSignIn>,
) -> Result<ClientIdentity, Failure> {
    let named = arguments.client_id.as_ref();
    let named = named.or(environment.client_id.as_ref()).cloned();
    let secret = match &arguments.client_secret_file {
        Some(path) => Some(secret_in(path)?),
        None => environment.client_secret.clone(),
    };
    let before = before.map(|kept| kept.identity);
    let before = before.filter(|before| named.as_ref().is_none_or(|id| *id == before.id));
    let id = named.or(before.as_ref().map(|before| before.id.clone()));
    let id = id.ok_or_else(|| {
        Failure::unusable(
            "no application is named to sign in with",
            "register one with the CRM (Applications), with the redirect address \
             `http://127.0.0.1:PORT/callback`, and name its id with `--client-id` or in \
             `LEADFERRY_CLIENT_ID`",
        )
    })?;
    Ok(ClientIdentity {
        id,
        secret: secret.or(before.and_then(|before| before.secret)),
    })
}

fn secret_in(path: &Path) -> Result<SecretString, Failure> {
    let text = fs_err::read_to_string(path).map(SecretString::from);
    let text = text.map_err(|error| {
        Failure::of(&error)
            .while_doing("cannot read the application's secret")
            .with_hint(Some("check `--client-secret-file`"))
    })?;
    let secret = text.expose_secret().trim();
    if secret.is_empty() {
        return Err(Failure::unusable(
            format!("`{}` holds no secret", path.display()),
            "check `--client-secret-file`",
        ));
    }
    Ok(SecretString::from(secret))
}
