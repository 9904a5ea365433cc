//! What can be typed after `login`, `logout` and `whoami`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::cli::args::{CrmArguments, RouteArguments, TokenArguments};
use crate::cli::runs_command::OutputFormat;
use crate::cli::units::parse_duration;

/// Whose sign-in is meant, and where it is kept.
#[derive(Debug, Args)]
pub(super) struct PlaceArguments {
    /// The API's base address [env: `LEADFERRY_API_URL`] [default: <https://dev.flextell.ai/api>].
    #[arg(long, value_name = "URL")]
    pub(super) api_url: Option<String>,

    /// The folder that keeps the tokens, on a disk of this machine [env: `LEADFERRY_STATE_DIR`]
    /// [default: the platform's state folder].
    #[arg(long, value_name = "DIR")]
    pub(super) state_dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct LoginArguments {
    #[command(flatten)]
    pub(super) place: PlaceArguments,

    /// The authorization server: the address above `authorize` and `token` [env:
    /// `LEADFERRY_OAUTH_URL`] [default: `/oauth` at the API's host].
    #[arg(long, value_name = "URL")]
    pub(super) oauth_url: Option<String>,

    /// The application's id, as it was registered with the CRM [env: `LEADFERRY_CLIENT_ID`]
    /// [default: that of the login before].
    #[arg(long, value_name = "ID")]
    pub(super) client_id: Option<String>,

    /// A file that holds the application's secret [else env: `LEADFERRY_CLIENT_SECRET`; an
    /// application without a secret needs none].
    #[arg(long, value_name = "PATH")]
    pub(super) client_secret_file: Option<PathBuf>,

    /// What the token may do; repeatable, or several with spaces between.
    #[arg(long, value_name = "SCOPE", default_value = "leads:read leads:write")]
    pub(super) scope: Vec<String>,

    /// The loopback port that the browser comes back to, for applications registered with
    /// `http://127.0.0.1:PORT/callback` [default: a free one].
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true)]
    pub(super) port: u16,

    /// Print the address and open no browser; on a terminal the address that the browser ends at
    /// can be pasted, for a browser on another machine.
    #[arg(long)]
    pub(super) no_browser: bool,

    /// How long to wait for the browser.
    #[arg(long, value_name = "DURATION", default_value = "5m", value_parser = parse_duration)]
    pub(super) timeout: Duration,

    #[command(flatten)]
    pub(super) route: RouteArguments,
}

#[derive(Debug, Args)]
pub(super) struct LogoutArguments {
    #[command(flatten)]
    pub(super) place: PlaceArguments,
}

#[derive(Debug, Args)]
pub(super) struct WhoamiArguments {
    #[command(flatten)]
    pub(super) crm: CrmArguments,

    #[command(flatten)]
    pub(super) token: TokenArguments,

    #[command(flatten)]
    pub(super) route: RouteArguments,

    /// How the answer is printed.
    #[arg(long, value_name = "FORMAT", default_value = "text")]
    pub(super) format: OutputFormat,
}
