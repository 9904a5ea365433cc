//! What becomes of rows in doubt once it is known, or will not be.

use std::time::Duration;

use crate::api::LeadApi;
use crate::import::judge_stage::JudgeError;
use crate::import::judge_stage::wording::row_changed;
use crate::import::ready_row::{EarlierAttempt, OpenEntry, ReadyRow, WhenFound};
use crate::import::reconcile::{KnownBefore, Lost, OpenRow, Undecided, Verdict, doubt_sentence};
use crate::import::stop::StopReason;
use crate::import::upload_stage::contest::ContestedRow;
use crate::import::upload_stage::follow_up::{Fate, gave_up, refused};
use crate::import::upload_stage::stage::UploadStage;
use crate::ledger::{EntryState, Note, Settlement};
use crate::model::{Code, LeadId, Problem, Status};

/// A row is not sent again after so many complete 500s.
///
/// Source: the contract's table of answers.
const MOST_FAULTS: u32 = 2;

impl<C: LeadApi> UploadStage<'_, C> {
    pub(super) fn take_verdicts(&mut self, verdicts: Result<Vec<Verdict>, JudgeError>) {
        match verdicts {
            Ok(verdicts) => verdicts.into_iter().for_each(|v| self.take_verdict(v)),
            Err(error) => self.around.stop.stop(StopReason::CannotJudge(error)),
        }
    }

    pub(super) fn take_verdict(&mut self, verdict: Verdict) {
        match verdict {
            Verdict::Found(open, lead_id) => {
                self.lost_answers.found += 1;
                self.adopt(open.row, &open.lost, lead_id);
            }
            Verdict::Absent(open) => {
                self.lost_answers.absent += 1;
                self.go_on_without(open);
            }
            Verdict::InDoubt(open, why) => {
                self.lost_answers.open += 1;
                self.conclude_in_doubt(open, &why);
            }
        }
    }

    /// Nobody looks any more.
    pub(super) fn leave_in_doubt(&mut self, open: OpenRow) {
        let why = Undecided::NotLookedUp("the run was stopped".into());
        self.take_verdict(Verdict::InDoubt(open, why));
    }

    /// The CRM has the row's lead.
    fn adopt(&mut self, mut row: ReadyRow, lost: &Lost, lead_id: LeadId) {
        match row.open.take() {
            None => {
                let problem = Problem::new(
                    Code::ServerFound,
                    format!("{}, and the CRM has it", lost.what()),
                );
                self.conclude(row, Fate::Created(lead_id), Some(problem));
            }
            Some(open) => self.adopt_left_open(row, *open, lead_id),
        }
    }

    pub(super) fn adopt_left_open(&mut self, row: ReadyRow, open: OpenEntry, lead_id: LeadId) {
        let entry = row.entry();
        if let Some(entry) = entry {
            self.journal
                .settle(entry, Settlement::Found(lead_id.clone()));
        }
        let (status, lead_id, problem) = match open.when_found {
            WhenFound::AlreadyCreated => (Status::AlreadyCreated, Some(lead_id), None),
            WhenFound::Changed => {
                let content = row.ledger.as_ref().map(|side| side.prints.content);
                let changed = entry.zip(content);
                let note = changed.map(|(entry, content)| Note::Changed(entry, content));
                self.journal.add(note.into_iter().collect());
                (Status::AlreadyCreated, Some(lead_id), Some(row_changed()))
            }
            WhenFound::Conflict(problem) => (Status::Rejected, None, Some(problem)),
        };
        // Whatever its status, the row's lead is there.
        self.record(row, (status, Status::AlreadyCreated), lead_id, problem);
    }

    /// The CRM does not have the row's lead.
    fn go_on_without(&mut self, open: OpenRow) {
        let OpenRow { mut row, lost, .. } = open;
        if let Some(left_open) = row.open.take() {
            return self.go_on_with_left_open(row, *left_open);
        }
        match lost {
            Lost::Refusal { status, words } => {
                let problem = refused(status, &words);
                self.conclude(row, Fate::Refused, Some(problem));
            }
            lost if row.faults >= MOST_FAULTS || row.tries_used >= self.tries => {
                let problem = gave_up(&lost.what());
                self.conclude(row, Fate::Failed, Some(problem));
            }
            _ => {
                self.lost_answers.resent += 1;
                self.waiting.push_again(row);
            }
        }
    }

    /// The user accepts that the CRM may have the row's lead.
    pub(super) fn go_on_without_looking(&mut self, mut row: ReadyRow) {
        if let Some(open) = row.open.take() {
            self.go_on_with_left_open(row, *open);
        }
    }

    /// Sends what an earlier run has sent, with its key: the CRM answers what it answered then.
    pub(super) fn send_once_more(&mut self, mut row: ReadyRow) {
        let parts = &mut *row;
        let (Some(open), Some(side)) = (&mut parts.open, &mut parts.ledger) else {
            return;
        };
        let body = std::mem::replace(&mut parts.body, open.body.clone());
        let key = std::mem::replace(&mut side.request_key, open.request_key);
        open.set_aside = Some((body, key));
        let before = open.known_before.clone().map(KnownBefore::of_earlier_run);
        let sent = Duration::ZERO;
        row.unsettled = Some(Box::new(EarlierAttempt { before, sent }));
        self.waiting.push_again(row);
    }

    fn go_on_with_left_open(&mut self, mut row: ReadyRow, open: OpenEntry) {
        if let Some(entry) = row.entry() {
            self.journal.settle(entry, Settlement::Absent);
        }
        let parts = &mut *row;
        if let Some(side) = &mut parts.ledger {
            side.entry = None;
            side.earlier = side
                .earlier
                .filter(|earlier| earlier.state == EntryState::Refused);
            if let Some((body, key)) = open.set_aside {
                parts.body = body;
                side.request_key = key;
            }
        }
        row.unsettled = None;
        match open.when_absent {
            None => {
                self.lost_answers.resent += 1;
                row.tries_used = 0;
                self.waiting.push_admitted(row);
            }
            Some((status, problems)) => {
                row.warnings = problems;
                self.record(row, (status, status), None, None);
            }
        }
    }

    fn conclude_in_doubt(&mut self, open: OpenRow, why: &Undecided) {
        let address = self
            .around
            .run_name
            .as_ref()
            .map(|run| format!("{run}:{}", open.row.row_number));
        let OpenRow { mut row, lost, .. } = open;
        let Some(left_open) = row.open.take() else {
            let sentence = doubt_sentence(
                &lost.what_is_open(),
                Some(why),
                Some(&row.body),
                address.as_deref(),
            );
            let problem = Problem::new(lost.code(), sentence);
            let fate = if lost.is_taken() {
                Fate::Taken
            } else {
                Fate::Unknown(problem.code)
            };
            return self.conclude(row, fate, Some(problem));
        };
        if let Some(entry) = row.entry().filter(|_| row.attempts > 0) {
            let doubt = Settlement::Unknown(left_open.happened.code);
            self.journal.settle(entry, doubt);
        }
        let problem = left_open.problem(Some(why));
        self.record(row, (Status::InDoubt, Status::InDoubt), None, Some(problem));
    }

    /// Writes a row down that the ledger knew before: as the first status, and for those that share
    /// something with it as the second.
    fn record(
        &mut self,
        row: ReadyRow,
        (status, for_others): (Status, Status),
        lead_id: Option<LeadId>,
        problem: Option<Problem>,
    ) {
        let (contested, entry) = (ContestedRow::of(&row), row.entry());
        self.journal
            .keep_of(entry, row.settle(status, lead_id, problem));
        self.release(&contested, for_others);
    }
}
