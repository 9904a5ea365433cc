//! A row that is to be sent, on its way to the CRM.

use std::ops::{Deref, DerefMut};
use std::time::Duration;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::api::IdempotencyKey;
use crate::import::reconcile::{KnownBefore, Undecided, doubt_sentence};
use crate::ledger::{EntryId, EntryState, RowClaims, RowPrints};
use crate::model::{Cells, Digest, LeadId, Outcome, Problem, RowIdentity, RowRecord, Status};
use crate::pacing::BackOff;

/// A row to be sent, with what its earlier attempts came to.
///
/// A pointer, as it moves through a dozen queues on its way and is some 600 bytes long; see [`RowParts`] for
/// what it holds.
#[derive(Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct ReadyRow(Box<RowParts>);

/// What a [`ReadyRow`] holds.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct RowParts {
    pub(super) sequence: u64,
    pub(super) row_number: u64,
    /// Where it begins in a text file.
    pub(super) line: Option<u64>,
    pub(super) cells: Cells,
    pub(super) identity: RowIdentity,
    /// The request body, shared by all attempts.
    pub(super) body: Bytes,
    pub(super) warnings: Vec<Problem>,
    /// How the ledger is to know it; `None` where nothing is sent.
    pub(super) ledger: Option<LedgerSide>,
    /// What it shares with other rows of the file. Usually nothing.
    pub(super) contest: Contest,
    /// What an earlier run has left open, until that is settled.
    pub(super) open: Option<Box<OpenEntry>>,
    /// Attempts so far.
    pub(super) attempts: u32,
    /// Attempts that count against `--tries`.
    pub(super) tries_used: u32,
    /// Attempts that were answered with a complete 500.
    pub(super) faults: u32,
    /// An attempt had no clear answer, and the row was sent again before that was settled.
    pub(super) unsettled: Option<Box<EarlierAttempt>>,
    /// The row's own waits, once it needs one.
    #[serde(skip)]
    pub(super) back_off: Option<BackOff>,
}

/// What the ledger is told of a row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct LedgerSide {
    pub(super) claims: RowClaims,
    pub(super) prints: RowPrints,
    /// The entry that an earlier run has left, refused or failed.
    pub(super) earlier: Option<EarlierEntry>,
    /// The entry of this run, from the first intent on.
    pub(super) entry: Option<EntryId>,
    /// The `Idempotency-Key`.
    pub(super) request_key: Digest,
    /// A row that was created before the last intent, if any is known.
    pub(super) known_before: Option<EntryId>,
}

/// An entry that is sent again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct EarlierEntry {
    pub(super) entry: EntryId,
    pub(super) state: EntryState,
    /// The very lead that is sent again was refused.
    pub(super) was_refused_as_it_is: bool,
}

/// What bounds the lead of an attempt that had no clear answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct EarlierAttempt {
    /// A lead that was there before the row was first sent.
    pub(super) before: Option<KnownBefore>,
    /// When the row was first sent, since the run began.
    pub(super) sent: Duration,
}

/// An entry that an earlier run has left open, and what becomes of the row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct OpenEntry {
    /// The body that was sent.
    pub(super) body: Bytes,
    /// The CRM has said that it took the lead.
    pub(super) is_taken: bool,
    /// The `Idempotency-Key` that was sent, and since when it is in use, in milliseconds since 1970.
    pub(super) request_key: Digest,
    pub(super) key_since: Option<i64>,
    pub(super) known_before: Option<LeadId>,
    /// What has happened, and what commands call the row.
    pub(super) happened: Problem,
    pub(super) address: String,
    pub(super) when_found: WhenFound,
    /// What becomes of the row when its lead is proved to be absent; `None`: it is sent.
    pub(super) when_absent: Option<(Status, Vec<Problem>)>,
    /// The row's own body and key, while what was sent is sent once more.
    pub(super) set_aside: Option<(Bytes, Digest)>,
}

impl OpenEntry {
    /// What is said of the row while it stays open, for `why` once somebody has looked.
    pub(super) fn problem(&self, why: Option<&Undecided>) -> Problem {
        let Problem { code, sentence } = &self.happened;
        let address = Some(self.address.as_str());
        Problem::new(
            *code,
            doubt_sentence(sentence, why, Some(&self.body), address),
        )
    }
}

/// What becomes of a row whose lead an earlier run turns out to have created.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum WhenFound {
    /// It is there.
    AlreadyCreated,
    /// It is there, and says something else by now.
    Changed,
    /// The identity is that of another person.
    Conflict(Problem),
}

/// The identities and the key that other rows of the file may have too.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Contest {
    pub(super) identity: Option<Digest>,
    /// The identity by columns of a row that is known by its token.
    pub(super) columns: Option<Digest>,
    pub(super) key: Option<Digest>,
    /// What the mapping says of rows with one key.
    pub(super) key_rejects: bool,
    /// Those of identity and key whose owner, which an earlier run has left open, is yet to come.
    pub(super) awaited: [Option<Digest>; 2],
    /// What would be sent: equal bodies are never sent at the same time, so that one lead is never
    /// taken for another.
    pub(super) body: Option<Digest>,
}

impl Contest {
    /// What the row wants to have for itself for ever.
    pub(super) fn stakes(&self) -> impl Iterator<Item = Digest> + use<> {
        [self.identity, self.columns, self.key]
            .into_iter()
            .flatten()
    }

    /// What the row must have for itself until its fate is known.
    pub(super) fn queues(&self) -> impl Iterator<Item = Digest> + use<> {
        self.stakes().chain(self.body)
    }
}

impl From<RowParts> for ReadyRow {
    fn from(parts: RowParts) -> Self {
        Self(Box::new(parts))
    }
}

impl Deref for ReadyRow {
    type Target = RowParts;

    fn deref(&self) -> &RowParts {
        &self.0
    }
}

impl DerefMut for ReadyRow {
    fn deref_mut(&mut self) -> &mut RowParts {
        &mut self.0
    }
}

impl ReadyRow {
    /// Its entry in the ledger, of this run or an earlier one.
    pub(super) fn entry(&self) -> Option<EntryId> {
        let side = self.ledger.as_ref()?;
        side.entry.or(side.earlier.map(|earlier| earlier.entry))
    }

    /// Whether an earlier run has sent it in vain: such rows go after the new ones.
    pub(super) fn was_sent_before(&self) -> bool {
        self.ledger
            .as_ref()
            .is_some_and(|side| side.earlier.is_some())
    }

    /// Whether the server has refused the very lead in an earlier run.
    pub(super) fn was_refused_as_it_is(&self) -> bool {
        let side = self.ledger.as_ref();
        let earlier = side.and_then(|side| side.earlier);
        earlier.is_some_and(|earlier| earlier.was_refused_as_it_is)
    }

    /// Gives the row its fate. `problem` goes before the warnings, as it explains the status.
    pub(super) fn settle(
        self,
        status: Status,
        lead_id: Option<LeadId>,
        problem: Option<Problem>,
    ) -> RowRecord {
        let row = *self.0;
        let mut problems: Vec<Problem> = problem.into_iter().collect();
        problems.extend(row.warnings);
        let outcome = Outcome {
            status,
            lead_id,
            attempts: row.attempts,
            problems,
        };
        RowRecord {
            sequence: row.sequence,
            row_number: row.row_number,
            line: row.line,
            identity: row.identity,
            cells: row.cells,
            outcome,
        }
    }

    /// What the server may tell repeated attempts by.
    pub(super) fn idempotency_key(&self) -> IdempotencyKey {
        let without_ledger = || Digest::of("request", [self.identity.0.as_bytes(), &*self.body]);
        let key = self
            .ledger
            .as_ref()
            .map_or_else(without_ledger, |side| side.request_key);
        IdempotencyKey::from_bytes(*key.as_bytes())
    }

    /// The row stays unsent because the run stopped.
    pub(super) fn leave_pending(self) -> RowRecord {
        self.settle(Status::Pending, None, None)
    }
}

#[cfg(test)]
impl ReadyRow {
    /// A row that shares nothing with others, for tests of the stages.
    pub(super) fn of_test(sequence: u64) -> Self {
        let cells = sequence.to_string();
        let digest = crate::model::CellsDigest::of([cells.as_str()].into_iter());
        Self::from(RowParts {
            sequence,
            row_number: sequence + 2,
            line: None,
            cells: [cells.as_str()].into_iter().collect(),
            identity: RowIdentity::of_cells(digest, 0),
            body: Bytes::from(format!("{{\"last_name\":\"{sequence}\"}}")),
            warnings: Vec::new(),
            ledger: None,
            contest: Contest::default(),
            open: None,
            attempts: 0,
            tries_used: 0,
            faults: 0,
            unsettled: None,
            back_off: None,
        })
    }
}
