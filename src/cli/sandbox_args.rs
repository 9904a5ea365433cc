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
    pub(super) faults: FaultArguments,
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

    /// Stop accepting a token so long after its first use.
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
