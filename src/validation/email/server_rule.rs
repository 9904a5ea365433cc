//! The grammar by which the CRM's server judges an address.

use icu_properties::CodePointMapData;
use icu_properties::props::{GeneralCategory, GeneralCategoryGroup};

use crate::model::{Code, Finding};
use crate::validation::email::domain::check_domain;
use crate::validation::email::local_part::check_local_part;
use crate::validation::email::refusal::invalid;
use crate::validation::email::tokens::Tokens;

/// Checks an address as the server does, quirks included: a lead that it takes is never refused here.
///
/// The grammar is wider than what people call an address: `a@b`, `"quoted"@x`, comments, a blank
/// before the `@`, anything at all between brackets after it.
///
/// # Errors
///
/// [`Code::EmailNoAtSign`], [`Code::EmailNoLocalPart`], [`Code::EmailNoDomain`], [`Code::EmailInvalid`].
///
/// Source: the plain `email` rule of Laravel, which is `RFCValidation` of egulias/email-validator. The
/// file `fixtures/validation/email_vectors.tsv` holds what its version 3.2.5 answers.
pub(super) fn check_as_the_server_does(text: &str) -> Result<(), Finding> {
    if !text.contains('@') {
        return Err(Finding::new(Code::EmailNoAtSign, "has no `@`"));
    }
    if text.starts_with('@') {
        return Err(Finding::new(
            Code::EmailNoLocalPart,
            "has nothing before the `@`",
        ));
    }
    if text.chars().any(is_forbidden_everywhere) {
        return Err(invalid("has a symbol, emoji or invisible character"));
    }
    let mut tokens = Tokens::new(text);
    check_local_part(&mut tokens)?;
    check_domain(&mut tokens)
}

/// What is permitted nowhere: of ASCII most control characters; beyond it symbols, control and
/// formatting characters, and code points that are private or unassigned.
fn is_forbidden_everywhere(character: char) -> bool {
    if character.is_ascii() {
        return character.is_ascii_control() && !matches!(character, '\0' | '\t' | '\r' | '\n');
    }
    let category = CodePointMapData::<GeneralCategory>::new().get(character);
    GeneralCategoryGroup::Symbol
        .union(GeneralCategoryGroup::Other)
        .contains(category)
}
