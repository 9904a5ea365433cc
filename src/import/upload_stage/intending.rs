//! Which rows are written down as intended, and when: those that will be sent soon.

use tokio::sync::mpsc::error::TryRecvError;
use tokio::time::Instant;

use crate::api::LeadApi;
use crate::import::judge_stage::JudgeError;
use crate::import::ready_row::ReadyRow;
use crate::import::stop::StopReason;
use crate::import::upload_stage::stage::UploadStage;
use crate::import::upload_stage::waiting_rows::NextRow;

impl<C: LeadApi> UploadStage<'_, C> {
    /// Takes rows whose turn it is to be written down as intended, no more than will be sent soon.
    pub(super) fn intend_what_comes_next(&mut self) {
        let mut wanted = self.wanted_intents();
        while wanted > 0 && self.around.stop.is_running() {
            match self.next_to_intend() {
                Ok(Some(row)) => {
                    self.journal.intend(row);
                    wanted -= 1;
                }
                Ok(None) => break,
                Err(error) => self.around.stop.stop(StopReason::CannotJudge(error)),
            }
        }
        self.hold_back_rows_beyond_limit();
    }

    /// Rows that will not be sent for a while are as if they had not been intended.
    pub(super) fn take_back_intended_rows(&mut self) {
        for row in std::mem::take(&mut self.intended) {
            self.withdraw(&row);
            self.waiting.push_again(row);
        }
    }

    /// As many rows as there are slots for, and some more so that the next commit is done before
    /// they are used up. None while the line stands still.
    fn wanted_intents(&mut self) -> usize {
        let in_flight = self.under_way.in_flight();
        let stands_still = self.sign_in.stands_still(Instant::now())
            || self.pace.rests_until(in_flight).is_some()
            || !self.has_room();
        let slots = self.slots_now();
        if stands_still || slots == 0 {
            return 0;
        }
        let free = slots.saturating_sub(in_flight);
        // With a rate to keep, a free slot is not used at once.
        let free = if self.pace.keeps_rate() {
            free.min(1)
        } else {
            free
        };
        // Where a single row is to show how things stand, the next may not go for long. Where one in flight is all
        // that the server seems to bear, it must be seen that more could go.
        let ahead = if self.tries_one_row() {
            0
        } else {
            self.journal.pace.ahead()
        };
        let soon = self.pace.soon(free + ahead, in_flight);
        soon.saturating_sub(self.intended.len() + self.journal.intending())
    }

    /// The row whose turn it is: those sent before in this run, then new ones, then those that an
    /// earlier run has sent in vain.
    fn next_to_intend(&mut self) -> Result<Option<ReadyRow>, JudgeError> {
        loop {
            self.fetch_fresh_rows();
            let next = match self.waiting.next() {
                Some(next) => Some(next),
                None if self.around.contests.has_room_for_next_beyond() => None,
                None if self.input_open => return Ok(None),
                // A row at work may be refused once more, and makes room then.
                None if self.row_limit.is_used_up() && self.has_rows_at_work() => return Ok(None),
                None => match self.after_new_ones.pop()? {
                    Some(row) => Some(NextRow::Fresh(row)),
                    None => return Ok(None),
                },
            };
            let admission = match next {
                Some(NextRow::Again(row)) => return Ok(Some(row)),
                Some(NextRow::Admitted(row) | NextRow::Fresh(row))
                    if self.row_limit.is_used_up() =>
                {
                    self.row_limit.note_held_back();
                    self.leave_pending(row);
                    continue;
                }
                Some(NextRow::Admitted(row)) => {
                    self.row_limit.note_sent();
                    return Ok(Some(row));
                }
                Some(NextRow::Fresh(row)) => self.around.contests.admit(row)?,
                None => self.around.contests.admit_next_beyond()?,
            };
            if let Some(admission) = admission {
                self.admit(admission);
            }
        }
    }

    fn has_rows_at_work(&self) -> bool {
        self.under_way.has_attempts() || !self.intended.is_empty() || self.journal.intending() > 0
    }

    /// Takes a batch that is there already. Without this a busy stage would come to its input
    /// only when everything in flight has landed.
    pub(super) fn fetch_fresh_rows(&mut self) {
        while self.input_open && !self.waiting.has_unsent() && self.has_room() {
            match self.around.input.try_recv() {
                Ok(batch) => self.take_batch(Some(batch)),
                Err(TryRecvError::Disconnected) => self.close_input(),
                Err(TryRecvError::Empty) => break,
            }
        }
    }

    fn hold_back_rows_beyond_limit(&mut self) {
        while self.row_limit.is_used_up() && self.waiting.has_unsent() {
            for row in self.waiting.take_unsent() {
                self.row_limit.note_held_back();
                self.leave_pending(row);
            }
            self.fetch_fresh_rows();
        }
    }
}
