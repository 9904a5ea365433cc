//! Runs of the built program, seen from outside.
//!
//! - `statuses`: each status of the results file, and how a row comes to it
//! - `exit_codes`: each exit code
//! - `answers`: what the CRM may answer, one scripted answer at a time
//! - `pacing`: `--rate`, `--limit`, `--concurrency`, pauses and outages
//! - `outputs`: results, rejects, summary, echo, progress
//! - `inputs`: what is read, and messages about what cannot be
//! - `runs`: what was imported when, rows in doubt, forgetting, purging, backing up
//! - `fixtures`: the example files of the repository come out as their README says
//! - `regressions`: defects that were found, each with the run that showed it
//! - `conservation`: every row has exactly one record, whatever the faults
//! - `support`: a fresh folder, the sandbox, and a server that says what it is told

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

mod answers;
mod conservation;
mod exit_codes;
mod fixtures;
mod inputs;
mod outputs;
mod pacing;
mod regressions;
mod runs;
mod statuses;
mod support;
