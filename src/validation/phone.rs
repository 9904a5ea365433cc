//! Phone numbers.

use crate::model::{Code, Finding};
use crate::validation::phone_library::{Refusal, ValidNumber, parse_valid};
use crate::validation::region::Region;

/// The longest text that is looked at, in characters. Source: libphonenumber's own limit.
const MAX_INPUT_CHARACTERS: usize = 250;

/// A valid phone number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Phone {
    /// The number in E.164, `+` and digits only: at most 21 characters, so that the CRM's limit of 50
    /// is never reached.
    pub e164: String,
    /// The digits of an extension, which E.164 cannot hold.
    pub extension: Option<String>,
    /// What may have been read otherwise than it was meant: [`Code::PhoneWordsRead`] or
    /// [`Code::PhoneDoubledCode`].
    pub doubt: Option<Finding>,
}

/// Reads a phone number as people write it, and gives it in E.164.
///
/// A number with `+` needs no region. Any other is read as dialled from `region`, whose rules decide
/// on prefixes such as `0`, `00` or `011`; without a region it is refused, even if it begins with `00`.
/// Punctuation, words before the number, `tel:`, letters on keys (`1-800-FLOWERS`) and the digits of
/// other scripts are understood.
///
/// A number is valid if its country gives such numbers out. Whether somebody has it is not known.
///
/// # Errors
///
/// [`Code::PhoneNoRegion`], [`Code::PhoneNotANumber`], [`Code::PhoneUnknownCountryCode`],
/// [`Code::PhoneTooShort`], [`Code::PhoneTooLong`], and [`Code::PhoneInvalid`] for a length or digits
/// that its country does not give out; [`Code::PhoneScientific`] and [`Code::PhonePrefixLost`] for what spreadsheet
/// programs make of numbers.
///
/// Source: libphonenumber, `parse`, `isValidNumber` and `isPossibleNumberWithReason`.
pub fn normalise_phone(text: &str, region: Option<Region>) -> Result<Phone, Finding> {
    // No text has more characters than bytes.
    if text.len() > MAX_INPUT_CHARACTERS && text.chars().nth(MAX_INPUT_CHARACTERS).is_some() {
        return Err(Finding::new(
            Code::PhoneNotANumber,
            "is too long to be a phone number",
        ));
    }
    if is_scientific(text) {
        return Err(Finding::new(
            Code::PhoneScientific,
            "stands in scientific notation, in which a spreadsheet program has lost digits",
        ));
    }
    let region_code = region.as_ref().map(Region::code);
    match parse_valid(text, region_code) {
        Ok(number) => Ok(Phone {
            doubt: doubt_about(text, &number),
            e164: number.e164,
            extension: number.extension,
        }),
        Err(refusal) => {
            Err(prefix_lost(text, region_code)
                .unwrap_or_else(|| finding(refusal, text, region_code)))
        }
    }
}

/// Whether the text is a number such as `5.32123E+09`, as a spreadsheet program shows one that does not fit its column.
fn is_scientific(text: &str) -> bool {
    let Some((mantissa, exponent)) = text.trim().split_once(['E', 'e']) else {
        return false;
    };
    let are_digits = |part: &str| {
        let digits = part.strip_prefix('+').unwrap_or(part);
        let is_part = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'.' | b',');
        !digits.is_empty() && digits.bytes().all(is_part)
    };
    are_digits(mantissa) && are_digits(exponent)
}

/// Recognises a refused number of digits alone that would be valid with the `+` or the zero that a spreadsheet
/// program takes off.
fn prefix_lost(text: &str, region_code: Option<&str>) -> Option<Finding> {
    let text = text.trim();
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let is_valid = |prefix: &str, region: Option<&str>| {
        parse_valid(&format!("{prefix}{text}"), region).is_ok()
    };
    let lost = if is_valid("+", None) {
        "+"
    } else if region_code.is_some() && is_valid("0", region_code) {
        "0"
    } else {
        return None;
    };
    let predicate = format!("is no number as it stands; it may have lost a `{lost}` at its start");
    Some(Finding::new(Code::PhonePrefixLost, predicate))
}

fn finding(refusal: Refusal, text: &str, region_code: Option<&str>) -> Finding {
    let (code, predicate) = match refusal {
        Refusal::UnknownCountryCode if region_code.is_none() && !has_plus(text) => (
            Code::PhoneNoRegion,
            "is a national number, and nothing says of which country",
        ),
        Refusal::UnknownCountryCode => (
            Code::PhoneUnknownCountryCode,
            "begins with a country code that does not exist",
        ),
        Refusal::NotANumber => (Code::PhoneNotANumber, "is not a phone number"),
        Refusal::TooShort => (Code::PhoneTooShort, "has too few digits"),
        Refusal::NoAreaCode => (
            Code::PhoneTooShort,
            "has too few digits: the area code is missing",
        ),
        Refusal::TooLong => (Code::PhoneTooLong, "has too many digits"),
        Refusal::WrongLength => (
            Code::PhoneInvalid,
            "has a number of digits that no number there has",
        ),
        Refusal::NotGivenOut => (
            Code::PhoneInvalid,
            "is not a number that is given out there",
        ),
    };
    match region_code {
        Some(region) if !has_plus(text) => {
            Finding::new(code, format!("{predicate} (read as a number of {region})"))
        }
        _ => Finding::new(code, predicate),
    }
}

/// What libphonenumber reads without a word although it may not have been meant so.
fn doubt_about(text: &str, number: &ValidNumber) -> Option<Finding> {
    let e164 = &number.e164;
    if has_words(text) && number.extension.is_none() {
        let predicate = format!("has letters and was read as `{e164}`");
        return Some(Finding::new(Code::PhoneWordsRead, predicate));
    }
    if has_plus(text) {
        return None;
    }
    // A spreadsheet drops the `+` of a number: `+49 171 ...` becomes `49171...`, which Germany,
    // with numbers of many lengths, could also give out as a national number.
    let digits = number.country_code.checked_ilog10()? as usize + 1;
    let (code, national) = e164.strip_prefix('+')?.split_at_checked(digits)?;
    if !national.starts_with(code) {
        return None;
    }
    let other = format!("+{national}");
    parse_valid(&other, None).is_ok().then(|| {
        let predicate =
            format!("was read as `{e164}`, and could also be `{other}` without its `+`");
        Finding::new(Code::PhoneDoubledCode, predicate)
    })
}

/// Whether there are letters beyond the scheme `tel:` or a label such as `Tel.`.
fn has_words(text: &str) -> bool {
    let text = text.trim_start();
    let number = match text.get(..3) {
        Some(label) if label.eq_ignore_ascii_case("tel") => &text[3..],
        _ => text,
    };
    number.chars().any(char::is_alphabetic)
}

/// Whether the text has a `+`, the full-width one included.
fn has_plus(text: &str) -> bool {
    text.contains(['+', '＋'])
}

#[cfg(test)]
mod tests;
