//! Files to rows: delimited text and workbooks.
//!
//! [`Source::open`] looks at a file's content, never at its name, and finds the header;
//! [`Source::read_rows`] then hands over one [`Row`](crate::model::Row) after another, with the
//! number that a spreadsheet program would show beside it. Both formats keep one row in memory,
//! and a workbook its table of shared strings besides, unless that is large: then it lies on disk.
//!
//! A bad row is data: it arrives with [faults](crate::model::CellFault), and reading goes on. Only
//! what makes the rest of the file unreadable is a [`SourceError`].
//!
//! Nothing here knows what a lead is. Start reading at `open.rs`, then `table.rs`; `content.rs` is where a further
//! format or container is recognised.

mod container;
mod content;
mod counted_file;
mod file_stamp;
mod filled_row;
mod header;
mod inspection;
mod open;
mod source_error;
mod table;
mod temporary_file;
mod text;
mod workbook;

pub use inspection::{Extent, Inspection};
pub use open::{Format, RowCount, Source, SourceOptions};
pub use source_error::SourceError;
pub use temporary_file::TemporaryFile;
