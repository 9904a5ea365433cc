//! What is to be written into the ledger, and the rows and records that wait for it.
//!
//! One commit is under way at a time. What comes in meanwhile makes up the next: the outcomes of
//! the last group and the intents of the next share one write to the disk.

use std::sync::Arc;
use std::time::Duration;

use tokio::sync::mpsc::Sender;
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::import::ready_row::ReadyRow;
use crate::import::upload_stage::intent_pace::{COMMIT_INTERVAL, IntentPace};
use crate::ledger::{EntryId, Group, Intent, KnownRow, LedgerError, Merged, Note, Settlement};
use crate::model::{Code, LeadId, Problem, RowRecord};

/// A group on its way to the ledger's writer, and where the answer goes.
pub(in crate::import) type CommitRequest = (Group, oneshot::Sender<CommitAnswer>);

/// What the ledger's writer says of a group: the rows that were given the lead of another one.
pub(in crate::import) type CommitAnswer = Result<Vec<Merged>, FailedCommit>;

/// A group that could not be written; nothing of it was.
#[derive(Debug)]
pub(in crate::import) struct FailedCommit {
    pub(in crate::import) error: LedgerError,
    pub(in crate::import) group: Group,
}

/// So often a group is tried: once more after the reserve has been given up.
const TRIES: u32 = 2;

/// So many notes do not wait for more.
const NOTES_WORTH_A_COMMIT: usize = 512;

/// What belongs to one commit.
#[derive(Debug, Default)]
struct Draft {
    notes: Group,
    /// To be written down once the notes are durable, with their entries.
    records: Vec<(Option<EntryId>, RowRecord)>,
    /// May be sent once the notes are durable.
    intended: Vec<ReadyRow>,
}

impl Draft {
    fn is_empty(&self) -> bool {
        self.notes.is_empty() && self.records.is_empty() && self.intended.is_empty()
    }
}

#[derive(Debug)]
struct UnderWay {
    draft: Draft,
    began: Instant,
    done: oneshot::Receiver<CommitAnswer>,
}

/// What a commit has set free.
#[derive(Debug, Default)]
pub(super) struct Committed {
    /// May be sent now.
    pub(super) intended: Vec<ReadyRow>,
    /// May be written down now.
    pub(super) records: Vec<RowRecord>,
    /// The group was not written: rows that were to be sent must not be.
    pub(super) failure: Option<LedgerError>,
    /// How long it took; nothing where nothing had to be written.
    pub(super) took: Duration,
}

/// Collects notes into groups. Without a ledger everything counts as written at once.
#[derive(Debug)]
pub(super) struct Journal {
    /// `None` where there is no ledger, or none any more.
    line: Option<Sender<CommitRequest>>,
    next_entry: i64,
    /// The row that was created last.
    last_created: Option<EntryId>,
    draft: Draft,
    under_way: Option<UnderWay>,
    /// When the last commit began.
    last_began: Option<Instant>,
    failures: u32,
    /// The ledger is lost: what happens from now on is not remembered.
    is_broken: bool,
    pub(super) pace: IntentPace,
}

impl Journal {
    /// New entries are numbered from `next_entry` on.
    pub(super) fn new(line: Option<Sender<CommitRequest>>, next_entry: EntryId) -> Self {
        Self {
            line,
            next_entry: next_entry.0,
            last_created: None,
            draft: Draft::default(),
            under_way: None,
            last_began: None,
            failures: 0,
            is_broken: false,
            pace: IntentPace::new(),
        }
    }

    /// The newest entry of all: later ones are of rows that were not sent yet.
    pub(super) fn newest_entry(&self) -> EntryId {
        EntryId(self.next_entry - 1)
    }

    /// A row that an earlier run has created last.
    pub(super) fn set_last_created(&mut self, entry: Option<EntryId>) {
        self.last_created = entry;
    }

    /// The row that has this lead, as long as that is not durable.
    pub(super) fn owner_of(&self, lead: &LeadId) -> Option<EntryId> {
        let under_way = self.under_way.as_ref().map(|commit| &commit.draft);
        let drafts = std::iter::once(&self.draft).chain(under_way);
        let mut records = drafts.flat_map(|draft| &draft.records);
        let owner = records.find(|(_, record)| record.outcome.lead_id.as_ref() == Some(lead));
        // Without an entry nobody owns anything, but it is not free either.
        owner.map(|(entry, _)| entry.unwrap_or(EntryId(0)))
    }

    /// Whether nothing waits for the ledger.
    pub(super) fn is_idle(&self) -> bool {
        self.draft.is_empty() && self.under_way.is_none()
    }

    /// How many rows wait to be intended.
    pub(super) fn intending(&self) -> usize {
        let under_way = self.under_way.as_ref();
        self.draft.intended.len() + under_way.map_or(0, |commit| commit.draft.intended.len())
    }

    /// How many records wait for the ledger.
    pub(super) fn records(&self) -> usize {
        let under_way = self.under_way.as_ref();
        self.draft.records.len() + under_way.map_or(0, |commit| commit.draft.records.len())
    }

    /// The row is to be sent, once that is written down.
    pub(super) fn intend(&mut self, mut row: ReadyRow) {
        let known_entry = row.entry();
        let parts = &mut *row;
        if let Some(side) = &mut parts.ledger {
            let entry = known_entry.unwrap_or_else(|| {
                self.next_entry += 1;
                EntryId(self.next_entry - 1)
            });
            side.entry = Some(entry);
            side.known_before = self.last_created;
            self.draft.notes.push(Note::Intend(Arc::new(Intent {
                entry,
                row: parts.row_number,
                claims: side.claims,
                prints: side.prints,
                body: parts.body.clone(),
                request_key: side.request_key,
                known_before: side.known_before,
            })));
        }
        self.draft.intended.push(row);
    }

    /// The row was surely not taken: it is as if it had not been intended.
    pub(super) fn withdraw(&mut self, row: &ReadyRow) {
        if let Some(side) = &row.ledger
            && let Some(entry) = side.entry
        {
            self.draft.notes.push(Note::Withdraw {
                entry,
                before: side.earlier.map(|earlier| earlier.state),
                claims: side.claims,
            });
        }
    }

    /// It is known what became of the entry.
    pub(super) fn settle(&mut self, entry: EntryId, settlement: Settlement) {
        if matches!(settlement, Settlement::Created(..)) {
            self.last_created = Some(entry);
        }
        self.draft.notes.push(Note::Settle(entry, settlement));
    }

    /// Something to write down that no record waits for.
    pub(super) fn add(&mut self, notes: Group) {
        self.draft.notes.extend(notes);
    }

    /// Keeps a record until everything noted so far is durable.
    pub(super) fn keep(&mut self, record: RowRecord) {
        self.draft.records.push((None, record));
    }

    /// Keeps the record of a row with an entry until everything noted so far is durable.
    pub(super) fn keep_of(&mut self, entry: Option<EntryId>, record: RowRecord) {
        self.draft.records.push((entry, record));
    }

    /// When the next commit is to begin, if anything waits for it: larger groups cost each row less.
    pub(super) fn next_commit(&self) -> Option<Instant> {
        let waits = self.under_way.is_none() && !self.draft.is_empty();
        let last = self.last_began.filter(|_| waits)?;
        Some(last + COMMIT_INTERVAL)
    }

    /// Sends what waits to the ledger, unless a commit is under way or could do with company;
    /// `is_urgent`: nothing else can go on meanwhile. What is returned is free at once, because nothing
    /// has to be written for it.
    pub(super) fn start_commit(&mut self, is_urgent: bool) -> Option<Committed> {
        if self.under_way.is_some() || self.draft.is_empty() {
            return None;
        }
        let is_due = self.next_commit().is_none_or(|due| due <= Instant::now());
        if !is_urgent && !is_due && self.draft.notes.len() < NOTES_WORTH_A_COMMIT {
            return None;
        }
        let mut draft = std::mem::take(&mut self.draft);
        let group = std::mem::take(&mut draft.notes);
        let Some(line) = self.line.as_ref().filter(|_| !group.is_empty()) else {
            return Some(self.free(draft, &[]));
        };
        let (answer, done) = oneshot::channel();
        // The writer takes one group after the other and only one is under way, so there is room
        // unless it has ended, which its answer shows.
        let _ = line.try_send((group, answer));
        let began = Instant::now();
        self.last_began = Some(began);
        self.under_way = Some(UnderWay { draft, began, done });
        None
    }

    /// Waits for the commit that is under way; for ever when there is none.
    ///
    /// Loses nothing when dropped half-way.
    pub(super) async fn committed(&mut self) -> Committed {
        let Some(under_way) = &mut self.under_way else {
            return std::future::pending().await;
        };
        let answer = (&mut under_way.done).await;
        let UnderWay { draft, began, .. } = self
            .under_way
            .take()
            .expect("the commit that has just been answered");
        let took = began.elapsed();
        self.pace.note_commit(took);
        let committed = match answer {
            Ok(Ok(merged)) => self.free(draft, &merged),
            Ok(Err(failed)) => self.note_failure(draft, failed),
            // The writer has panicked, which its join reports.
            Err(_) => {
                self.line = None;
                self.is_broken = true;
                self.free(draft, &[])
            }
        };
        Committed { took, ..committed }
    }

    fn free(&self, draft: Draft, merged: &[Merged]) -> Committed {
        let mut records = draft.records;
        for (entry, record) in &mut records {
            if self.is_broken {
                record.outcome.problems.push(not_recorded());
            }
            let is_merged = |merged: &&Merged| Some(merged.entry) == *entry;
            if let Some(merged) = merged.iter().find(is_merged) {
                record
                    .outcome
                    .problems
                    .insert(0, has_lead_of(&merged.owner));
            }
        }
        Committed {
            intended: draft.intended,
            records: records.into_iter().map(|(_, record)| record).collect(),
            failure: None,
            took: Duration::ZERO,
        }
    }

    /// Tries the outcomes once more without the intents, and then gives the ledger up.
    fn note_failure(&mut self, draft: Draft, failed: FailedCommit) -> Committed {
        let FailedCommit { error, group } = failed;
        self.failures += 1;
        let mut notes: Group = group;
        notes.retain(|note| !matches!(note, Note::Intend(_)));
        notes.append(&mut self.draft.notes);
        let mut records = draft.records;
        records.append(&mut self.draft.records);
        self.draft.notes = notes;
        self.draft.records = records;
        if self.failures >= TRIES {
            self.line = None;
            self.is_broken = true;
        }
        Committed {
            intended: draft.intended,
            records: Vec::new(),
            failure: Some(error),
            took: Duration::ZERO,
        }
    }
}

fn has_lead_of(owner: &KnownRow) -> Problem {
    let sentence = format!(
        "the CRM answered with a lead that it had answered row {} with before: it merges leads",
        owner.row
    );
    Problem::new(Code::ServerMerged, sentence)
}

fn not_recorded() -> Problem {
    Problem::new(
        Code::LedgerNotRecorded,
        "the ledger could not write this down, so the next run finds the row in doubt",
    )
}
