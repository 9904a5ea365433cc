//! What can be typed. Meanings and checks are the business of the settings.

use std::num::NonZeroU32;
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};
use clap_complete::Shell;

use crate::cli::log_arguments::LogArguments;
use crate::cli::runs_command::{OutputFormat, RunsArguments};
use crate::cli::sandbox_args::SandboxArguments;
use crate::cli::sign_in_args::{LoginArguments, LogoutArguments, WhoamiArguments};
use crate::cli::units::{
    parse_concurrency, parse_delimiter, parse_duration, parse_duration_or_none, parse_max_errors,
    parse_round,
};
use crate::import::MaxErrors;
use crate::pacing::{Concurrency, Rate};
use crate::source::SourceOptions;

/// Carries leads from a spreadsheet into the Flextell CRM.
#[derive(Debug, Parser)]
#[command(name = "leadferry", version, max_term_width = 100)]
pub(super) struct Arguments {
    #[command(flatten)]
    pub(super) log: LogArguments,

    #[command(subcommand)]
    pub(super) command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Check every row of a file, send the good ones, and record what became of each.
    Import(Box<ImportArguments>),
    /// Do everything `import` does except sending.
    Check(Box<CheckArguments>),
    /// Say what the reader sees in a file: its format, header, columns and number of rows.
    Inspect(Box<InspectArguments>),
    /// Look at a file and write a mapping to review to standard output.
    Suggest(Box<SuggestArguments>),
    /// Sign in to the CRM in the browser, and keep the tokens for `import`.
    Login(Box<LoginArguments>),
    /// Forget the tokens that `login` kept.
    Logout(LogoutArguments),
    /// Ask the CRM whether token and tenant work.
    Whoami(WhoamiArguments),
    /// Serve the lead API on this machine, with storage, faults and oddities on demand.
    Sandbox(Box<SandboxArguments>),
    /// List what was imported when, and keep the ledger in order.
    Runs(RunsArguments),
    /// Explain a code from the results file.
    Explain(ExplainArguments),
    /// Print the JSON Schema of mapping files, for editors.
    Schema(SchemaArguments),
    /// Print shell completions.
    Completions(CompletionsArguments),
}

/// The file, the mapping and the outputs: the same for `import` and `check`.
#[derive(Debug, Args)]
pub(super) struct FileArguments {
    /// CSV or XLSX file, or `-` for CSV on standard input (then `--results` is required).
    pub(super) file: PathBuf,

    /// The mapping file, which binds columns to lead fields; `leadferry suggest` writes one. Without it
    /// `import` asks on a terminal whether to use a suggestion, if that is sure of everything.
    #[arg(long, value_name = "PATH")]
    pub(super) mapping: Option<PathBuf>,

    #[command(flatten)]
    pub(super) source: SourceArguments,

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

    /// Go on although the columns are not those of the mapping's `approved_header`.
    #[arg(long)]
    pub(super) accept_header_changes: bool,
}

/// How the file is read, where what is found by looking is not right.
#[derive(Debug, Args)]
pub(super) struct SourceArguments {
    /// Sheet of a workbook, by name or number from 1 [default: the first one with content].
    #[arg(long, value_name = "NAME")]
    pub(super) sheet: Option<String>,

    /// The row that holds the column names, 0 for none [default: the one that looks like it].
    #[arg(long, value_name = "N")]
    pub(super) header_row: Option<u64>,

    /// The character between the cells of a CSV file, or `tab` [default: found by looking].
    #[arg(long, value_name = "CHARACTER", value_parser = parse_delimiter)]
    pub(super) delimiter: Option<u8>,

    /// The encoding of a CSV file, such as `windows-1254` [default: found by looking].
    #[arg(long, value_name = "LABEL")]
    pub(super) encoding: Option<String>,
}

impl SourceArguments {
    /// What was typed.
    pub(super) fn options(&self) -> SourceOptions {
        SourceOptions {
            sheet: self.sheet.clone(),
            header_row: self.header_row,
            delimiter: self.delimiter,
            encoding: self.encoding.clone(),
            known_names: Vec::new(),
        }
    }
}

#[derive(Debug, Args)]
pub(super) struct InspectArguments {
    /// CSV or XLSX file, or `-` for CSV on standard input.
    pub(super) file: PathBuf,

    #[command(flatten)]
    pub(super) source: SourceArguments,

    /// Look at the first 1,000 rows only, and do not count the others.
    #[arg(long)]
    pub(super) sample: bool,

    /// How it is printed [default: text].
    #[arg(
        long,
        value_name = "FORMAT",
        default_value = "text",
        hide_default_value = true
    )]
    pub(super) format: OutputFormat,
}

#[derive(Debug, Args)]
pub(super) struct SuggestArguments {
    /// CSV or XLSX file, or `-` for CSV on standard input.
    pub(super) file: PathBuf,

    #[command(flatten)]
    pub(super) source: SourceArguments,
}

#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    #[command(flatten)]
    pub(super) file: FileArguments,

    #[command(flatten)]
    pub(super) connection: ConnectionArguments,

    /// Ask the CRM nothing: names that the mapping looks up all pass.
    #[arg(long, conflicts_with = "sandbox")]
    pub(super) offline: bool,
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

    /// The most requests in flight at once, or `auto`: as many as the server bears, at most 256.
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

    /// How long a request whose answer was lost may still take effect: so long after it a lead that
    /// cannot be found counts as absent.
    #[arg(long, value_name = "DURATION", default_value = "60s", value_parser = parse_duration_or_none)]
    pub(super) settle: Duration,

    /// What to do with a row whose answer was lost.
    #[arg(long, value_name = "WHAT", default_value = "reconcile")]
    pub(super) on_unknown: OnUnknownChoice,

    /// The CRM honours `Idempotency-Key` for so long: rows whose answer was lost are sent again
    /// with the same key [default when given without a time: 24h].
    #[arg(
        long,
        value_name = "DURATION",
        num_args = 0..=1,
        require_equals = true,
        default_missing_value = "24h",
        value_parser = parse_duration,
    )]
    pub(super) idempotent: Option<Duration>,

    /// How long the server may be away before the run stops.
    #[arg(long, value_name = "DURATION", default_value = "10m", value_parser = parse_duration)]
    pub(super) give_up_after: Duration,

    /// Send at most so many rows; the others are `pending`. The CRM has no undo: try a few first.
    #[arg(long, value_name = "N")]
    pub(super) limit: Option<u64>,

    /// Stop when more rows than this are newly refused: a number, or a share such as `5%`, which counts
    /// from the 200th answer on [default: no bound].
    #[arg(long, value_name = "N|P%", value_parser = parse_max_errors)]
    pub(super) max_errors: Option<MaxErrors>,

    /// Go on when the CRM refuses the first 20 rows under a new mapping with the same words.
    #[arg(long)]
    pub(super) no_trial: bool,

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

    /// Known only to be refused with a reason.
    #[arg(long, hide = true)]
    pub(super) offline: bool,
}

/// What `--on-unknown` can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(super) enum OnUnknownChoice {
    /// Look for its lead; send it again only when the lead is proved to be absent.
    Reconcile,
    /// Leave it in doubt.
    Hold,
    /// Send it again without looking: the CRM may have it twice then.
    Resend,
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
    /// Ask and fill a sandbox inside this process: no account is needed and nothing is kept.
    #[arg(long, conflicts_with_all = ["api_url", "token_file", "token_command"])]
    pub(super) sandbox: bool,

    #[command(flatten)]
    pub(super) crm: CrmArguments,

    #[command(flatten)]
    pub(super) token: TokenArguments,

    #[command(flatten)]
    pub(super) route: RouteArguments,
}

/// Where the token comes from.
#[derive(Debug, Args)]
pub(super) struct TokenArguments {
    /// A file that holds the token [else env: `LEADFERRY_TOKEN`, else what `login` kept].
    #[arg(long, value_name = "PATH", conflicts_with = "token_command")]
    pub(super) token_file: Option<PathBuf>,

    /// A shell command that prints the token.
    #[arg(long, value_name = "COMMAND")]
    pub(super) token_command: Option<String>,
}

/// The way to the CRM.
#[derive(Debug, Args)]
pub(super) struct RouteArguments {
    /// Trust the authorities in this PEM file too, beside those of the system.
    #[arg(long, value_name = "PATH")]
    pub(super) ca_cert: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub(super) struct ExplainArguments {
    /// A code, such as `phone.no_region`.
    pub(super) code: String,
}

#[derive(Debug, Args)]
pub(super) struct SchemaArguments {
    /// What the schema is of.
    pub(super) subject: SchemaSubject,
}

/// What there is a schema of.
#[derive(Debug, Clone, Copy, clap::ValueEnum)]
pub(super) enum SchemaSubject {
    /// Mapping files, which are TOML.
    Mapping,
}

#[derive(Debug, Args)]
pub(super) struct CompletionsArguments {
    /// The shell to complete for.
    pub(super) shell: Shell,
}
