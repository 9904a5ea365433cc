//! Takes a record apart that lies in the buffer as a whole, which nearly every one does.
//!
//! csv-core goes byte by byte because a record may end anywhere beyond what was read. Here the whole of it
//! can be seen, so that the next byte that matters is found many bytes at a time. What is odd in any way
//! is left to csv-core, which remains the one that says what it means.

use memchr::{memchr, memchr3};

use super::line_ends::LineEnds;

/// The cells of a record, without quotes and one after the other.
#[derive(Debug, Default)]
pub(super) struct WholeRecord {
    pub(super) text: Vec<u8>,
    /// Where each cell ends within `text`.
    pub(super) ends: Vec<usize>,
    /// Line ends within cells.
    pub(super) line_ends: u64,
}

impl WholeRecord {
    /// Takes the record apart with which `input` begins. Returns its length with one byte of its line
    /// end; `None` if that lies beyond `input`, or if there is text behind a closing quote.
    ///
    /// `input` must not begin with a line end: that would be a blank line.
    pub(super) fn take(&mut self, input: &[u8], delimiter: u8) -> Option<usize> {
        self.text.clear();
        self.ends.clear();
        self.line_ends = 0;
        let mut place = 0;
        loop {
            place = match input.get(place)? {
                b'"' => self.take_quoted(input, place + 1)?,
                _ => self.take_bare(input, place, delimiter)?,
            };
            self.ends.push(self.text.len());
            let after = *input.get(place)?;
            place += 1;
            match after {
                b'\n' | b'\r' => return Some(place),
                _ if after == delimiter => {}
                _ => return None,
            }
        }
    }

    /// Takes the text of a cell without quotes; returns where it ends.
    fn take_bare(&mut self, input: &[u8], start: usize, delimiter: u8) -> Option<usize> {
        let rest = &input[start..];
        let length = memchr3(delimiter, b'\n', b'\r', rest)?;
        self.text.extend_from_slice(&rest[..length]);
        Some(start + length)
    }

    /// Takes the text of a cell behind its opening quote; returns where its closing quote ends.
    fn take_quoted(&mut self, input: &[u8], start: usize) -> Option<usize> {
        let mut place = start;
        loop {
            let rest = &input[place..];
            let length = memchr(b'"', rest)?;
            self.text.extend_from_slice(&rest[..length]);
            self.line_ends += LineEnds::within(&rest[..length]);
            place += length + 1;
            if input.get(place)? != &b'"' {
                return Some(place);
            }
            // Two quotes stand for one.
            self.text.push(b'"');
            place += 1;
        }
    }
}
