//! What the upload stage does with everything that arrives.

use std::time::Duration;

use tokio::time::Instant;

use crate::api::AnswerClass;
use crate::import::ready_row::ReadyRow;
use crate::import::stop::StopReason;
use crate::import::upload_stage::attempts::{Arrival, Attempt};
use crate::import::upload_stage::follow_up::{Circumstances, FollowUp, blocked, follow_up};
use crate::import::upload_stage::forbidden::Finding;
use crate::import::upload_stage::outage::Outage;
use crate::import::upload_stage::stage::UploadStage;
use crate::model::{Event, Status};
use crate::pacing::BackOff;

impl UploadStage<'_> {
    /// Takes in `first` and everything that has arrived since.
    pub(super) fn take_in_all(&mut self, first: Arrival) {
        let mut arrival = Some(first);
        while let Some(news) = arrival {
            match news {
                Arrival::Answer(attempt, class) => self.take_answer(*attempt, class),
                Arrival::Probe(class) => self.take_probe_answer(class),
                Arrival::Renewal(credentials, renewed) => {
                    if let Err(reason) = self.sign_in.end_renewal(credentials, renewed) {
                        self.around.stop.stop(reason);
                    }
                }
            }
            arrival = self.under_way.next_ready();
        }
    }

    fn take_answer(&mut self, attempt: Attempt, class: AnswerClass) {
        let Attempt {
            mut row,
            number,
            token_generation,
        } = attempt;
        self.watch_for_outage(row.sequence, &class);
        if class.accepts_token() {
            self.sign_in.note_accepted(token_generation);
        }
        let now = Circumstances {
            // In an outage a row loses none of its tries.
            tries_left: self.outage.is_some() || row.tries_used + 1 < self.tries,
            token: self.sign_in.standing_of(token_generation),
            created_before: self.created_any,
        };
        match follow_up(class, now) {
            FollowUp::Settle {
                status,
                lead_id,
                problem,
            } => {
                if status == Status::Created {
                    self.note_created(number);
                }
                self.outbox.push(row.settle(status, lead_id, problem));
            }
            FollowUp::Repeat => self.again.push_back(row),
            FollowUp::RepeatAfterPause(demanded) => {
                self.pause(demanded);
                self.again.push_back(row);
            }
            FollowUp::RepeatWithNewToken { words } => {
                self.ask_for_a_newer_token(words);
                self.again.push_back(row);
            }
            FollowUp::RepeatLater => {
                row.tries_used += u32::from(self.outage.is_none());
                self.delay(row);
            }
            FollowUp::Hold { words } => self.hold(row, words, number),
            FollowUp::Stop(reason) => {
                self.around.stop.stop(reason);
                self.again.push_back(row);
            }
        }
    }

    fn note_created(&mut self, number: u64) {
        self.created_any = true;
        self.throttle_back_off = BackOff::new();
        for (row, words) in self.forbidden.note_created(number) {
            self.outbox
                .push(row.settle(Status::Refused, None, Some(blocked(&words))));
        }
    }

    fn delay(&mut self, mut row: ReadyRow) {
        let wait = row
            .back_off
            .get_or_insert_with(BackOff::new)
            .next_wait(None);
        self.delayed
            .insert((Instant::now() + wait, row.sequence), row);
    }

    fn hold(&mut self, row: ReadyRow, words: String, number: u64) {
        let next_number = self.under_way.next_number();
        let finding = self.forbidden.hold(row, words.clone(), number, next_number);
        if finding == Finding::EverythingForbidden {
            self.around.stop.stop(StopReason::Forbidden { words });
        }
    }

    /// Everybody waits as told, once: attempts that were in flight ask for the same pause again.
    fn pause(&mut self, demanded: Option<Duration>) {
        let now = Instant::now();
        let paused_already = self.paused_until.is_some_and(|until| until > now);
        if demanded.is_none() && paused_already {
            return;
        }
        let pause = demanded.unwrap_or_else(|| self.throttle_back_off.next_wait(None));
        self.paused_until = self.paused_until.max(Some(now + pause));
        if !paused_already {
            (self.around.on_event)(&Event::Paused { pause });
        }
    }

    fn ask_for_a_newer_token(&mut self, refusal: String) {
        if let Some(credentials) = self.sign_in.begin_renewal(refusal) {
            self.under_way.renew(credentials);
        }
    }

    fn watch_for_outage(&mut self, sequence: u64, class: &AnswerClass) {
        match class {
            AnswerClass::MayHaveArrived { .. } | AnswerClass::NotSent { .. } => {
                if self.outage_watch.note_silence(sequence) && self.outage.is_none() {
                    self.outage = Some(Outage::begin());
                }
            }
            _ => self.outage_watch.note_answer(),
        }
    }

    fn take_probe_answer(&mut self, class: AnswerClass) {
        let Some(outage) = &mut self.outage else {
            return;
        };
        match class {
            AnswerClass::MayHaveArrived { .. } | AnswerClass::NotSent { .. } => {
                let next_try_in = outage.note_failed_probe();
                let since = outage.lasts();
                if since >= self.give_up_after {
                    self.around
                        .stop
                        .stop(StopReason::ServerAway { away_for: since });
                } else {
                    (self.around.on_event)(&Event::ServerAway { since, next_try_in });
                }
            }
            answered => {
                if let AnswerClass::Throttled { pause } = answered {
                    self.pause(pause);
                }
                if outage_was_noticed(self.outage.take()) {
                    (self.around.on_event)(&Event::ServerBack);
                }
                self.outage_watch.note_answer();
            }
        }
    }
}

/// Only an outage that outlasted its first probe was told to anybody.
fn outage_was_noticed(outage: Option<Outage>) -> bool {
    outage.is_some_and(|outage| outage.lasts() >= Duration::from_secs(1))
}
