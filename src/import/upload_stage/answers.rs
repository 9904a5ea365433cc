//! What the upload stage does with everything that arrives.

use std::sync::Arc;
use std::time::Duration;

use crate::api::{AnswerClass, LeadApi, Probed};
use crate::import::ready_row::ReadyRow;
use crate::import::reconcile::{CreatedLead, KnownBefore, Lost};
use crate::import::stop::StopReason;
use crate::import::upload_stage::attempts::{Arrival, Attempt, News};
use crate::import::upload_stage::contest::{Admission, ContestedRow};
use crate::import::upload_stage::follow_up::{Circumstances, Fate, FollowUp, blocked, follow_up};
use crate::import::upload_stage::forbidden::Finding;
use crate::import::upload_stage::outage::{Outage, StillAway};
use crate::import::upload_stage::stage::UploadStage;
use crate::ledger::Settlement;
use crate::model::{Code, Event, LeadId, Problem, Status};
use crate::pacing::Landing;

impl<C: LeadApi> UploadStage<'_, C> {
    /// Takes in `first` and everything that has arrived since.
    pub(super) fn take_in_all(&mut self, first: News) {
        let mut news = Some(first);
        while let Some(News { arrival, landing }) = news {
            self.tell_detail(&arrival);
            if let Some(landing) = landing {
                self.note_landed(&landing);
            }
            match arrival {
                Arrival::Answer(attempt, class) => self.take_answer(*attempt, class),
                Arrival::Probe(probed) => self.take_probe_answer(&probed),
                Arrival::LookedUp(looked_up) => self.take_look_up(looked_up),
                Arrival::Renewal(credentials, renewed) => self.take_renewal(credentials, renewed),
            }
            news = self.under_way.next_ready();
        }
    }

    fn take_answer(&mut self, attempt: Attempt, class: AnswerClass) {
        let Attempt {
            row,
            number,
            token_generation,
            sent,
            before,
            ..
        } = attempt;
        self.watch_for_outage(row.sequence, &class);
        if class.accepts_token() {
            self.sign_in.note_accepted(token_generation);
        }
        if let Some(reason) = self.trial.note(&class, row.was_refused_as_it_is()) {
            self.around.stop.stop(reason);
        }
        let now = Circumstances {
            // In an outage a row loses none of its tries.
            tries_left: self.outage.is_some() || row.tries_used + 1 < self.tries,
            token: self.sign_in.standing_of(token_generation),
            created_before: self.created_any,
            is_unsettled: row.unsettled.is_some(),
            resending: self.resending(&row, sent),
        };
        if matches!(class, AnswerClass::Created { .. } | AnswerClass::Taken) {
            self.note_taken(number);
        }
        if let AnswerClass::Created {
            lead_id,
            created_at,
            ..
        } = &class
        {
            self.note_created(&row, lead_id, created_at.as_ref(), sent);
        }
        let before = || before.as_deref().cloned();
        match follow_up(class, now) {
            FollowUp::LookUp(lost) => self.lose(row, lost, before()),
            FollowUp::RepeatUnsettled => self.repeat_unsettled(row, before(), sent),
            other => self.follow(other, row, number),
        }
    }

    /// A lead that is surely there bounds where others lie, and proves look-ups.
    fn note_created(
        &mut self,
        row: &ReadyRow,
        id: &LeadId,
        created_at: Option<&String>,
        sent: Duration,
    ) {
        let lead = Arc::new(KnownBefore {
            id: id.clone(),
            later_than: Some(self.journal.newest_entry()),
            created_at: created_at.cloned(),
        });
        self.newest_lead = Some(Arc::clone(&lead));
        let body = row.body.clone();
        let created = Arc::new(CreatedLead { lead, sent, body });
        self.reconciler.proofs.note_created(created);
        self.reconciler.note_knowledge();
    }

    fn follow(&mut self, follow_up: FollowUp, mut row: ReadyRow, number: u64) {
        match follow_up {
            // These need to know more of the attempt.
            FollowUp::LookUp(_) | FollowUp::RepeatUnsettled => {}
            FollowUp::Settle { fate, problem } => self.conclude(row, fate, problem),
            FollowUp::Repeat => self.take_back(row),
            FollowUp::RepeatWithNewToken { words } => {
                self.renew_token(words);
                self.take_back(row);
            }
            FollowUp::RepeatLater => {
                row.tries_used += u32::from(self.outage.is_none());
                self.withdraw(&row);
                self.waiting.delay(row);
            }
            FollowUp::Hold { words } => self.hold(row, words, number),
            FollowUp::Stop(reason) => {
                self.around.stop.stop(reason);
                self.take_back(row);
            }
        }
    }

    /// The server has surely not taken the row: it waits for its next attempt.
    fn take_back(&mut self, row: ReadyRow) {
        self.withdraw(&row);
        self.waiting.push_again(row);
    }

    /// The row was surely not taken with this attempt. What became of an earlier one may be open.
    pub(super) fn withdraw(&mut self, row: &ReadyRow) {
        if row.unsettled.is_none() {
            self.journal.withdraw(row);
        }
    }

    /// It is over for the row: the ledger is told, and its record goes out when that is durable.
    pub(super) fn conclude(&mut self, mut row: ReadyRow, fate: Fate, problem: Option<Problem>) {
        if let (Fate::Created(lead_id), true) = (&fate, row.open.is_some()) {
            self.lost_answers.found += 1;
            if let Some(open) = row.open.take() {
                return self.adopt_left_open(row, *open, lead_id.clone());
            }
        }
        self.count_towards_limits(&row, &fate);
        let contested = ContestedRow::of(&row);
        let status = fate.status();
        let (settlement, lead_id) = match fate {
            Fate::Created(lead_id) => {
                let claims = row.ledger.as_ref().map(|side| side.claims);
                (
                    claims.map(|claims| Settlement::Created(lead_id.clone(), claims)),
                    Some(lead_id),
                )
            }
            Fate::Refused => (Some(Settlement::Refused), None),
            Fate::Failed => (Some(Settlement::Failed), None),
            Fate::Unknown(doubt) => (Some(Settlement::Unknown(doubt)), None),
            Fate::Taken => (Some(Settlement::Taken), None),
        };
        let entry = row.ledger.as_ref().and_then(|side| side.entry);
        if let (Some(entry), Some(settlement)) = (entry, settlement) {
            self.journal.settle(entry, settlement);
        }
        self.journal
            .keep_of(entry, row.settle(status, lead_id, problem));
        self.release(&contested, status);
    }

    fn count_towards_limits(&mut self, row: &ReadyRow, fate: &Fate) {
        match fate {
            Fate::Created(_) => {
                self.trial.pass();
                self.refusal_limit.note_created();
            }
            Fate::Refused if !row.was_refused_as_it_is() => {
                if let Some(reason) = self.refusal_limit.note_refused() {
                    self.around.stop.stop(reason);
                }
            }
            Fate::Refused => self.row_limit.note_refused_again(),
            Fate::Failed | Fate::Unknown(_) | Fate::Taken => {}
        }
    }

    /// The row is not sent in this run.
    pub(super) fn leave_pending(&mut self, mut row: ReadyRow) {
        if row.open.is_some() && row.unsettled.is_none() {
            return self.take_left_open(row);
        }
        if let Some(earlier) = row.unsettled.take() {
            let lost = Lost::Silence {
                code: Code::ServerNoAnswer,
                what: "no clear answer came".into(),
            };
            return self.lose(row, lost, earlier.before);
        }
        let contested = ContestedRow::of(&row);
        self.journal.keep(row.leave_pending());
        self.release(&contested, Status::Pending);
    }

    /// Rows that waited for this one move up.
    pub(super) fn release(&mut self, row: &ContestedRow, status: Status) {
        if row.is_alone() {
            return;
        }
        match self.around.contests.note_fate(row, status) {
            Ok(admissions) => admissions
                .into_iter()
                .for_each(|admission| self.admit(admission)),
            Err(error) => self.around.stop.stop(StopReason::CannotJudge(error)),
        }
    }

    pub(super) fn admit(&mut self, admission: Admission) {
        match admission {
            Admission::Send(row) if row.open.is_some() => self.take_left_open(row),
            Admission::Send(row) => self.waiting.push_admitted(row),
            // Whatever decided it must be durable first.
            Admission::Settled(record) => self.journal.keep(*record),
        }
    }

    /// Attempt `number` shows that leads are taken: rows that were forbidden are so alone.
    fn note_taken(&mut self, number: u64) {
        self.created_any = true;
        for (row, words) in self.forbidden.note_created(number) {
            self.refuse_blocked(row, words);
        }
    }

    /// The server forbids this row alone.
    pub(super) fn refuse_blocked(&mut self, mut row: ReadyRow, words: String) {
        match row.unsettled.take() {
            None => self.conclude(row, Fate::Refused, Some(blocked(&words))),
            Some(earlier) => {
                let lost = Lost::Refusal { status: 403, words };
                self.lose(row, lost, earlier.before);
            }
        }
    }

    fn hold(&mut self, row: ReadyRow, words: String, number: u64) {
        let next_number = self.under_way.next_number();
        let finding = self.forbidden.hold(row, words.clone(), number, next_number);
        if finding == Finding::EverythingForbidden {
            self.around.stop.stop(StopReason::Forbidden { words });
        }
    }

    /// Whatever it was, it tells of the server's load and limits.
    fn note_landed(&mut self, landing: &Landing) {
        if let Some(pause) = self.pace.note_landed(landing) {
            (self.around.on_event)(&Event::Paused { pause });
        }
    }

    fn watch_for_outage(&mut self, sequence: u64, class: &AnswerClass) {
        match class {
            AnswerClass::MayHaveArrived { pause, .. } => self.note_silence(sequence, *pause),
            AnswerClass::NotSent { .. } => self.note_silence(sequence, None),
            _ => self.note_answered(),
        }
    }

    /// The server is there.
    pub(super) fn note_answered(&mut self) {
        self.outage_watch.note_answer();
        let outage = self.outage.take();
        if outage.is_some_and(|outage| outage.was_noticed()) {
            (self.around.on_event)(&Event::ServerBack);
        }
    }

    pub(super) fn note_silence(&mut self, sequence: u64, demanded: Option<Duration>) {
        let seems_away = self.outage_watch.note_silence(sequence);
        match &mut self.outage {
            Some(outage) if outage.tries_one_row() => {
                let still_away = outage.note_silence(demanded);
                self.go_on_waiting(still_away);
            }
            None if seems_away => self.begin_outage(),
            _ => {}
        }
    }

    /// The line rests until the server answers a small question.
    pub(super) fn begin_outage(&mut self) {
        self.outage = Some(Outage::begin(self.give_up_after));
        self.take_back_intended_rows();
    }

    fn take_probe_answer(&mut self, probed: &Probed) {
        let Some(outage) = &mut self.outage else {
            return;
        };
        match probed {
            Probed::Unanswered { pause } => {
                let still_away = outage.note_silence(*pause);
                self.go_on_waiting(still_away);
            }
            Probed::NotSent { .. } => {
                let still_away = outage.note_silence(None);
                self.go_on_waiting(still_away);
            }
            // A token that is no longer good shows again with the row that is tried.
            Probed::Answered { .. } | Probed::Unauthorised { .. } | Probed::Throttled { .. } => {
                outage.try_one_row();
            }
        }
    }

    fn go_on_waiting(&mut self, still_away: StillAway) {
        let StillAway { since, next_try_in } = still_away;
        if since >= self.give_up_after {
            self.around
                .stop
                .stop(StopReason::ServerAway { away_for: since });
        } else {
            (self.around.on_event)(&Event::ServerAway { since, next_try_in });
        }
    }
}
