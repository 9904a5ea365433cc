//! Numbers to text, without loss and without surprise.

use std::fmt::Write;

use crate::model::CellFaultKind;

use super::date_text::{Epoch, write_date_time, write_elapsed};
use super::number_format::NumberFormat;

/// From here on a whole number has more than the 15 digits that a spreadsheet program keeps.
const DIGITS_END: f64 = 1e15;

/// Writes `value` as text under `format`; returns the fault if digits were lost before we saw it.
///
/// Plain numbers are written in full, without exponent, as the shortest decimal that is this
/// number: `905321234567`, `0.0000001`. Nothing is ever rounded to what the format shows. A value
/// that its format cannot show (a negative date, a fraction in a pattern of digits) is plain.
pub(super) fn write_number(
    value: f64,
    format: &NumberFormat,
    epoch: Epoch,
    text: &mut String,
) -> Option<CellFaultKind> {
    if value.abs() >= DIGITS_END {
        write_plain(value, text);
        return Some(CellFaultKind::DigitsLost);
    }
    let is_written = match format {
        NumberFormat::Plain => false,
        NumberFormat::Digits(pattern) => {
            let number = whole_number(value).and_then(|whole| u64::try_from(whole).ok());
            number.map(|number| pattern.write(number, text)).is_some()
        }
        NumberFormat::Percent { decimals } => {
            write_percent(value, *decimals, text);
            true
        }
        NumberFormat::DateTime(shape) => write_date_time(value, *shape, epoch, text),
        NumberFormat::Elapsed => write_elapsed(value, text),
    };
    if !is_written {
        write_plain(value, text);
    }
    None
}

fn write_plain(value: f64, text: &mut String) {
    let written = match whole_number(value) {
        Some(whole) => write!(text, "{whole}"),
        None => write!(text, "{value}"),
    };
    written.expect("writing to a string cannot fail");
}

/// `value` as an integer if it is one of at most 15 digits; minus zero is zero.
#[expect(
    clippy::cast_possible_truncation,
    reason = "the range is checked, and the value has no fraction"
)]
fn whole_number(value: f64) -> Option<i64> {
    let is_whole = value.abs() < DIGITS_END && value.fract() == 0.0;
    is_whole.then_some(value as i64)
}

/// Writes `value` hundredfold with a per cent sign and at least `decimals` decimals.
///
/// The decimal point is moved in the text: a multiplication would turn 0.07 into
/// 7.000000000000001.
fn write_percent(value: f64, decimals: usize, text: &mut String) {
    let mut plain = String::new();
    write_plain(value.abs(), &mut plain);
    let (whole, fraction) = plain.split_once('.').unwrap_or((&plain, ""));
    let hundredths = format!("{fraction:0<2}");
    let (moved, rest) = hundredths.split_at(2);
    let whole = format!("{whole}{moved}");
    let whole = whole.trim_start_matches('0');
    if value < 0.0 {
        text.push('-');
    }
    text.push_str(if whole.is_empty() { "0" } else { whole });
    if decimals > 0 || !rest.is_empty() {
        text.push('.');
        write!(text, "{rest:0<decimals$}").expect("writing to a string cannot fail");
    }
    text.push('%');
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(value: f64, code: &str) -> (String, Option<CellFaultKind>) {
        let mut text = String::new();
        let format = NumberFormat::parse(code);
        let fault = write_number(value, &format, Epoch::Year1900, &mut text);
        (text, fault)
    }

    #[test]
    fn numbers_are_written_in_full() {
        for (value, code, expected) in [
            (905_321_234_567.0, "General", "905321234567"),
            (0.0, "General", "0"),
            (-0.0, "General", "0"),
            (-17.0, "General", "-17"),
            (3.25, "General", "3.25"),
            (3.75, "0", "3.75"),
            (1e-7, "General", "0.0000001"),
            (0.1 + 0.2, "0.00", "0.30000000000000004"),
            (1234.5, "#,##0.00", "1234.5"),
            (999_999_999_999_999.0, "General", "999999999999999"),
            (42.0, "00000", "00042"),
            (42.5, "00000", "42.5"),
            (-42.0, "00000", "-42"),
            (45_352.0, "yyyy-mm-dd", "2024-03-01"),
            (-1.0, "yyyy-mm-dd", "-1"),
            (1.5, "[h]:mm", "36:00:00"),
        ] {
            assert_eq!(text_of(value, code), (expected.to_owned(), None), "{code}");
        }
    }

    #[test]
    fn percentages_are_exact_and_have_their_decimals() {
        for (value, code, expected) in [
            (0.25, "0%", "25%"),
            (0.125, "0.00%", "12.50%"),
            (0.07, "0%", "7%"),
            (1.0, "0%", "100%"),
            (0.0, "0.0%", "0.0%"),
            (-0.5, "0%", "-50%"),
            (12.345, "0%", "1234.5%"),
            (0.001, "0%", "0.1%"),
        ] {
            assert_eq!(text_of(value, code), (expected.to_owned(), None), "{code}");
        }
    }

    #[test]
    fn a_number_of_more_than_15_digits_has_lost_some() {
        for (value, expected) in [
            (1e15, "1000000000000000"),
            (-1e15, "-1000000000000000"),
            (12_345_678_901_234_567_000.0, "12345678901234567000"),
            (1e20, "100000000000000000000"),
        ] {
            let expected = (expected.to_owned(), Some(CellFaultKind::DigitsLost));
            assert_eq!(text_of(value, "0000"), expected);
        }
    }
}
