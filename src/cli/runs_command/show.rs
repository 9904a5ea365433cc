//! `runs show ID`.

use std::fmt::Write as _;

use serde::Serialize;

use crate::cli::aligned::aligned;
use crate::cli::failure::Failure;
use crate::cli::runs_command::ledger_choice::{FoundRun, LedgerChoice, Troubles, ledger_failure};
use crate::cli::runs_command::run_text::{
    RunJson, counts_in_short, place_of, reason_of, to_the_second,
};
use crate::cli::runs_command::runs_arguments::OutputFormat;
use crate::cli::terminal::{print, print_json};
use crate::ledger::{EntryState, LedgerError, RunRecord};
use crate::model::{ExitCode, count_of, grouped, shorten};

/// So many rows in doubt are named to people. `runs unknown` names all.
const ROWS_SHOWN: usize = 20;

/// Everything that is known of a run.
#[derive(Debug)]
struct RunInFull {
    /// `None` where its history was purged.
    record: Option<RunRecord>,
    /// Rows that it was the last to send, by what became of them.
    sent: Vec<(EntryState, u64)>,
    /// The rows among them that are in doubt.
    in_doubt: Vec<String>,
}

/// Shows one run.
pub(super) fn show(
    choice: &LedgerChoice,
    name: &str,
    format: OutputFormat,
) -> Result<ExitCode, Failure> {
    let mut troubles = Troubles::none();
    let found = choice.find_run(name, &mut troubles)?;
    let run = read(&found).map_err(|error| ledger_failure(&error))?;
    match format {
        OutputFormat::Json => print_json(&as_json(&found, &run))?,
        OutputFormat::Text => {
            print(&as_text(&found, &run)).map_err(|error| Failure::of(&error))?;
        }
    }
    Ok(troubles.or(ExitCode::Done))
}

fn read(found: &FoundRun) -> Result<RunInFull, LedgerError> {
    let reader = &found.ledger.reader;
    let record = reader
        .history()?
        .into_iter()
        .find(|run| run.id == found.run);
    let mut in_doubt = Vec::new();
    reader.each_open_row(Some(found.run), &mut |row| {
        in_doubt.push(row.address());
        Ok::<_, LedgerError>(())
    })?;
    Ok(RunInFull {
        record,
        sent: reader.states_of_run(found.run)?,
        in_doubt,
    })
}

#[derive(Debug, Serialize)]
struct RunInFullJson<'a> {
    #[serde(flatten)]
    run: Option<RunJson<'a>>,
    number: i64,
    file_hash: Option<&'a str>,
    mapping_hash: Option<&'a str>,
    program: Option<&'a str>,
    sent: serde_json::Map<String, serde_json::Value>,
    in_doubt: &'a [String],
}

fn as_json<'a>(found: &'a FoundRun, run: &'a RunInFull) -> RunInFullJson<'a> {
    let start = run.record.as_ref().map(|record| &record.start);
    let sent = run.sent.iter();
    let sent = sent.map(|(state, rows)| (key_for(*state).to_owned(), (*rows).into()));
    RunInFullJson {
        run: run
            .record
            .as_ref()
            .map(|record| RunJson::of(record, &found.ledger.scope)),
        number: found.run.0,
        file_hash: start.map(|start| start.file_hash.as_str()),
        mapping_hash: start.map(|start| start.mapping_hash.as_str()),
        program: start.map(|start| start.program.as_str()),
        sent: sent.collect(),
        in_doubt: &run.in_doubt,
    }
}

fn as_text(found: &FoundRun, run: &RunInFull) -> String {
    let mut lines = vec![["run".to_owned(), found.name.clone()]];
    let mut line = |name: &str, value: String| lines.push([name.to_owned(), value]);
    match &run.record {
        Some(record) => describe(record, &mut line),
        None => line("history", "purged".into()),
    }
    line("sent to", place_of(&found.ledger.scope));
    line("ledger", found.ledger.path.display().to_string());
    let sent = run.sent.iter();
    let sent = sent.map(|(state, rows)| format!("{} {}", grouped(*rows), words_for(*state)));
    line("sent", sent.collect::<Vec<_>>().join(", "));
    let mut text = aligned(&lines);
    text.push_str(&rows_in_doubt(&run.in_doubt));
    text
}

fn describe(record: &RunRecord, line: &mut dyn FnMut(&str, String)) {
    let start = &record.start;
    line("started", to_the_second(&record.started));
    if let Some(ended) = &record.ended {
        line("ended", to_the_second(ended));
    }
    line("ended as", record.ending.as_str().into());
    if let Some(reason) = reason_of(record) {
        line("reason", reason.into());
    }
    line("file", shorten(&start.file));
    line("file hash", start.file_hash.clone());
    line("mapping hash", start.mapping_hash.clone());
    if let Some(round) = &start.round {
        line("round", shorten(round));
    }
    line("program", format!("leadferry {}", start.program));
    if record.counts.is_some() {
        line("rows", counts_in_short(record.counts.as_ref()));
    }
}

fn rows_in_doubt(rows: &[String]) -> String {
    let mut text = String::new();
    for row in rows.iter().take(ROWS_SHOWN) {
        let _ = writeln!(text, "in doubt: {row}");
    }
    let more = rows.len().saturating_sub(ROWS_SHOWN) as u64;
    if more > 0 {
        let more = count_of(more, "more row");
        let _ = writeln!(
            text,
            "in doubt: {more}, which `leadferry runs unknown` lists"
        );
    }
    text
}

/// How programs call a state.
fn key_for(state: EntryState) -> &'static str {
    match state {
        EntryState::Created => "created",
        EntryState::Refused => "refused",
        EntryState::Failed => "failed",
        EntryState::Intended => "intended",
        EntryState::Unknown => "unknown",
        EntryState::Taken => "taken",
    }
}

/// How people call it. A run that is over has left what it was about to send in doubt.
fn words_for(state: EntryState) -> &'static str {
    match state {
        EntryState::Intended | EntryState::Unknown => "in doubt",
        EntryState::Taken => "taken without an id",
        EntryState::Created | EntryState::Refused | EntryState::Failed => key_for(state),
    }
}
