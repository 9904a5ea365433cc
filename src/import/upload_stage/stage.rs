//! Sends what is ready, as many at a time as may be, and decides what follows from each answer.
//!
//! One task owns all of it: rows waiting, attempts in flight, the token, pauses and outages. It
//! alternates between starting what may start and waiting for whatever comes first.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::{Receiver, Sender};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::api::LeadApi;
use crate::import::judge_stage::JudgedBatch;
use crate::import::plan::{OnUnknown, UploadSettings};
use crate::import::ready_row::ReadyRow;
use crate::import::reconcile::{KnownBefore, Reconciler};
use crate::import::row_spool::RowSpool;
use crate::import::stop::{StopLevel, StopReason, StopSwitch};
use crate::import::upload_stage::attempts::UnderWay;
use crate::import::upload_stage::contest::Contests;
use crate::import::upload_stage::forbidden::ForbiddenRows;
use crate::import::upload_stage::greeting::FirstWord;
use crate::import::upload_stage::journal::{CommitRequest, Committed, Journal};
use crate::import::upload_stage::looking_up::KeptQuestion;
use crate::import::upload_stage::other_files::{OtherFiles, Progress};
use crate::import::upload_stage::outage::Outage;
use crate::import::upload_stage::outbox::Outbox;
use crate::import::upload_stage::refusal_limit::RefusalLimit;
use crate::import::upload_stage::row_limit::RowLimit;
use crate::import::upload_stage::sign_in::SignIn;
use crate::import::upload_stage::silent_look_ups::SilentLookUps;
use crate::import::upload_stage::trial::Trial;
use crate::import::upload_stage::waiting_rows::WaitingRows;
use crate::ledger::{EntryId, LedgerReader, RunId};
use crate::model::{Event, LostAnswers, RowRecord};
use crate::pacing::{OutageWatch, Pace, Turn};

/// How long attempts in flight may take to land after a stop.
pub(super) const GRACE: Duration = Duration::from_secs(10);

/// Over a pause so long no row stays intended: were the run killed meanwhile, it would be in doubt
/// without ever having been sent.
const LONG_PAUSE: Duration = Duration::from_secs(1);

/// So many rows wait for their next attempt before nothing new is sent. Together with the rows
/// in flight this bounds the memory of the stage.
const ROWS_DELAYED: usize = 1024;

/// The channels and the switch that tie the stage to the others.
pub(in crate::import) struct Surroundings<'a> {
    pub(in crate::import) input: Receiver<JudgedBatch>,
    pub(in crate::import) output: Sender<Vec<RowRecord>>,
    pub(in crate::import) stop: &'a StopSwitch,
    pub(in crate::import) on_event: &'a (dyn Fn(&Event) + Send + Sync),
    /// Where groups go to be written down; `None` without a ledger.
    pub(in crate::import) ledger: Option<Sender<CommitRequest>>,
    /// The number of the ledger's next entry.
    pub(in crate::import) next_entry: EntryId,
    /// What rows of the file do to each other.
    pub(in crate::import) contests: Contests,
    /// The same ledger to look leads up in.
    pub(in crate::import) reader: Option<LedgerReader>,
    /// The run that is going on, and how it is called.
    pub(in crate::import) run: RunId,
    pub(in crate::import) run_name: Option<String>,
    /// Why rows in doubt cannot be looked up, if they cannot.
    pub(in crate::import) look_ups_off: Option<String>,
    /// A lead that was there before this run sent any.
    pub(in crate::import) lead_before: Option<KnownBefore>,
    /// No lead was created under the mapping yet.
    pub(in crate::import) is_on_trial: bool,
}

/// The stage that sends.
pub(in crate::import) struct UploadStage<'a, C> {
    pub(super) around: Surroundings<'a>,
    pub(super) stop_level: watch::Receiver<StopLevel>,
    pub(super) input_open: bool,
    pub(super) client: C,
    pub(super) sign_in: SignIn,
    pub(super) tries: u32,
    pub(super) give_up_after: Duration,
    pub(super) row_limit: RowLimit,
    pub(super) pace: Pace,
    told_rest_until: Option<Instant>,
    pub(super) waiting: WaitingRows,
    /// Rows that an earlier run has sent in vain: they go after the new ones.
    pub(super) after_new_ones: RowSpool<ReadyRow>,
    pub(super) journal: Journal,
    /// Rows whose intent is durable.
    pub(super) intended: VecDeque<ReadyRow>,
    pub(super) forbidden: ForbiddenRows,
    pub(super) under_way: UnderWay,
    pub(super) outbox: Outbox,
    /// When the run began.
    pub(super) began: Instant,
    pub(super) reconciler: Reconciler,
    pub(super) question: KeptQuestion,
    /// The newest entry of earlier runs.
    pub(super) before_this_run: EntryId,
    pub(super) other_files: OtherFiles,
    pub(super) settle: Duration,
    pub(super) on_unknown: OnUnknown,
    pub(super) idempotent_for: Option<Duration>,
    pub(super) lost_answers: LostAnswers,
    /// The lead that was created last.
    pub(super) newest_lead: Option<Arc<KnownBefore>>,
    pub(super) created_any: bool,
    pub(super) trial: Trial,
    pub(super) refusal_limit: RefusalLimit,
    pub(super) outage_watch: OutageWatch,
    pub(super) silent_look_ups: SilentLookUps,
    pub(super) outage: Option<Outage>,
    pub(super) grace_ends: Option<Instant>,
}

/// Whether another attempt may start.
pub(super) enum Gate {
    Open,
    ClosedUntil(Instant),
    Closed,
}

impl<'a, C: LeadApi> UploadStage<'a, C> {
    pub(in crate::import) fn new(
        settings: UploadSettings,
        client: C,
        mut around: Surroundings<'a>,
    ) -> Self {
        let off = match settings.on_unknown {
            OnUnknown::Hold => Some("`--on-unknown hold`".to_owned()),
            // Without a ledger nobody knows whose a lead is.
            _ if around.reader.is_none() => Some("nothing is remembered".to_owned()),
            OnUnknown::Reconcile | OnUnknown::Resend => around.look_ups_off.take(),
        };
        let trial = Trial::new(around.is_on_trial);
        let journal = Journal::new(around.ledger.take(), around.next_entry);
        Self {
            began: Instant::now(),
            reconciler: Reconciler::new(settings.settle, off),
            question: None,
            before_this_run: EntryId(around.next_entry.0 - 1),
            other_files: OtherFiles::default(),
            settle: settings.settle,
            on_unknown: settings.on_unknown,
            idempotent_for: settings.idempotent_for,
            lost_answers: LostAnswers::default(),
            newest_lead: None,
            stop_level: around.stop.subscribe(),
            around,
            input_open: true,
            client,
            sign_in: SignIn::new(settings.credentials),
            tries: settings.tries.get(),
            give_up_after: settings.give_up_after,
            row_limit: RowLimit::new(settings.limit),
            pace: Pace::new(settings.concurrency, settings.rate),
            told_rest_until: None,
            waiting: WaitingRows::default(),
            after_new_ones: RowSpool::default(),
            journal,
            intended: VecDeque::new(),
            forbidden: ForbiddenRows::default(),
            under_way: UnderWay::default(),
            outbox: Outbox::default(),
            created_any: false,
            trial,
            refusal_limit: RefusalLimit::new(settings.max_errors),
            outage_watch: OutageWatch::default(),
            silent_look_ups: SilentLookUps::default(),
            outage: None,
            grace_ends: None,
        }
    }

    /// Sends until every row has an outcome. Returns what became of lost answers.
    pub(in crate::import) async fn run(mut self, first_word: FirstWord) -> LostAnswers {
        let FirstWord { allowance, pause } = first_word;
        if let Some(pause) = self.pace.note_greeting(allowance, pause) {
            (self.around.on_event)(&Event::Paused { pause });
        }
        self.begin_with_what_the_ledger_knows();
        loop {
            self.waiting.wake_due();
            self.ask_again_for_token();
            let opens_at = self.start_what_may_start();
            self.intend_what_comes_next();
            self.commit();
            let looks_at = self.look_up_what_is_in_doubt();
            let mut lists_at = None;
            if self.has_nothing_left_to_do() {
                match self.look_at_other_files() {
                    Progress::Asked => {}
                    Progress::WaitsUntil(when) => lists_at = Some(when),
                    Progress::Over => {
                        self.decide_what_only_the_end_decides();
                        self.commit();
                        let is_over = self.reconciler.is_empty() && self.journal.is_idle();
                        if self.outbox.is_empty() && is_over {
                            break;
                        }
                    }
                }
            }
            let times = [opens_at, looks_at, lists_at];
            let opens_at = times.into_iter().flatten().min();
            self.tell_of_rest();
            self.wait(opens_at).await;
        }
        self.lost_answers
    }

    fn has_nothing_left_to_do(&self) -> bool {
        !self.input_open
            && self.waiting.is_empty()
            && self.intended.is_empty()
            && self.under_way.is_empty()
            && !self.waits_for_a_row_that_moves()
            && self.after_new_ones.is_empty()
            && self.journal.intending() == 0
            && self.reconciler.is_empty()
    }

    /// Whether a row waits for another one that will have its fate. One that is held itself, for want
    /// of a row that could tell, has none before the end.
    fn waits_for_a_row_that_moves(&self) -> bool {
        !self.around.contests.is_idle() && !self.forbidden.asks_for_a_probe()
    }

    fn commit(&mut self) {
        // Rows that have been intended keep the line busy until the next group is worth its commit.
        let is_urgent = self.intended.is_empty() || !self.around.stop.is_running();
        if let Some(committed) = self.journal.start_commit(is_urgent) {
            self.take_committed(committed);
        }
    }

    pub(super) fn take_committed(&mut self, committed: Committed) {
        self.tell_of_commit(&committed);
        self.outbox.extend(committed.records);
        let Some(error) = committed.failure else {
            self.intended.extend(committed.intended);
            return;
        };
        // No row is sent whose intent could not be recorded.
        self.around.stop.stop(StopReason::Ledger(error));
        for row in committed.intended {
            self.leave_pending(row);
        }
    }

    /// Starts attempts until something forbids it. Returns when the gate opens again by itself.
    ///
    /// After a stop nothing starts, and rows that came in are left pending at once: none may wait
    /// for a start that never comes.
    fn start_what_may_start(&mut self) -> Option<Instant> {
        if !self.around.stop.is_running() {
            self.leave_waiting_rows_pending();
            return None;
        }
        loop {
            if self.intended.is_empty() {
                return None;
            }
            match self.gate() {
                Gate::Open => {}
                Gate::ClosedUntil(when) => {
                    if when > Instant::now() + LONG_PAUSE {
                        self.take_back_intended_rows();
                    }
                    return Some(when);
                }
                Gate::Closed => return None,
            }
            let row = self.intended.pop_front()?;
            self.start(row);
        }
    }

    /// Tells that the server's limit is used up, once for each window. A pause that was demanded has been
    /// told when it began.
    fn tell_of_rest(&mut self) {
        let in_flight = self.under_way.in_flight();
        let Some(until) = self.pace.rests_until(in_flight) else {
            return;
        };
        let rest = until.saturating_duration_since(Instant::now());
        let is_news = self
            .told_rest_until
            .is_none_or(|told| until > told + LONG_PAUSE);
        if rest >= LONG_PAUSE && is_news && self.pace.is_used_up(in_flight) {
            self.told_rest_until = Some(until);
            (self.around.on_event)(&Event::LimitUsedUp { rest });
        }
    }

    pub(super) fn has_room(&self) -> bool {
        self.outbox.has_room_beside(self.journal.records()) && self.waiting.delayed() < ROWS_DELAYED
    }

    pub(super) fn gate(&mut self) -> Gate {
        let closed = self.under_way.in_flight() >= self.slots_here()
            || !self.has_room()
            || !self.around.stop.is_running();
        if closed {
            return Gate::Closed;
        }
        if let Some(closed) = self.token_gate() {
            return closed;
        }
        match self.pace.take_turn(self.under_way.in_flight()) {
            Turn::Now => Gate::Open,
            Turn::At(when) => Gate::ClosedUntil(when),
            Turn::AfterAnswer => Gate::Closed,
        }
    }

    /// How many attempts may be in flight.
    pub(super) fn slots_now(&self) -> usize {
        self.slots_here().min(self.pace.slots())
    }

    /// How many attempts may be in flight for the state that the run is in: none while the server is away,
    /// one while a single row is to show how things stand, a few on trial.
    fn slots_here(&self) -> usize {
        match &self.outage {
            Some(outage) => usize::from(outage.tries_one_row()),
            None if self.forbidden.asks_for_a_probe() => 1,
            None => self.trial.slots(),
        }
    }

    /// Whether no row may be made ready beside one in flight, as that one is to show how things stand or no second one
    /// will ever go beside it.
    pub(super) fn tries_one_row(&self) -> bool {
        self.slots_here() == 1 || self.pace.tries_one()
    }

    fn start(&mut self, mut row: ReadyRow) {
        row.attempts += 1;
        self.journal.pace.note_sent();
        let request = self.pace.send(self.under_way.in_flight());
        let facts = (request, self.now(), self.newest_lead.clone());
        self.under_way
            .start(row, facts, &self.client, self.sign_in.token());
    }
}
