//! Runs of the built program, seen from outside.
//!
//! - `statuses`: each status of the results file, and how a row comes to it
//! - `exit_codes`: each exit code
//! - `answers`: what the CRM may answer, one scripted answer at a time
//! - `pacing`: `--rate`, `--limit`, `--concurrency`, pauses and outages
//! - `outputs`: results, rejects, summary, echo, progress
//! - `judging`: the order of judging, a case for each rule and each trap, in `judging.txt`
//! - `lost_answers`: what the CRM has is found, what it has not is sent again
//! - `look_ups`: names of the CRM's lists, missing ones that are made, and lists that cannot be read
//! - `inputs`: what is read, and messages about what cannot be
//! - `interrupts`: Ctrl-C once and twice, before and after the first row
//! - `inspect`: what is said of a file before anything is done with it
//! - `suggest`: a mapping made by looking at a file, and `check` of it unedited
//! - `runs`: what was imported when, rows in doubt, forgetting, purging, backing up
//! - `header_changes`: columns that nobody has approved
//! - `fixtures`: the example files of the repository come out as their README says
//! - `oddities`: a small file for each oddity is seen, or refused, as it should be
//! - `sign_in`: login, renewal by one process at a time, logout, whoami
//! - `peers`: where the closest tool of this kind goes wrong, and what is right
//! - `resume`: the same command again, after whatever ended the run before
//! - `regressions`: defects that were found, each with the run that showed it
//! - `conservation`: every row has exactly one record, whatever the faults
//! - `trial`: too much is refused
//! - `tls`: whom the program trusts, and what it says when it does not
//! - `http2`: many requests on one connection, and what its end means for them
//! - `proxies`: the way through a proxy, and whose fault it is when there is none
//! - `bodies`: answers that are compressed, broken or without end
//! - `messages`: how much is said, and in which form
//! - `secrets`: nobody's data and no token in messages, whatever goes wrong
//! - `support`: a fresh folder, the sandbox, and a server that says what it is told

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod answers;
mod bodies;
mod conservation;
mod exit_codes;
mod fixtures;
mod header_changes;
mod http2;
mod inputs;
mod inspect;
#[cfg(unix)]
mod interrupts;
mod judging;
mod look_ups;
mod lost_answers;
mod messages;
mod oddities;
mod outputs;
mod pacing;
mod peers;
mod proxies;
mod regressions;
mod resume;
mod runs;
mod secrets;
mod sign_in;
mod statuses;
mod suggest;
mod support;
mod tls;
mod trial;
