//! Decides which rows are sent and what becomes of the others.
//!
//! `judge` has the order of judging. It looks at what earlier runs did; what rows of this run do
//! to each other is decided when their turn to be sent comes, in `upload_stage::contest`.

mod decision;
mod judge;
mod judge_error;
mod left_open;
mod stage;
mod subject;
pub(super) mod wording;

pub(super) use judge::Judge;
pub use judge_error::JudgeError;
pub(super) use stage::{JudgedBatch, judge_rows};
