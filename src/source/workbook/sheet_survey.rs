//! What a sheet has that a person who looks at it does not see, or sees in another way than it is read; and what in
//! it cannot be read rightly at all.
//!
//! One pass over the sheet's tags: hidden rows and columns, a filter, merged cells, formulas without a value, and
//! cells that no program writes so.

use std::io::{self, Read};

use crate::model::Header;

use super::cell_writing::{CellWriting, Oddity, is_row_number};
use super::markup::{MarkupReader, Piece, Tag, digits};

/// What was found in a sheet.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct SheetSurvey {
    /// Hidden rows with a filled cell, each range from and to. Those beyond [`MOST_RANGES`] ranges are left out.
    pub(super) hidden_rows: Vec<(u64, u64)>,
    /// Hidden columns, each range from and to, counted from 1. At most [`MOST_RANGES`].
    pub(super) hidden_columns: Vec<(u64, u64)>,
    /// Whether a filter has conditions.
    pub(super) is_filtered: bool,
    /// Areas of merged cells, each with its last row. At most [`MOST_RANGES`].
    pub(super) merged: Vec<(u64, String)>,
    /// How many formulas there are whose value the workbook does not keep.
    pub(super) unvalued_formulas: u64,
    /// The cell of the first of them, as a spreadsheet program names it.
    pub(super) first_unvalued: String,
    /// How many rows have their last filled cell in each column, counted from 0.
    pub(super) rows_by_width: Vec<u64>,
}

/// Why a sheet cannot be read.
#[derive(Debug, thiserror::Error)]
pub(super) enum SurveyError {
    /// Its part could not be read, or has a piece or text that is too long.
    #[error("the sheet cannot be read")]
    Io(#[from] io::Error),
    /// Something would be taken for something else.
    #[error("{place} {oddity}")]
    OddCell {
        /// The cell, row or sheet.
        place: String,
        /// What is wrong with it.
        oddity: Oddity,
    },
}

/// Three letters name no more.
const MOST_COLUMNS: usize = 26 * 27 * 27;

/// A sheet writes few; what a hostile one writes must not fill the memory.
const MOST_RANGES: usize = 1024;

impl SheetSurvey {
    /// Looks through the sheet `part`.
    ///
    /// # Errors
    ///
    /// Those of the part (see [`MarkupReader::next_piece`]), [`io::ErrorKind::FileTooLarge`] for a cell that holds more
    /// than any can, and [`SurveyError::OddCell`].
    pub(super) fn of(part: impl Read) -> Result<Self, SurveyError> {
        Self::look(part, |_| false)
    }

    /// Looks through the sheet `part` up to the end of its second filled row: the first one is complete for calamine when
    /// it has read a cell of another.
    ///
    /// # Errors
    ///
    /// As [`Self::of`].
    pub(super) fn ensure_readable_start(part: impl Read) -> Result<(), SurveyError> {
        Self::look(part, |pass| pass.filled_rows == 2).map(drop)
    }

    fn look(part: impl Read, is_enough: impl Fn(&Pass) -> bool) -> Result<Self, SurveyError> {
        let mut markup = MarkupReader::new(part);
        let mut pass = Pass::default();
        while let Some(piece) = markup.next_piece()? {
            let is_bounded = match piece {
                Piece::Tag(tag) => {
                    pass.is_value_next = false;
                    pass.take(tag)?;
                    true
                }
                Piece::Text(text) => pass.take_text(text),
                Piece::Other(other) => pass.take_other(other),
            };
            if !is_bounded {
                return Err(io::Error::from(io::ErrorKind::FileTooLarge).into());
            }
            if is_enough(&pass) {
                break;
            }
        }
        Ok(pass.survey)
    }
}

/// The pass, at some place of the sheet.
#[derive(Default)]
struct Pass {
    survey: SheetSurvey,
    filled_rows: u64,
    data: Data,
    row: Row,
    cell: Cell,
    /// Whether a text that comes now is the value of the cell.
    is_value_next: bool,
    /// Views of single people have filters of their own.
    is_in_view: bool,
}

/// Where the pass is of the one element that holds all rows.
#[derive(Default, PartialEq, Eq)]
enum Data {
    #[default]
    Before,
    Within,
    Behind,
}

#[derive(Default)]
struct Row {
    number: u64,
    is_hidden: bool,
    is_filled: bool,
    cells: u64,
    /// The column of its last filled cell, counted from 0.
    last_column: usize,
}

#[derive(Default)]
struct Cell {
    /// Its tag, of which little is looked at later and mostly nothing.
    tag: Vec<u8>,
    has_formula: bool,
    has_value: bool,
    /// Whether there is a place for a value.
    has_place: bool,
    writing: CellWriting,
}

impl Pass {
    fn take(&mut self, tag: Tag<'_>) -> Result<(), SurveyError> {
        match (tag.local_name(), tag.is_end()) {
            (b"c", false) => return self.begin_cell(tag),
            (b"c", true) => return self.end_cell(),
            (b"v", false) => {
                self.cell.has_place = true;
                self.is_value_next = tag.opens();
                self.cell.writing.take_value(tag);
            }
            (b"is", false) => self.cell.writing.take_inline(tag),
            (b"v" | b"is", true) => self.cell.writing.leave(),
            (b"t", false) => self.is_value_next = tag.opens(),
            (b"f", false) => {
                self.cell.has_formula = true;
                self.cell.writing.take_formula();
            }
            (b"row", false) => return self.begin_row(tag),
            (b"row", true) => self.end_row(),
            (b"sheetData", is_end) => return self.take_data(tag, is_end),
            (b"col", false) => self.take_column(tag),
            (b"customSheetViews", is_end) => self.is_in_view = !is_end,
            (b"filterColumn", false) if !self.is_in_view => self.survey.is_filtered = true,
            (b"mergeCell", false) => self.take_merged(tag),
            _ => (),
        }
        Ok(())
    }

    fn take_text(&mut self, text: &[u8]) -> bool {
        self.cell.has_value |= self.is_value_next;
        self.cell.writing.take_text(text)
    }

    fn take_other(&mut self, other: &[u8]) -> bool {
        self.cell.has_value |= self.is_value_next;
        self.cell.writing.take_other(other)
    }

    /// calamine reads the first such element and no other.
    fn take_data(&mut self, tag: Tag<'_>, is_end: bool) -> Result<(), SurveyError> {
        if !is_end && self.data != Data::Before {
            return Err(SurveyError::OddCell {
                place: "it".to_owned(),
                oddity: "has its rows in two places",
            });
        }
        self.data = if tag.opens() {
            Data::Within
        } else {
            Data::Behind
        };
        Ok(())
    }

    fn begin_row(&mut self, tag: Tag<'_>) -> Result<(), SurveyError> {
        let number = tag.attribute("r");
        if let Some(number) = number.filter(|number| !is_row_number(number)) {
            return Err(SurveyError::OddCell {
                place: format!("row `{}`", String::from_utf8_lossy(number)),
                oddity: "has a number that no sheet has",
            });
        }
        self.row = Row {
            number: number.and_then(digits).unwrap_or(self.row.number + 1),
            is_hidden: is_true(tag.attribute("hidden")),
            is_filled: false,
            cells: 0,
            last_column: 0,
        };
        Ok(())
    }

    fn end_row(&mut self) {
        let Row { number, .. } = self.row;
        if self.row.is_filled {
            self.filled_rows += 1;
            let widths = &mut self.survey.rows_by_width;
            widths.resize(widths.len().max(self.row.last_column + 1), 0);
            widths[self.row.last_column] += 1;
        }
        if !self.row.is_hidden || !self.row.is_filled {
            return;
        }
        let ranges = &mut self.survey.hidden_rows;
        let has_room = ranges.len() < MOST_RANGES;
        match ranges.last_mut() {
            Some((_, last)) if *last + 1 == number => *last = number,
            _ if has_room => ranges.push((number, number)),
            _ => (),
        }
    }

    /// A cell without an end of its own has no value either.
    fn begin_cell(&mut self, tag: Tag<'_>) -> Result<(), SurveyError> {
        self.row.cells += 1;
        self.cell.tag.clear();
        self.cell.tag.extend_from_slice(Piece::Tag(tag).bytes());
        self.cell.has_formula = false;
        self.cell.has_value = false;
        self.cell.has_place = false;
        self.cell.writing = CellWriting::new(tag);
        if tag.opens() {
            return Ok(());
        }
        self.ensure_usual()
    }

    fn end_cell(&mut self) -> Result<(), SurveyError> {
        self.ensure_usual()?;
        self.cell.writing = CellWriting::default();
        if self.cell.has_value {
            self.row.is_filled = true;
            self.row.last_column = self.column();
        }
        if !self.cell.has_formula || self.cell.has_value {
            return Ok(());
        }
        let tag = Tag::new(&self.cell.tag);
        // A formula that comes to an empty text has this for its value.
        if self.cell.has_place && tag.attribute("t") == Some(b"str") {
            return Ok(());
        }
        if self.survey.unvalued_formulas == 0 {
            self.survey.first_unvalued = self.cell_name();
        }
        self.survey.unvalued_formulas += 1;
        Ok(())
    }

    fn ensure_usual(&self) -> Result<(), SurveyError> {
        match self.cell.writing.oddity() {
            Some(oddity) if self.data == Data::Within => Err(SurveyError::OddCell {
                place: format!("`{}`", self.cell_name()),
                oddity,
            }),
            _ => Ok(()),
        }
    }

    /// The column of the cell, counted from 0: three letters at most, as was seen.
    fn column(&self) -> usize {
        let by_letters = |name: &[u8]| {
            let letters = name.iter().take_while(|byte| byte.is_ascii_alphabetic());
            letters.fold(0, |column, letter| {
                column * 26 + usize::from(letter.to_ascii_uppercase() - b'A') + 1
            })
        };
        let named = Tag::new(&self.cell.tag).attribute("r").map(by_letters);
        let counted = usize::try_from(self.row.cells).unwrap_or(0);
        named.unwrap_or(counted).saturating_sub(1).min(MOST_COLUMNS)
    }

    /// What a spreadsheet program calls the cell.
    fn cell_name(&self) -> String {
        match Tag::new(&self.cell.tag).attribute("r") {
            Some(name) => String::from_utf8_lossy(name).into_owned(),
            None => format!("{}{}", column_letters(self.row.cells), self.row.number),
        }
    }

    fn take_column(&mut self, tag: Tag<'_>) {
        let bound = |name| tag.attribute(name).and_then(digits);
        let columns = &mut self.survey.hidden_columns;
        if let (Some(first), Some(last), true) =
            (bound("min"), bound("max"), is_true(tag.attribute("hidden")))
            && columns.len() < MOST_RANGES
        {
            columns.push((first, last));
        }
    }

    fn take_merged(&mut self, tag: Tag<'_>) {
        let area = tag.attribute("ref").unwrap_or_default();
        let last_cell = area.rsplit(|&byte| byte == b':').next().unwrap_or_default();
        let row_digits = last_cell.iter().position(u8::is_ascii_digit);
        let last_row = row_digits.and_then(|at| digits(&last_cell[at..]));
        if let Some(last_row) = last_row
            && self.survey.merged.len() < MOST_RANGES
        {
            let area = String::from_utf8_lossy(area).into_owned();
            self.survey.merged.push((last_row, area));
        }
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
