use proptest::prelude::*;

use super::*;

/// What Google's library says of many texts, by the metadata of the same version.
const VECTORS: &str = include_str!("../../../fixtures/validation/phone_vectors.tsv");

fn region(code: &str) -> Option<Region> {
    Region::from_code(code)
}

#[test]
fn numbers_are_read_as_libphonenumber_reads_them() {
    let mut differences = Vec::new();
    for line in VECTORS.lines().filter(|line| !line.starts_with('#')) {
        let [escaped, code, expected] = line.split('\t').collect::<Vec<_>>()[..] else {
            panic!("not a vector: {line}");
        };
        let text: String = serde_json::from_str(&format!("\"{escaped}\"")).unwrap();
        let e164 = normalise_phone(&text, region(code)).map_or(String::new(), |phone| phone.e164);
        if e164 != expected {
            differences.push((text, code, expected, e164));
        }
    }
    assert_eq!(differences, []);
}

#[test]
fn numbers_become_e164() {
    for (input, code, expected) in [
        ("+1 202 555 0143", "", "+12025550143"),
        ("+1 202 555 0143", "DE", "+12025550143"),
        ("(202) 555-0143", "US", "+12025550143"),
        ("202.555.0143", "US", "+12025550143"),
        ("1 202 555 0143", "US", "+12025550143"),
        ("011 44 20 7946 0018", "US", "+442079460018"),
        ("0044 20 7946 0018", "DE", "+442079460018"),
        ("+44 (0)20 7946 0018", "", "+442079460018"),
        ("+390669812345", "", "+390669812345"),
        ("tel:+1-202-555-0143", "", "+12025550143"),
        ("Tel: 202-555-0143", "US", "+12025550143"),
        ("+1\u{a0}202\u{a0}555\u{a0}0143", "", "+12025550143"),
        ("＋１２０２５５５０１４３", "", "+12025550143"),
        ("+800 1234 5678", "", "+80012345678"),
    ] {
        let phone = normalise_phone(input, region(code)).unwrap();
        assert_eq!(phone.e164, expected, "{input:?} {code}");
        assert_eq!(phone.extension, None, "{input:?} {code}");
    }
}

#[test]
fn extensions_are_kept_beside_the_number() {
    for (input, expected) in [
        ("+1 202 555 0143 ext. 7", "7"),
        ("+1 202 555 0143x012", "012"),
        ("tel:+1-202-555-0143;ext=22", "22"),
        ("+1 202 555 0143 #9", "9"),
    ] {
        let phone = normalise_phone(input, None).unwrap();
        assert_eq!(phone.e164, "+12025550143", "{input}");
        assert_eq!(phone.extension.as_deref(), Some(expected), "{input}");
    }
}

#[test]
fn readings_that_may_be_wrong_are_doubted() {
    for (input, code, e164, expected) in [
        (
            "491713920012",
            "DE",
            "+49491713920012",
            Some(Code::PhoneDoubledCode),
        ),
        ("+49 171 3920012", "DE", "+491713920012", None),
        ("0171 3920012", "DE", "+491713920012", None),
        ("905321234567", "TR", "+905321234567", None),
        (
            "1-800-FLOWERS",
            "US",
            "+18003569377",
            Some(Code::PhoneWordsRead),
        ),
        (
            "Ada 030 901820",
            "DE",
            "+4930901820",
            Some(Code::PhoneWordsRead),
        ),
        ("Tel. 030 901820", "DE", "+4930901820", None),
        ("tel:+1-202-555-0143", "", "+12025550143", None),
        ("+1 202 555 0143 ext. 7", "", "+12025550143", None),
    ] {
        let phone = normalise_phone(input, region(code)).unwrap();
        let doubt = phone.doubt.map(|finding| finding.code);
        assert_eq!((phone.e164.as_str(), doubt), (e164, expected), "{input}");
    }
}

#[test]
fn what_spreadsheet_programs_do_to_numbers_is_named() {
    for (input, code, expected) in [
        ("5.32123E+09", "TR", Code::PhoneScientific),
        ("5,32123e+09", "", Code::PhoneScientific),
        ("+4.9E12", "DE", Code::PhoneScientific),
        ("905321234567", "DE", Code::PhonePrefixLost),
        ("905321234567", "", Code::PhonePrefixLost),
        ("669812345", "IT", Code::PhonePrefixLost),
        ("2025550143", "", Code::PhoneNoRegion),
        ("E4", "US", Code::PhoneNotANumber),
        ("5E", "US", Code::PhoneNotANumber),
    ] {
        let finding = normalise_phone(input, region(code)).unwrap_err();
        assert_eq!(finding.code, expected, "{input} {code}: {finding:?}");
    }
}

#[test]
fn each_kind_of_bad_number_has_its_own_code() {
    use Code::{
        PhoneInvalid, PhoneNoRegion, PhoneNotANumber, PhoneTooLong, PhoneTooShort,
        PhoneUnknownCountryCode,
    };
    for (input, code, expected) in [
        ("(202) 555-0143", "", PhoneNoRegion),
        ("0044 20 7946 0018", "", PhoneNoRegion),
        ("12", "", PhoneNoRegion),
        ("", "US", PhoneNotANumber),
        ("call me", "US", PhoneNotANumber),
        ("call me", "", PhoneNotANumber),
        ("+", "", PhoneNotANumber),
        ("jane@example.com", "US", PhoneNotANumber),
        (&"1".repeat(251), "US", PhoneNotANumber),
        ("+999 123", "", PhoneUnknownCountryCode),
        ("＋999 123", "", PhoneUnknownCountryCode),
        ("+999 1234567", "DE", PhoneUnknownCountryCode),
        ("12", "US", PhoneTooShort),
        ("+1 415", "", PhoneTooShort),
        ("555-0143", "US", PhoneTooShort),
        ("+1 202 555 0143 0143 0143", "", PhoneTooLong),
        ("+1 202 555 01430", "", PhoneTooLong),
        ("+1 202 555 0143 (home)", "", PhoneTooLong),
        ("202 555 0143 / 202 555 0144", "US", PhoneTooLong),
        ("000 000 0000", "US", PhoneInvalid),
        ("+1 999 555 0143", "", PhoneInvalid),
    ] {
        let finding = normalise_phone(input, region(code)).unwrap_err();
        assert_eq!(finding.code, expected, "{input:?} {code}: {finding:?}");
    }
}

#[test]
fn a_refusal_names_the_region_a_national_number_was_read_in() {
    for (input, code, expected) in [
        ("12", "US", "has too few digits (read as a number of US)"),
        ("+1 415", "US", "has too few digits"),
        ("+1 415", "", "has too few digits"),
        (
            "12345678",
            "",
            "is a national number, and nothing says of which country",
        ),
    ] {
        let finding = normalise_phone(input, region(code)).unwrap_err();
        assert_eq!(finding.predicate, expected, "{input} {code}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in any::<String>(), number in "[+0-9 ()./x#;=*-]{0,40}") {
        for code in ["", "US", "DE", "AR", "IT"] {
            let _ = normalise_phone(&text, region(code));
            let _ = normalise_phone(&number, region(code));
        }
    }

    #[test]
    fn a_normalised_phone_normalises_to_itself(
        text in "(\\+|00|0)?[1-9][0-9]{6,13}",
        code in prop::sample::select(vec!["US", "DE", "TR", "GB", "IT", "BR", "MX", "AR", "RU", "VA"]),
    ) {
        if let Ok(phone) = normalise_phone(&text, region(code)) {
            prop_assert!(phone.e164.len() <= 21);
            for again_in in ["", code, "US", "BY"] {
                let again = normalise_phone(&phone.e164, region(again_in));
                let again = again.map(|phone| phone.e164);
                prop_assert_eq!(again, Ok(phone.e164.clone()));
            }
        }
    }
}
