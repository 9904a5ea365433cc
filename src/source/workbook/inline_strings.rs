//! A sheet whose cells hold their texts themselves and need no table of shared strings.
//!
//! `<c r="A1" t="s"><v>7</v></c>` becomes `<c r="A1" t="inlineStr"><is>…</is></c>` with what the eighth `si` element
//! holds: both elements have the same content. Source: ECMA-376, part 1, `CT_Rst`, in sections 18.3.1.53 and 18.4.8.
//! Everything else is copied byte by byte, so that calamine reads what it would have read.

use std::io::{self, Read, Write};

use super::markup::{MarkupReader, Piece, Tag, digits};
use super::part_error::{is_broken, part_error, temporary_file_error};
use super::text_store::TextStore;
use crate::source::SourceError;

/// What comes before the value of a cell is held back up to here; a formula has at most 8,192 characters.
const MOST_HELD_BYTES: usize = 1024 * 1024;

/// Copies the sheet `part`, which is called `name`, up to its end, or to the end of the row in which `most_bytes` are
/// written. Returns whether all of it was copied.
///
/// A number that no string has stays where it is: calamine says what is wrong when it gets there, after the rows
/// before it. For the same reason a part that breaks off is copied as far as it goes.
///
/// # Errors
///
/// [`SourceError::TemporaryFile`], [`SourceError::OversizedText`], or that the disk cannot be read.
pub(super) fn copy_with_strings(
    (part, name): (impl Read, &str),
    texts: &mut TextStore,
    output: &mut impl Write,
    most_bytes: u64,
) -> Result<bool, SourceError> {
    let mut markup = MarkupReader::new(part);
    let mut copy = Copy::new(texts, output);
    loop {
        let piece = match markup.next_piece() {
            Ok(Some(piece)) => piece,
            Err(error) if !is_broken(&error) => return Err(part_error(name, error)),
            Ok(None) | Err(_) => {
                copy.let_go().map_err(temporary_file_error)?;
                return Ok(true);
            }
        };
        copy.take(piece).map_err(temporary_file_error)?;
        if copy.written >= most_bytes && is_row_end(piece) {
            copy.put(b"</sheetData></worksheet>")
                .map_err(temporary_file_error)?;
            return Ok(false);
        }
    }
}

fn is_row_end(piece: Piece<'_>) -> bool {
    matches!(piece, Piece::Tag(tag) if tag.is_end() && tag.local_name() == b"row")
}

/// Where in a sheet the copy is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// Nowhere special.
    Outside,
    /// In a cell with a shared string, before its number.
    Cell,
    /// Right before its number.
    Number,
    /// After its number.
    NumberEnd,
}

struct Copy<'a, W> {
    texts: &'a mut TextStore,
    output: &'a mut W,
    written: u64,
    place: Place,
    /// The cell as far as it was read; its start comes first.
    held: Vec<u8>,
    /// How long the start is.
    start_length: usize,
    /// How long all is that comes before the tag of the number.
    before_number: usize,
    text: Vec<u8>,
}

impl<'a, W: Write> Copy<'a, W> {
    fn new(texts: &'a mut TextStore, output: &'a mut W) -> Self {
        Self {
            texts,
            output,
            written: 0,
            place: Place::Outside,
            held: Vec::new(),
            start_length: 0,
            before_number: 0,
            text: Vec::new(),
        }
    }

    fn take(&mut self, piece: Piece<'_>) -> io::Result<()> {
        match (self.place, piece) {
            (Place::Outside, Piece::Tag(tag)) if has_shared_string(tag) => {
                self.held.extend_from_slice(piece.bytes());
                self.start_length = self.held.len();
                self.place = Place::Cell;
                Ok(())
            }
            (Place::Outside, _) => self.put(piece.bytes()),
            (Place::Cell, Piece::Tag(tag)) if tag.opens() && tag.local_name() == b"v" => {
                self.before_number = self.held.len();
                self.held.extend_from_slice(piece.bytes());
                self.place = Place::Number;
                Ok(())
            }
            (Place::Cell, _) => {
                self.held.extend_from_slice(piece.bytes());
                let is_end =
                    matches!(piece, Piece::Tag(tag) if tag.is_end() && tag.local_name() == b"c");
                if is_end || self.held.len() > MOST_HELD_BYTES {
                    self.let_go()?;
                }
                Ok(())
            }
            (Place::Number, _) => self.take_number(piece),
            (Place::NumberEnd, piece) => {
                if matches!(piece, Piece::Tag(tag) if tag.is_end() && tag.local_name() == b"v") {
                    self.place = Place::Outside;
                }
                Ok(())
            }
        }
    }

    fn take_number(&mut self, piece: Piece<'_>) -> io::Result<()> {
        let number = match piece {
            Piece::Text(text) => digits(text),
            Piece::Tag(_) | Piece::Other(_) => None,
        };
        let is_found = match number {
            Some(number) => self.texts.get(number, &mut self.text)?,
            None => false,
        };
        if !is_found {
            self.let_go()?;
            return self.put(piece.bytes());
        }
        self.put_cell_with_text()?;
        self.held.clear();
        self.place = Place::NumberEnd;
        Ok(())
    }

    fn put_cell_with_text(&mut self) -> io::Result<()> {
        let start = &self.held[..self.start_length];
        let kind = Tag::new(start).attribute_range("t").unwrap_or(0..0);
        for bytes in [
            &start[..kind.start],
            b"inlineStr",
            &start[kind.end..],
            &self.held[self.start_length..self.before_number],
            b"<is>",
            &self.text,
            b"</is>",
        ] {
            self.output.write_all(bytes)?;
            self.written += bytes.len() as u64;
        }
        Ok(())
    }

    /// Writes what was held back as it is.
    fn let_go(&mut self) -> io::Result<()> {
        let held = std::mem::take(&mut self.held);
        self.place = Place::Outside;
        self.put(&held)
    }

    fn put(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.written += bytes.len() as u64;
        self.output.write_all(bytes)
    }
}

fn has_shared_string(tag: Tag<'_>) -> bool {
    tag.local_name() == b"c" && tag.opens() && tag.attribute("t") == Some(b"s")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn copied(sheet: &str, most_bytes: u64) -> (String, bool) {
        let table = "<x:sst><x:si><x:t>a</x:t></x:si><x:si/></x:sst>";
        let mut texts = TextStore::copy_of(table.as_bytes(), "strings").unwrap();
        let mut output = Vec::new();
        let part = (sheet.as_bytes(), "sheet");
        let is_whole = copy_with_strings(part, &mut texts, &mut output, most_bytes).unwrap();
        (String::from_utf8(output).unwrap(), is_whole)
    }

    #[test]
    fn cells_get_their_texts_and_the_rest_stays_as_it_is() {
        for (cell, expected) in [
            (
                "<c r=\"A1\" s=\"5\" t=\"s\"><v>0</v></c>",
                "<c r=\"A1\" s=\"5\" t=\"inlineStr\"><is><x:t>a</x:t></is></c>",
            ),
            (
                "<x:c t='s' >\n<x:f>1&lt;2</x:f><x:v>1</x:v><x:y/></x:c>",
                "<x:c t='inlineStr' >\n<x:f>1&lt;2</x:f><is></is><x:y/></x:c>",
            ),
            ("<c t=\"s\"><v>2</v></c>", "<c t=\"s\"><v>2</v></c>"),
            ("<c t=\"s\"><v>-1</v></c>", "<c t=\"s\"><v>-1</v></c>"),
            ("<c t=\"s\"><v> 1</v></c>", "<c t=\"s\"><v> 1</v></c>"),
            ("<c t=\"s\"><v></v></c>", "<c t=\"s\"><v></v></c>"),
            ("<c t=\"s\"><v/></c>", "<c t=\"s\"><v/></c>"),
            ("<c t=\"s\"/>", "<c t=\"s\"/>"),
            ("<c t=\"s\"></c>", "<c t=\"s\"></c>"),
            (
                "<c t=\"s\"><v>0",
                "<c t=\"inlineStr\"><is><x:t>a</x:t></is>",
            ),
            ("<c t=\"s\"><v", "<c t=\"s\"><v"),
            ("<c><v>0</v></c>", "<c><v>0</v></c>"),
            ("<c t=\"str\"><v>0</v></c>", "<c t=\"str\"><v>0</v></c>"),
            ("<!--<c t=\"s\"><v>0-->", "<!--<c t=\"s\"><v>0-->"),
        ] {
            assert_eq!(copied(cell, u64::MAX), (expected.to_owned(), true));
            let twice = (expected.repeat(2), true);
            if expected.ends_with("</c>") {
                assert_eq!(copied(&cell.repeat(2), u64::MAX), twice);
            }
        }
    }

    #[test]
    fn a_copy_can_end_with_a_row() {
        let sheet = "<sheetData><row><c/></row><row/></sheetData>";
        assert_eq!(copied(sheet, 100), (sheet.to_owned(), true));
        let expected = "<sheetData><row><c/></row></sheetData></worksheet>";
        assert_eq!(copied(sheet, 5), (expected.to_owned(), false));
    }
}
