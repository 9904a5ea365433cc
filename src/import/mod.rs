//! One run over one file: read, check, send, record.
//!
//! Start reading at [`run`] in `pipeline.rs`: it names the stages and the channels between them.
//! The stages are `read_stage`, `check_stage`, `upload_stage` and `record_stage`; what an answer
//! means for its row is decided in `upload_stage::follow_up`, and why a run stops early in `stop`.

mod check_stage;
mod import_error;
mod interrupts;
mod lanes;
mod own_columns;
mod pipeline;
mod plan;
mod read_stage;
mod ready_row;
mod record_stage;
mod run_report;
mod stop;
mod upload_stage;

pub use import_error::ImportError;
pub use own_columns::{is_rejects_file, original_header};
pub use pipeline::run;
pub use plan::{Destination, ImportPlan, OnExistingResults, UploadSettings};
pub use run_report::RunReport;
pub use stop::StopReason;
