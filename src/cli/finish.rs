//! A run as its user sees it: progress, then its figures for people and for programs.

use std::path::Path;

use crate::cli::args::FileArguments;
use crate::cli::failure::Failure;
use crate::cli::terminal::{most_detailed_level, print, progress_style, tell};
use crate::import::{Destination, ImportPlan, RunReport, run};
use crate::model::{Event, ExitCode, Status};
use crate::report::{Level, LogLine, Progress, RunSummary};

/// Runs a plan, showing its progress, and tells what it came to.
pub(super) fn run_and_finish(
    plan: &mut ImportPlan,
    destination: Destination,
    arguments: &FileArguments,
) -> Result<ExitCode, Failure> {
    let sends_for_real = matches!(destination, Destination::Crm(_)) && !plan.is_rehearsal;
    let progress = Progress::new(progress_style(), most_detailed_level(), tell);
    for notice in plan.source.notices() {
        progress.show(&Event::Notice(notice.clone()));
    }
    if plan.is_rehearsal {
        let notice = "importing into a sandbox: nothing reaches a real CRM";
        progress.show(&Event::Notice(notice.into()));
    }
    let report = run(plan, destination, &|event| progress.show(event));
    progress.finish();
    Ok(finish(&report?, arguments, sends_for_real))
}

/// Says what a run came to, writes its summary, and returns its exit code.
///
/// A summary that cannot be written is told, but what the run did stays what it was.
fn finish(report: &RunReport, arguments: &FileArguments, sends_for_real: bool) -> ExitCode {
    let summary = &report.summary;
    tell(&figures(summary));
    if !summary.books_close {
        let failure = Failure::unusable(
            "the books do not close: a row has no outcome",
            "this is a bug; please report it with the summary above",
        );
        tell(&failure.with_exit_code(ExitCode::Bug).line());
    }
    if let Some(reason) = &report.stopped {
        let rest = sends_for_real.then(|| how_to_go_on(summary).to_owned());
        let hints = std::iter::once(reason.hint().to_owned()).chain(rest);
        let stop = Failure::of(reason).while_doing("the run stopped early");
        let stop = stop.with_hint(hints).with_exit_code(summary.exit_code);
        tell(&stop.line());
    }
    let written = arguments
        .summary
        .as_deref()
        .map_or(Ok(()), |path| write_summary(summary, path));
    match written {
        Ok(()) => summary.exit_code,
        Err(failure) => {
            tell(&failure.line());
            summary.exit_code.max(ExitCode::SomeRowsLeft)
        }
    }
}

/// The run's figures: some lines for people, one object for programs.
fn figures(summary: &RunSummary) -> LogLine {
    let people = summary.for_people();
    let first = people.lines().next().unwrap_or_default();
    let object = serde_json::to_value(summary).expect("numbers and texts always serialise");
    let line = LogLine::new(Level::Info, first).with("summary", object);
    match advice(summary) {
        Some(advice) => line
            .with("hint", advice)
            .shown_as(format!("{}\n\nhint: {advice}", people.trim_end())),
        None => line.shown_as(people),
    }
}

/// What to do with the rows that were not sent.
fn how_to_go_on(summary: &RunSummary) -> &'static str {
    if summary.run.is_some() {
        "then run the same command again: it goes on where this run stopped, and no row is sent twice"
    } else {
        "nothing is remembered of this run"
    }
}

fn write_summary(summary: &RunSummary, path: &Path) -> Result<(), Failure> {
    let mut json = serde_json::to_string_pretty(summary)
        .expect("numbers, texts and lists of them always serialise");
    json.push('\n');
    let written = if path == Path::new("-") {
        print(&json)
    } else {
        fs_err::write(path, json.as_bytes())
    };
    written.map_err(|error| {
        Failure::of(&error)
            .while_doing("the run is over, but its summary cannot be written")
            .with_hint(Some("the figures are above and in the results file"))
    })
}

fn advice(summary: &RunSummary) -> Option<&'static str> {
    let count = |status: Status| summary.statuses.get(status.as_str()).copied();
    if count(Status::InDoubt) > Some(0) {
        return Some(
            "run the same command again: it looks for the rows `in_doubt` once more; those that stay so look \
             for in the CRM, and say what you found with `leadferry runs settle` (the column `problems` says \
             what happened to each)",
        );
    }
    if summary.rejects.is_some() {
        return Some("`leadferry explain CODE` tells more about a code in the results");
    }
    None
}
