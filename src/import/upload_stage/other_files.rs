//! Rows of other files that earlier runs have left open: once this file is done, one listing looks
//! for all of their leads. Only the ledger learns what is found; a row is sent by a run whose file
//! holds it.

use std::collections::HashSet;
use std::time::Duration;

use tokio::time::Instant;

use crate::api::{LeadApi, LeadPage, LookUpFailure};
use crate::import::judge_stage::JudgeError;
use crate::import::reconcile::{
    Find, Known, KnownBefore, Listing, Question, Reply, Walk, Wanted, earliest_before,
};
use crate::import::stop::StopReason;
use crate::import::upload_stage::stage::{Gate, UploadStage};
use crate::ledger::{EntryId, Note, Settlement, Unsettled};

/// Requests of the listing, at most.
///
/// Source: the contract's rule for rows of other files.
const MOST_REQUESTS: u32 = 20;

/// So many rows are looked for in a run.
const ROWS_LISTED: usize = 4096;

/// The ticket under which pages of this listing are asked for.
pub(super) const OTHER_FILES: u64 = u64::MAX;

/// Rows of other files in doubt.
#[derive(Debug, Default)]
pub(super) struct OtherFiles {
    /// Rows in doubt that this file holds.
    in_this_file: HashSet<EntryId>,
    phase: Phase,
}

#[derive(Debug, Default)]
enum Phase {
    #[default]
    Due,
    Listing(Box<Pass>),
    Over,
}

#[derive(Debug)]
struct Pass {
    listing: Listing,
    rows: Vec<Unsettled>,
    /// When it began, since the run did.
    began: Duration,
}

/// How far it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// A page was asked for.
    Asked,
    /// A page is to be asked for then.
    WaitsUntil(Instant),
    /// Nothing more is to be done.
    Over,
}

impl OtherFiles {
    /// The file holds the row of this entry.
    pub(super) fn note_in_this_file(&mut self, entry: EntryId) {
        self.in_this_file.insert(entry);
    }
}

impl<C: LeadApi> UploadStage<'_, C> {
    /// Goes on with the listing, now that nothing else is to be done.
    pub(super) fn look_at_other_files(&mut self) -> Progress {
        if !self.around.stop.is_running() {
            self.other_files.phase = Phase::Over;
        }
        if matches!(self.other_files.phase, Phase::Due)
            && let Err(error) = self.begin_other_files()
        {
            self.around.stop.stop(StopReason::CannotJudge(error));
            self.other_files.phase = Phase::Over;
        }
        let Phase::Listing(pass) = &self.other_files.phase else {
            return Progress::Over;
        };
        let page = pass.listing.page();
        match self.gate() {
            Gate::Open => {}
            Gate::ClosedUntil(when) => return Progress::WaitsUntil(when),
            Gate::Closed => {
                self.other_files.phase = Phase::Over;
                return Progress::Over;
            }
        }
        let request = self.pace.send(self.under_way.in_flight());
        let (question, token) = (Question::List { page }, self.sign_in.token());
        self.under_way
            .look_up(request, (OTHER_FILES, question), &self.client, token);
        Progress::Asked
    }

    fn begin_other_files(&mut self) -> Result<(), JudgeError> {
        self.other_files.phase = Phase::Over;
        let (Some(reader), true) = (&self.around.reader, self.reconciler.is_on()) else {
            return Ok(());
        };
        let mut rows = reader.unsettled_before(self.around.run, ROWS_LISTED)?;
        rows.retain(|row| !self.other_files.in_this_file.contains(&row.entry));
        if rows.is_empty() {
            return Ok(());
        }
        let before = |row: &Unsettled| row.known_before.clone().map(KnownBefore::of_earlier_run);
        let wanted: Vec<Wanted> = rows
            .iter()
            .map(|row| Wanted {
                body: row.body.clone().unwrap_or_default(),
                before: before(row),
            })
            .collect();
        let earliest = earliest_before(wanted.iter().map(|wanted| wanted.before.as_ref()));
        let since = self.with_book(|_, book| book.since(earliest))?;
        self.other_files.phase = Phase::Listing(Box::new(Pass {
            listing: Listing::new(wanted, since, MOST_REQUESTS),
            rows,
            began: self.now(),
        }));
        Ok(())
    }

    pub(super) fn take_page_for_other_files(&mut self, answer: Result<Reply, LookUpFailure>) {
        match answer {
            Ok(Reply::Page(page)) => {
                if let Err(error) = self.go_on_with_other_files(&page) {
                    self.around.stop.stop(StopReason::CannotJudge(error));
                }
            }
            // The same page is asked for again.
            Err(LookUpFailure::Throttled { .. }) => {}
            // Another run will look again.
            Ok(Reply::Lead(_)) | Err(_) => self.end_other_files(false),
        }
    }

    fn go_on_with_other_files(&mut self, page: &LeadPage) -> Result<(), JudgeError> {
        let Phase::Listing(mut pass) = std::mem::take(&mut self.other_files.phase) else {
            self.other_files.phase = Phase::Over;
            return Ok(());
        };
        let walk = self.with_book(|_, book| pass.listing.take_page(page, book))?;
        self.other_files.phase = Phase::Listing(pass);
        if let Walk::Over { is_proved } = walk {
            self.end_other_files(is_proved);
        }
        Ok(())
    }

    fn end_other_files(&mut self, is_proved: bool) {
        let phase = std::mem::replace(&mut self.other_files.phase, Phase::Over);
        let Phase::Listing(pass) = phase else {
            return;
        };
        let Pass {
            listing,
            rows,
            began,
        } = *pass;
        // Their attempts have ended, at the latest, when this run took the ledger.
        let counts = is_proved && began >= self.settle;
        let would_know = |row: &Unsettled| {
            let body = row.body.as_deref();
            body.is_some_and(|body| listing.would_know(body))
        };
        let known: Vec<bool> = rows.iter().map(would_know).collect();
        let rows = rows.into_iter().zip(known);
        for ((row, would_be_known), find) in rows.zip(listing.into_finds()) {
            let note = match find {
                Some(Find::Found(id)) => Note::Settle(row.entry, Settlement::Found(id)),
                None if counts && would_be_known && !row.is_taken => {
                    Note::Settle(row.entry, Settlement::Absent)
                }
                _ => Note::LookedInVain(row.entry),
            };
            self.lost_answers.elsewhere += u64::from(matches!(note, Note::Settle(..)));
            self.journal.add(vec![note]);
        }
    }
}
