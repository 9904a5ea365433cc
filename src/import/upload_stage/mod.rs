//! Sends what is ready, as many at a time as may be, and decides what follows from each answer.
//!
//! `stage` holds the state and the loop, `answers` what arrives, `attempts` what is under way.
//! The rules are pure and beside them: `follow_up`, `forbidden`, `outage`,
//! `row_limit`, `sign_in`. `preflight` comes
//! before all of it.

mod answers;
mod attempts;
mod follow_up;
mod forbidden;
mod outage;
mod preflight;
mod row_limit;
mod sign_in;
mod stage;

pub(super) use preflight::preflight;
pub(super) use stage::{Surroundings, UploadStage};
