//! The only place that writes to the terminal.

use std::io::{self, IsTerminal, Write};
use std::sync::OnceLock;

use jiff::Timestamp;
use serde::Serialize;

use crate::cli::failure::Failure;
use crate::cli::log_arguments::{LogArguments, LogFormat};
use crate::report::{Level, LogLine, ProgressStyle};

/// How much is said on standard error, and in which form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct LogStyle {
    most_detailed: Level,
    format: LogFormat,
}

/// Set once, before anything is said: a process has one standard error.
static STYLE: OnceLock<LogStyle> = OnceLock::new();

/// Settles how much is said and in which form. Counts the first time only.
pub(super) fn set_log_style(arguments: LogArguments) {
    let most_detailed = match (arguments.quiet, arguments.verbose) {
        (true, _) => Level::Error,
        (false, true) => Level::Debug,
        (false, false) => Level::Info,
    };
    let style = LogStyle {
        most_detailed,
        format: arguments.log_format,
    };
    // What was settled before stays.
    let _ = STYLE.set(style);
}

fn style() -> LogStyle {
    let usual = LogStyle {
        most_detailed: Level::Info,
        format: LogFormat::Text,
    };
    STYLE.get().copied().unwrap_or(usual)
}

/// What matters less is not said.
pub(super) fn most_detailed_level() -> Level {
    style().most_detailed
}

/// Writes a line to standard error, unless it matters too little.
pub(super) fn tell(line: &LogLine) {
    let style = style();
    if line.level() > style.most_detailed {
        return;
    }
    let mut error = io::stderr().lock();
    // Nobody is left to tell when standard error is closed.
    let _ = match style.format {
        LogFormat::Text => writeln!(error, "{}", line.as_text()),
        LogFormat::Json => writeln!(error, "{}", line.as_json(Timestamp::now())),
    };
}

/// Writes a sentence for people to standard error.
pub(super) fn say(words: &str) {
    tell(&LogLine::new(Level::Info, words));
}

/// Writes data for programs to standard output.
pub(super) fn print(data: &str) -> io::Result<()> {
    let mut output = io::stdout().lock();
    output.write_all(data.as_bytes())?;
    output.flush()
}

/// Writes one JSON value for programs to standard output.
pub(super) fn print_json(value: &impl Serialize) -> Result<(), Failure> {
    let mut json =
        serde_json::to_string_pretty(value).expect("numbers, texts and lists always serialise");
    json.push('\n');
    print(&json).map_err(|error| Failure::of(&error))
}

/// Whether messages may be coloured: on a terminal, unless `NO_COLOR` is set or programs read them.
pub(super) fn uses_colour() -> bool {
    style().format == LogFormat::Text
        && io::stderr().is_terminal()
        && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// How progress is shown here.
pub(super) fn progress_style() -> ProgressStyle {
    let LogStyle {
        most_detailed,
        format,
    } = style();
    if most_detailed < Level::Info {
        ProgressStyle::Quiet
    } else if format == LogFormat::Text && io::stderr().is_terminal() {
        ProgressStyle::Bar
    } else {
        ProgressStyle::Lines
    }
}
