//! The stage that sends.
//!
//! `stage` holds the state and the loop, `answers` what to do with what arrives, `waiting_rows`
//! and `attempts` the rows.
//! The rules are pure and beside them: `follow_up`, `forbidden`, `outage`,
//! `row_limit`, `sign_in`, `throttle`. `preflight` comes
//! before all of it.

mod answers;
mod attempts;
mod follow_up;
mod forbidden;
mod outage;
mod outbox;
mod preflight;
mod row_limit;
mod sign_in;
mod stage;
mod throttle;
mod waiting_rows;

pub(super) use preflight::preflight;
pub(super) use stage::{Surroundings, UploadStage};
