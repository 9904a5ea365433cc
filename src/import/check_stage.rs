//! Judges each row by the mapping.

use std::sync::mpsc::Receiver;

use bytes::Bytes;
use tokio::sync::mpsc::Sender;

use crate::import::own_columns::OwnColumns;
use crate::import::ready_row::ReadyRow;
use crate::mapping::{BoundMapping, Verdict};
use crate::model::{Header, Outcome, Problem, Row, RowRecord, Status};

/// A row after its check.
#[derive(Debug)]
pub(super) enum CheckedRow {
    /// Its fate is known already.
    Settled(RowRecord),
    /// It is a lead.
    Ready(ReadyRow),
}

/// Judges batches until there are no more, or until nobody listens.
pub(super) fn check_rows(
    mapping: &BoundMapping,
    header: &Header,
    input: &Receiver<Vec<Row>>,
    output: &Sender<Vec<CheckedRow>>,
) {
    let own_columns = OwnColumns::of(header);
    for batch in input {
        let check = |mut row: Row| {
            own_columns.restore(&mut row);
            let unmended = own_columns.problem_of_unmended(&row);
            match unmended {
                Some(problem) => settled(row, Status::Rejected, vec![problem]),
                None => check_row(mapping, row),
            }
        };
        if output
            .blocking_send(batch.into_iter().map(check).collect())
            .is_err()
        {
            break;
        }
    }
}

fn check_row(mapping: &BoundMapping, row: Row) -> CheckedRow {
    let (status, problems) = match mapping.judge(&row) {
        Verdict::Ready { lead, warnings } => {
            return CheckedRow::Ready(ReadyRow {
                sequence: row.sequence,
                row_number: row.number,
                cells: row.cells,
                body: Bytes::from(lead.to_json()),
                warnings,
                attempts: 0,
                tries_used: 0,
                back_off: None,
            });
        }
        Verdict::Rejected { problems, .. } => (Status::Rejected, problems),
        Verdict::Filtered(problems) => (Status::Filtered, problems),
    };
    settled(row, status, problems)
}

fn settled(row: Row, status: Status, problems: Vec<Problem>) -> CheckedRow {
    CheckedRow::Settled(RowRecord {
        sequence: row.sequence,
        row_number: row.number,
        cells: row.cells,
        outcome: Outcome::unsent(status, problems),
    })
}
