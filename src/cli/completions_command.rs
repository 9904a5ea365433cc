//! `completions SHELL`.

use clap::CommandFactory;
use clap_complete::{Shell, generate};

use crate::cli::args::Arguments;
use crate::cli::failure::Failure;
use crate::cli::terminal::print;
use crate::model::ExitCode;

/// Prints the completions of one shell.
pub(super) fn print_completions(shell: Shell) -> Result<ExitCode, Failure> {
    let mut script = Vec::new();
    generate(shell, &mut Arguments::command(), "leadferry", &mut script);
    print(&String::from_utf8_lossy(&script)).map_err(|error| Failure::of(&error))?;
    Ok(ExitCode::Done)
}
