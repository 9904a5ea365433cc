//! Reads the file and hands its rows on in batches.

use std::ops::ControlFlow;

use crate::import::lanes::Dealer;
use crate::import::stop::{StopReason, StopSwitch};
use crate::model::Row;
use crate::source::Source;

/// So many rows travel between the stages at once: enough that a channel costs little for each
/// row, few enough that the first row of a file is not kept waiting.
const BATCH_ROWS: usize = 128;

/// So much text makes a batch full too, so that long rows do not fill the memory.
const BATCH_BYTES: usize = 256 * 1024;

/// So many batches may wait before a stage, in each lane. With the batches the stages hold, a few
/// thousand rows are in memory however long the file is.
pub(super) const BATCHES_WAITING: usize = 4;

/// What the read stage found.
#[derive(Debug, Clone, Copy)]
pub(super) struct ReadReport {
    /// Rows handed on.
    pub(super) rows: u64,
    /// The number of the last of them, 0 if there was none.
    pub(super) last_row: u64,
    pub(super) blank_rows: u64,
    /// Whether the whole file was read.
    pub(super) complete: bool,
}

/// Reads until the end of the file, until a stop, or until the file breaks.
pub(super) fn read_rows(
    source: &Source,
    mut output: Dealer<Vec<Row>>,
    stop: &StopSwitch,
) -> ReadReport {
    let mut batch = Vec::with_capacity(BATCH_ROWS);
    let mut batch_bytes = 0;
    let (mut rows, mut last_row) = (0, 0);
    let mut stopped = false;
    let read = source.read_rows(&mut |row| {
        rows += 1;
        last_row = row.number;
        batch_bytes += row.cells.text_bytes();
        batch.push(row);
        if batch.len() < BATCH_ROWS && batch_bytes < BATCH_BYTES {
            return ControlFlow::Continue(());
        }
        batch_bytes = 0;
        let full = std::mem::replace(&mut batch, Vec::with_capacity(BATCH_ROWS));
        stopped = !output.deal(full) || !stop.is_running();
        if stopped {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    });
    if !batch.is_empty() {
        // Nobody listens any more only when a later stage has failed, which is reported there.
        output.deal(batch);
    }
    let (blank_rows, complete) = match read {
        Ok(count) => (count.blank_rows, !stopped),
        Err(error) => {
            stop.stop(StopReason::InputBroken(error));
            (0, false)
        }
    };
    ReadReport {
        rows,
        last_row,
        blank_rows,
        complete,
    }
}
