//! Days since an epoch to ISO 8601 text.
//!
//! Source: ECMA-376, part 1, section 18.17.4 (dates and times).

use std::fmt::Write;

use jiff::ToSpan;
use jiff::civil::{Date, date};

/// The day that a workbook counts from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Epoch {
    /// Day 1 is 1 January 1900, and 29 February 1900 is counted though it never was.
    Year1900,
    /// Day 0 is 1 January 1904: old workbooks from a Macintosh.
    Year1904,
}

/// Which parts of a date and time a number format shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct DateTimeShape {
    /// Year, month or day.
    pub(super) has_date: bool,
    /// Hours or seconds.
    pub(super) has_time: bool,
    /// Fractions of a second.
    pub(super) has_fraction: bool,
}

const SECONDS_PER_DAY: i64 = 86_400;
const MILLISECONDS_PER_SECOND: i64 = 1000;

/// Beyond this many days no epoch reaches, and products stay far from overflow.
const MOST_DAYS: f64 = 3_000_000.0;

/// Writes `serial`, a count of days, as `2024-03-01`, `14:30:00` or `2024-03-01T14:30:00`.
///
/// A part is written if the format shows it, and also if it is not zero: nothing is hidden. The
/// first day of the 1900 epoch, day 0, is no date, so only its time is written, or `1900-01-00` as
/// spreadsheet programs show it. Seconds are rounded as they are shown, to milliseconds if the
/// format shows fractions. Returns whether there is such a date; if not, nothing is written.
pub(super) fn write_date_time(
    serial: f64,
    shape: DateTimeShape,
    epoch: Epoch,
    text: &mut String,
) -> bool {
    let Some(total) = rounded_milliseconds(serial, shape.has_fraction) else {
        return false;
    };
    let milliseconds_per_day = SECONDS_PER_DAY * MILLISECONDS_PER_SECOND;
    let (days, time) = (total / milliseconds_per_day, total % milliseconds_per_day);
    let is_day_zero = days == 0 && epoch == Epoch::Year1900;
    let shows_time = time != 0 || shape.has_time;
    let shows_date = if is_day_zero {
        !shows_time
    } else {
        days != 0 || shape.has_date
    };
    if shows_date {
        let Some(day) = day_text(days, epoch) else {
            return false;
        };
        text.push_str(&day);
    }
    if shows_date && shows_time {
        text.push('T');
    }
    if shows_time {
        write_time(time, shape.has_fraction, text);
    }
    true
}

/// Writes `serial`, a count of days, as hours, minutes and seconds: `26:30:00`.
///
/// Returns whether it is small enough to be a length of time; if not, nothing is written.
pub(super) fn write_elapsed(serial: f64, text: &mut String) -> bool {
    let Some(milliseconds) = rounded_milliseconds(serial.abs(), false) else {
        return false;
    };
    if serial < 0.0 && milliseconds != 0 {
        text.push('-');
    }
    write_time(milliseconds, false, text);
    true
}

/// Milliseconds, rounded to whole seconds unless `keeps_fraction`; `None` for what is no date.
///
/// Serials carry the noise of binary fractions, and writers cut them to ever fewer digits.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "the range is checked, the value is whole, and the factors are small"
)]
fn rounded_milliseconds(serial: f64, keeps_fraction: bool) -> Option<i64> {
    if !(0.0..MOST_DAYS).contains(&serial) {
        return None;
    }
    let seconds = serial * SECONDS_PER_DAY as f64;
    Some(if keeps_fraction {
        (seconds * MILLISECONDS_PER_SECOND as f64).round() as i64
    } else {
        seconds.round() as i64 * MILLISECONDS_PER_SECOND
    })
}

fn day_text(days: i64, epoch: Epoch) -> Option<String> {
    /// The number of the day that never was.
    const LEAP_DAY_OF_1900: i64 = 60;
    let first: Date = match (epoch, days) {
        (Epoch::Year1900, 0) => return Some("1900-01-00".to_owned()),
        (Epoch::Year1900, LEAP_DAY_OF_1900) => return Some("1900-02-29".to_owned()),
        (Epoch::Year1900, ..LEAP_DAY_OF_1900) => date(1899, 12, 31),
        (Epoch::Year1900, _) => date(1899, 12, 30),
        (Epoch::Year1904, _) => date(1904, 1, 1),
    };
    let day = first.checked_add(days.days()).ok()?;
    Some(day.to_string())
}

fn write_time(milliseconds: i64, has_fraction: bool, text: &mut String) {
    let seconds = milliseconds / MILLISECONDS_PER_SECOND;
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    write!(text, "{hours:02}:{minutes:02}:{seconds:02}").expect("writing to a string cannot fail");
    if has_fraction {
        let fraction = milliseconds % MILLISECONDS_PER_SECOND;
        write!(text, ".{fraction:03}").expect("writing to a string cannot fail");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const DATE: DateTimeShape = DateTimeShape {
        has_date: true,
        has_time: false,
        has_fraction: false,
    };
    const TIME: DateTimeShape = DateTimeShape {
        has_date: false,
        has_time: true,
        has_fraction: false,
    };
    const BOTH: DateTimeShape = DateTimeShape {
        has_date: true,
        has_time: true,
        has_fraction: false,
    };
    const FINE: DateTimeShape = DateTimeShape {
        has_date: true,
        has_time: true,
        has_fraction: true,
    };

    #[test]
    fn serials_become_iso_dates_and_times() {
        use Epoch::{Year1900, Year1904};
        for (serial, shape, epoch, expected) in [
            (45_352.0, DATE, Year1900, "2024-03-01"),
            (45_352.0, BOTH, Year1900, "2024-03-01T00:00:00"),
            (
                45_352.604_166_666_664,
                BOTH,
                Year1900,
                "2024-03-01T14:30:00",
            ),
            // Neither part is hidden because the format does not show it.
            (
                45_352.604_166_666_664,
                DATE,
                Year1900,
                "2024-03-01T14:30:00",
            ),
            (
                45_352.604_166_666_664,
                TIME,
                Year1900,
                "2024-03-01T14:30:00",
            ),
            (0.604_166_666_666_667, TIME, Year1900, "14:30:00"),
            (0.604_166_666_666_667, BOTH, Year1900, "14:30:00"),
            (0.0, TIME, Year1900, "00:00:00"),
            (0.0, DATE, Year1900, "1900-01-00"),
            (1.0, DATE, Year1900, "1900-01-01"),
            (59.0, DATE, Year1900, "1900-02-28"),
            (60.0, DATE, Year1900, "1900-02-29"),
            (61.0, DATE, Year1900, "1900-03-01"),
            (2_958_465.0, DATE, Year1900, "9999-12-31"),
            (0.0, DATE, Year1904, "1904-01-01"),
            (43_890.0, DATE, Year1904, "2024-03-01"),
            (0.5, TIME, Year1904, "12:00:00"),
            // Rounding up carries into the next day.
            (45_351.999_999_9, BOTH, Year1900, "2024-03-01T00:00:00"),
            (45_352.604_172_5, FINE, Year1900, "2024-03-01T14:30:00.504"),
        ] {
            let mut text = String::new();
            assert!(write_date_time(serial, shape, epoch, &mut text));
            assert_eq!(text, expected, "{serial}");
        }
    }

    #[test]
    fn what_no_calendar_holds_is_no_date() {
        for serial in [-1.0, 2_958_466.0, 1e10, f64::NAN, f64::INFINITY] {
            let mut text = String::new();
            assert!(!write_date_time(serial, DATE, Epoch::Year1900, &mut text));
            assert_eq!(text, "");
        }
    }

    #[test]
    fn lengths_of_time_may_exceed_a_day() {
        for (serial, expected) in [
            (26.5 / 24.0, "26:30:00"),
            (0.0625, "01:30:00"),
            (-0.0625, "-01:30:00"),
            (100.0, "2400:00:00"),
        ] {
            let mut text = String::new();
            assert!(write_elapsed(serial, &mut text));
            assert_eq!(text, expected);
        }
        assert!(!write_elapsed(1e12, &mut String::new()));
    }
}
