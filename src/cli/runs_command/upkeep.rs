//! Opening a ledger to change it.

use std::path::Path;

use crate::cli::failure::Failure;
use crate::cli::runs_command::ledger_choice::ledger_failure;
use crate::ledger::{LockError, LockHolder, RunLock, Upkeep, Waiting};
use crate::model::ExitCode;

/// Opens the ledger at `path` for `command`; fails with exit code 3 while a run holds it.
pub(super) fn open_upkeep(path: &Path, command: &str) -> Result<Upkeep, Failure> {
    let holder = LockHolder::this_command(command);
    let lock = RunLock::take(path, &holder, Waiting::No).map_err(|error| lock_failure(&error))?;
    Upkeep::open(path, lock).map_err(|error| ledger_failure(&error))
}

fn lock_failure(error: &LockError) -> Failure {
    let failure = Failure::of(error).while_doing("the ledger is not free; nothing was changed");
    let LockError::Held { .. } = error else {
        return failure.with_hint(Some(error.hint()));
    };
    let mut failure = failure.with_hint(Some("let it end, then run the same command again"));
    failure.exit_code = ExitCode::Stopped;
    failure
}
