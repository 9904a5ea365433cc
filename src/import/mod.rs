//! One run over one file: read, check, send, record.
//!
//! Start reading at [`run`] in `pipeline.rs`: it names the stages and the channels between them.
//! What comes before the first row is in `clearance`.
//! The stages are `read_stage`, `check_stage`, `upload_stage` and `record_stage`; what an answer
//! means for its row is decided in `upload_stage::follow_up`, what became of lost answers is found out by
//! `reconcile`, and why a run stops early is in `stop`.

mod background;
mod check_stage;
mod checked_row;
mod checked_rows;
mod clearance;
mod identify;
mod import_error;
mod interrupts;
mod judge_stage;
mod known_rows;
mod lanes;
mod ledger_stage;
#[cfg(test)]
mod model_tests;
mod names;
mod notes;
mod own_columns;
mod pipeline;
mod plan;
mod preflight;
mod read_stage;
mod ready_row;
mod reconcile;
mod record_stage;
mod row_spool;
mod run_report;
mod stop;
mod survey;
mod upload_stage;
mod valid_rows;

pub use import_error::ImportError;
pub use interrupts::unless_interrupted;
pub use judge_stage::JudgeError;
pub use names::NamesError;
pub use notes::NotesError;
pub use own_columns::{is_rejects_file, original_header};
pub use pipeline::run;
pub use plan::{
    CheckSettings, CrmAccess, Destination, ImportPlan, KnownByLead, LedgerPlace, LedgerSettings,
    MaxErrors, OnUnknown, UploadSettings,
};
pub use run_report::RunReport;
pub use stop::StopReason;
