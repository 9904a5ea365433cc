//! Goes through the whole file before anything is sent.
//!
//! Sees that it can be read to its end, counts its rows, finds what rows share with each other, and
//! asks the ledger what it knows of them. Start reading at [`take_survey`].

mod first_reading;
mod known_leads;
mod repeats;
mod shared;
mod survey_file;

pub(super) use shared::SharedInFile;
pub(super) use survey_file::{Survey, take_survey};
