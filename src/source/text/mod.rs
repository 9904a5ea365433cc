//! Delimited text: its encoding, its delimiter, its records.
//!
//! [`TextFile::open`] decides how a file is read and says why; [`TextFile::read_filled_rows`] then
//! decodes and takes records apart as it goes. Everything behind [`decoding`] sees UTF-8, in which a
//! byte that did not fit the file's encoding is still a byte that does not fit.

mod byte_evidence;
mod decoding;
mod delimited;
mod dialect;
mod encoding_choice;
mod encoding_guess;
mod language_hint;
mod line_ends;
mod mixed_encodings;
mod quote_watch;
mod record_reader;
mod separator_line;
mod text_file;
mod utf_16;
mod whole_record;

pub(in crate::source) use encoding_choice::label_of;
pub(in crate::source) use mixed_encodings::holds_utf_8;
pub(in crate::source) use record_reader::{LONGEST_RECORD_BYTES, MOST_CELLS};
pub(in crate::source) use text_file::TextFile;
