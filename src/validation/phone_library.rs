//! The one file that knows which phone library we use.

use rlibphonenumber::enums::Region as LibraryRegion;
use rlibphonenumber::{ParseError, PhoneNumber, PhoneNumberFormat, ValidationError};

use crate::validation::phone_metadata::PHONE_NUMBERS;

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
    library_region(code)
        .is_some_and(|region| PHONE_NUMBERS.get_country_code_for_region(region).is_some())
}

/// The two-letter code of the main region that has this country code, such as `US` for 1.
pub(super) fn main_region(country_code: i32) -> Option<String> {
    let region = PHONE_NUMBERS.get_region_for_country_code(country_code)?;
    Some(region.to_string())
}

/// Parses by the rules of libphonenumber, and keeps what `is_valid_number` confirms.
///
/// `region_code` is of two letters and says where a number without a country code belongs.
pub(super) fn parse_valid(text: &str, region_code: Option<&str>) -> Result<ValidNumber, Refusal> {
    let number = PHONE_NUMBERS
        .parse(text, region_code.and_then(library_region))
        .map_err(|error| refusal_from(&error))?;
    if !is_given_out(&number) {
        return Err(why_invalid(&number));
    }
    let e164 = PHONE_NUMBERS
        .format(&number, PhoneNumberFormat::E164)
        .into_owned();
    Ok(ValidNumber {
        e164,
        country_code: number.country_code,
        extension: number.extension.filter(|digits| !digits.is_empty()),
    })
}

/// The two-letter code of the region whose valid number this is; `None` for a national one.
pub(super) fn region_of_number(text: &str) -> Option<String> {
    let number = PHONE_NUMBERS.parse(text, None::<LibraryRegion>).ok()?;
    let region = PHONE_NUMBERS.get_region_for_number(&number)?;
    Some(region.to_string())
}

/// What `is_valid_number` says, at half its price for most numbers.
///
/// It finds out which of the regions with the number's country code gives it out, and then asks that one
/// once more. A number that the first of them gives out belongs to that, so this one is asked first.
fn is_given_out(number: &PhoneNumber) -> bool {
    PHONE_NUMBERS
        .get_region_for_country_code(number.country_code)
        .is_some_and(|main| PHONE_NUMBERS.is_valid_number_for_region(number, main))
        || PHONE_NUMBERS.is_valid_number(number)
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
    match PHONE_NUMBERS.is_possible_number_with_reason(number) {
        Ok(IsPossible) => Refusal::NotGivenOut,
        Ok(IsPossibleLocalOnly) => Refusal::NoAreaCode,
        Err(ValidationError::InvalidCountryCode) => Refusal::UnknownCountryCode,
        Err(ValidationError::TooShort) => Refusal::TooShort,
        Err(ValidationError::TooLong) => Refusal::TooLong,
        Err(ValidationError::InvalidLength) => Refusal::WrongLength,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use rlibphonenumber::{PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, Region};

    use super::is_given_out;
    use crate::validation::phone_metadata::PHONE_NUMBERS;

    #[test]
    fn examples_of_every_region_are_given_out_as_the_library_says() {
        for region in PHONE_NUMBER_UTIL.get_supported_regions() {
            let valid = PHONE_NUMBER_UTIL.get_example_number(region);
            let invalid = PHONE_NUMBER_UTIL.get_invalid_example_number(region);
            for number in [valid, invalid].into_iter().flatten() {
                let expected = PHONE_NUMBER_UTIL.is_valid_number(&number);
                assert_eq!(is_given_out(&number), expected, "{number:?}");
            }
        }
    }

    fn region() -> impl Strategy<Value = Region> {
        let mut regions: Vec<_> = PHONE_NUMBER_UTIL.get_supported_regions().collect();
        regions.sort_unstable_by_key(ToString::to_string);
        prop::sample::select(regions)
    }

    /// A number of the region in one of its forms, with some digits changed, or any digits at all.
    fn text_of(region: Region) -> impl Strategy<Value = String> {
        let example = PHONE_NUMBER_UTIL.get_example_number(region);
        let forms = [
            PhoneNumberFormat::National,
            PhoneNumberFormat::International,
            PhoneNumberFormat::RFC3966,
        ];
        let written = move |form| {
            let number = example.clone().unwrap_or_default();
            PHONE_NUMBER_UTIL.format(&number, form).into_owned()
        };
        let examples = prop::sample::select(forms.map(written).to_vec());
        let changed = (
            examples,
            prop::collection::vec((0..24_usize, 0..11_u32), 0..4),
        );
        let changed = changed.prop_map(|(text, changes)| {
            let mut characters: Vec<char> = text.chars().collect();
            for (place, digit) in changes {
                if let Some(character) = characters.get_mut(place) {
                    // Eleven digits, of which the last is one of another script.
                    *character = char::from_digit(digit, 10).unwrap_or('\u{665}');
                }
            }
            characters.into_iter().collect()
        });
        prop_oneof![
            changed,
            "(\\+|00|0|011)?[0-9]{3,14}",
            "[0-9 ()/+*#x-]{1,18}"
        ]
    }

    proptest! {
        #[test]
        fn any_text_is_read_as_the_library_reads_it(
            (region, text) in region().prop_flat_map(|region| (Just(region), text_of(region)))
        ) {
            let ours = PHONE_NUMBERS.parse(&text, Some(region));
            let theirs = PHONE_NUMBER_UTIL.parse(&text, Some(region));
            let words = |parsed: &Result<_, _>| format!("{parsed:?}");
            prop_assert_eq!(words(&ours), words(&theirs), "{} {}", region, text);
            if let (Ok(ours), Ok(theirs)) = (ours, theirs) {
                prop_assert_eq!(is_given_out(&ours), PHONE_NUMBER_UTIL.is_valid_number(&theirs));
                let possible = PHONE_NUMBERS.is_possible_number_with_reason(&ours);
                let theirs = PHONE_NUMBER_UTIL.is_possible_number_with_reason(&theirs);
                prop_assert_eq!(format!("{possible:?}"), format!("{theirs:?}"));
            }
        }

        #[test]
        fn any_number_is_given_out_as_the_library_says(
            country_code in prop_oneof![Just(1), Just(7), Just(39), Just(44), 0..1000_i32],
            national_number in prop_oneof![0..100_000_000_u64, 100_000_000..100_000_000_000_u64],
        ) {
            let number = PhoneNumber { country_code, national_number, ..PhoneNumber::default() };
            prop_assert_eq!(is_given_out(&number), PHONE_NUMBER_UTIL.is_valid_number(&number));
        }
    }
}
