//! How much is said on standard error, and in which form: the same for every command.

use std::ffi::OsString;

use clap::{Args, ValueEnum};

#[derive(Debug, Clone, Copy, Default, Args)]
#[command(next_help_heading = "Messages")]
pub(super) struct LogArguments {
    /// Say nothing but errors.
    #[arg(long, short, global = true)]
    pub(super) quiet: bool,

    /// Say also what came of each request, never what was in it.
    #[arg(long, short, global = true, conflicts_with = "quiet")]
    pub(super) verbose: bool,

    /// The form of messages on standard error.
    #[arg(long, value_name = "FORM", default_value = "text", global = true)]
    pub(super) log_format: LogFormat,
}

/// The form of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum LogFormat {
    /// For people.
    #[default]
    Text,
    /// For programs: one JSON object on each line.
    Json,
}

impl LogArguments {
    /// What `typed` asks for, as far as can be told of a line that is wrong elsewhere.
    pub(super) fn of_wrong_line(typed: impl Iterator<Item = OsString>) -> Self {
        let words: Vec<_> = typed.collect();
        let one = words.iter().any(|word| word == "--log-format=json");
        let two = words
            .windows(2)
            .any(|pair| pair[0] == "--log-format" && pair[1] == "json");
        Self {
            log_format: if one || two {
                LogFormat::Json
            } else {
                LogFormat::Text
            },
            ..Self::default()
        }
    }
}
