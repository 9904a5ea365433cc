//! Deciding a row in doubt by hand.

use rusqlite::Transaction;

use crate::ledger::apply::{set_created, set_failed};
use crate::ledger::entry::KnownRow;
use crate::ledger::history::RunId;
use crate::ledger::ledger_error::LedgerError;
use crate::ledger::store::{entries_of_row, owner_of_lead};
use crate::ledger::upkeep::Upkeep;
use crate::model::LeadId;

/// What somebody has found out about a row in doubt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Decision {
    /// The CRM has it under this id.
    Created(LeadId),
    /// The CRM does not have it.
    Absent,
}

/// What came of a decision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Settled {
    /// It is written down, for so many entries: one, unless the row was sent in and outside of a
    /// round.
    Done {
        /// How many.
        entries: u64,
    },
    /// Nothing was done: what became of the row is known.
    NotInDoubt(Box<KnownRow>),
    /// Nothing was done: another row was created as this lead.
    LeadOfAnother(Box<KnownRow>),
    /// Nothing was done: the run was not the last to send a row of this number.
    NoSuchRow,
}

impl Upkeep {
    /// Decides the row in doubt that run `run` has sent from row `row` of its file.
    ///
    /// A row that was created is never sent again; one that is absent is, by the next run that
    /// holds it.
    pub fn settle(
        &mut self,
        run: RunId,
        row: u64,
        decision: &Decision,
    ) -> Result<Settled, LedgerError> {
        self.in_transaction(|transaction| settle(transaction, run, row, decision))
    }
}

fn settle(
    transaction: &Transaction<'_>,
    run: RunId,
    row: u64,
    decision: &Decision,
) -> rusqlite::Result<Settled> {
    let mut entries = entries_of_row(transaction, run, row)?;
    let Some(first) = entries.first().cloned() else {
        return Ok(Settled::NoSuchRow);
    };
    entries.retain(|entry| entry.state.is_open());
    if entries.is_empty() {
        return Ok(Settled::NotInDoubt(Box::new(first)));
    }
    if let Decision::Created(lead_id) = decision
        && let Some(owner) = owner_of_lead(transaction, lead_id)?
    {
        return Ok(Settled::LeadOfAnother(Box::new(owner)));
    }
    for known in &entries {
        match decision {
            Decision::Created(lead_id) => set_created(transaction, known.entry, lead_id)?,
            Decision::Absent => set_failed(transaction, known.entry)?,
        }
    }
    let entries = entries.len() as u64;
    Ok(Settled::Done { entries })
}
