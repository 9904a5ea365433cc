//! The stage that sends.
//!
//! `stage` holds the state and the loop, `waiting` waits in it for whatever comes first; `taking_in` takes batches of rows, `intending`
//! the rows whose turn it is, `answers` says what to do with what arrives, `losing` what becomes of rows without an answer; `looking_up` asks about rows in doubt, `other_files` about those of other files, `settling` says what becomes of
//! them, `renewing` asks for newer tokens, and `stopping` says what becomes of rows when the run stops. Rows are in
//! `waiting_rows` and `attempts`, what they do to each other in `contest`, what the ledger is to be
//! told in `journal`.
//! The rules are pure and beside them: `follow_up`, `forbidden`, `outage`, `intent_pace`, `row_limit`, `refusal_limit`, `trial`,
//! `sign_in`, `silent_look_ups`. When anything may go is `pacing`'s business. `details` tells the log. `greeting` comes before all of it.

mod answers;
mod attempts;
mod book;
mod contest;
mod details;
mod follow_up;
mod forbidden;
mod greeting;
mod intending;
mod intent_pace;
mod journal;
mod looking_up;
mod losing;
mod other_files;
mod outage;
mod outbox;
mod refusal_limit;
mod renewing;
mod row_limit;
mod settling;
mod sign_in;
mod silent_look_ups;
mod stage;
mod stopping;
mod taking_in;
mod trial;
mod waiting;
mod waiting_rows;

pub(super) use contest::{Admission, ContestedRow, Contests};
pub(super) use greeting::{FirstWord, Patience, greet, renew};
#[cfg(test)]
pub(super) use intent_pace::COMMIT_INTERVAL;
pub(super) use journal::{CommitRequest, FailedCommit};
pub(super) use stage::{Surroundings, UploadStage};
