//! What a run came to.

use std::time::Instant;

use jiff::Timestamp;

use crate::import::plan::ImportPlan;
use crate::import::read_stage::ReadReport;
use crate::import::record_stage::Records;
use crate::import::stop::StopReason;
use crate::model::{ExitCode, LostAnswers, Tally};
use crate::report::RunSummary;

/// The end of a run that began.
#[derive(Debug)]
pub struct RunReport {
    /// All figures.
    pub summary: RunSummary,
    /// Why the run ended before every row had its chance, if it did.
    pub stopped: Option<StopReason>,
}

/// When a run began, by the calendar and by a clock that never jumps.
#[derive(Debug, Clone, Copy)]
pub(super) struct Clock {
    began: Instant,
    began_at: Timestamp,
}

impl Clock {
    pub(super) fn start() -> Self {
        Self {
            began: Instant::now(),
            began_at: Timestamp::now(),
        }
    }
}

impl RunReport {
    pub(super) fn new(
        plan: &ImportPlan,
        clock: Clock,
        read: ReadReport,
        records: &Records,
        stopped: Option<StopReason>,
    ) -> Self {
        let tally = records.tally;
        let all_written = records.results.lines() == read.rows
            || matches!(stopped, Some(StopReason::CannotRecord(_)));
        let books_close = tally.rows() == read.rows && all_written;
        let summary = RunSummary {
            command: plan.command,
            run: None,
            file: plan.file_name.clone(),
            started: clock.began_at.to_string(),
            ended: Timestamp::now().to_string(),
            seconds: clock.began.elapsed().as_secs_f64(),
            rows: read.rows,
            last_row: read.last_row,
            blank_rows: read.blank_rows,
            input_complete: read.complete,
            statuses: RunSummary::statuses_of(&tally),
            attempts: tally.attempts(),
            lost_answers: LostAnswers::default(),
            books_close,
            stopped: stopped.as_ref().map(ToString::to_string),
            results: records.results.path().display().to_string(),
            rejects: records
                .rejects
                .path()
                .map(|path| path.display().to_string()),
            exit_code: exit_code(&tally, books_close, stopped.as_ref()),
        };
        Self { summary, stopped }
    }
}

/// The worst thing that is true of the run.
fn exit_code(tally: &Tally, books_close: bool, stopped: Option<&StopReason>) -> ExitCode {
    match stopped {
        _ if !books_close => ExitCode::Bug,
        Some(_) => ExitCode::Stopped,
        None if tally.unsettled() > 0 => ExitCode::SomeRowsLeft,
        None => ExitCode::Done,
    }
}

#[cfg(test)]
mod tests {
    use super::exit_code;
    use crate::import::stop::StopReason;
    use crate::model::{ExitCode, Outcome, Status, Tally};

    #[test]
    fn the_exit_code_is_the_worst_thing_that_is_true() {
        let stop = || Some(StopReason::Interrupted);
        for (statuses, books_close, stopped, expected) in [
            (vec![], true, None, ExitCode::Done),
            (
                vec![Status::Created, Status::Filtered],
                true,
                None,
                ExitCode::Done,
            ),
            (
                vec![Status::Created, Status::InDoubt],
                true,
                None,
                ExitCode::SomeRowsLeft,
            ),
            (vec![Status::Created], true, stop(), ExitCode::Stopped),
            (
                vec![Status::Rejected, Status::Pending],
                true,
                stop(),
                ExitCode::Stopped,
            ),
            (vec![Status::Created], false, stop(), ExitCode::Bug),
            (vec![Status::Created], false, None, ExitCode::Bug),
        ] {
            let mut tally = Tally::default();
            for status in &statuses {
                tally.add(&Outcome::unsent(*status, Vec::new()));
            }
            assert_eq!(
                exit_code(&tally, books_close, stopped.as_ref()),
                expected,
                "{statuses:?}"
            );
        }
    }
}
