//! What is known of the phone numbers of each country: libphonenumber's metadata.

use std::sync::LazyLock;

use prost::Message;
use rlibphonenumber::{
    NumberFormat, PhoneMetadata, PhoneMetadataCollection, PhoneNumberDesc, PhoneNumberUtil,
};

/// The file that the phone library is made with, byte for byte; `tests/phone_metadata.rs` holds the two together.
static METADATA: &[u8] = include_bytes!("phone_metadata.bin");

/// The phone library, under patterns that know the digits 0 to 9 only.
///
/// It gives them no others, as it has turned the digits of all scripts into these before. Yet its own patterns say
/// `\d`, which is 800 characters of 80 scripts to the regex crate: a pattern of a few dozen bytes then takes 170 KB and
/// not 9, ten times as long to compile and six times as long to match. With numbers of all countries in one file
/// these were 200 MiB.
pub(super) static PHONE_NUMBERS: LazyLock<PhoneNumberUtil> = LazyLock::new(|| {
    const GOOD: &str = "the metadata is a part of the program, and a test reads all of it";
    let mut collection = PhoneMetadataCollection::decode(METADATA).expect(GOOD);
    collection.metadata.iter_mut().for_each(narrow);
    PhoneNumberUtil::new_for_metadata(collection).expect(GOOD)
});

/// Has every pattern of a country mean the digits 0 to 9 by digits.
#[expect(
    deprecated,
    reason = "the library moves these fields elsewhere, and this is before it does"
)]
fn narrow(country: &mut PhoneMetadata) {
    let kinds = [
        &mut country.general_desc,
        &mut country.fixed_line,
        &mut country.mobile,
        &mut country.toll_free,
        &mut country.premium_rate,
        &mut country.shared_cost,
        &mut country.personal_number,
        &mut country.voip,
        &mut country.pager,
        &mut country.uan,
        &mut country.emergency,
        &mut country.voicemail,
        &mut country.short_code,
        &mut country.standard_rate,
        &mut country.carrier_specific,
        &mut country.sms_services,
        &mut country.no_international_dialling,
    ];
    let patterns = kinds
        .into_iter()
        .flatten()
        .filter_map(|kind: &mut PhoneNumberDesc| kind.national_number_pattern.as_mut());
    patterns.for_each(narrow_pattern);
    let prefixes = [
        &mut country.international_prefix,
        &mut country.national_prefix_for_parsing,
        &mut country.leading_digits,
    ];
    prefixes.into_iter().flatten().for_each(narrow_pattern);
    let formats = country.number_format.iter_mut();
    formats
        .chain(&mut country.intl_number_format)
        .for_each(narrow_format);
}

#[expect(deprecated, reason = "as above")]
fn narrow_format(format: &mut NumberFormat) {
    narrow_pattern(&mut format.pattern);
    format
        .leading_digits_pattern
        .iter_mut()
        .for_each(narrow_pattern);
}

/// In a class of characters this is a class within it, which the regex crate takes.
fn narrow_pattern(pattern: &mut String) {
    *pattern = pattern.replace(r"\d", "[0-9]");
}
