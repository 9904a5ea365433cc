//! `whoami`.

use jiff::Timestamp;
use serde::Serialize;
use tokio::time::Instant;

use crate::api::{
    ApiClient, ClientSettings, Credentials, CredentialsError, Listed, LookUpFailure, Need, Renewed,
    TokenSource,
};
use crate::cli::connection_settings::{Connection, connection};
use crate::cli::environment::Environment;
use crate::cli::failure::Failure;
use crate::cli::login_command::to_the_second;
use crate::cli::runs_command::OutputFormat;
use crate::cli::sign_in_args::WhoamiArguments;
use crate::cli::terminal::{print, print_json};
use crate::import::unless_interrupted;
use crate::model::{ExitCode, in_quotes};

/// How long the CRM may take to answer.
const TIMEOUT: std::time::Duration = std::time::Duration::from_secs(30);

/// What was found out. Never holds the token.
#[derive(Debug, Serialize)]
struct Findings {
    api_url: String,
    tenant: u64,
    /// Where the token comes from.
    token_source: &'static str,
    /// When the token expires, if that is known.
    token_expires_at: Option<String>,
    /// Null where the CRM did not say.
    token_works: Option<bool>,
    /// Null where the CRM did not say.
    tenant_works: Option<bool>,
    /// Why something does not work.
    problem: Option<String>,
}

/// What the CRM's answer shows.
struct Verdict {
    token_works: Option<bool>,
    tenant_works: Option<bool>,
    problem: Option<(String, &'static str)>,
}

/// Asks for one lead of the tenant, and says whether token and tenant work.
pub(super) fn whoami(
    arguments: &WhoamiArguments,
    environment: &Environment,
) -> Result<ExitCode, Failure> {
    let connection = connection(
        &arguments.crm,
        &arguments.token,
        &arguments.route,
        environment,
    )?;
    let format = arguments.format;
    let looking = move || look(connection, format);
    let looked = unless_interrupted(looking).map_err(|error| Failure::of(&error))?;
    looked.unwrap_or_else(|| {
        let failure = Failure::unusable("interrupted", "run the same command again");
        Err(failure.with_exit_code(ExitCode::Stopped))
    })
}

fn look(connection: Connection, format: OutputFormat) -> Result<ExitCode, Failure> {
    let source = name_of(&connection.token);
    let settings = client_settings(&connection);
    let mut credentials = Credentials::load(connection.token).map_err(|error| no_token(&error))?;
    if credentials.token().is_due(Instant::now()) {
        renew(&mut credentials, Need::Due)?;
    }
    let mut listed = ask(&settings, &credentials)?;
    if is_refusal(&listed) && renew(&mut credentials, Need::Refused)? {
        listed = ask(&settings, &credentials)?;
    }
    let verdict = judge(listed);
    let findings = Findings {
        api_url: settings.address.to_string(),
        tenant: settings.tenant,
        token_source: source,
        token_expires_at: credentials.token().expires_at().map(time_of),
        token_works: verdict.token_works,
        tenant_works: verdict.tenant_works,
        problem: verdict.problem.as_ref().map(|(words, _)| words.clone()),
    };
    match format {
        OutputFormat::Json => print_json(&findings)?,
        OutputFormat::Text => {
            print(&as_text(&findings)).map_err(|error| Failure::of(&error))?;
        }
    }
    match verdict.problem {
        None => Ok(ExitCode::Done),
        Some((words, hint)) => {
            Err(Failure::unusable(words, hint).with_exit_code(ExitCode::Stopped))
        }
    }
}

fn client_settings(connection: &Connection) -> ClientSettings {
    ClientSettings {
        address: connection.address.clone(),
        tenant: connection.tenant,
        timeout: TIMEOUT,
        connections: 1,
        route: connection.route.clone(),
    }
}

fn name_of(source: &TokenSource) -> &'static str {
    match source {
        TokenSource::Given(_) => "LEADFERRY_TOKEN",
        TokenSource::File(_) => "--token-file",
        TokenSource::Command(_) => "--token-command",
        TokenSource::SignIn(..) => "login",
    }
}

fn no_token(error: &CredentialsError) -> Failure {
    let hint = error.hint();
    Failure::of(error)
        .while_doing("there is no token to send")
        .with_hint(Some(hint))
}

/// Whether there is a newer token.
fn renew(credentials: &mut Credentials, need: Need) -> Result<bool, Failure> {
    let failed = |error: &CredentialsError| no_token(error).with_exit_code(ExitCode::Stopped);
    match credentials.renew(need).map_err(|error| failed(&error))? {
        Renewed::Newer => Ok(true),
        Renewed::NotNow { error, .. } if credentials.token().has_expired(Instant::now()) => {
            Err(failed(&error))
        }
        Renewed::Same | Renewed::NotNow { .. } => Ok(false),
    }
}

fn ask(settings: &ClientSettings, credentials: &Credentials) -> Result<Listed, Failure> {
    let client = ApiClient::new(settings).map_err(|error| Failure::of(&error))?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::of(&error).while_doing("cannot ask the CRM"))?;
    Ok(runtime.block_on(client.ask(credentials.token())))
}

fn is_refusal(listed: &Listed) -> bool {
    matches!(listed, Listed::Failed(LookUpFailure::Unauthorised { .. }))
}

fn judge(listed: Listed) -> Verdict {
    let failure = match listed {
        Listed::Page(_) => {
            return Verdict {
                token_works: Some(true),
                tenant_works: Some(true),
                problem: None,
            };
        }
        Listed::Failed(failure) => failure,
    };
    let known = |token_works, tenant_works, words: String, hint| Verdict {
        token_works,
        tenant_works,
        problem: Some((words, hint)),
    };
    match failure {
        LookUpFailure::Unauthorised { words } => known(
            Some(false),
            None,
            format!("the CRM refused the token (401{})", in_quotes(&words)),
            "run `leadferry login`, or set a new token in `LEADFERRY_TOKEN`, `--token-file` or \
             `--token-command`",
        ),
        LookUpFailure::Forbidden { words } => known(
            Some(true),
            Some(false),
            format!(
                "the CRM forbids to look at leads (403{})",
                in_quotes(&words)
            ),
            "check the tenant (`--tenant`), and that the token may read and create leads: `leadferry \
             login --scope` asks for more",
        ),
        LookUpFailure::Throttled { .. } => known(
            None,
            None,
            "the CRM asks for a pause (429)".into(),
            "ask again in a minute",
        ),
        LookUpFailure::Unusable { why } => known(
            None,
            None,
            format!("the CRM's list of leads cannot be read: {why}"),
            "check the address (`--api-url`) and the tenant (`--tenant`)",
        ),
        LookUpFailure::Unanswered { .. } => known(
            None,
            None,
            "the CRM did not answer".into(),
            "ask again in a while",
        ),
        LookUpFailure::NotSent { cause, .. } => known(
            None,
            None,
            format!("cannot connect to the CRM: {cause}"),
            "check the address (`--api-url`) and the network",
        ),
    }
}

fn time_of(instant: Instant) -> String {
    let ahead = instant.saturating_duration_since(Instant::now());
    let when = Timestamp::now().checked_add(ahead);
    when.map_or_else(|_| String::new(), to_the_second)
}

fn as_text(findings: &Findings) -> String {
    let works = |works: Option<bool>| match works {
        Some(true) => "works",
        Some(false) => "does not work",
        None => "not known whether it works",
    };
    let expires = findings.token_expires_at.as_ref();
    let expires = expires.map_or_else(String::new, |when| format!(", good until {when}"));
    format!(
        "api     {}\ntoken   {} (from {}{expires})\ntenant  {}: {}\n",
        findings.api_url,
        works(findings.token_works),
        findings.token_source,
        findings.tenant,
        works(findings.tenant_works),
    )
}
