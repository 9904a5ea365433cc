//! The end of a run: its figures for people and for programs.

use std::path::Path;

use crate::cli::args::FileArguments;
use crate::cli::failure::Failure;
use crate::cli::terminal::{print, say};
use crate::import::RunReport;
use crate::model::{ExitCode, Status};

/// How to go on after a stop as long as there is no ledger.
const SEND_THE_REST: &str = "then send only the rows marked `pending`: this version remembers \
                             nothing between runs, so the same file again would create its leads \
                             twice";

/// Says what a run came to, writes its summary, and returns its exit code.
pub(super) fn finish(
    report: &RunReport,
    arguments: &FileArguments,
    is_rehearsal: bool,
) -> Result<ExitCode, Failure> {
    if let Some(path) = &arguments.summary {
        write_summary(report, path)?;
    }
    if !arguments.quiet {
        say(&report.summary.for_people());
        if let Some(advice) = advice(report) {
            say(&format!("\nhint: {advice}"));
        }
    }
    if !report.summary.books_close {
        say("error: the books do not close: a row has no outcome\n\n\
             hint: this is a bug; please report it with the summary above");
    }
    if let Some(reason) = &report.stopped {
        let hint = if is_rehearsal {
            reason.hint().to_owned()
        } else {
            format!("{}; {SEND_THE_REST}", reason.hint())
        };
        let stop = Failure::of(reason).while_doing("the run stopped early");
        say(&stop.with_hint(Some(hint)).render());
    }
    Ok(report.summary.exit_code)
}

fn write_summary(report: &RunReport, path: &Path) -> Result<(), Failure> {
    let mut json = serde_json::to_string_pretty(&report.summary)
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
            .with_hint(Some(
                "the results file is complete; name another place with `--summary`",
            ))
    })
}

fn advice(report: &RunReport) -> Option<&'static str> {
    let count = |status: Status| report.summary.statuses.get(status.as_str()).copied();
    if count(Status::InDoubt) > Some(0) {
        return Some(
            "look for the rows `in_doubt` in the CRM before you send them again; the column \
             `problems` says what happened",
        );
    }
    if report.summary.rejects.is_some() {
        return Some("`leadferry explain CODE` tells more about a code in the results");
    }
    None
}
