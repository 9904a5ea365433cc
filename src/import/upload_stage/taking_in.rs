//! What the stage takes in: batches of judged rows, and what the ledger knows beforehand.

use std::sync::Arc;

use crate::api::LeadApi;
use crate::import::judge_stage::JudgedBatch;
use crate::import::ready_row::ReadyRow;
use crate::import::reconcile::KnownBefore;
use crate::import::stop::StopReason;
use crate::import::upload_stage::stage::UploadStage;

impl<C: LeadApi> UploadStage<'_, C> {
    pub(super) fn take_batch(&mut self, batch: Option<JudgedBatch>) {
        let Some(batch) = batch else {
            self.close_input();
            return;
        };
        self.outbox.extend(batch.settled);
        self.journal.add(batch.notes);
        for row in batch.ready {
            if row.open.is_some() {
                self.admit_left_open(row);
            } else if !row.was_sent_before() {
                self.waiting.push_fresh(row);
            } else if let Err(error) = self.after_new_ones.push(row) {
                self.around.stop.stop(StopReason::CannotJudge(error.into()));
            }
        }
    }

    /// Rows that wait for one that an earlier run has left open wait no longer.
    pub(super) fn close_input(&mut self) {
        self.input_open = false;
        match self.around.contests.await_nobody() {
            Ok(admissions) => admissions
                .into_iter()
                .for_each(|admission| self.admit(admission)),
            Err(error) => self.around.stop.stop(StopReason::CannotJudge(error)),
        }
    }

    pub(super) fn admit_left_open(&mut self, row: ReadyRow) {
        match self.around.contests.admit(row) {
            Ok(Some(admission)) => self.admit(admission),
            Ok(None) => {}
            Err(error) => self.around.stop.stop(StopReason::CannotJudge(error)),
        }
    }

    /// A lead of an earlier run is there before any of this one; else one that the preflight has seen.
    pub(super) fn begin_with_what_the_ledger_knows(&mut self) {
        self.newest_lead = self.around.lead_before.take().map(Arc::new);
        let Some(reader) = &self.around.reader else {
            return;
        };
        match reader.last_created() {
            Ok(known) => {
                let known = known.and_then(|known| Some((known.entry, known.lead_id?)));
                self.journal
                    .set_last_created(known.as_ref().map(|(entry, _)| *entry));
                let known = known.map(|(_, id)| KnownBefore {
                    id,
                    later_than: Some(self.journal.newest_entry()),
                    created_at: None,
                });
                self.newest_lead = known.map(Arc::new).or(self.newest_lead.take());
            }
            Err(error) => self.around.stop.stop(StopReason::CannotJudge(error.into())),
        }
    }
}
