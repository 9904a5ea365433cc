//! What can be typed after `sandbox`.

use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::cli::units::{parse_duration, parse_share};
use crate::sandbox::{ErrorStyle, RateLimit, RateLimitHeaders};

#[derive(Debug, Args)]
pub(super) struct SandboxArguments {
    /// The loopback port to listen on, 0 for any free one.
    #[arg(long, default_value_t = 8080)]
    pub(super) port: u16,

    /// Keep the leads in this SQLite file [default: in memory].
    #[arg(long, value_name = "FILE")]
    pub(super) data: Option<PathBuf>,

    /// The shape of error answers.
    #[arg(long, value_name = "STYLE", default_value = "documented")]
    pub(super) error_style: ErrorStyle,

    /// Accept only this token [default: any].
    #[arg(long, value_name = "TOKEN")]
    pub(super) token: Option<String>,

    /// Accept only this tenant [default: any].
    #[arg(long, value_name = "N")]
    pub(super) tenant: Option<u64>,

    #[command(flatten)]
    pub(super) sign_in: SandboxSignInArguments,

    #[command(flatten)]
    pub(super) faults: FaultArguments,

    #[command(flatten)]
    pub(super) creates: CreateArguments,

    #[command(flatten)]
    pub(super) lists: ListArguments,
}

/// How `leadferry login` fares here: the sandbox is its own authorization server.
#[derive(Debug, Args)]
#[command(next_help_heading = "Signing in")]
pub(super) struct SandboxSignInArguments {
    /// Accept only tokens that a login here has given.
    #[arg(long, conflicts_with = "token")]
    pub(super) require_login: bool,

    /// Let only this application sign in [default: any].
    #[arg(long, value_name = "ID")]
    pub(super) client_id: Option<String>,

    /// The secret that the application must show; invent one, and none that is used elsewhere
    /// [default: none is asked for].
    #[arg(long, value_name = "TEXT", requires = "client_id")]
    pub(super) client_secret: Option<String>,

    /// Let the person say no.
    #[arg(long)]
    pub(super) deny_login: bool,

    /// Give the same refresh token again [default: each is good once].
    #[arg(long)]
    pub(super) no_rotation: bool,
}

/// Faults on demand. Shares are between 0 and 1, of the leads that are posted.
#[derive(Debug, Args)]
#[command(next_help_heading = "Faults")]
pub(super) struct FaultArguments {
    /// Makes the faults repeat.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub(super) seed: u64,

    /// Answer so much later.
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub(super) latency: Option<Duration>,

    /// Allow so many requests in a window, such as `600/10s`, and answer 429 beyond.
    #[arg(long, value_name = "N/DURATION")]
    pub(super) rate_limit: Option<RateLimit>,

    /// What answers tell about the limit: `all`, `rate`, `retry-after` or `none`.
    #[arg(long, value_name = "WHICH", default_value = "all")]
    pub(super) rate_headers: RateLimitHeaders,

    /// Stop accepting a token so long after its first use, or after a login here gave it.
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub(super) token_life: Option<Duration>,

    /// Answer 500 without creating.
    #[arg(long, value_name = "SHARE", default_value = "0", value_parser = parse_share)]
    pub(super) error_500: f64,

    /// Create, then answer 500.
    #[arg(long, value_name = "SHARE", default_value = "0", value_parser = parse_share)]
    pub(super) error_500_after: f64,

    /// Answer 503 without creating.
    #[arg(long, value_name = "SHARE", default_value = "0", value_parser = parse_share)]
    pub(super) error_503: f64,

    /// Close the connection without creating.
    #[arg(long, value_name = "SHARE", default_value = "0", value_parser = parse_share)]
    pub(super) close_before: f64,

    /// Create, then close the connection without an answer.
    #[arg(long, value_name = "SHARE", default_value = "0", value_parser = parse_share)]
    pub(super) close_after: f64,

    /// Close the connection without an answer, and create a while later.
    #[arg(long, value_name = "SHARE", default_value = "0", value_parser = parse_share)]
    pub(super) create_late: f64,

    /// How much later `--create-late` creates.
    #[arg(long, value_name = "DURATION", default_value = "2s", value_parser = parse_duration)]
    pub(super) late_by: Duration,

    /// Create, then close the connection half-way through the answer.
    #[arg(long, value_name = "SHARE", default_value = "0", value_parser = parse_share)]
    pub(super) half_answer: f64,

    /// Create, then answer with broken JSON.
    #[arg(long, value_name = "SHARE", default_value = "0", value_parser = parse_share)]
    pub(super) broken_json: f64,

    /// Create, then answer without an id.
    #[arg(long, value_name = "SHARE", default_value = "0", value_parser = parse_share)]
    pub(super) no_id: f64,

    /// Never answer, and do not create.
    #[arg(long, value_name = "SHARE", default_value = "0", value_parser = parse_share)]
    pub(super) hang_before: f64,

    /// Create, then never answer.
    #[arg(long, value_name = "SHARE", default_value = "0", value_parser = parse_share)]
    pub(super) hang_after: f64,

    /// Refuse the lead with 422.
    #[arg(long, value_name = "SHARE", default_value = "0", value_parser = parse_share)]
    pub(super) refuse: f64,

    /// Forbid the lead with 403.
    #[arg(long, value_name = "SHARE", default_value = "0", value_parser = parse_share)]
    pub(super) forbid: f64,

    /// Let shares befall only leads with this text in their last name [default: all].
    #[arg(long, value_name = "TEXT")]
    pub(super) faults_for: Option<String>,

    /// Let shares befall the same body at most so many times [default: no limit].
    #[arg(long, value_name = "N")]
    pub(super) fault_times: Option<u32>,
}

/// What `POST /v1/leads` does in its own way.
#[derive(Debug, Args)]
#[command(next_help_heading = "Creates")]
pub(super) struct CreateArguments {
    /// Answer 200 with the lead that has the e-mail already, and create nothing.
    #[arg(long)]
    pub(super) merge_by_email: bool,

    /// Answer 409 where a lead has all the same values, and create nothing.
    #[arg(long)]
    pub(super) conflict_on_twin: bool,

    /// Answer a repeated `Idempotency-Key` for so long as the first time, and create nothing.
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub(super) honour_idempotency_keys: Option<Duration>,
}

/// What `GET /v1/leads` does in its own way.
#[derive(Debug, Args)]
#[command(next_help_heading = "Lists")]
#[expect(
    clippy::struct_excessive_bools,
    reason = "each is a switch of its own, and any of them go together"
)]
pub(super) struct ListArguments {
    /// List everything, whatever is searched for.
    #[arg(long)]
    pub(super) ignore_search: bool,

    /// List the oldest leads first, whatever order is asked for.
    #[arg(long)]
    pub(super) ignore_sort: bool,

    /// Show a lead only so long after it was created, by id too.
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub(super) list_late: Option<Duration>,

    /// Forbid all lists and searches with 403.
    #[arg(long)]
    pub(super) forbid_lists: bool,

    /// Write the times of leads as local ones, three hours ahead of UTC and without a zone.
    #[arg(long)]
    pub(super) local_times: bool,

    /// List nothing of a lead but its id and when it was created.
    #[arg(long)]
    pub(super) few_fields: bool,

    /// List without links and totals.
    #[arg(long)]
    pub(super) no_totals: bool,

    /// Have somebody else create a lead before each page, so that pages shift.
    #[arg(long)]
    pub(super) shift_pages: bool,
}
