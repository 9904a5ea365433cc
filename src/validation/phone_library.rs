//! The one file that knows which phone library we use.

use rlibphonenumber::enums::Region as LibraryRegion;
use rlibphonenumber::{
    PHONE_NUMBER_UTIL, ParseError, PhoneNumber, PhoneNumberFormat, ValidationError,
};

/// A number that is given out, or could be, in its country.
pub(super) struct ValidNumber {
    pub(super) e164: String,
    pub(super) country_code: i32,
    pub(super) extension: Option<String>,
}

/// Why a text is no valid number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Refusal {
    NotANumber,
    /// Also when the number is national and no region was given.
    UnknownCountryCode,
    TooShort,
    /// Long enough to be dialled within a town, but not from elsewhere.
    NoAreaCode,
    TooLong,
    /// Of a length that no number of the country has, between the shortest and the longest.
    WrongLength,
    /// Of a right length, with digits that are not given out.
    NotGivenOut,
}

/// Whether phone numbers of the region with this two-letter code are known.
pub(super) fn is_known_region(code: &str) -> bool {
    library_region(code).is_some_and(|region| {
        PHONE_NUMBER_UTIL
            .get_country_code_for_region(region)
            .is_some()
    })
}

/// Parses by the rules of libphonenumber, and keeps what `is_valid_number` confirms.
///
/// `region_code` is of two letters and says where a number without a country code belongs.
pub(super) fn parse_valid(text: &str, region_code: Option<&str>) -> Result<ValidNumber, Refusal> {
    let number = PHONE_NUMBER_UTIL
        .parse(text, region_code.and_then(library_region))
        .map_err(|error| refusal_from(&error))?;
    if !PHONE_NUMBER_UTIL.is_valid_number(&number) {
        return Err(why_invalid(&number));
    }
    let e164 = PHONE_NUMBER_UTIL
        .format(&number, PhoneNumberFormat::E164)
        .into_owned();
    Ok(ValidNumber {
        e164,
        country_code: number.country_code,
        extension: number.extension.filter(|digits| !digits.is_empty()),
    })
}

fn library_region(code: &str) -> Option<LibraryRegion> {
    LibraryRegion::from_code(code).ok()
}

fn refusal_from(error: &ParseError) -> Refusal {
    match error {
        ParseError::InvalidCountryCode => Refusal::UnknownCountryCode,
        ParseError::NotANumber(_) => Refusal::NotANumber,
        ParseError::TooShortAfterIdd | ParseError::TooShortNsn => Refusal::TooShort,
        ParseError::TooLongNsn => Refusal::TooLong,
    }
}

fn why_invalid(number: &PhoneNumber) -> Refusal {
    use rlibphonenumber::NumberLengthType::{IsPossible, IsPossibleLocalOnly};
    match PHONE_NUMBER_UTIL.is_possible_number_with_reason(number) {
        Ok(IsPossible) => Refusal::NotGivenOut,
        Ok(IsPossibleLocalOnly) => Refusal::NoAreaCode,
        Err(ValidationError::InvalidCountryCode) => Refusal::UnknownCountryCode,
        Err(ValidationError::TooShort) => Refusal::TooShort,
        Err(ValidationError::TooLong) => Refusal::TooLong,
        Err(ValidationError::InvalidLength) => Refusal::WrongLength,
    }
}
