//! Judges each row by the mapping, alone.

use std::sync::mpsc::Receiver;

use bytes::Bytes;
use tokio::sync::mpsc::Sender;

use crate::import::checked_row::{CheckedRow, Finding, LeadDigests};
use crate::import::identify::Identifier;
use crate::mapping::{BoundMapping, Verdict};
use crate::model::{Digest, Header, Lead, Row};

/// How much is found out about a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Depth {
    /// Which row it is; every row passes for filtered.
    Marks,
    /// What the mapping makes of it as well.
    Verdict,
    /// And digests of its lead, by which a ledger knows it.
    Digests,
}

/// Judges batches until there are no more, or until nobody listens.
pub(super) fn check_rows(
    mapping: &BoundMapping,
    header: &Header,
    depth: Depth,
    input: &Receiver<Vec<Row>>,
    output: &Sender<Vec<CheckedRow>>,
) {
    let checker = Checker {
        mapping,
        identifier: Identifier::new(header, mapping.identity()),
        depth,
    };
    for batch in input {
        let batch = batch.into_iter().map(|row| checker.check(row)).collect();
        if output.blocking_send(batch).is_err() {
            break;
        }
    }
}

/// Checks one row after the other.
pub(super) struct Checker<'a> {
    pub(super) mapping: &'a BoundMapping,
    pub(super) identifier: Identifier<'a>,
    pub(super) depth: Depth,
}

impl Checker<'_> {
    pub(super) fn check(&self, mut row: Row) -> CheckedRow {
        let own_columns = self.identifier.own_columns();
        own_columns.restore(&mut row);
        let marks = self.identifier.marks_of(&row);
        let (lead, finding) = match self.depth {
            Depth::Marks => (Lead::default(), Finding::Filtered(Vec::new())),
            Depth::Verdict | Depth::Digests => match own_columns.problem_of_unmended(&row) {
                // The ledger may know it all the same, so its lead counts.
                Some(problem) => (self.judge(&row).0, Finding::Rejected(vec![problem])),
                None => self.judge(&row),
            },
        };
        let digests = (self.depth == Depth::Digests).then(|| match &finding {
            Finding::Ready { body, .. } => LeadDigests::of(&lead, body),
            Finding::Filtered(_) | Finding::Rejected(_) => LeadDigests::of(&lead, &lead.to_json()),
        });
        let key = self.key_of(&lead);
        let new_name = lead.named_ids().find(|(_, named)| named.id.is_none());
        let new_name = new_name.map(|(_, named)| named.name.clone().into_owned());
        CheckedRow {
            row,
            marks,
            finding,
            digests,
            key,
            new_name,
        }
    }

    fn judge<'r>(&'r self, row: &'r Row) -> (Lead<'r>, Finding) {
        match self.mapping.judge(row) {
            Verdict::Ready { lead, warnings } => {
                let body = Bytes::from(lead.to_json());
                (lead, Finding::Ready { body, warnings })
            }
            Verdict::Rejected { partial, problems } => (partial, Finding::Rejected(problems)),
            Verdict::Filtered(problems) => (Lead::default(), Finding::Filtered(problems)),
        }
    }

    fn key_of(&self, lead: &Lead<'_>) -> Option<Digest> {
        let values = self.mapping.duplicates()?.key_of(lead)?;
        Some(Digest::of(
            "duplicates key",
            values.iter().map(String::as_bytes),
        ))
    }
}
