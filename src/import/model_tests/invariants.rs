//! What must hold after each run, and at the end.

use std::collections::{HashMap, HashSet};

use crate::mapping::{DuplicateScope, OnDuplicate};
use crate::model::{Code, LeadId, Problem, RowRecord, Status};

use super::process::{Ended, Remains};
use super::rows::{ModelRow, Worth};
use super::scenario::Scenario;
use super::simulated_crm::World;
use super::witness::has_code;

/// Every row that was read has one record, unless the process died; and rows are left unsent only
/// when a run was stopped.
pub(super) fn check_books(remains: &Remains) {
    let mut sequences: Vec<u64> = remains.records.iter().map(|r| r.sequence).collect();
    sequences.sort_unstable();
    let once: HashSet<u64> = sequences.iter().copied().collect();
    assert_eq!(once.len(), sequences.len(), "a row has two records");
    if remains.ended == Ended::Killed {
        return;
    }
    let read: Vec<u64> = (0..remains.rows_read).collect();
    assert_eq!(sequences, read, "rows read are rows recorded");
    if remains.ended == Ended::Finished {
        let mut records = remains.records.iter();
        let is_pending = |r: &RowRecord| r.outcome.status == Status::Pending;
        assert!(!records.any(is_pending), "nothing stopped the run");
    }
}

/// The last results beside the file and the CRM.
pub(super) struct LastResults<'a> {
    scenario: &'a Scenario,
    /// Rows of all versions of the file.
    all_rows: &'a [ModelRow],
    world: &'a World,
    /// In the order of the file.
    records: Vec<&'a RowRecord>,
}

impl<'a> LastResults<'a> {
    pub(super) fn new(
        scenario: &'a Scenario,
        all_rows: &'a [ModelRow],
        world: &'a World,
        remains: &'a Remains,
    ) -> Self {
        let mut records: Vec<&RowRecord> = remains.records.iter().collect();
        records.sort_by_key(|record| record.sequence);
        assert_eq!(records.len(), scenario.rows.len(), "every row has a record");
        Self {
            scenario,
            all_rows,
            world,
            records,
        }
    }

    pub(super) fn check(&self) {
        for (row, record) in self.rows() {
            self.check_status(row, record);
        }
        let leads = self.world.leads_by_surname();
        self.check_leads_of_rows_in_file(&leads);
        self.check_leads_of_removed_rows(&leads);
    }

    fn rows(&self) -> impl Iterator<Item = (&'a ModelRow, &'a RowRecord)> {
        let records = self.records.iter().copied();
        self.scenario.rows.iter().zip(records)
    }

    fn check_status(&self, row: &ModelRow, record: &RowRecord) {
        let status = record.outcome.status;
        let is_key_duplicate = has_code(record, Code::DuplicateKey)
            && self.scenario.duplicates.map(|(_, action)| action) != Some(OnDuplicate::Send);
        let is_right = match (status, row.worth(self.scenario.identity)) {
            (Status::InDoubt, _) if has_code(record, Code::DuplicateOwnerOpen) => {
                self.has_owner(row, |status| status == Status::InDoubt) || self.may_have_traded()
            }
            (Status::Filtered, worth) => worth == Worth::Filtered,
            (Status::Duplicate | Status::Rejected, Worth::Good) if is_key_duplicate => {
                self.has_owner(row, is_in_crm)
            }
            // A changed row has not the cells any more by which it would be told from this one.
            (Status::Rejected, Worth::Good) if has_code(record, Code::IdentityConflict) => {
                self.has_owner(row, |_| true)
            }
            (Status::Duplicate, Worth::Good) => {
                // Where the owner conflicts with what was created, the file may have neither.
                has_code(record, Code::DuplicateIdentity)
                    && self.has_owner(row, |status| {
                        is_in_crm(status) || status == Status::Rejected
                    })
            }
            (Status::Rejected, Worth::Rejected)
            | (Status::Created | Status::AlreadyCreated | Status::InDoubt, Worth::Good) => true,
            (Status::Refused, Worth::Good) => self.world.faults.refuses(&row.surname),
            // A calm server lets no row fail.
            _ => false,
        };
        assert!(is_right, "{row:?} is {:?}", record.outcome);
    }

    /// Whether rivals of which one was refused may have had one entry, one after the other: it is found
    /// by the keys of both while the one of them that has it is in doubt.
    fn may_have_traded(&self) -> bool {
        let within = self.scenario.duplicates.map(|(scope, _)| scope);
        let mut rows = self.scenario.rows.iter();
        within == Some(DuplicateScope::Ledger)
            && rows.any(|row| self.world.faults.refuses(&row.surname))
    }

    /// Whether a row with such a fate shares identity or key with this one.
    fn has_owner(&self, row: &ModelRow, has_fate: impl Fn(Status) -> bool) -> bool {
        let identity = self.scenario.identity;
        let is_like = |other: &ModelRow| {
            let same_identity = row.identity(identity).is_some()
                && row.identity(identity) == other.identity(identity);
            same_identity || row.key().is_some() && row.key() == other.key()
        };
        let in_file = self.rows().any(|(other, record)| {
            !std::ptr::eq(other, row) && is_like(other) && has_fate(record.outcome.status)
        });
        let within = self.scenario.duplicates.map(|(scope, _)| scope);
        let is_gone = |other: &&ModelRow| !self.scenario.rows.contains(other);
        in_file
            || within == Some(DuplicateScope::Ledger)
                && self.all_rows.iter().filter(is_gone).any(is_like)
    }

    /// No lead twice, none lost: the CRM has a lead for each row that is said to be there, and at
    /// most one for each that may be.
    fn check_leads_of_rows_in_file(&self, leads: &HashMap<String, Vec<LeadId>>) {
        for (surname, records) in self.records_by_surname() {
            let ids: Vec<&LeadId> = records
                .iter()
                .filter(|record| is_in_crm(record.outcome.status))
                .map(|record| record.outcome.lead_id.as_ref().expect("an id"))
                .collect();
            let told: HashSet<&LeadId> = ids.iter().copied().collect();
            assert_eq!(told.len(), ids.len(), "{surname}: one id for two rows");
            let none = Vec::new();
            let stored = leads.get(surname).unwrap_or(&none);
            for id in &ids {
                assert!(stored.contains(id), "{surname}: no lead {id}");
            }
            for id in self.world.witness.created(surname) {
                assert!(told.contains(id), "{surname}: lead {id} is forgotten");
            }
            let doubtful = records.iter().filter(|record| is_doubtful(record)).count();
            let most = self.world.witness.doubtful(surname) as usize;
            assert!(doubtful <= most, "{surname}: in doubt without a reason");
            assert!(
                stored.len() <= ids.len() + doubtful,
                "{surname}: {} leads for {} rows that are there and {doubtful} that may be",
                stored.len(),
                ids.len()
            );
        }
    }

    fn records_by_surname(&self) -> HashMap<&str, Vec<&RowRecord>> {
        let mut records: HashMap<&str, Vec<&RowRecord>> = HashMap::new();
        for (row, record) in self.rows() {
            records.entry(&row.surname).or_default().push(record);
        }
        records
    }

    /// Only rows that are one lead each are ever removed.
    fn check_leads_of_removed_rows(&self, leads: &HashMap<String, Vec<LeadId>>) {
        for (surname, ids) in leads {
            let is_in_file = self.scenario.rows.iter().any(|row| row.surname == *surname);
            assert!(is_in_file || ids.len() == 1, "{surname} twice: {ids:?}");
        }
    }

    /// The results are those of a run that nothing disturbed, but for what a kill leaves open.
    pub(super) fn check_equal(&self, undisturbed: &Self) {
        for (index, (row, record)) in self.rows().enumerate() {
            let (got, expected) = (summary_of(record), summary_of(undisturbed.records[index]));
            assert!(
                got == expected
                    || record.outcome.status == Status::InDoubt
                    || self.is_overtaken(index, undisturbed),
                "{row:?}\n is {got:?}\n not {expected:?}"
            );
        }
    }

    /// Whether the row competes, itself or through others, with one whose turn came in another order:
    /// a row that was refused is sent again after the new ones, and one that a kill leaves open holds
    /// up others. Who of the rivals is sent is then not promised, only that it is right.
    fn is_overtaken(&self, index: usize, undisturbed: &Self) -> bool {
        let rows = &self.scenario.rows;
        let mut rivals = vec![index];
        let mut looked_at = 0;
        while let Some(&one) = rivals.get(looked_at) {
            let new = |other: &usize| {
                !rivals.contains(other) && self.are_rivals(&rows[one], &rows[*other])
            };
            let new: Vec<usize> = (0..rows.len()).filter(new).collect();
            rivals.extend(new);
            looked_at += 1;
        }
        rivals.len() > 1
            && rivals.iter().any(|rival| {
                undisturbed.records[*rival].outcome.status == Status::Refused
                    || self.records[*rival].outcome.status == Status::InDoubt
            })
    }

    /// Whether at most one of two rows is sent.
    fn are_rivals(&self, one: &ModelRow, other: &ModelRow) -> bool {
        let identity = self.scenario.identity;
        let compares_keys = matches!(
            self.scenario.duplicates,
            Some((_, OnDuplicate::Skip | OnDuplicate::Reject))
        );
        let is_good = |row: &ModelRow| row.worth(identity) == Worth::Good;
        let same_identity =
            one.identity(identity).is_some() && one.identity(identity) == other.identity(identity);
        let same_key = compares_keys && one.key() == other.key();
        is_good(one) && is_good(other) && (same_identity || same_key)
    }
}

fn is_in_crm(status: Status) -> bool {
    matches!(status, Status::Created | Status::AlreadyCreated)
}

/// Whether the row itself may be in the CRM.
fn is_doubtful(record: &RowRecord) -> bool {
    record.outcome.status == Status::InDoubt && !has_code(record, Code::DuplicateOwnerOpen)
}

/// What must not depend on kills.
fn summary_of(record: &RowRecord) -> (Status, &[Problem]) {
    let status = match record.outcome.status {
        Status::AlreadyCreated => Status::Created,
        status => status,
    };
    (status, &record.outcome.problems)
}
