//! The words of refusals that more than one part of the grammar uses.

use crate::model::{Code, Finding};

/// Anywhere outside comments, quotes and brackets.
pub(super) const TWO_DOTS: &str = "has two dots in a row";

/// In the local part and in the domain.
pub(super) const UNOPENED_COMMENT: &str = "has a `)` without a `(`";

/// An address that the server would refuse, with the rest of a sentence that begins with it.
pub(super) fn invalid(predicate: &'static str) -> Finding {
    Finding::new(Code::EmailInvalid, predicate)
}
