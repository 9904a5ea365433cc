//! The figures of a run, for programs and for people.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::Duration;

use serde::Serialize;

use crate::model::{ExitCode, LostAnswers, Status, Tally, count_of, grouped};

/// Everything countable about a run. Serialises as the object that `--summary` writes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RunSummary {
    /// `import` or `check`.
    pub command: &'static str,
    /// The run's name in the ledger; `None` where none is kept.
    pub run: Option<String>,
    /// The input file, as it was named.
    pub file: String,
    /// When the run began, RFC 3339 in UTC.
    pub started: String,
    /// When it ended.
    pub ended: String,
    /// How long it took, in seconds.
    pub seconds: f64,
    /// Data rows that were read; blank rows are not among them.
    pub rows: u64,
    /// The number of the last row that was read, 0 if there was none.
    pub last_row: u64,
    /// Rows without any content.
    pub blank_rows: u64,
    /// Whether the file was read to its end.
    pub input_complete: bool,
    /// Rows by status; a status that did not occur is 0.
    pub statuses: BTreeMap<&'static str, u64>,
    /// POSTs sent.
    pub attempts: u64,
    /// Answers that were lost, and what was found out about them.
    pub lost_answers: LostAnswers,
    /// Whether every row that was read has exactly one outcome.
    pub books_close: bool,
    /// Why the run stopped early, if it did.
    pub stopped: Option<String>,
    /// The results file.
    pub results: String,
    /// The rejects file, if there is one.
    pub rejects: Option<String>,
    /// The exit code.
    pub exit_code: ExitCode,
}

impl RunSummary {
    /// The statuses of `tally`, zeroes included.
    pub fn statuses_of(tally: &Tally) -> BTreeMap<&'static str, u64> {
        Status::ALL
            .iter()
            .map(|status| (status.as_str(), tally.of(*status)))
            .collect()
    }

    /// The summary as people read it at the end of a run, one figure a line.
    pub fn for_people(&self) -> String {
        let mut text = String::new();
        let mut line = |words: String| {
            let _ = writeln!(text, "{words}");
        };
        let took = short_duration(Duration::from_secs_f64(self.seconds));
        line(format!(
            "{} of `{}` in {took}",
            count_of(self.rows, "row"),
            self.file
        ));
        for status in Status::ALL {
            let count = self.statuses.get(status.as_str()).copied().unwrap_or(0);
            if count > 0 {
                line(format!("  {:>9} {}", grouped(count), words_for(status)));
            }
        }
        for words in words_for_lost(&self.lost_answers) {
            line(words);
        }
        if self.blank_rows > 0 {
            line(format!("  {:>9} blank, skipped", grouped(self.blank_rows)));
        }
        if !self.input_complete {
            line("  the file was not read to its end".into());
        }
        line(format!("results: {}", self.results));
        if let Some(rejects) = &self.rejects {
            line(format!(
                "rejects: {rejects} (mend it and import it with the same mapping)"
            ));
        }
        text
    }
}

fn words_for(status: Status) -> &'static str {
    match status {
        Status::Created => "created",
        Status::AlreadyCreated => "already created by an earlier run",
        Status::Valid => "valid",
        Status::Filtered => "filtered: left out by a rule in the mapping",
        Status::Duplicate => "duplicate: another row is the same lead",
        Status::Rejected => "rejected: wrong in the file, not sent",
        Status::Refused => "refused by the CRM",
        Status::Failed => "failed: could not be sent, and not in the CRM",
        Status::InDoubt => "in doubt: may or may not be in the CRM",
        Status::Pending => "pending: not sent, because the run stopped",
    }
}

/// What became of lost answers, one line for this file and one for others.
fn words_for_lost(lost: &LostAnswers) -> Vec<String> {
    let mut sorts = Vec::new();
    let mut lines = Vec::new();
    if lost.lost > 0 {
        sorts.push(format!("{} lost", count_of(lost.lost, "answer")));
    }
    if lost.earlier > 0 {
        let rows = count_of(lost.earlier, "row");
        sorts.push(format!("{rows} left open by earlier runs"));
    }
    if !sorts.is_empty() {
        lines.push(format!(
            "{}: {} found in the CRM, {} absent, {} sent again, {} still open",
            sorts.join(", "),
            grouped(lost.found),
            grouped(lost.absent),
            grouped(lost.resent),
            grouped(lost.open)
        ));
    }
    if lost.elsewhere > 0 {
        let rows = count_of(lost.elsewhere, "row");
        lines.push(format!(
            "{rows} of other files, left open by earlier runs, settled"
        ));
    }
    lines
}

/// A span of time in the two units that matter: `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`.
pub(super) fn short_duration(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", duration.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        60..3600 => format!("{} min {} s", seconds / 60, seconds % 60),
        _ => format!("{} h {} min", seconds / 3600, seconds / 60 % 60),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::short_duration;

    #[test]
    fn spans_of_time_are_short() {
        for (seconds, words) in [
            (0.44, "0.4 s"),
            (12.9, "12 s"),
            (185.0, "3 min 5 s"),
            (7800.0, "2 h 10 min"),
        ] {
            assert_eq!(short_duration(Duration::from_secs_f64(seconds)), words);
        }
    }
}
