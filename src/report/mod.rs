//! What a run leaves behind and says while it goes on: results, rejects, summary, progress.
//!
//! [`ResultsFile`] and [`RejectsFile`] are written in input order; [`InOrder`] brings outcomes,
//! which come in any order, back into it with a bounded window in memory. [`RunSummary`] holds
//! the run's figures and [`Progress`] shows them while it runs, in [`LogLine`]s.

mod csv_line;
mod detail_line;
mod in_order;
mod log_line;
mod output_folder;
mod progress;
mod rejects_csv;
mod rejects_seal;
mod results_csv;
mod standstill;
mod summary;

pub use in_order::{InOrder, RowLines};
pub use log_line::{Level, LogLine};
pub use output_folder::folder_of;
pub use progress::{Progress, ProgressStyle};
pub use rejects_csv::{RejectLine, RejectsFile};
pub use results_csv::{Echo, RESULTS_COLUMNS, ResultsFile, results_line};
pub use summary::RunSummary;
