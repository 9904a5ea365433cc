//! The only place that writes to the terminal.

use std::io::{self, IsTerminal, Write};

use serde::Serialize;

use crate::cli::failure::Failure;
use crate::report::ProgressStyle;

/// Writes lines for people to standard error.
pub(super) fn say(words: &str) {
    // Nobody is left to tell when standard error is closed.
    let _ = writeln!(io::stderr(), "{}", words.trim_end());
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

/// Whether messages may be coloured: on a terminal, unless `NO_COLOR` is set.
pub(super) fn uses_colour() -> bool {
    io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}

/// How progress is shown here.
pub(super) fn progress_style(quiet: bool) -> ProgressStyle {
    match (quiet, io::stderr().is_terminal()) {
        (true, _) => ProgressStyle::Quiet,
        (false, true) => ProgressStyle::Bar,
        (false, false) => ProgressStyle::Lines,
    }
}
