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
use crate::cli::inspect_command::inspect;
use crate::cli::log_arguments::{LogArguments, LogFormat};
use crate::cli::login_command::login;
use crate::cli::logout_command::logout;
use crate::cli::panics::keep_values_out_of_panics;
use crate::cli::runs_command::runs;
use crate::cli::sandbox_command::serve_sandbox;
use crate::cli::schema_command::print_schema;
use crate::cli::suggest_command::suggest;
use crate::cli::terminal::{set_log_style, tell};
use crate::cli::whoami_command::whoami;
use crate::model::ExitCode;
use crate::report::{Level, LogLine};

/// Runs the program: parses the arguments, runs the command, renders its failure.
///
/// A panic is a bug of ours and ends with its own exit code, 70.
pub fn run() -> std::process::ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(message) => {
            return tell_of_usage(&message).number().into();
        }
    };
    set_log_style(arguments.log);
    keep_values_out_of_panics();
    let result = catch_unwind(AssertUnwindSafe(|| dispatch(arguments.command)));
    let code = match result {
        Ok(Ok(code)) => code,
        Ok(Err(failure)) => {
            tell(&failure.line());
            failure.exit_code
        }
        Err(_) => {
            let failure = Failure::unusable(
                "leadferry has a bug and could not go on",
                "please report it with the lines above and the command you ran; the results file \
                 says what became of the rows so far",
            );
            tell(&failure.with_exit_code(ExitCode::Bug).line());
            ExitCode::Bug
        }
    };
    code.number().into()
}

/// Help and version go to standard output, complaints to standard error.
fn tell_of_usage(message: &clap::Error) -> ExitCode {
    if !message.use_stderr() {
        // Nobody is left to tell when standard output is closed.
        let _ = message.print();
        return ExitCode::Done;
    }
    let log = LogArguments::of_wrong_line(std::env::args_os());
    set_log_style(log);
    if log.log_format == LogFormat::Text {
        // In colour on a terminal.
        let _ = message.print();
    } else {
        let text = message.to_string();
        let text = text.trim_start_matches("error: ").trim_end();
        let code = ExitCode::Unusable.number();
        tell(&LogLine::new(Level::Error, text).with("exit_code", code));
    }
    ExitCode::Unusable
}

fn dispatch(command: Command) -> Result<ExitCode, Failure> {
    let environment = Environment::of_process();
    match command {
        Command::Import(arguments) => import(&arguments, &environment),
        Command::Check(arguments) => check(&arguments, &environment),
        Command::Inspect(arguments) => inspect(&arguments),
        Command::Suggest(arguments) => suggest(&arguments),
        Command::Login(arguments) => login(&arguments, &environment),
        Command::Logout(arguments) => logout(&arguments, &environment),
        Command::Whoami(arguments) => whoami(&arguments, &environment),
        Command::Sandbox(arguments) => serve_sandbox(&arguments),
        Command::Runs(arguments) => runs(&arguments, &environment),
        Command::Explain(arguments) => explain(&arguments.code),
        Command::Schema(arguments) => print_schema(arguments.subject),
        Command::Completions(arguments) => print_completions(arguments.shell),
    }
}
