//! What can be typed after `runs`.

use std::path::PathBuf;
use std::time::Duration;

use clap::{ArgGroup, Args, Subcommand, ValueEnum};

use crate::cli::runs_command::row_address::{ForgetTarget, RowAddress, parse_lead_id};
use crate::cli::units::parse_duration;
use crate::model::LeadId;

#[derive(Debug, Args)]
pub(in crate::cli) struct RunsArguments {
    #[command(subcommand)]
    pub(super) command: Option<RunsCommand>,

    #[command(flatten)]
    pub(super) ledgers: LedgerArguments,

    /// How runs are listed [default: text].
    #[arg(long, value_name = "FORMAT")]
    pub(super) format: Option<OutputFormat>,
}

/// Whose ledgers, and where they are.
#[derive(Debug, Args)]
pub(super) struct LedgerArguments {
    /// Only what was sent to the API at this address [default: any].
    #[arg(long, value_name = "URL", global = true)]
    pub(super) api_url: Option<String>,

    /// Only what was sent for this tenant [default: any].
    #[arg(long, value_name = "N", global = true)]
    pub(super) tenant: Option<u64>,

    /// The folder that remembers what was sent [env: `LEADFERRY_STATE_DIR`] [default: the
    /// platform's state folder].
    #[arg(long, value_name = "DIR", global = true)]
    pub(super) state_dir: Option<PathBuf>,
}

/// How what was found is printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(in crate::cli) enum OutputFormat {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

#[derive(Debug, Subcommand)]
pub(super) enum RunsCommand {
    /// Show one run in full, with its rows in doubt.
    Show(ShowArguments),
    /// List rows in doubt: they may or may not be in the CRM. Exit code 1 when there are any.
    Unknown(UnknownArguments),
    /// Decide a row in doubt after looking for its lead in the CRM.
    Settle(SettleArguments),
    /// Forget created leads that were deleted in the CRM, so that their rows are sent again.
    Forget(ForgetArguments),
    /// Remove what is known of old runs; created rows stay known.
    Purge(PurgeArguments),
    /// Copy all ledgers into a new folder that can be used with `--state-dir`.
    Backup(BackupArguments),
}

#[derive(Debug, Args)]
pub(super) struct ShowArguments {
    /// The run's name, as `leadferry runs` lists it.
    #[arg(value_name = "RUN")]
    pub(super) run: String,

    /// How it is printed [default: text].
    #[arg(long, value_name = "FORMAT")]
    pub(super) format: Option<OutputFormat>,
}

#[derive(Debug, Args)]
pub(super) struct UnknownArguments {
    /// Print what was sent as well, to look for it in the CRM. These are people's data.
    #[arg(long)]
    pub(super) bodies: bool,

    /// How rows are printed [default: text].
    #[arg(long, value_name = "FORMAT")]
    pub(super) format: Option<OutputFormat>,
}

#[derive(Debug, Args)]
#[command(group(ArgGroup::new("decision").required(true).args(["created", "absent"])))]
pub(super) struct SettleArguments {
    /// The row, as the results and `leadferry runs unknown` name it.
    #[arg(value_name = "RUN:ROW")]
    pub(super) row: RowAddress,

    /// The CRM has the lead, under this id: it is never sent again.
    #[arg(long, value_name = "ID", value_parser = parse_lead_id)]
    pub(super) created: Option<LeadId>,

    /// The CRM does not have the lead: the next run that has the row sends it again.
    #[arg(long)]
    pub(super) absent: bool,
}

#[derive(Debug, Args)]
pub(super) struct ForgetArguments {
    /// A run with all its rows, or one row.
    #[arg(value_name = "RUN|RUN:ROW")]
    pub(super) target: ForgetTarget,
}

#[derive(Debug, Args)]
pub(super) struct PurgeArguments {
    /// Remove what belongs to runs that ended longer ago, such as `30d` or `12h`.
    #[arg(long, value_name = "DURATION", value_parser = parse_duration)]
    pub(super) older_than: Duration,
}

#[derive(Debug, Args)]
pub(super) struct BackupArguments {
    /// A folder that does not exist yet, or is empty.
    #[arg(value_name = "PATH")]
    pub(super) path: PathBuf,
}
