//! What can be typed. Meanings and checks are the business of the settings.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

use crate::cli::runs_command::RunsArguments;
use crate::cli::units::{
    Concurrency, parse_concurrency, parse_delimiter, parse_duration, parse_round, parse_share,
};
use crate::pacing::Rate;
use crate::sandbox::{ErrorStyle, RateLimit, RateLimitHeaders};

/// Carries leads from a spreadsheet into the Flextell CRM.
#[derive(Debug, Parser)]
#[command(name = "leadferry", version, max_term_width = 100)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check every row of a file, send the good ones, and record what became of each.
    Import(Box<ImportArguments>),
    /// Do everything `import` does except sending.
    Check(Box<CheckArguments>),
    /// Serve the lead API on this machine, with storage and faults on demand.
    Sandbox(Box<SandboxArguments>),
    /// List what was imported when, and keep the ledger in order.
    Runs(RunsArguments),
    /// Explain a code from the results file.
    Explain(ExplainArguments),
    /// Print shell completions.
    Completions(CompletionsArguments),
}

/// The file, the mapping and the outputs: the same for `import` and `check`.
#[derive(Debug, Args)]
pub(super) struct FileArguments {
    /// CSV or XLSX file, or `-` for CSV on standard input (then `--results` is required).
    pub(super) file: PathBuf,

    /// The mapping file, which binds columns to lead fields.
    #[arg(long, value_name = "PATH")]
    pub(super) mapping: PathBuf,

    /// Sheet of a workbook, by name or number from 1 [default: the first one with content].
    #[arg(long, value_name = "NAME")]
    pub(super) sheet: Option<String>,

    /// The row that holds the column names, 0 for none [default: the first one with content].
    #[arg(long, value_name = "N")]
    pub(super) header_row: Option<u64>,

    /// The character between the cells of a CSV file, or `tab` [default: a comma].
    #[arg(long, value_name = "CHARACTER", value_parser = parse_delimiter)]
    pub(super) delimiter: Option<u8>,

    /// Where what became of each row is written [default: beside the file].
    #[arg(long, value_name = "PATH")]
    pub(super) results: Option<PathBuf>,

    /// Where rows to be mended are written [default: beside the file].
    #[arg(long, value_name = "PATH")]
    pub(super) rejects: Option<PathBuf>,

    /// Write the run's figures as JSON, `-` for standard output.
    #[arg(long, value_name = "PATH")]
    pub(super) summary: Option<PathBuf>,

    /// Repeat these columns of the file in the results, or `all`.
    #[arg(long, value_name = "COLUMN,...", value_delimiter = ',')]
    pub(super) echo: Vec<String>,

    /// Say nothing but errors.
    #[arg(long, short)]
    pub(super) quiet: bool,
}

#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    #[command(flatten)]
    pub(super) file: FileArguments,

    #[command(flatten)]
    pub(super) crm: CrmArguments,
}

/// Which CRM, and where it is remembered what was sent there.
#[derive(Debug, Args)]
pub(super) struct CrmArguments {
    /// The API's base address [env: `LEADFERRY_API_URL`] [default: <https://dev.flextell.ai/api>].
    #[arg(long, value_name = "URL")]
    pub(super) api_url: Option<String>,

    /// The tenant's number [env: `LEADFERRY_TENANT`].
    #[arg(long, value_name = "N")]
    pub(super) tenant: Option<u64>,

    /// The folder that remembers what was sent, on a disk of this machine [env:
    /// `LEADFERRY_STATE_DIR`] [default: the platform's state folder].
    #[arg(long, value_name = "DIR")]
    pub(super) state_dir: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct ImportArguments {
    #[command(flatten)]
    pub(super) file: FileArguments,

    #[command(flatten)]
    pub(super) connection: ConnectionArguments,

    /// The most requests in flight at once, or `auto`.
    #[arg(long, value_name = "N", default_value = "auto", value_parser = parse_concurrency)]
    pub(super) concurrency: Concurrency,

    /// The most requests in a time, such as `5/s`, `300/m` or `10000/h` [default: no bound].
    #[arg(long, value_name = "N/UNIT")]
    pub(super) rate: Option<Rate>,

    /// The longest that one request may take.
    #[arg(long, value_name = "DURATION", default_value = "30s", value_parser = parse_duration)]
    pub(super) timeout: Duration,

    /// The most attempts for one row.
    #[arg(long, value_name = "N", default_value = "5")]
    pub(super) tries: NonZeroU32,

    /// How long the server may be away before the run stops.
    #[arg(long, value_name = "DURATION", default_value = "10m", value_parser = parse_duration)]
    pub(super) give_up_after: Duration,

    /// Send at most so many rows; the others are `pending`. The CRM has no undo: try a few first.
    #[arg(long, value_name = "N")]
    pub(super) limit: Option<u64>,

    /// Wait while another import to the same CRM and tenant is going on.
    #[arg(long)]
    pub(super) wait: bool,

    /// Send rows once more although they were created before, in a round of this name. The same
    /// command goes on with it; once it is finished it sends nothing again.
    #[arg(long, value_name = "NAME", value_parser = parse_round)]
    pub(super) again: Option<String>,

    /// What to do with rows whose cells are new while their very lead was created from a row that
    /// is no longer in the file; only without `[identity]` [default: stop and ask].
    #[arg(long, value_name = "WHAT")]
    pub(super) known_by_lead: Option<KnownByLeadChoice>,
}

/// What `--known-by-lead` can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum KnownByLeadChoice {
    /// Take them for the rows that were imported.
    Skip,
    /// Send them: they are new rows.
    Send,
}

/// Where the CRM is, who asks, and what is remembered.
#[derive(Debug, Args)]
pub(super) struct ConnectionArguments {
    /// Import into a sandbox inside this process: no account is needed and nothing is kept.
    #[arg(long, conflicts_with_all = ["api_url", "token_file", "token_command"])]
    pub(super) sandbox: bool,

    #[command(flatten)]
    pub(super) crm: CrmArguments,

    /// A file that holds the token [else env: `LEADFERRY_TOKEN`].
    #[arg(long, value_name = "PATH", conflicts_with = "token_command")]
    pub(super) token_file: Option<PathBuf>,

    /// A shell command that prints the token.
    #[arg(long, value_name = "COMMAND")]
    pub(super) token_command: Option<String>,
}

#[derive(Debug, Args)]
pub(super) struct ExplainArguments {
    /// A code, such as `phone.no_region`.
    pub(super) code: String,
}

#[derive(Debug, Args)]
pub(super) struct CompletionsArguments {
    /// The shell to complete for.
    pub(super) shell: Shell,
}

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
}
