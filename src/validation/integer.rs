//! Whole numbers: the ids of things in the CRM.

use std::num::IntErrorKind;

use crate::model::{Code, Finding};

/// Reads a whole number: an optional `-` and ASCII digits, in the range of `i64`.
///
/// Leading zeros are permitted. White space, `+`, grouping and decimals are not: `12.0` may be an id
/// that a spreadsheet program turned into a number, but `1.200` is not, and nothing tells them apart.
///
/// # Errors
///
/// [`Code::IntegerInvalid`], telling a number that is too large from what is no number.
pub fn parse_integer(text: &str) -> Result<i64, Finding> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(Finding::new(
            Code::IntegerInvalid,
            "is not a whole number in plain digits",
        ));
    }
    text.parse().map_err(|error: std::num::ParseIntError| {
        let predicate = match error.kind() {
            IntErrorKind::NegOverflow => "is below the smallest whole number the CRM can hold",
            _ => "is above the largest whole number the CRM can hold",
        };
        Finding::new(Code::IntegerInvalid, predicate)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn whole_numbers_are_read() {
        for (input, expected) in [
            ("0", 0),
            ("7", 7),
            ("-7", -7),
            ("-0", 0),
            ("007", 7),
            ("9223372036854775807", i64::MAX),
            ("-9223372036854775808", i64::MIN),
        ] {
            assert_eq!(parse_integer(input), Ok(expected), "{input:?}");
        }
    }

    #[test]
    fn what_is_no_whole_number_is_refused() {
        for input in [
            "", "-", "+7", "--7", "7-", "7.0", "1,200", "1 200", " 7", "7 ", "seven", "0x7", "1e3",
            "٧", "７", "²",
        ] {
            let finding = parse_integer(input).unwrap_err();
            assert_eq!(finding.code, Code::IntegerInvalid, "{input:?}");
            assert_eq!(finding.predicate, "is not a whole number in plain digits");
        }
    }

    #[test]
    fn numbers_out_of_range_are_told_from_what_is_no_number() {
        for (input, expected) in [
            (
                "9223372036854775808",
                "is above the largest whole number the CRM can hold",
            ),
            (
                "-9223372036854775809",
                "is below the smallest whole number the CRM can hold",
            ),
        ] {
            assert_eq!(parse_integer(input).unwrap_err().predicate, expected);
        }
    }

    proptest! {
        #[test]
        fn every_whole_number_reads_as_itself(number: i64) {
            prop_assert_eq!(parse_integer(&number.to_string()), Ok(number));
        }

        #[test]
        fn no_text_makes_it_panic(text in any::<String>()) {
            let _ = parse_integer(&text);
        }
    }
}
