//! All rows of a file, read on one thread and checked on others, in input order.

use crate::import::check_stage::{Depth, check_rows};
use crate::import::checked_row::CheckedRow;
use crate::import::lanes::lanes;
use crate::import::plan::ImportPlan;
use crate::import::read_stage::{BATCHES_WAITING, ReadReport, read_rows};
use crate::import::stop::{StopReason, StopSwitch};
use crate::source::SourceError;

/// Why not every row was gone through.
#[derive(Debug)]
pub(super) enum ReadFailure<E> {
    /// The file cannot be read on.
    Source(SourceError),
    /// Whoever took the rows failed.
    Consumer(E),
    /// The run was stopped meanwhile.
    Interrupted,
}

/// Hands every row to `take`, and sees the file to its end, unless `run` is stopped.
pub(super) fn for_each_checked_row<E>(
    plan: &ImportPlan,
    depth: Depth,
    run: &StopSwitch,
    take: &mut dyn FnMut(CheckedRow) -> Result<(), E>,
) -> Result<ReadReport, ReadFailure<E>> {
    let stop = StopSwitch::new();
    let (rows_out, checkers, mut checked) = lanes(one_for_each_core(), BATCHES_WAITING);
    let (read, taken) = std::thread::scope(|threads| {
        let reader = threads.spawn(|| read_rows(&plan.source, rows_out, &stop));
        for (rows_in, checked_out) in checkers {
            threads.spawn(move || {
                check_rows(&plan.mapping, &plan.header, depth, &rows_in, &checked_out);
            });
        }
        let mut taken = Ok(());
        while let Some(batch) = checked.blocking_next() {
            taken = batch.into_iter().try_for_each(&mut *take);
            if taken.is_err() || !run.is_running() {
                break;
            }
        }
        // Nobody listens any more, so everybody before ends.
        drop(checked);
        (
            reader.join().expect("a panic is a bug and goes on as one"),
            taken,
        )
    });
    taken.map_err(ReadFailure::Consumer)?;
    if !run.is_running() {
        return Err(ReadFailure::Interrupted);
    }
    match stop.into_reason() {
        Some(StopReason::InputBroken(error)) => Err(ReadFailure::Source(error)),
        _ => Ok(read),
    }
}

/// When nothing is sent checking takes longest: one thread for each core, but no more than one
/// reader keeps busy.
pub(super) fn one_for_each_core() -> usize {
    const MOST: usize = 4;
    std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(MOST)
}
