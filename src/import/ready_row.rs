//! A row that is to be sent, on its way to the CRM.

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use crate::api::IdempotencyKey;
use crate::ledger::{EntryId, EntryState, RowClaims, RowPrints};
use crate::model::{Cells, Digest, LeadId, Outcome, Problem, RowIdentity, RowRecord, Status};
use crate::pacing::BackOff;

/// A row to be sent, with what its earlier attempts came to.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct ReadyRow {
    pub(super) sequence: u64,
    pub(super) row_number: u64,
    pub(super) cells: Cells,
    pub(super) identity: RowIdentity,
    /// The request body, shared by all attempts.
    pub(super) body: Bytes,
    pub(super) warnings: Vec<Problem>,
    /// How the ledger is to know it; `None` where nothing is sent.
    pub(super) ledger: Option<LedgerSide>,
    /// What it shares with other rows of the file. Usually nothing.
    pub(super) contest: Contest,
    /// Attempts so far.
    pub(super) attempts: u32,
    /// Attempts that count against `--tries`.
    pub(super) tries_used: u32,
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
}

impl Contest {
    /// What the row wants to have for itself.
    pub(super) fn stakes(&self) -> impl Iterator<Item = Digest> + use<> {
        [self.identity, self.columns, self.key]
            .into_iter()
            .flatten()
    }
}

impl ReadyRow {
    /// Whether an earlier run has sent it in vain: such rows go after the new ones.
    pub(super) fn was_sent_before(&self) -> bool {
        self.ledger
            .as_ref()
            .is_some_and(|side| side.earlier.is_some())
    }

    /// Gives the row its fate. `problem` goes before the warnings, as it explains the status.
    pub(super) fn settle(
        self,
        status: Status,
        lead_id: Option<LeadId>,
        problem: Option<Problem>,
    ) -> RowRecord {
        let mut problems: Vec<Problem> = problem.into_iter().collect();
        problems.extend(self.warnings);
        let outcome = Outcome {
            status,
            lead_id,
            attempts: self.attempts,
            problems,
        };
        RowRecord {
            sequence: self.sequence,
            row_number: self.row_number,
            identity: self.identity,
            cells: self.cells,
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
        Self {
            sequence,
            row_number: sequence + 2,
            cells: [cells.as_str()].into_iter().collect(),
            identity: RowIdentity::of_cells(digest, 0),
            body: Bytes::from(format!("{{\"last_name\":\"{sequence}\"}}")),
            warnings: Vec::new(),
            ledger: None,
            contest: Contest::default(),
            attempts: 0,
            tries_used: 0,
            back_off: None,
        }
    }
}
