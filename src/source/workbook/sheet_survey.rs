//! What a sheet has that a person who looks at it does not see, or sees in another way than it is read.
//!
//! One pass over the sheet's tags: hidden rows and columns, a filter, merged cells, formulas without a value.

use std::io::{self, Read};

use crate::model::Header;

use super::markup::{MarkupReader, Piece, Tag, digits};

/// What was found in a sheet, of all that lies in or below the row of the column names.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct SheetSurvey {
    /// Hidden rows with a filled cell.
    pub(super) hidden_rows: HiddenRows,
    /// Hidden columns, each from and to, counted from 1. At most [`MOST_COLUMN_RANGES`].
    pub(super) hidden_columns: Vec<(u64, u64)>,
    /// Whether a filter has conditions.
    pub(super) is_filtered: bool,
    /// Areas of merged cells that reach below the column names.
    pub(super) merged: Found,
    /// Formulas whose value the workbook does not keep.
    pub(super) unvalued_formulas: Found,
}

/// How many there are, and where the first is.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// How many.
    pub(super) count: u64,
    /// The cell or area, as a spreadsheet program names it.
    pub(super) first: String,
}

/// Rows that are hidden.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct HiddenRows {
    /// How many.
    pub(super) count: u64,
    /// The first ones that follow each other, from and to.
    pub(super) first: (u64, u64),
}

/// A sheet writes few; what a hostile one writes must not fill the memory.
const MOST_COLUMN_RANGES: usize = 1024;

impl SheetSurvey {
    /// Looks through the sheet `part`, whose column names stand in `header_row`.
    ///
    /// # Errors
    ///
    /// Those of the part; see [`MarkupReader::next_piece`].
    pub(super) fn of(part: impl Read, header_row: u64) -> io::Result<Self> {
        let mut markup = MarkupReader::new(part);
        let mut pass = Pass {
            header_row,
            ..Pass::default()
        };
        while let Some(piece) = markup.next_piece()? {
            match piece {
                Piece::Tag(tag) => {
                    pass.is_value_next = false;
                    pass.take(tag);
                }
                Piece::Text(_) | Piece::Other(_) => pass.cell.has_value |= pass.is_value_next,
            }
        }
        Ok(pass.survey)
    }
}

/// The pass, at some place of the sheet.
#[derive(Default)]
struct Pass {
    survey: SheetSurvey,
    header_row: u64,
    row: Row,
    cell: Cell,
    /// Whether a text that comes now is the value of the cell.
    is_value_next: bool,
    /// Views of single people have filters of their own.
    is_in_view: bool,
}

#[derive(Default)]
struct Row {
    number: u64,
    is_hidden: bool,
    is_filled: bool,
    cells: u64,
}

#[derive(Default)]
struct Cell {
    /// Its tag, of which little is looked at later and mostly nothing.
    tag: Vec<u8>,
    has_formula: bool,
    has_value: bool,
    /// Whether there is a place for a value.
    has_place: bool,
}

impl Pass {
    fn take(&mut self, tag: Tag<'_>) {
        match (tag.local_name(), tag.is_end()) {
            (b"c", false) => self.begin_cell(tag),
            (b"c", true) => self.end_cell(),
            (b"v", false) => {
                self.cell.has_place = true;
                self.is_value_next = tag.opens();
            }
            (b"t", false) => self.is_value_next = tag.opens(),
            (b"f", false) => self.cell.has_formula = true,
            (b"row", false) => self.begin_row(tag),
            (b"row", true) => self.end_row(),
            (b"col", false) => self.take_column(tag),
            (b"customSheetViews", is_end) => self.is_in_view = !is_end,
            (b"filterColumn", false) if !self.is_in_view => self.survey.is_filtered = true,
            (b"mergeCell", false) => self.take_merged(tag),
            _ => (),
        }
    }

    fn begin_row(&mut self, tag: Tag<'_>) {
        self.row = Row {
            number: tag
                .attribute("r")
                .and_then(digits)
                .unwrap_or(self.row.number + 1),
            is_hidden: is_true(tag.attribute("hidden")),
            is_filled: false,
            cells: 0,
        };
    }

    fn end_row(&mut self) {
        let Row { number, .. } = self.row;
        if !self.row.is_hidden || !self.row.is_filled || number <= self.header_row {
            return;
        }
        let hidden = &mut self.survey.hidden_rows;
        if hidden.count == 0 {
            hidden.first = (number, number);
        } else if hidden.first.1 + 1 == number {
            hidden.first.1 = number;
        }
        hidden.count += 1;
    }

    fn begin_cell(&mut self, tag: Tag<'_>) {
        self.row.cells += 1;
        self.cell.tag.clear();
        self.cell.tag.extend_from_slice(Piece::Tag(tag).bytes());
        self.cell.has_formula = false;
        self.cell.has_value = false;
        self.cell.has_place = false;
    }

    fn end_cell(&mut self) {
        self.row.is_filled |= self.cell.has_value;
        if !self.cell.has_formula || self.cell.has_value {
            return;
        }
        let tag = Tag::new(&self.cell.tag);
        // A formula that comes to an empty text has this for its value.
        if self.cell.has_place && tag.attribute("t") == Some(b"str") {
            return;
        }
        self.survey
            .unvalued_formulas
            .take(|| match tag.attribute("r") {
                Some(name) => String::from_utf8_lossy(name).into_owned(),
                None => format!("{}{}", column_letters(self.row.cells), self.row.number),
            });
    }

    fn take_column(&mut self, tag: Tag<'_>) {
        let bound = |name| tag.attribute(name).and_then(digits);
        let columns = &mut self.survey.hidden_columns;
        if let (Some(first), Some(last), true) =
            (bound("min"), bound("max"), is_true(tag.attribute("hidden")))
            && columns.len() < MOST_COLUMN_RANGES
        {
            columns.push((first, last));
        }
    }

    fn take_merged(&mut self, tag: Tag<'_>) {
        let area = tag.attribute("ref").unwrap_or_default();
        let last_cell = area.rsplit(|&byte| byte == b':').next().unwrap_or_default();
        let row_digits = last_cell.iter().position(u8::is_ascii_digit);
        let last_row = row_digits.and_then(|at| digits(&last_cell[at..]));
        if last_row.is_some_and(|row| row > self.header_row) {
            let area = || String::from_utf8_lossy(area).into_owned();
            self.survey.merged.take(area);
        }
    }
}

impl Found {
    fn take(&mut self, place: impl FnOnce() -> String) {
        if self.count == 0 {
            self.first = place();
        }
        self.count += 1;
    }
}

/// Whether an attribute says yes.
fn is_true(value: Option<&[u8]>) -> bool {
    matches!(value, Some(b"1" | b"true"))
}

/// What a spreadsheet program calls the column of that number, counted from 1.
pub(super) fn column_letters(column: u64) -> String {
    let index = usize::try_from(column.saturating_sub(1)).unwrap_or(usize::MAX);
    Header::letter(index)
}
