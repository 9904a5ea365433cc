//! `runs backup PATH`.

use std::path::Path;

use crate::cli::failure::Failure;
use crate::cli::runs_command::ledger_choice::LedgerChoice;
use crate::cli::terminal::say;
use crate::ledger::back_up;
use crate::model::{ExitCode, count_of};

/// Copies the ledgers, all or none, whichever were chosen: what is called a backup must be whole.
/// Goes beside a run.
pub(super) fn backup(choice: &LedgerChoice, target: &Path) -> Result<ExitCode, Failure> {
    choice.refuse_narrowed("a backup is of all ledgers")?;
    let ledgers = choice.paths()?;
    if ledgers.is_empty() {
        return Err(nothing_to_copy(choice));
    }
    back_up(&ledgers, target).map_err(|error| {
        let hint = error.hint();
        Failure::of(&error).with_hint(Some(hint))
    })?;
    say(&format!(
        "copied {} to `{}`, which can be used with `--state-dir`",
        count_of(ledgers.len() as u64, "ledger"),
        target.display()
    ));
    Ok(ExitCode::Done)
}

/// Whoever makes backups by a schedule must learn that there is none.
fn nothing_to_copy(choice: &LedgerChoice) -> Failure {
    Failure::unusable(
        format!("`{}` has no ledger to copy", choice.state_dir.display()),
        "name the folder that `import` uses with `--state-dir`",
    )
}
