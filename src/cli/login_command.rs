//! `login`: begins a sign-in, waits for the browser to come back, and keeps the tokens.
//!
//! `callback_server` listens for the browser, `pasted` reads an address from the terminal, `page` is
//! what the browser shows at the end.

mod callback_server;
mod page;
mod pasted;
mod settings;

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;

use jiff::Timestamp;
use tokio::net::TcpListener;

use crate::api::{
    Authorization, AuthorizationCode, Grant, GrantError, KeptSignIn, RedirectError, SignInLock,
    TokenEndpoint,
};
use crate::cli::environment::Environment;
use crate::cli::failure::Failure;
use crate::cli::login_command::callback_server::{CALLBACK_PATH, Callback, wait_for_browser};
use crate::cli::login_command::settings::{LoginSettings, login_settings};
use crate::cli::logout_command::file_failure;
use crate::cli::sign_in_args::LoginArguments;
use crate::cli::terminal::say;
use crate::model::ExitCode;

/// Signs in: the person says yes in the browser, and the tokens are kept for `import`.
pub(super) fn login(
    arguments: &LoginArguments,
    environment: &Environment,
) -> Result<ExitCode, Failure> {
    let settings = login_settings(arguments, environment)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(|error| Failure::of(&error).while_doing("cannot begin to sign in"))?;
    runtime.block_on(sign_in(arguments, settings))?;
    // A paste that never came must not hold the program up.
    runtime.shutdown_background();
    if environment.token.is_some() {
        say("note: `LEADFERRY_TOKEN` is set and is used instead of this sign-in");
    }
    Ok(ExitCode::Done)
}

async fn sign_in(arguments: &LoginArguments, settings: LoginSettings) -> Result<(), Failure> {
    let listener = listen(arguments.port).await?;
    let port = listener.local_addr().map_or(arguments.port, |at| at.port());
    let redirect = format!("http://127.0.0.1:{port}{CALLBACK_PATH}");
    let begun = Authorization::begin(
        &settings.server,
        &settings.identity,
        &settings.scopes,
        redirect,
    );
    let begun = Arc::new(begun);
    say(&format!(
        "sign in to `{}` in the browser, at this address:\n\n{}\n",
        settings.api,
        begun.url()
    ));
    let pasting = arguments.no_browser && pasted::can_be_asked_for();
    if pasting {
        say(
            "with a browser on another machine: paste the address that it ends at, and press Enter",
        );
    }
    if !arguments.no_browser {
        open_browser(begun.url().to_string());
    }
    let wait = wait_for_browser(listener, Arc::clone(&begun), pasting);
    let came = tokio::time::timeout(arguments.timeout, wait).await;
    let Callback { outcome, answer } = came.map_err(|_| timed_out(arguments, &begun))?;
    let finished = finish(outcome, begun, settings).await;
    answer.send(finished.as_ref().err()).await;
    finished.map(|words| say(&words))
}

/// Exchanges the code and keeps the tokens. Gives what there is to say.
async fn finish(
    outcome: Result<AuthorizationCode, RedirectError>,
    begun: Arc<Authorization>,
    settings: LoginSettings,
) -> Result<String, Failure> {
    let code = outcome.map_err(|error| refused(&error))?;
    let work = move || {
        // Nothing is asked for that could not be kept.
        let lock = settings.file.lock().map_err(|error| file_failure(&error))?;
        lock.prepare().map_err(|error| file_failure(&error))?;
        let endpoint =
            TokenEndpoint::new(&settings.server, settings.identity.clone(), &settings.route)
                .map_err(|error| Failure::of(&error))?;
        let grant = endpoint.exchange_code(&begun, &code);
        let grant = grant.map_err(|error| no_tokens(&error))?;
        keep(&lock, grant, settings)
    };
    match tokio::task::spawn_blocking(work).await {
        Ok(done) => done,
        Err(panic) => std::panic::resume_unwind(panic.into_panic()),
    }
}

fn keep(lock: &SignInLock, grant: Grant, settings: LoginSettings) -> Result<String, Failure> {
    let mut kept = KeptSignIn {
        api: settings.api.to_string(),
        server: settings.server,
        identity: settings.identity,
        scopes: settings.scopes,
        access_token: grant.access_token.clone(),
        refresh_token: None,
        obtained_at: grant.asked_at,
        expires_at: None,
    };
    kept.take_grant(grant);
    let words = signed_in(&kept);
    lock.keep(kept).map_err(|error| file_failure(&error))?;
    Ok(words)
}

fn signed_in(kept: &KeptSignIn) -> String {
    let expires = kept.expires_at.map(to_the_second);
    let life = match (expires, &kept.refresh_token) {
        (_, Some(_)) => "the token is renewed by itself".to_owned(),
        (Some(when), None) => format!(
            "the token is good until {when} and cannot be renewed: the CRM gave no refresh token"
        ),
        (None, None) => "the token cannot be renewed: the CRM gave no refresh token".to_owned(),
    };
    format!(
        "signed in to `{}`; {life}\n\n`leadferry whoami --tenant N` tells whether it works",
        kept.api
    )
}

/// A time as messages show it.
pub(super) fn to_the_second(time: Timestamp) -> String {
    Timestamp::from_second(time.as_second())
        .unwrap_or(time)
        .to_string()
}

async fn listen(port: u16) -> Result<TcpListener, Failure> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    TcpListener::bind(address).await.map_err(|error| {
        let failure = Failure::of(&error).while_doing(format!(
            "cannot listen on `{address}` for the browser to come back"
        ));
        failure.with_hint((port != 0).then_some(
            "end the program that listens there, or name another port with `--port` (it must be \
             registered with the CRM)",
        ))
    })
}

/// Without a word when there is none: the address was printed.
fn open_browser(url: String) {
    // Some browsers hold their caller up until they are closed.
    std::thread::spawn(move || {
        if webbrowser::open(&url).is_err() {
            say("no browser could be opened: open the address yourself");
        }
    });
}

fn timed_out(arguments: &LoginArguments, begun: &Authorization) -> Failure {
    let seconds = arguments.timeout.as_secs_f64();
    Failure::unusable(
        format!(
            "nobody signed in within {seconds} s: the browser did not come back to `{}`",
            begun.redirect()
        ),
        "run `leadferry login` again; where the CRM showed an error, see that this redirect address \
         is registered there (`--port` keeps it the same); `--timeout` waits longer",
    )
    .with_exit_code(ExitCode::Stopped)
}

fn refused(error: &RedirectError) -> Failure {
    let hint = match error {
        RedirectError::Refused { error, .. } if error == "access_denied" => {
            "run `leadferry login` again and agree in the browser"
        }
        RedirectError::Refused { error, .. } if error == "invalid_scope" => {
            "name scopes that the application may ask for with `--scope`"
        }
        _ => "check `--client-id`, `--scope` and what is registered with the CRM",
    };
    Failure::of(error)
        .while_doing("nobody is signed in")
        .with_hint(Some(hint))
        .with_exit_code(ExitCode::Stopped)
}

fn no_tokens(error: &GrantError) -> Failure {
    let hint = match error {
        GrantError::Refused { status: 404, .. } => {
            "check the address of the authorization server (`--oauth-url`)"
        }
        GrantError::Refused { code, .. } if code == "invalid_client" => {
            "check `--client-id` and the secret (`--client-secret-file`, `LEADFERRY_CLIENT_SECRET`)"
        }
        GrantError::NotNow { .. } => "run `leadferry login` again in a while",
        _ => "run `leadferry login` again",
    };
    Failure::of(error)
        .while_doing("the CRM gave no tokens for the sign-in")
        .with_hint(Some(hint))
        .with_exit_code(ExitCode::Stopped)
}
