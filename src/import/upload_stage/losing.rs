//! Rows whose answer is lost, in this run or an earlier one: they are looked up, or sent again where
//! somebody vouches that nothing comes of it.

use std::time::Duration;

use crate::api::LeadApi;
use crate::import::plan::OnUnknown;
use crate::import::ready_row::{EarlierAttempt, ReadyRow};
use crate::import::reconcile::{KnownBefore, Lost, OpenRow};
use crate::import::stop::StopReason;
use crate::import::upload_stage::follow_up::Resending;
use crate::import::upload_stage::stage::UploadStage;

impl<C: LeadApi> UploadStage<'_, C> {
    /// The row's answer was lost: its lead is looked for, unless the run is over.
    pub(super) fn lose(&mut self, mut row: ReadyRow, lost: Lost, before: Option<KnownBefore>) {
        row.tries_used += u32::from(self.outage.is_none());
        row.faults += u32::from(matches!(lost, Lost::Fault { .. }));
        let before = match row.unsettled.take() {
            Some(earlier) => earlier.before,
            None => before,
        };
        self.lost_answers.lost += 1;
        let ended = self.now();
        self.take_in_doubt(OpenRow {
            row,
            lost,
            ended,
            before,
            was_missed: false,
        });
    }

    /// A row that an earlier run has left open comes before everything else.
    pub(super) fn take_left_open(&mut self, row: ReadyRow) {
        let Some(open) = &row.open else {
            return;
        };
        self.lost_answers.earlier += 1;
        if let Some(entry) = row.entry() {
            self.other_files.note_in_this_file(entry);
        }
        match self.resending(&row, Duration::ZERO) {
            Resending::ByKey => return self.send_once_more(row),
            Resending::Accepted => return self.go_on_without_looking(row),
            Resending::Forbidden => {}
        }
        let before = open.known_before.clone().map(KnownBefore::of_earlier_run);
        let is_taken = open.is_taken;
        self.take_in_doubt(OpenRow {
            row,
            lost: Lost::EarlierRun { is_taken },
            // It has ended, at the latest when this run took the ledger.
            ended: Duration::ZERO,
            before,
            was_missed: false,
        });
    }

    fn take_in_doubt(&mut self, open: OpenRow) {
        if !self.around.stop.is_running() {
            return self.leave_in_doubt(open);
        }
        match self.reconciler.take(open) {
            Ok(None) => {}
            Ok(Some(verdict)) => self.take_verdict(verdict),
            Err(error) => self.around.stop.stop(StopReason::CannotJudge(error.into())),
        }
    }

    /// Whether the row may be sent again before it is known what became of it. A key is good for some
    /// time after its first use, at `sent` unless there was an earlier attempt.
    pub(super) fn resending(&self, row: &ReadyRow, sent: Duration) -> Resending {
        let first = row.unsettled.as_ref().map_or(sent, |earlier| earlier.sent);
        let age = match &row.open {
            Some(open) => age_of_key(open.key_since),
            None => self.now().saturating_sub(first),
        };
        match (self.on_unknown, self.idempotent_for) {
            (_, Some(life)) if age < life => Resending::ByKey,
            (OnUnknown::Resend, _) => Resending::Accepted,
            _ => Resending::Forbidden,
        }
    }

    pub(super) fn repeat_unsettled(
        &mut self,
        mut row: ReadyRow,
        before: Option<KnownBefore>,
        sent: Duration,
    ) {
        row.tries_used += u32::from(self.outage.is_none());
        row.unsettled
            .get_or_insert_with(|| Box::new(EarlierAttempt { before, sent }));
        self.waiting.delay(row);
    }
}

/// How long ago a key was first used; for ever when nobody knows.
fn age_of_key(since: Option<i64>) -> Duration {
    let now = jiff::Timestamp::now().as_millisecond();
    let age = since.and_then(|since| u64::try_from(now.saturating_sub(since)).ok());
    age.map_or(Duration::MAX, Duration::from_millis)
}
