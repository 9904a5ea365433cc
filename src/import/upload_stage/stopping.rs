//! What becomes of rows when the run stops, and of those that only its end decides.

use tokio::time::Instant;

use crate::api::LeadApi;
use crate::import::judge_stage::JudgeError;
use crate::import::reconcile::{KnownBefore, Lost};
use crate::import::stop::{StopLevel, StopReason};
use crate::import::upload_stage::stage::{GRACE, UploadStage};
use crate::model::{Code, Event, count_of};

impl<C: LeadApi> UploadStage<'_, C> {
    /// Rows that are held for want of another row that could tell, and rows beyond the limit.
    pub(super) fn decide_what_only_the_end_decides(&mut self) {
        let mut last_words = None;
        let mut held = self.forbidden.take_all();
        if held.len() == 1
            && self.created_any
            && self.around.contests.is_idle()
            && let Some((row, words)) = held.pop()
        {
            // The last row of all: no other one can tell, and those before it were taken.
            self.refuse_blocked(row, words);
        }
        for (row, words) in held {
            self.withdraw(&row);
            self.leave_pending(row);
            last_words = Some(words);
        }
        if let Some(words) = last_words {
            self.around.stop.stop(StopReason::Forbidden { words });
        }
        if let Some(limit) = self.row_limit.that_held_back() {
            self.around.stop.stop(StopReason::Limit { limit });
        }
    }

    pub(super) fn note_stop(&mut self) {
        match self.around.stop.level() {
            StopLevel::Running => {}
            StopLevel::Stopping => {
                self.grace_ends = Some(Instant::now() + GRACE);
                self.tell_of_grace();
            }
            StopLevel::AtOnce => self.abandon_attempts(),
        }
    }

    /// Whoever has interrupted the run sees nothing happen until everything has landed.
    fn tell_of_grace(&self) {
        let in_flight = self.under_way.in_flight() as u64;
        if self.around.stop.is_interrupted() && in_flight > 0 {
            let words = format!(
                "interrupted: {} in flight may take {} s to land; another interrupt ends at once",
                count_of(in_flight, "request"),
                GRACE.as_secs()
            );
            (self.around.on_event)(&Event::Notice(words));
        }
    }

    pub(super) fn abandon_attempts(&mut self) {
        self.grace_ends = None;
        for attempt in self.under_way.abandon() {
            let lost = Lost::Silence {
                code: Code::ServerNoAnswer,
                what: "the run ended before an answer came".into(),
            };
            let before = attempt.before.map(|before| KnownBefore::clone(&before));
            self.lose(attempt.row, lost, before);
        }
    }

    pub(super) fn leave_waiting_rows_pending(&mut self) {
        self.outage = None;
        let held = self.forbidden.take_all().into_iter().map(|(row, _)| row);
        let intended = held.chain(self.intended.drain(..)).collect::<Vec<_>>();
        for row in intended {
            self.withdraw(&row);
            self.leave_pending(row);
        }
        self.leave_rows_in_doubt();
        for row in self.waiting.take_all() {
            self.leave_pending(row);
        }
        if let Err(error) = self.leave_queued_rows_pending() {
            self.around.stop.stop(StopReason::CannotJudge(error));
        }
    }

    fn leave_rows_in_doubt(&mut self) {
        self.question = None;
        match self.reconciler.take_all() {
            Ok(rows) => rows.into_iter().for_each(|open| self.leave_in_doubt(open)),
            Err(error) => self.around.stop.stop(StopReason::CannotJudge(error.into())),
        }
    }

    fn leave_queued_rows_pending(&mut self) -> Result<(), JudgeError> {
        let mut rows = self.around.contests.take_all()?;
        while let Some(row) = self.after_new_ones.pop()? {
            rows.push(row);
        }
        for row in rows {
            self.journal.keep(row.leave_pending());
        }
        Ok(())
    }
}
