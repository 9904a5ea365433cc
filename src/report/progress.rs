//! What people see while a run goes on: a bar on a terminal, plain lines elsewhere.

use std::fmt::Write as _;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use indicatif::{
    HumanDuration, ProgressBar, ProgressDrawTarget, ProgressState, ProgressStyle as BarStyle,
};

use crate::model::{Detail, Event, Status, Tally, count_of, grouped};
use crate::report::detail_line::detail_line;
use crate::report::log_line::{Level, LogLine};
use crate::report::standstill::{Standstill, StandstillBoard};
use crate::report::summary::{RunSummary, short_duration};

/// How often a plain line is written at most.
const LINE_INTERVAL: Duration = Duration::from_secs(10);

/// How often the bar is drawn when nothing happens.
const TICK: Duration = Duration::from_millis(500);

/// A rest that people want to know of where there is no bar.
const LONG_REST: Duration = Duration::from_secs(30);

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProgressStyle {
    /// A bar that is redrawn on standard error.
    Bar,
    /// A line every ten seconds.
    Lines,
    /// Not at all.
    Quiet,
}

/// Shows the events of a run.
#[derive(Debug)]
pub struct Progress {
    style: ProgressStyle,
    most_detailed: Level,
    tell: fn(&LogLine),
    bar: ProgressBar,
    standstill: Arc<StandstillBoard>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    began: Instant,
    last_line: Instant,
    rows_ahead: Option<u64>,
}

impl Progress {
    /// Starts the clock. Lines go to `tell`, the bar to standard error. Events that matter less than
    /// `most_detailed` are passed over before a word is made of them.
    pub fn new(style: ProgressStyle, most_detailed: Level, tell: fn(&LogLine)) -> Self {
        let target = match style {
            ProgressStyle::Bar => ProgressDrawTarget::stderr(),
            ProgressStyle::Lines | ProgressStyle::Quiet => ProgressDrawTarget::hidden(),
        };
        let bar = ProgressBar::with_draw_target(None, target);
        let standstill = Arc::new(StandstillBoard::default());
        bar.set_style(spinner_style(&standstill));
        if style == ProgressStyle::Bar {
            // So that a wait is seen to grow shorter.
            bar.enable_steady_tick(TICK);
        }
        let now = Instant::now();
        let state = Mutex::new(State {
            began: now,
            last_line: now,
            rows_ahead: None,
        });
        Self {
            style,
            most_detailed,
            tell,
            bar,
            standstill,
            state,
        }
    }

    /// Shows one event. Cheap enough to be called for every attempt.
    pub fn show(&self, event: &Event) {
        self.note_standstill(event);
        match event {
            Event::Scanned { rows } => self.learn_length(*rows),
            Event::Progressed { tally } => self.advance(tally),
            Event::Detail(detail) => self.tell_detail(detail),
            other => {
                if let Some(line) = line_for(other).filter(|line| self.wants(line.level())) {
                    self.tell(&line);
                }
            }
        }
    }

    fn note_standstill(&self, event: &Event) {
        match event {
            Event::ServerBack => self.standstill.set(None),
            // What was in flight when the line stopped still lands.
            Event::Progressed { .. } => self.standstill.clear_if_over(),
            other => {
                if let Some(standstill) = Standstill::of(other) {
                    self.standstill.set(Some(standstill));
                }
            }
        }
    }

    /// Removes the bar, so that what follows stands on clean lines.
    pub fn finish(&self) {
        self.bar.finish_and_clear();
    }

    fn learn_length(&self, rows: u64) {
        self.lock().rows_ahead = Some(rows);
        self.bar.set_length(rows);
        self.bar.set_style(bar_style(&self.standstill));
        if self.style == ProgressStyle::Lines {
            let words = format!("{} to go through", count_of(rows, "row"));
            (self.tell)(&LogLine::new(Level::Info, words).with("rows_ahead", rows));
        }
    }

    fn advance(&self, tally: &Tally) {
        match self.style {
            ProgressStyle::Quiet => {}
            ProgressStyle::Bar => {
                self.bar.set_position(tally.rows());
                self.bar.set_message(figures(tally));
            }
            ProgressStyle::Lines => {
                let mut state = self.lock();
                if state.last_line.elapsed() >= LINE_INTERVAL {
                    state.last_line = Instant::now();
                    let elapsed = state.began.elapsed();
                    (self.tell)(&progress_line(tally, state.rows_ahead, elapsed));
                }
            }
        }
    }

    fn tell_detail(&self, detail: &Detail) {
        if self.wants(Level::Debug) {
            self.tell(&detail_line(detail));
        }
    }

    fn wants(&self, level: Level) -> bool {
        level <= self.most_detailed
    }

    fn tell(&self, line: &LogLine) {
        match self.style {
            ProgressStyle::Bar => self.bar.suspend(|| (self.tell)(line)),
            ProgressStyle::Lines | ProgressStyle::Quiet => (self.tell)(line),
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        // A panic while the lock was held cannot have left the clock half set.
        self.state
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

/// The line for an event that is one.
fn line_for(event: &Event) -> Option<LogLine> {
    Some(match event {
        Event::Paused { pause } => {
            // Whether it has said for how long, or we guess.
            let words = format!(
                "the CRM takes no more requests now; going on in {}",
                short_duration(*pause)
            );
            LogLine::new(Level::Info, words).with("pause_seconds", pause.as_secs_f64())
        }
        Event::LimitUsedUp { rest } => {
            let words = format!(
                "the CRM's limit is used up; going on in {}",
                short_duration(*rest)
            );
            // Short ones come again and again.
            let level = if *rest >= LONG_REST {
                Level::Info
            } else {
                Level::Debug
            };
            LogLine::new(level, words).with("rest_seconds", rest.as_secs_f64())
        }
        Event::ServerAway { since, next_try_in } => {
            let words = Standstill::of(event)?.words(Instant::now());
            LogLine::new(Level::Warning, words)
                .with("away_seconds", since.as_secs_f64())
                .with("next_try_seconds", next_try_in.as_secs_f64())
        }
        Event::ServerBack => LogLine::new(Level::Info, "the server is back"),
        Event::Notice(words) => LogLine::new(Level::Info, words),
        Event::Warning(words) => LogLine::new(Level::Warning, words),
        Event::Scanned { .. } | Event::Progressed { .. } | Event::Detail(_) => return None,
    })
}

/// How far the run has come.
fn progress_line(tally: &Tally, rows_ahead: Option<u64>, elapsed: Duration) -> LogLine {
    let statuses = RunSummary::statuses_of(tally).into_iter();
    let statuses = statuses
        .filter(|(_, count)| *count > 0)
        .map(|(status, count)| (status.to_owned(), count.into()))
        .collect::<serde_json::Map<_, _>>();
    LogLine::new(Level::Info, plain_line(tally, rows_ahead, elapsed))
        .with("rows", tally.rows())
        .with("rows_ahead", rows_ahead)
        .with("statuses", statuses)
        .with("seconds", elapsed.as_secs_f64())
}

fn spinner_style(standstill: &Arc<StandstillBoard>) -> BarStyle {
    style("{spinner} {human_pos} rows, {msg}{pace}", standstill)
}

fn bar_style(standstill: &Arc<StandstillBoard>) -> BarStyle {
    style(
        "{wide_bar} {human_pos}/{human_len} rows, {msg}{pace}",
        standstill,
    )
}

/// A style in which `{pace}` is the speed in whole rows and the time left, or why nothing moves.
fn style(template: &str, standstill: &Arc<StandstillBoard>) -> BarStyle {
    let standstill = Arc::clone(standstill);
    let write_pace = move |state: &ProgressState, text: &mut dyn std::fmt::Write| {
        let _ = match (standstill.words(), state.len()) {
            (Some(words), _) => text.write_str(&words),
            (None, None) => write!(text, "{:.0} rows/s", state.per_sec()),
            (None, Some(_)) => {
                let left = HumanDuration(state.eta());
                write!(text, "{:.0} rows/s, {left:#} left", state.per_sec())
            }
        };
    };
    BarStyle::with_template(template)
        .expect("the template is well-formed")
        .with_key("pace", write_pace)
}

/// What became of the rows so far: `1,200 created, 31 with problems, `.
fn figures(tally: &Tally) -> String {
    let good = [Status::Created, Status::AlreadyCreated, Status::Valid];
    let mut words = String::new();
    for status in good.into_iter().filter(|status| tally.of(*status) > 0) {
        let name = status.as_str().replace('_', " ");
        let _ = write!(words, "{} {name}, ", grouped(tally.of(status)));
    }
    let _ = write!(
        words,
        "{} with problems, ",
        grouped(tally.unsettled() - tally.of(Status::Pending))
    );
    words
}

fn plain_line(tally: &Tally, rows_ahead: Option<u64>, elapsed: Duration) -> String {
    let rows = tally.rows();
    let of = rows_ahead.map_or_else(String::new, |ahead| format!(" of {}", grouped(ahead)));
    #[expect(
        clippy::cast_precision_loss,
        reason = "a rate is shown in a few digits"
    )]
    let rate = rows as f64 / elapsed.as_secs_f64().max(0.001);
    #[expect(
        clippy::cast_precision_loss,
        reason = "a time left is shown in a few digits"
    )]
    let left = rows_ahead
        .filter(|_| rate > 0.0)
        .map_or_else(String::new, |ahead| {
            let seconds = ahead.saturating_sub(rows) as f64 / rate;
            format!(
                ", {} left",
                short_duration(Duration::from_secs_f64(seconds))
            )
        });
    format!(
        "{}{of} rows, {}{rate:.0} rows/s{left}",
        grouped(rows),
        figures(tally)
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::plain_line;
    use crate::model::{Outcome, Status, Tally};

    #[test]
    fn a_plain_line_has_rows_created_problems_rate_and_time_left() {
        let mut tally = Tally::default();
        for status in [
            Status::Created,
            Status::Created,
            Status::Rejected,
            Status::Created,
        ] {
            tally.add(&Outcome::unsent(status, Vec::new()));
        }
        assert_eq!(
            plain_line(&tally, Some(2000), Duration::from_secs(2)),
            "4 of 2,000 rows, 3 created, 1 with problems, 2 rows/s, 16 min 38 s left"
        );
    }
}
