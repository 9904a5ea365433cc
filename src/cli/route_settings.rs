//! Whom to trust and through which proxy to go: what the arguments and the environment mean.

use std::path::Path;

use secrecy::{ExposeSecret, SecretString};

use crate::api::{CaCertificates, Proxies, Route};
use crate::cli::args::RouteArguments;
use crate::cli::environment::Environment;
use crate::cli::failure::Failure;

/// How the API is reached.
pub(super) fn route(
    arguments: &RouteArguments,
    environment: &Environment,
) -> Result<Route, Failure> {
    let ca_certificates = match &arguments.ca_cert {
        Some(path) => ca_certificates(path)?,
        None => CaCertificates::default(),
    };
    Ok(Route {
        ca_certificates,
        proxies: proxies(environment)?,
    })
}

fn ca_certificates(path: &Path) -> Result<CaCertificates, Failure> {
    CaCertificates::read(path).map_err(|error| {
        Failure::of(&error)
            .while_doing(format!(
                "cannot use the certificates in `{}`",
                path.display()
            ))
            .with_hint(Some(
                "name a PEM file with the certificates of the authorities to trust with `--ca-cert`",
            ))
    })
}

fn proxies(environment: &Environment) -> Result<Proxies, Failure> {
    let text =
        |named: &Option<SecretString>| named.as_ref().map(|text| text.expose_secret().to_owned());
    let proxies = Proxies::new(
        text(&environment.https_proxy),
        text(&environment.all_proxy),
        environment.no_proxy.clone(),
    );
    proxies.map_err(|error| {
        Failure::of(&error).with_hint(Some(
            "name one like `http://proxy.example.com:3128`, or unset the variable",
        ))
    })
}
