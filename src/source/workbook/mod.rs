//! Workbooks: the archive, its sheets, and what their cells say.
//!
//! [`inspect_archive`] looks into the archive before calamine does; [`WorkbookFile`] reads one sheet, cell by
//! cell, from a copy (`self_contained.rs`) if there are too many shared strings for the memory. `sheet_guard.rs` goes
//! through the sheet before it is read, for what people see otherwise than it is read and what cannot be read. `markup.rs` is under both. The other files turn a cell's value and number
//! format into the text that a person sees.

mod archive_guard;
mod cell_text;
mod cell_writing;
mod cut_off;
mod date_text;
mod inline_strings;
mod markup;
mod number_format;
mod number_text;
mod package;
mod part_error;
mod row_assembly;
mod self_contained;
mod sheet_choice;
mod sheet_guard;
mod sheet_notices;
mod sheet_survey;
mod text_store;
mod workbook_file;

pub(in crate::source) use archive_guard::inspect_archive;
pub(in crate::source) use workbook_file::WorkbookFile;
