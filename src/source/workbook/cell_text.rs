//! The cells of a workbook to text.

use std::fmt::Write;

use calamine::{DataRef, Style};

use crate::model::CellFaultKind;

use super::date_text::{DateTimeShape, Epoch};
use super::number_format::NumberFormat;
use super::number_text::write_number;

/// Built-in formats without a code of their own: dates that each East Asian language shows its
/// own way. Source: ECMA-376, part 1, section 18.8.30 (`numFmtId`).
fn is_local_date(format_id: u32) -> bool {
    matches!(format_id, 27..=36 | 50..=58)
}

/// Their shape: the value decides whether a time is shown.
const LOCAL_DATE: NumberFormat = NumberFormat::DateTime(DateTimeShape {
    has_date: true,
    has_time: false,
    has_fraction: false,
});

fn number_format_of(style: &Style) -> NumberFormat {
    match &style.number_format {
        None => NumberFormat::Plain,
        Some(format) if format.format_code == "General" => {
            let is_date = format.format_id.is_some_and(is_local_date);
            if is_date {
                LOCAL_DATE
            } else {
                NumberFormat::Plain
            }
        }
        Some(format) => NumberFormat::parse(&format.format_code),
    }
}

/// Turns cells into text by the number formats of their workbook.
pub(super) struct CellTexts {
    formats: Vec<NumberFormat>,
    epoch: Epoch,
    scratch: String,
}

impl CellTexts {
    /// Understands the number formats of `styles`, a workbook's cell formats in their order.
    pub(super) fn new(styles: &[Style], epoch: Epoch) -> Self {
        Self {
            formats: styles.iter().map(number_format_of).collect(),
            epoch,
            scratch: String::new(),
        }
    }

    /// The text of `value` in a cell of the style at `style_index`, with what is wrong with it.
    ///
    /// Strings and ISO dates stay as they are, but for a time of midnight; booleans are `TRUE` and `FALSE`; errors such as
    /// `#N/A` are a fault. Formulas arrive as the value that the workbook keeps for them.
    #[expect(
        clippy::cast_precision_loss,
        reason = "an integer that a float cannot hold has lost digits by the rule for numbers"
    )]
    pub(super) fn text<'a>(
        &'a mut self,
        value: &'a DataRef<'_>,
        style_index: usize,
    ) -> (&'a str, Option<CellFaultKind>) {
        match value {
            DataRef::String(text) | DataRef::DurationIso(text) => (text, None),
            DataRef::DateTimeIso(text) => (without_midnight(text), None),
            DataRef::SharedString(text) => (text, None),
            DataRef::Bool(true) => ("TRUE", None),
            DataRef::Bool(false) => ("FALSE", None),
            DataRef::Empty => ("", None),
            DataRef::Error(error) => {
                self.scratch.clear();
                write!(self.scratch, "{error}").expect("writing to a string cannot fail");
                (&self.scratch, Some(CellFaultKind::ErrorValue))
            }
            DataRef::Int(number) => self.number(*number as f64, style_index),
            DataRef::Float(number) => self.number(*number, style_index),
            DataRef::DateTime(serial) => self.number(serial.as_f64(), style_index),
        }
    }

    fn number(&mut self, value: f64, style_index: usize) -> (&str, Option<CellFaultKind>) {
        let format = self
            .formats
            .get(style_index)
            .unwrap_or(&NumberFormat::Plain);
        self.scratch.clear();
        let fault = write_number(value, format, self.epoch, &mut self.scratch);
        (&self.scratch, fault)
    }
}

/// A date as ISO 8601 writes it, without a time that is only there because the type has one.
fn without_midnight(text: &str) -> &str {
    match text.split_once('T') {
        Some((date, time)) if time.bytes().all(|byte| b"0:.Z".contains(&byte)) => date,
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::without_midnight;

    #[test]
    fn a_day_has_no_time() {
        for (text, expected) in [
            ("2024-03-01T00:00:00.000Z", "2024-03-01"),
            ("2024-03-01", "2024-03-01"),
            ("2024-03-01T14:30:00Z", "2024-03-01T14:30:00Z"),
        ] {
            assert_eq!(without_midnight(text), expected);
        }
    }
}
