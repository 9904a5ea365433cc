//! The command line: what was typed, what it means, and how the program ends.
//!
//! `args`, `sandbox_args` and `sign_in_args` hold what can be typed and nothing else. The `*_settings` and
//! `file_paths` say what it means and fail before a row is read. Each command has a file of its
//! own; `failure` renders every error the same way. Only this module prints, reads the environment
//! and decides exit codes.

mod aligned;
mod args;
mod check_command;
mod completions_command;
mod connection_settings;
mod environment;
mod explain_command;
mod failure;
mod file_paths;
mod finish;
mod import_command;
mod inspect_command;
mod log_arguments;
mod login_command;
mod logout_command;
mod own_sandbox;
mod panics;
mod plan_settings;
mod route_settings;
mod run;
mod runs_command;
mod sandbox_args;
mod sandbox_command;
mod schema_command;
mod sign_in_args;
mod spool;
mod suggest_command;
mod suggested_mapping;
mod terminal;
mod units;
mod whoami_command;

pub use run::run;
