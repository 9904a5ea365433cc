//! Rows that an earlier run has left open: what is to be looked up for them, and what becomes of them
//! when their lead is found.

use crate::import::judge_stage::decision::{Fate, OpenSide};
use crate::import::judge_stage::judge::Judge;
use crate::import::judge_stage::judge_error::JudgeError;
use crate::import::judge_stage::subject::{Standing, Subject};
use crate::import::judge_stage::wording;
use crate::import::ready_row::{OpenEntry, WhenFound};
use crate::import::reconcile::doubt_sentence;
use crate::ledger::{EntryState, KnownRow};
use crate::model::{Problem, Status};

impl Judge<'_> {
    /// A row that may be in the CRM already must be looked up before anything else is asked of it; from
    /// here on it is judged as if its lead were absent. `None`: another row is in doubt, and this one
    /// goes behind it.
    pub(super) fn left_open(
        &self,
        row: &mut Subject<'_>,
        known: &KnownRow,
    ) -> Result<Option<OpenSide>, JudgeError> {
        if let Standing::Other(owner) = self.standing(row, known)? {
            row.found = None;
            row.awaits_owner = owner.is_none();
            return Ok(None);
        }
        self.note_owner_of_key(row)?;
        let run = self.run_name(known)?;
        let happened = wording::left_open(known, run.as_deref(), self.doubt_of(known)?);
        let address = wording::address_of(known, run.as_deref());
        let sent = match &self.known {
            Some(ledger) => ledger.reader().unsettled(known.entry)?,
            None => None,
        };
        let Some((sent, body)) = sent.and_then(|sent| Some((sent.clone(), sent.body?))) else {
            let sentence = doubt_sentence(&happened.sentence, None, None, Some(&address));
            let problem = Problem::new(happened.code, sentence);
            let fate = Fate::because(Status::InDoubt, problem);
            return Ok(Some(OpenSide::Lost(fate)));
        };
        let when_found = if row.is_in_conflict_with(known) {
            WhenFound::Conflict(wording::identity_conflict(known, run.as_deref()))
        } else if row
            .prints
            .is_some_and(|prints| prints.content != known.prints.content)
        {
            WhenFound::Changed
        } else {
            WhenFound::AlreadyCreated
        };
        if let Some(found) = &mut row.found {
            // So far only a refusal would be remembered.
            found.row.state = if known.refusals > 0 {
                EntryState::Refused
            } else {
                EntryState::Failed
            };
        }
        Ok(Some(OpenSide::Sent(Box::new(OpenEntry {
            body,
            is_taken: sent.is_taken,
            request_key: sent.request_key,
            key_since: sent.key_since,
            known_before: sent.known_before,
            happened,
            address,
            when_found,
            when_absent: None,
            set_aside: None,
        }))))
    }
}
