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

/// Whether there is somebody who sees a question and can answer it: standard input and standard error are a
/// terminal, and messages are for people and not suppressed.
pub(super) fn can_ask() -> bool {
    let style = style();
    style.format == LogFormat::Text
        && style.most_detailed >= Level::Info
        && io::stdin().is_terminal()
        && io::stderr().is_terminal()
}

/// Asks a question that is answered with yes or no. Anything but `y` or `yes` is a no.
pub(super) fn ask(question: &str) -> io::Result<bool> {
    let mut error = io::stderr().lock();
    write!(error, "{question} [y/N] ")?;
    error.flush()?;
    let mut answer = String::new();
    io::stdin().read_line(&mut answer)?;
    Ok(is_yes(&answer))
}

fn is_yes(answer: &str) -> bool {
    ["y", "yes"].contains(&answer.trim().to_lowercase().as_str())
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

#[cfg(test)]
mod tests {
    use super::is_yes;

    #[test]
    fn only_a_yes_is_a_yes() {
        for (answer, expected) in [
            ("y\n", true),
            (" Yes \n", true),
            ("\n", false),
            ("", false),
            ("n\n", false),
            ("yesterday\n", false),
        ] {
            assert_eq!(is_yes(answer), expected, "{answer:?}");
        }
    }
}
