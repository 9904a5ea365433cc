//! Which ledgers are meant, and finding a run in them.

use std::path::{Path, PathBuf};

use crate::cli::connection_settings::{api_address, state_dir};
use crate::cli::environment::Environment;
use crate::cli::failure::Failure;
use crate::cli::runs_command::runs_arguments::LedgerArguments;
use crate::cli::terminal::{say, tell};
use crate::ledger::{LedgerError, LedgerReader, LedgerScope, RunId, StateFolder};
use crate::model::{ExitCode, nearest_word, shorten};

/// The ledgers of a state folder, or those of one API or tenant.
///
/// Only what was typed narrows the choice: a variable that says where `import` sends must not make
/// a backup leave out the other ledgers.
#[derive(Debug)]
pub(super) struct LedgerChoice {
    pub(super) state_dir: PathBuf,
    api: Option<String>,
    tenant: Option<u64>,
}

/// A ledger that could be opened.
#[derive(Debug)]
pub(super) struct OpenLedger {
    pub(super) path: PathBuf,
    pub(super) reader: LedgerReader,
    pub(super) scope: LedgerScope,
}

/// What went wrong with some ledgers while others were gone through.
#[derive(Debug)]
pub(super) struct Troubles(ExitCode);

impl Troubles {
    pub(super) fn none() -> Self {
        Self(ExitCode::Done)
    }

    /// Tells of a ledger and goes on with the next.
    pub(super) fn tell(&mut self, failure: &Failure) {
        tell(&failure.line());
        self.0 = worse(self.0, failure.exit_code);
    }

    /// `code`, unless a ledger could not be used.
    pub(super) fn or(&self, code: ExitCode) -> ExitCode {
        worse(self.0, code)
    }
}

/// The worse of two ends, in the order of `drop`: 70, 2, 3, 1, 0.
fn worse(one: ExitCode, other: ExitCode) -> ExitCode {
    let badness = |code: ExitCode| match code {
        ExitCode::Done => 0,
        ExitCode::SomeRowsLeft => 1,
        ExitCode::Stopped => 2,
        ExitCode::Unusable => 3,
        ExitCode::Bug => 4,
    };
    if badness(other) > badness(one) {
        other
    } else {
        one
    }
}

/// A run, and the ledger that knows it.
#[derive(Debug)]
pub(super) struct FoundRun {
    pub(super) ledger: OpenLedger,
    pub(super) run: RunId,
    /// Its name, or its number where its history was purged.
    pub(super) name: String,
}

impl LedgerChoice {
    pub(super) fn of(
        arguments: &LedgerArguments,
        environment: &Environment,
    ) -> Result<Self, Failure> {
        let api = arguments.api_url.as_deref().map(api_address);
        Ok(Self {
            state_dir: state_dir(arguments.state_dir.as_deref(), environment)?,
            api: api.transpose()?.map(|address| address.to_string()),
            tenant: arguments.tenant,
        })
    }

    /// The files of all ledgers that may be meant; none where nothing was ever imported.
    pub(super) fn paths(&self) -> Result<Vec<PathBuf>, Failure> {
        let folder = StateFolder::open_existing(&self.state_dir).map_err(|error| {
            let hint = error.hint();
            Failure::of(&error).with_hint(Some(hint))
        })?;
        let Some(folder) = folder else {
            return Ok(Vec::new());
        };
        folder.ledgers().map_err(|error| {
            Failure::of(&error)
                .while_doing("the ledgers cannot be listed")
                .with_hint(Some("see that you may read the state folder"))
        })
    }

    /// Opens each ledger that is meant. One that cannot be read is told.
    pub(super) fn open(&self, troubles: &mut Troubles) -> Result<Vec<OpenLedger>, Failure> {
        let mut ledgers = Vec::new();
        for path in self.paths()? {
            match open(&path) {
                Ok(ledger) if self.has(&ledger.scope) => ledgers.push(ledger),
                Ok(_) => {}
                Err(error) => troubles.tell(&ledger_failure(&error)),
            }
        }
        Ok(ledgers)
    }

    /// For what is done with all ledgers or none.
    pub(super) fn refuse_narrowed(&self, why: &str) -> Result<(), Failure> {
        if self.api.is_none() && self.tenant.is_none() {
            return Ok(());
        }
        Err(Failure::unusable(
            why,
            "leave out `--api-url` and `--tenant`",
        ))
    }

    /// Says that there is nothing to show.
    pub(super) fn say_empty(&self) {
        let folder = self.state_dir.display();
        let narrowed = if self.api.is_some() || self.tenant.is_some() {
            " of that API and tenant"
        } else {
            ""
        };
        say(&format!("`{folder}` remembers no run{narrowed}"));
    }

    /// The run that people call `name`.
    pub(super) fn find_run(
        &self,
        name: &str,
        troubles: &mut Troubles,
    ) -> Result<FoundRun, Failure> {
        let mut found = Vec::new();
        let mut names = Vec::new();
        for ledger in self.open(troubles)? {
            let run = ledger.reader.find_run(name);
            let known = ledger.reader.history();
            match (run, known) {
                (Ok(run), Ok(history)) => {
                    names.extend(history.into_iter().map(|run| run.name));
                    found.extend(run.map(|run| (ledger, run)));
                }
                (Err(error), _) | (_, Err(error)) => troubles.tell(&ledger_failure(&error)),
            }
        }
        if found.len() > 1 {
            return Err(ambiguous(name, found.len()));
        }
        let Some((ledger, run)) = found.pop() else {
            return Err(self.no_such_run(name, &names));
        };
        let own_name = ledger.reader.run_name(run);
        let own_name = own_name.map_err(|error| ledger_failure(&error))?;
        Ok(FoundRun {
            ledger,
            run,
            name: own_name.unwrap_or_else(|| run.0.to_string()),
        })
    }

    fn has(&self, scope: &LedgerScope) -> bool {
        self.api.as_ref().is_none_or(|api| *api == scope.api)
            && self.tenant.is_none_or(|tenant| tenant == scope.tenant)
    }

    fn no_such_run(&self, name: &str, names: &[String]) -> Failure {
        let hint = match nearest_word(name, names.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`? `leadferry runs` lists them all"),
            None => {
                "`leadferry runs` lists what there is; `--state-dir` names another folder".into()
            }
        };
        let folder = self.state_dir.display();
        Failure::unusable(
            format!("there is no run `{}` in `{folder}`", shorten(name)),
            hint,
        )
    }
}

fn open(path: &Path) -> Result<OpenLedger, LedgerError> {
    let reader = LedgerReader::at(path)?;
    Ok(OpenLedger {
        path: path.to_owned(),
        scope: reader.scope()?,
        reader,
    })
}

/// Names are drawn by lot for each ledger, and numbers count in each from 1.
fn ambiguous(name: &str, ledgers: usize) -> Failure {
    Failure::unusable(
        format!("{ledgers} ledgers have a run `{}`", shorten(name)),
        "say which with `--api-url` and `--tenant`",
    )
}

/// A ledger that cannot be used.
pub(super) fn ledger_failure(error: &LedgerError) -> Failure {
    Failure::of(error).with_hint(Some(error.hint()))
}

#[cfg(test)]
mod tests {
    use super::worse;
    use crate::model::ExitCode;

    #[test]
    fn the_worst_end_wins() {
        let order = [
            ExitCode::Done,
            ExitCode::SomeRowsLeft,
            ExitCode::Stopped,
            ExitCode::Unusable,
            ExitCode::Bug,
        ];
        for (index, better) in order.iter().enumerate() {
            for other in &order[index..] {
                assert_eq!(worse(*better, *other), *other);
                assert_eq!(worse(*other, *better), *other);
            }
        }
    }
}
