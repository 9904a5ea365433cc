//! The answer for one address, at the level the mapping asks for.

use crate::model::{Code, Finding};
use crate::validation::email::deliverable::why_undeliverable;
use crate::validation::email::plain::is_plain_address;
use crate::validation::email::server_rule::check_as_the_server_does;
use crate::validation::text_limits::check_length;

/// The longest address the CRM takes, in Unicode code points.
const MAX_LENGTH: usize = 255;

/// How strict the check of e-mail addresses is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EmailLevel {
    /// What the CRM's server takes passes; what no public mail server would take is a warning.
    #[default]
    Server,
    /// What no public mail server would take is refused.
    Deliverable,
}

/// Checks an e-mail address of up to 255 characters.
///
/// `Ok(None)`: fine at both levels. `Ok(Some(finding))`: the CRM takes it but no public mail server
/// would ([`Code::EmailUndeliverable`]); never at [`EmailLevel::Deliverable`], where this is an error.
///
/// # Errors
///
/// [`Code::FieldTooLong`], [`Code::EmailNoAtSign`], [`Code::EmailNoLocalPart`], [`Code::EmailNoDomain`],
/// [`Code::EmailInvalid`]: the server would refuse the lead.
///
/// Source: the API's page "Create a lead" (`string<email>`, 255); see `check_as_the_server_does` for
/// the grammar.
pub fn check_email(text: &str, level: EmailLevel) -> Result<Option<Finding>, Finding> {
    if is_plain_address(text) {
        return Ok(None);
    }
    check_closely(text, level)
}

/// The same for addresses of any kind.
fn check_closely(text: &str, level: EmailLevel) -> Result<Option<Finding>, Finding> {
    check_length(text, MAX_LENGTH)?;
    check_as_the_server_does(text)?;
    let warning =
        why_undeliverable(text).map(|predicate| Finding::new(Code::EmailUndeliverable, predicate));
    match (level, warning) {
        (EmailLevel::Deliverable, Some(finding)) => Err(finding),
        (_, warning) => Ok(warning),
    }
}

#[cfg(test)]
mod tests;
