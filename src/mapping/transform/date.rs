//! Dates as people write them to dates as ISO 8601 writes them.

use jiff::civil::{Date, DateTime, Time};
use jiff::fmt::strtime::BrokenDownTime;

use crate::mapping::document::Reader;
use crate::mapping::node::Node;
use crate::model::{Code, Finding, shorten};

/// How dates are written.
#[derive(Debug, Clone, Default)]
pub(super) enum DateReading {
    /// The year first.
    #[default]
    YearFirst,
    DayFirst,
    MonthFirst,
    /// As `strftime` describes it.
    Described(String),
}

impl DateReading {
    /// Reads `ymd`, `dmy`, `mdy`, or a description such as `%d %B %Y`.
    pub(super) fn read(node: &Node<'_>, reader: &mut Reader<'_>) -> Option<Self> {
        let text = node.filled_text(reader)?;
        match text.trim() {
            "ymd" => return Some(Self::YearFirst),
            "dmy" => return Some(Self::DayFirst),
            "mdy" => return Some(Self::MonthFirst),
            described if can_be_written(described) => {
                return Some(Self::Described(described.to_owned()));
            }
            _ => (),
        }
        let title = format!("`{}` says nothing of how dates are written", shorten(text));
        reader.error(node.span.clone(), title, "not known");
        reader.help("write `ymd`, `dmy`, `mdy`, or a description such as `%d %B %Y`");
        None
    }

    /// The date as `2024-03-01`, or `2024-03-01T14:30:00` if the text has a time.
    ///
    /// Between numbers may stand dots, slashes, hyphens or spaces. Years have four digits; for two, a description with
    /// `%y` says that this is meant.
    ///
    /// # Errors
    ///
    /// [`Code::DateInvalid`].
    pub(super) fn to_iso(&self, text: &str) -> Result<String, Finding> {
        let read = match self {
            Self::Described(description) => {
                described(text, description).or_else(|| Self::YearFirst.by_numbers(text.trim()))
            }
            _ => self.by_numbers(text.trim()),
        };
        read.ok_or_else(|| {
            let predicate = format!("is no date that is written as `{}`", self.shown());
            Finding::new(Code::DateInvalid, predicate)
        })
    }

    fn shown(&self) -> &str {
        match self {
            Self::YearFirst => "ymd",
            Self::DayFirst => "dmy",
            Self::MonthFirst => "mdy",
            Self::Described(description) => description,
        }
    }

    fn by_numbers(&self, text: &str) -> Option<String> {
        let (text, zone) = split_zone(text);
        let (date, time) = match text.split_once(['T', ' ']) {
            Some((date, time)) if time.contains(':') => (date, Some(time.trim())),
            _ => (text, None),
        };
        let mut numbers = date
            .split(['.', '/', '-', ' '])
            .filter(|number| !number.is_empty());
        let parts = [numbers.next()?, numbers.next()?, numbers.next()?];
        if numbers.next().is_some() {
            return None;
        }
        let [year, month, day] = match self {
            // What begins with a year of four digits is ISO 8601, as workbooks give their dates.
            _ if parts[0].len() == YEAR_DIGITS => parts,
            Self::DayFirst => [parts[2], parts[1], parts[0]],
            Self::MonthFirst => [parts[2], parts[0], parts[1]],
            _ => parts,
        };
        if year.len() != YEAR_DIGITS {
            return None;
        }
        let date = Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?).ok()?;
        match time {
            None => zone.is_empty().then(|| date.to_string()),
            Some(time) => {
                let time: Time = time.trim().parse().ok()?;
                Some(DateTime::from_parts(date, time).to_string() + zone)
            }
        }
    }
}

/// A time and its zone, `Z` or such as `+03:00`: what hour it was says nothing without.
fn split_zone(text: &str) -> (&str, &str) {
    let (Some(colon), Some(zone)) = (text.find(':'), text.rfind(['Z', '+', '-'])) else {
        return (text, "");
    };
    if colon < zone {
        text.split_at(zone)
    } else {
        (text, "")
    }
}

const YEAR_DIGITS: usize = 4;

/// Whether the description has a date in it that can be read back.
fn can_be_written(description: &str) -> bool {
    let example = DateTime::constant(2024, 3, 1, 14, 30, 0, 0);
    let broken_down = BrokenDownTime::from(example);
    let written = broken_down.to_string(description);
    description.contains('%')
        && written.is_ok_and(|written| described(&written, description).is_some())
}

fn described(text: &str, description: &str) -> Option<String> {
    let read = BrokenDownTime::parse(description, text.trim()).ok()?;
    let date = read.to_date().ok()?;
    match read.hour() {
        None => Some(date.to_string()),
        Some(_) => Some(DateTime::from_parts(date, read.to_time().ok()?).to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::DateReading;

    #[test]
    fn dates_are_read_in_the_order_that_is_named() {
        let described = |description: &str| DateReading::Described(description.to_owned());
        for (reading, text, expected) in [
            (DateReading::YearFirst, "2024-03-01", Some("2024-03-01")),
            (DateReading::YearFirst, "2024/3/1", Some("2024-03-01")),
            (
                DateReading::YearFirst,
                "2024-03-01T14:30:00Z",
                Some("2024-03-01T14:30:00Z"),
            ),
            (
                DateReading::DayFirst,
                "1.3.2024 14:30+03:00",
                Some("2024-03-01T14:30:00+03:00"),
            ),
            (DateReading::DayFirst, "2024-03-01", Some("2024-03-01")),
            (DateReading::YearFirst, "01.03.2024", None),
            (DateReading::DayFirst, "01.03.2024", Some("2024-03-01")),
            (
                DateReading::DayFirst,
                "1/3/2024 14:30",
                Some("2024-03-01T14:30:00"),
            ),
            (DateReading::DayFirst, "1 . 3 . 2024", Some("2024-03-01")),
            (DateReading::DayFirst, "1.3.24", None),
            (DateReading::DayFirst, "13.13.2024", None),
            (DateReading::DayFirst, "30.02.2024", None),
            (DateReading::DayFirst, "1.3.2024.5", None),
            (DateReading::DayFirst, "soon", None),
            (DateReading::MonthFirst, "3/1/2024", Some("2024-03-01")),
            (described("%d.%m.%y"), "01.03.24", Some("2024-03-01")),
            (described("%d %B %Y"), "1 March 2024", Some("2024-03-01")),
            (
                described("%d %b %Y, %H:%M"),
                "01 Mar 2024, 14:30",
                Some("2024-03-01T14:30:00"),
            ),
            (described("%d %B %Y"), "1 Mart 2024", None),
        ] {
            let iso = reading.to_iso(text).ok();
            assert_eq!(iso.as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn a_description_must_describe_a_whole_date() {
        for (description, expected) in [
            ("%d.%m.%Y", true),
            ("%Y", false),
            ("%d.%m", false),
            ("%H:%M", false),
            ("%Q", false),
            ("dd.mm.yyyy", false),
        ] {
            assert_eq!(
                super::can_be_written(description),
                expected,
                "{description}"
            );
        }
    }
}
