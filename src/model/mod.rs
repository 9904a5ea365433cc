//! The words of the program: row, lead, problem, outcome. No input or output happens here.
//!
//! Every other module speaks in these types, so this is the place to start reading. A
//! [`Row`] is what the file has, a [`Lead`] is what the CRM gets, a [`Problem`] says why the one
//! did not become the other, and an [`Outcome`] is a row's one fate.

mod allowance;
mod by_number;
mod cells;
mod code;
mod detail;
mod digest;
mod event;
mod exit_code;
mod folded_name;
mod formula_guard;
mod hash_input;
mod lead;
mod lead_field;
mod lost_answers;
mod name_list;
mod outcome;
mod own_columns;
mod problem;
mod row;
mod row_identity;
mod row_token;
mod tally;
mod white_space;
mod wording;

pub use allowance::Allowance;
pub use by_number::{ByNumber, SpreadNumber};
pub use cells::Cells;
pub use code::Code;
pub use detail::Detail;
pub use digest::{ByDigest, Digest, FirstBits};
pub use event::Event;
pub use exit_code::ExitCode;
pub use folded_name::{fold_name, tidy_name};
pub use formula_guard::{with_guard, without_guard};
pub(crate) use hash_input::HashInput;
pub use lead::{FieldValue, Lead, NamedId};
pub use lead_field::{FieldKind, LEAD_FIELDS, LeadField, lead_field};
pub use lost_answers::LostAnswers;
pub use name_list::{NameEntry, NameList};
pub use outcome::{LeadId, Outcome, RowRecord, Status};
pub use own_columns::{OWN_COLUMNS, PROBLEMS_COLUMN, STATUS_COLUMN, TOKEN_COLUMN, is_own_column};
pub use problem::{Finding, Problem};
pub use row::{CellFault, CellFaultKind, Header, Row};
pub use row_identity::{CellsDigest, RowIdentity};
pub use row_token::{CHECKSUM_DIGITS, RowMark, TOKEN_PREFIX};
pub use tally::Tally;
pub use white_space::{is_blank, trimmed};
pub use wording::{
    count_of, grouped, in_quotes, looks_like_a_cell, nearest_word, nearest_words, shorten,
};
