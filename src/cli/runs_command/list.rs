//! `runs`.

use jiff::Timestamp;

use crate::cli::aligned::aligned;
use crate::cli::failure::Failure;
use crate::cli::runs_command::ledger_choice::{LedgerChoice, Troubles, ledger_failure};
use crate::cli::runs_command::run_text::{
    RunJson, counts_in_short, place_of, reason_of, to_the_second,
};
use crate::cli::runs_command::runs_arguments::OutputFormat;
use crate::cli::terminal::{print, print_json};
use crate::ledger::{LedgerScope, RunRecord};
use crate::model::{ExitCode, shorten};

type ListedRun = (LedgerScope, RunRecord);

/// Lists what was imported when, the newest run last.
pub(super) fn list(choice: &LedgerChoice, format: OutputFormat) -> Result<ExitCode, Failure> {
    let mut troubles = Troubles::none();
    let mut runs: Vec<ListedRun> = Vec::new();
    for ledger in choice.open(&mut troubles)? {
        match ledger.reader.history() {
            Ok(history) => runs.extend(history.into_iter().map(|run| (ledger.scope.clone(), run))),
            Err(error) => troubles.tell(&ledger_failure(&error)),
        }
    }
    runs.sort_by_key(|(_, run)| run.started.parse::<Timestamp>().ok());
    if runs.is_empty() {
        choice.say_empty();
    }
    match format {
        OutputFormat::Json => {
            let runs = runs.iter().map(|(scope, run)| RunJson::of(run, scope));
            print_json(&runs.collect::<Vec<_>>())?;
        }
        OutputFormat::Text => print(&as_text(&runs)).map_err(|error| Failure::of(&error))?,
    }
    Ok(troubles.or(ExitCode::Done))
}

fn as_text(runs: &[ListedRun]) -> String {
    if runs.is_empty() {
        return String::new();
    }
    let head = ["run", "started", "ended", "file", "sent to", "rows"].map(str::to_owned);
    let mut lines = vec![head];
    lines.extend(runs.iter().map(line));
    aligned(&lines)
}

fn line((scope, run): &ListedRun) -> [String; 6] {
    let counts = counts_in_short(run.counts.as_ref());
    let rows = [Some(counts), reason_of(run).map(shorten)];
    let rows = rows.into_iter().flatten().filter(|words| !words.is_empty());
    [
        run.name.clone(),
        to_the_second(&run.started),
        run.ending.as_str().to_owned(),
        shorten(&run.start.file),
        place_of(scope),
        rows.collect::<Vec<_>>().join("; "),
    ]
}
