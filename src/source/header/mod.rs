//! Which row of a file holds the column names.
//!
//! Whoever names the row is believed ([`wanted_row`]). Otherwise the file's first rows are looked at
//! ([`likely_row`]): exports put titles above their table, or have no names at all.

mod cell_kind;
mod first_rows;
mod likely_row;
mod wanted_row;

pub(super) use first_rows::FirstRows;
pub(super) use likely_row::{HeaderGuess, guess_header, lettered_header};
pub(super) use wanted_row::{HeaderSearch, search_header};
