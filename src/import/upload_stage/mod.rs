//! The stage that sends.
//!
//! `stage` holds the state and the loop, `answers` what to do with what arrives, `waiting_rows`
//! and `attempts` the rows.
//! The rules are pure and beside them: `follow_up`, `forbidden`, `outage`,
//! `intent_pace`, `row_limit`, `sign_in`, `throttle`. `contest` is what rows do to each other, `journal`
//! what the ledger is to be told. `greeting` comes
//! before all of it.

mod answers;
mod attempts;
mod contest;
mod follow_up;
mod forbidden;
mod greeting;
mod intent_pace;
mod journal;
mod outage;
mod outbox;
mod row_limit;
mod row_spool;
mod sign_in;
mod stage;
mod throttle;
mod waiting_rows;

pub(super) use contest::{Admission, ContestedRow, Contests};
pub(super) use greeting::{Greeting, greet};
pub(super) use journal::{CommitRequest, FailedCommit};
pub(super) use stage::{Surroundings, UploadStage};
