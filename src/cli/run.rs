//! From arguments to exit code.

use std::panic::{AssertUnwindSafe, catch_unwind};

use clap::Parser;

use crate::cli::args::{Arguments, Command};
use crate::cli::check_command::check;
use crate::cli::completions_command::print_completions;
use crate::cli::environment::Environment;
use crate::cli::explain_command::explain;
use crate::cli::failure::Failure;
use crate::cli::import_command::import;
use crate::cli::login_command::login;
use crate::cli::logout_command::logout;
use crate::cli::runs_command::runs;
use crate::cli::sandbox_command::serve_sandbox;
use crate::cli::terminal::say;
use crate::cli::whoami_command::whoami;
use crate::model::ExitCode;

/// Runs the program: parses the arguments, runs the command, renders its failure.
///
/// A panic is a bug of ours and ends with its own exit code, 70.
pub fn run() -> std::process::ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(message) => {
            // Help and version go to standard output, complaints to standard error.
            let _ = message.print();
            let code = if message.use_stderr() {
                ExitCode::Unusable
            } else {
                ExitCode::Done
            };
            return code.number().into();
        }
    };
    let result = catch_unwind(AssertUnwindSafe(|| dispatch(arguments.command)));
    let code = match result {
        Ok(Ok(code)) => code,
        Ok(Err(failure)) => {
            say(&failure.render());
            failure.exit_code
        }
        Err(_) => {
            say("error: leadferry has a bug and could not go on\n\n\
                 hint: please report it with the lines above and the command you ran; the results \
                 file says what became of the rows so far");
            ExitCode::Bug
        }
    };
    code.number().into()
}

fn dispatch(command: Command) -> Result<ExitCode, Failure> {
    let environment = Environment::of_process();
    match command {
        Command::Import(arguments) => import(&arguments, &environment),
        Command::Check(arguments) => check(&arguments, &environment),
        Command::Login(arguments) => login(&arguments, &environment),
        Command::Logout(arguments) => logout(&arguments, &environment),
        Command::Whoami(arguments) => whoami(&arguments, &environment),
        Command::Sandbox(arguments) => serve_sandbox(&arguments),
        Command::Runs(arguments) => runs(&arguments, &environment),
        Command::Explain(arguments) => explain(&arguments.code),
        Command::Completions(arguments) => print_completions(arguments.shell),
    }
}
