//! Whether a cell is written as spreadsheet programs write cells.
//!
//! calamine takes some other writings for something else without a word: a text whose number is no plain number is the
//! first text of the table, a value behind which something follows is empty. What cannot be read rightly is refused
//! before anything is read. Source: ECMA-376, part 1, section 18.3.1.4 (`CT_Cell`).

use super::markup::Tag;

/// Rows and columns of a sheet have so many digits and letters at most: `XFD1048576` is the last cell.
const MOST_LETTERS: usize = 3;
const MOST_DIGITS: usize = 7;

/// More texts than that fit into no table.
const MOST_NUMBER_DIGITS: usize = 9;

/// The XML of one text may be this long: 32,767 characters with a format of its own each.
pub(super) const LONGEST_TEXT_BYTES: usize = 8 * 1024 * 1024;

/// What is odd about a cell, as the rest of a sentence that begins with it.
pub(super) type Oddity = &'static str;

/// Where the value of a cell is, by its type.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    /// A number or a truth value.
    #[default]
    Plain,
    /// A spreadsheet error.
    Error,
    /// The number of a shared text.
    Shared,
    /// A text or a date in a `v` element.
    Text,
    /// A text in an `is` element.
    Inline,
}

/// What the next text belongs to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
enum Within {
    #[default]
    Nothing,
    /// A `v` element.
    Value,
    /// An `is` element.
    Inline,
}

/// What was seen of a cell so far.
#[derive(Debug, Default)]
pub(super) struct CellWriting {
    kind: Kind,
    within: Within,
    has_value: bool,
    has_inline: bool,
    /// Whether the `v` element held anything.
    is_filled: bool,
    text_bytes: usize,
    oddity: Option<Oddity>,
}

impl CellWriting {
    /// Begins with the tag of the cell.
    pub(super) fn new(tag: Tag<'_>) -> Self {
        let kind = match tag.attribute("t") {
            Some(b"s") => Kind::Shared,
            Some(b"e") => Kind::Error,
            Some(b"str" | b"d") => Kind::Text,
            Some(b"inlineStr" | b"is") => Kind::Inline,
            _ => Kind::Plain,
        };
        let address = tag.attribute("r");
        Self {
            kind,
            oddity: address.and_then(address_oddity),
            ..Self::default()
        }
    }

    /// A `v` element begins.
    pub(super) fn take_value(&mut self, tag: Tag<'_>) {
        self.note(self.has_value || self.has_inline, "has two values");
        self.has_value = true;
        self.enter(Within::Value, tag);
    }

    /// An `is` element begins. A number may stand before it, of which nobody wants to know.
    pub(super) fn take_inline(&mut self, tag: Tag<'_>) {
        let has_other = self.has_inline || (self.has_value && self.kind != Kind::Inline);
        self.note(has_other, "has two values");
        self.has_inline = true;
        self.enter(Within::Inline, tag);
    }

    /// A formula begins.
    pub(super) fn take_formula(&mut self) {
        let is_late = self.has_value || self.has_inline;
        self.note(is_late, "has a formula behind its value");
    }

    /// The `v` or `is` element ends.
    pub(super) fn leave(&mut self) {
        self.within = Within::Nothing;
    }

    /// A text as it is written; `false` if the cell holds more than any can.
    pub(super) fn take_text(&mut self, text: &[u8]) -> bool {
        if self.within == Within::Value {
            self.is_filled = true;
            let is_plain = !text.contains(&b'&');
            let is_number = text.len() <= MOST_NUMBER_DIGITS && text.iter().all(u8::is_ascii_digit);
            match self.kind {
                Kind::Shared => {
                    self.note(
                        !is_number,
                        "has no plain number where that of its text belongs",
                    );
                }
                Kind::Plain => {
                    self.note(!is_plain, "has a number that is written with entities");
                    self.note(
                        is_padded_number(text),
                        "has a number with white space around it",
                    );
                }
                Kind::Error => self.note(!is_known_error(text), "has an error that is not known"),
                Kind::Text | Kind::Inline => {}
            }
        }
        self.text_bytes += text.len();
        self.text_bytes <= LONGEST_TEXT_BYTES
    }

    /// A comment or `CDATA`; `false` as with texts.
    pub(super) fn take_other(&mut self, other: &[u8]) -> bool {
        let is_within = self.within == Within::Value;
        self.note(is_within, "has a value with a comment or `CDATA` in it");
        self.text_bytes += other.len();
        self.text_bytes <= LONGEST_TEXT_BYTES
    }

    /// What is odd about the cell, now that all of it was seen.
    pub(super) fn oddity(&self) -> Option<Oddity> {
        let lacks_text = self.kind == Kind::Inline && self.is_filled && !self.has_inline;
        let lacking = lacks_text.then_some("has no text where it says that one is");
        self.oddity.or(lacking)
    }

    fn enter(&mut self, within: Within, tag: Tag<'_>) {
        self.within = if tag.opens() { within } else { Within::Nothing };
    }

    fn note(&mut self, is_odd: bool, oddity: Oddity) {
        if is_odd {
            self.oddity.get_or_insert(oddity);
        }
    }
}

/// What is odd about the address of a cell: calamine counts on beyond what its numbers can hold.
fn address_oddity(address: &[u8]) -> Option<Oddity> {
    let letters = address.iter().take_while(|byte| byte.is_ascii_alphabetic());
    let (letters, digits) = address.split_at(letters.count());
    let is_usual = letters.len() <= MOST_LETTERS && is_row_number(digits);
    (!is_usual).then_some("has an address that no sheet has")
}

/// Whether calamine would take the number for a text, whose format shows nothing.
fn is_padded_number(text: &[u8]) -> bool {
    let trimmed = text.trim_ascii();
    let number = std::str::from_utf8(trimmed).ok();
    trimmed.len() < text.len() && number.is_some_and(|number| number.parse::<f64>().is_ok())
}

/// Whether calamine knows the error. Source: ECMA-376, part 1, section 18.18.11 (`ST_CellType`).
fn is_known_error(text: &[u8]) -> bool {
    std::str::from_utf8(text).is_ok_and(|text| text.parse::<calamine::CellErrorType>().is_ok())
}

/// Whether the number of a row is written as one.
pub(super) fn is_row_number(digits: &[u8]) -> bool {
    digits.len() <= MOST_DIGITS && digits.iter().all(u8::is_ascii_digit)
}

#[cfg(test)]
mod tests {
    use crate::source::workbook::sheet_survey::{SheetSurvey, SurveyError};

    /// What is odd about a sheet with these cells.
    fn oddity(cells: &str) -> Option<String> {
        let sheet = format!("<sheetData><row>{cells}</row></sheetData>");
        match SheetSurvey::of(sheet.as_bytes()) {
            Ok(_) => None,
            Err(SurveyError::OddCell { place, oddity }) => Some(format!("{place} {oddity}")),
            Err(SurveyError::Io(error)) => Some(error.to_string()),
        }
    }

    #[test]
    fn cells_as_programs_write_them_are_nothing_odd() {
        for cell in [
            "<c/>",
            "<c r=\"XFD1048576\" t=\"s\"><v>0</v></c>",
            "<c r=\"a1\" t=\"s\"><v></v></c>",
            "<c t=\"s\"><v/></c>",
            "<c t=\"s\">\n <v>123</v>\n</c>",
            "<c><v>-1.5E+7</v></c>",
            "<c t=\"n\"><f>1+1</f><v>2</v></c>",
            "<c t=\"str\"><f>A1&amp;B1</f><v>a &amp; b</v></c>",
            "<c t=\"d\"><v>2024-01-01</v></c>",
            "<c t=\"b\"><v>1</v></c>",
            "<c><v>a b </v></c>",
            "<c><v> </v></c>",
            "<c t=\"e\"><v>#N/A</v></c>",
            "<c t=\"inlineStr\"><is><r><t>a</t></r><r><t><![CDATA[b]]></t></r></is></c>",
            "<c t=\"inlineStr\"><v>7</v><is><t>a</t></is></c>",
            "<c t=\"inlineStr\"><v/></c>",
            "<c t=\"inlineStr\"/>",
            "<c><is><t>a</t></is></c>",
            "<x:c t=\"s\"><x:v>1</x:v></x:c>",
            "<!-- <c t=\"s\"><v>-1</v></c> -->",
        ] {
            assert_eq!(oddity(cell), None, "{cell}");
            assert_eq!(oddity(&cell.repeat(2)), None, "{cell}");
        }
    }

    #[test]
    fn what_would_be_read_as_something_else_is_odd() {
        let number = "`A1` has no plain number where that of its text belongs";
        let two = "`A1` has two values";
        let address = "has an address that no sheet has";
        let late = "`A1` has a formula behind its value";
        let comment = "`A1` has a value with a comment or `CDATA` in it";
        for (cell, expected) in [
            ("<c t=\"s\"><v>-1</v></c>", number),
            ("<c t=\"s\"><v>1.0</v></c>", number),
            ("<c t=\"s\"><v> 1 </v></c>", number),
            ("<c t=\"s\"><v>abc</v></c>", number),
            ("<c t=\"s\"><v>4294967297</v></c>", number),
            ("<c t=\"s\"><v>&#49;</v></c>", number),
            ("<c t=\"s\"><v><![CDATA[1]]></v></c>", comment),
            ("<c><v>5<!-- -->6</v></c>", comment),
            ("<c t=\"str\"><v><![CDATA[5]]></v></c>", comment),
            (
                "<c><v> 5 </v></c>",
                "`A1` has a number with white space around it",
            ),
            (
                "<c t=\"e\"><v>#SPILL!</v></c>",
                "`A1` has an error that is not known",
            ),
            (
                "<c><v>&#53;</v></c>",
                "`A1` has a number that is written with entities",
            ),
            ("<c t=\"inlineStr\"><is><t>a</t></is><v>1</v></c>", two),
            ("<c t=\"inlineStr\"><is/><is><t>a</t></is></c>", two),
            ("<c t=\"s\"><v>1</v><v>2</v></c>", two),
            ("<c><v>1</v><is><t>a</t></is></c>", two),
            ("<c><v>1</v><f>1</f></c>", late),
            (
                "<c t=\"inlineStr\"><v>a</v></c>",
                "`A1` has no text where it says that one is",
            ),
            (
                "<c r=\"A4294967301\"/>",
                &format!("`A4294967301` {address}"),
            ),
            ("<c r=\"ABCD1\"/>", &format!("`ABCD1` {address}")),
            ("<c r=\"A-1\"/>", &format!("`A-1` {address}")),
        ] {
            assert_eq!(oddity(cell).as_deref(), Some(expected), "{cell}");
        }
    }

    #[test]
    fn rows_and_sheets_are_looked_at_too() {
        for (sheet, expected) in [
            (
                "<sheetData><row r=\"4294967301\"/></sheetData>",
                "row `4294967301` has a number that no sheet has",
            ),
            (
                "<sheetData><row r=\"A5\"/></sheetData>",
                "row `A5` has a number that no sheet has",
            ),
            (
                "<sheetData/><sheetData><row/></sheetData>",
                "it has its rows in two places",
            ),
        ] {
            let error = SheetSurvey::of(sheet.as_bytes()).unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
        let endless = format!(
            "<sheetData><row><c t=\"inlineStr\"><is>{}",
            "<r><t>some text</t></r>".repeat(super::LONGEST_TEXT_BYTES / 8)
        );
        let error = SheetSurvey::of(endless.as_bytes()).unwrap_err();
        assert!(matches!(error, SurveyError::Io(_)), "{error}");
    }
}
