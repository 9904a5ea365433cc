//! Waiting for whatever comes first.

use tokio::time::Instant;

use crate::api::LeadApi;
use crate::import::judge_stage::JudgedBatch;
use crate::import::stop::StopReason;
use crate::import::upload_stage::attempts::News;
use crate::import::upload_stage::journal::Committed;
use crate::import::upload_stage::outage::Outage;
use crate::import::upload_stage::stage::UploadStage;

/// What the stage can wait for.
enum Happening {
    StopRose,
    HandedOn,
    NobodyRecords,
    Arrived(News),
    Batch(Option<JudgedBatch>),
    Committed(Committed),
    Time,
}

impl<C: LeadApi> UploadStage<'_, C> {
    /// Waits for whatever comes first and takes it in.
    pub(super) async fn wait(&mut self, opens_at: Option<Instant>) {
        let wake_at = [
            opens_at,
            self.waiting.next_due(),
            // Nothing is intended during a pause, so no gate tells when it is over.
            self.pace.rests_until(self.under_way.in_flight()),
            self.sign_in.wakes_at(Instant::now()),
            self.journal.next_commit(),
            self.outage.as_ref().and_then(Outage::next_probe),
            self.grace_ends,
        ];
        let wake_at = wake_at.into_iter().flatten().min();
        let wants_input = self.input_open && !self.waiting.has_unsent() && self.has_room();
        let news = tokio::select! {
            biased;
            // Never fails: the switch outlives the stage.
            _ = self.stop_level.changed() => Happening::StopRose,
            permit = self.around.output.reserve(), if !self.outbox.is_empty() => {
                let batch = self.outbox.take_batch();
                match permit {
                    Ok(permit) => {
                        permit.send(batch);
                        Happening::HandedOn
                    }
                    Err(_) => Happening::NobodyRecords,
                }
            }
            committed = self.journal.committed() => Happening::Committed(committed),
            arrival = self.under_way.next() => Happening::Arrived(arrival),
            batch = self.around.input.recv(), if wants_input => Happening::Batch(batch),
            () = sleep_until(wake_at) => Happening::Time,
        };
        match news {
            Happening::StopRose => self.note_stop(),
            Happening::HandedOn => {}
            // The record stage has panicked, which its join reports.
            Happening::NobodyRecords => self.around.stop.stop(StopReason::Interrupted),
            Happening::Committed(committed) => self.take_committed(committed),
            Happening::Arrived(arrival) => self.take_in_all(arrival),
            Happening::Batch(batch) => self.take_batch(batch),
            Happening::Time => self.wake(),
        }
    }

    fn wake(&mut self) {
        if self.outage.as_mut().is_some_and(Outage::takes_probe) {
            let request = self.pace.send(self.under_way.in_flight());
            let token = self.sign_in.token();
            self.under_way.probe(request, &self.client, token);
        }
        if self.grace_ends.is_some_and(|end| end <= Instant::now()) {
            self.abandon_attempts();
        }
    }
}

async fn sleep_until(when: Option<Instant>) {
    match when {
        Some(when) => tokio::time::sleep_until(when).await,
        None => std::future::pending().await,
    }
}
