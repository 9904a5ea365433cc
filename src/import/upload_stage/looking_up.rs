//! Looking up rows in doubt: when it is their turn, and what is known of leads beside the CRM.

use std::time::Duration;

use tokio::time::Instant;

use crate::api::{LeadApi, LookUpFailure};
use crate::import::judge_stage::JudgeError;
use crate::import::reconcile::{Next, Question, Reconciler, Situation};
use crate::import::stop::StopReason;
use crate::import::upload_stage::attempts::LookedUp;
use crate::import::upload_stage::book::Book;
use crate::import::upload_stage::other_files::OTHER_FILES;
use crate::import::upload_stage::sign_in::TokenStanding;
use crate::import::upload_stage::stage::{Gate, UploadStage};

/// With so many rows in doubt looking up goes before sending, so that they do not grow for ever.
const ROWS_IN_DOUBT: usize = 10_000;

/// A look-up that was not answered is repeated after this.
const REPEAT_AFTER: Duration = Duration::from_secs(1);

impl<C: LeadApi> UploadStage<'_, C> {
    /// The time since the run began.
    pub(super) fn now(&self) -> Duration {
        self.began.elapsed()
    }

    /// Looks up what is in doubt, when it is its turn. Returns when there is something to look up
    /// without anything else having to happen first.
    pub(super) fn look_up_what_is_in_doubt(&mut self) -> Option<Instant> {
        while self.may_look_up() {
            let (ticket, question) = match self.next_question() {
                Ok(Next::Ask(ticket, question)) => (ticket, question),
                Ok(Next::Decided(verdicts)) => {
                    self.take_verdicts(Ok(verdicts));
                    return Some(Instant::now());
                }
                Ok(Next::Nothing) => return self.next_look_up(),
                Err(error) => {
                    self.around.stop.stop(StopReason::CannotJudge(error));
                    return None;
                }
            };
            match self.gate() {
                Gate::Open => {
                    let request = self.pace.send(self.under_way.in_flight());
                    let token = self.sign_in.token();
                    self.under_way
                        .look_up(request, (ticket, question), &self.client, token);
                }
                Gate::ClosedUntil(when) => {
                    self.question = Some((ticket, question));
                    return Some(when);
                }
                Gate::Closed => {
                    self.question = Some((ticket, question));
                    return None;
                }
            }
        }
        None
    }

    /// New rows go first, unless too many are in doubt.
    fn may_look_up(&self) -> bool {
        let is_idle =
            self.intended.is_empty() && self.journal.intending() == 0 && !self.waiting.has_row();
        let is_crowded = self.reconciler.rows() >= ROWS_IN_DOUBT;
        self.around.stop.is_running()
            && (!self.reconciler.is_empty() || self.question.is_some())
            && (is_idle || is_crowded)
    }

    fn next_question(&mut self) -> Result<Next, JudgeError> {
        if let Some((ticket, question)) = self.question.take() {
            return Ok(Next::Ask(ticket, question));
        }
        let (now, situation) = (self.now(), self.situation());
        self.with_book(|reconciler, book| reconciler.next(now, situation, book))
    }

    /// Lets `work` use what is known of leads beside the reconciler.
    pub(super) fn with_book<T>(&mut self, work: impl FnOnce(&mut Reconciler, &Book<'_>) -> T) -> T {
        let book = Book {
            reader: self.around.reader.as_ref(),
            before_this_run: self.before_this_run,
            journal: &self.journal,
            under_way: &self.under_way,
        };
        work(&mut self.reconciler, &book)
    }

    fn situation(&self) -> Situation {
        let may_send = self.input_open || !self.after_new_ones.is_empty() || self.waiting.has_row();
        if may_send || !self.intended.is_empty() || self.journal.intending() > 0 {
            return Situation::Sending;
        }
        if self.under_way.has_attempts() || !self.journal.is_idle() || self.waiting.delayed() > 0 {
            return Situation::Waiting;
        }
        Situation::Quiet
    }

    fn next_look_up(&mut self) -> Option<Instant> {
        match self.reconciler.next_due() {
            Ok(due) => due.map(|due| self.began + due),
            Err(error) => {
                self.around.stop.stop(StopReason::CannotJudge(error.into()));
                None
            }
        }
    }

    pub(super) fn take_look_up(&mut self, looked_up: LookedUp) {
        let LookedUp {
            ticket,
            token_generation,
            answer,
            ..
        } = looked_up;
        if ticket == OTHER_FILES {
            return self.take_page_for_other_files(answer);
        }
        match answer {
            Ok(reply) => {
                self.sign_in.note_accepted(token_generation);
                self.note_answered();
                self.silent_look_ups.note_answer();
                let now = self.now();
                let verdicts = self
                    .with_book(|reconciler, book| reconciler.take_reply(ticket, reply, now, book));
                self.take_verdicts(verdicts);
            }
            Err(failure) => self.take_failed_look_up(ticket, token_generation, failure),
        }
    }

    fn take_failed_look_up(&mut self, ticket: u64, token_generation: u64, failure: LookUpFailure) {
        let now = self.now();
        match failure {
            LookUpFailure::Unauthorised { words } => {
                match self.sign_in.standing_of(token_generation) {
                    TokenStanding::Outdated => {}
                    TokenStanding::Proven => self.renew_token(words),
                    TokenStanding::Unproven => {
                        self.around.stop.stop(StopReason::Credentials { words });
                    }
                }
                self.reconciler.ask_again(ticket, now);
            }
            LookUpFailure::Throttled { .. } => self.reconciler.ask_again(ticket, now),
            LookUpFailure::Forbidden { .. } | LookUpFailure::Unusable { .. } => {
                self.note_answered();
                let verdicts = self.reconciler.note_unusable(ticket, &failure, now);
                self.take_verdicts(verdicts.map_err(JudgeError::from));
            }
            LookUpFailure::Unanswered { .. } => self.take_silent_look_up(ticket),
            LookUpFailure::NotSent { .. } => self.note_unreachable(ticket),
        }
    }

    /// That a search is not answered may be its own affair: leads may be listed and created all the same. So the
    /// server is asked a small question before look-ups are given up for it.
    fn take_silent_look_up(&mut self, ticket: u64) {
        match &self.outage {
            // That question was answered, and this one still is not.
            Some(outage) if outage.tries_one_row() => {
                self.silent_look_ups.note_server_is_there();
                self.note_answered();
                self.ask_once_more(ticket);
            }
            Some(_) => self.ask_after_outage(ticket),
            None if self.silent_look_ups.note_silence() => {
                self.begin_outage();
                self.ask_after_outage(ticket);
            }
            None => self.ask_once_more(ticket),
        }
    }

    /// Asks again, unless that was the last try.
    fn ask_once_more(&mut self, ticket: u64) {
        let again = self.now() + REPEAT_AFTER;
        let verdicts = self.reconciler.note_silence(ticket, again);
        self.take_verdicts(verdicts.map_err(JudgeError::from));
    }

    /// An outage costs no try.
    fn ask_after_outage(&mut self, ticket: u64) {
        let again = self.now() + REPEAT_AFTER;
        self.reconciler.ask_again(ticket, again);
    }

    /// Nobody could be asked. Tickets of look-ups and sequences of rows count from different ends.
    fn note_unreachable(&mut self, ticket: u64) {
        self.note_silence(u64::MAX - ticket, None);
        if self.outage.is_some() {
            self.ask_after_outage(ticket);
        } else {
            self.ask_once_more(ticket);
        }
    }
}

/// What is asked next, kept while the gate is closed.
pub(super) type KeptQuestion = Option<(u64, Question)>;
