//! The shared strings of a workbook on disk, because a table of millions does not belong in memory.

use std::fs::File;
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};

use super::cell_writing::LONGEST_TEXT_BYTES;
use super::markup::{MarkupReader, Piece};
use super::package::broken;
use super::part_error::{part_error, temporary_file_error};
use crate::source::SourceError;

/// So many strings share one offset in memory: half a byte for each.
const STRINGS_PER_START: u64 = 16;

/// How many bytes say how long a string is.
const LENGTH_BYTES: u64 = size_of::<u32>() as u64;

/// The XML within each `si` element, by the number of the element.
pub(super) struct TextStore {
    blocks: Blocks,
    /// Where every [`STRINGS_PER_START`]th one begins.
    starts: Vec<u64>,
    count: u64,
    /// The number and place of the one behind the last that was asked for: sheets mostly ask for them in order.
    next: (u64, u64),
}

impl TextStore {
    /// Copies all strings of the table `part`, which is called `name`, to a temporary file.
    ///
    /// # Errors
    ///
    /// [`SourceError::TemporaryFile`], [`SourceError::OversizedText`], or that the part is broken.
    pub(super) fn copy_of(part: impl Read, name: &str) -> Result<Self, SourceError> {
        let mut writer = StoreWriter::new()?;
        let mut markup = MarkupReader::new(part);
        let mut text = Vec::new();
        let mut is_within = false;
        loop {
            let piece = markup
                .next_piece()
                .map_err(|error| part_error(name, error))?;
            match piece {
                None => return Err(broken(io::Error::from(io::ErrorKind::UnexpectedEof))),
                Some(Piece::Tag(tag)) if tag.local_name() == b"si" => {
                    is_within = tag.opens();
                    if !is_within {
                        writer.put(&text)?;
                    }
                    text.clear();
                }
                Some(Piece::Tag(tag)) if tag.local_name() == b"sst" && !tag.opens() => {
                    return writer.finish();
                }
                Some(piece) if is_within => text.extend_from_slice(piece.bytes()),
                Some(_) => (),
            }
            if text.len() > LONGEST_TEXT_BYTES {
                return Err(part_error(name, io::ErrorKind::FileTooLarge.into()));
            }
        }
    }

    /// Puts the XML of the string of that number, from 0, into `text`; `false` if there is none.
    ///
    /// # Errors
    ///
    /// Those of the temporary file.
    pub(super) fn get(&mut self, number: u64, text: &mut Vec<u8>) -> io::Result<bool> {
        if number >= self.count {
            return Ok(false);
        }
        let mut place = self.place_of(number)?;
        let length = self.length_at(place)?;
        place += LENGTH_BYTES;
        text.resize(usize::try_from(length).unwrap_or(LONGEST_TEXT_BYTES), 0);
        self.blocks.read_at(place, text)?;
        self.next = (number + 1, place + length);
        Ok(true)
    }

    fn place_of(&mut self, number: u64) -> io::Result<u64> {
        if self.next.0 == number {
            return Ok(self.next.1);
        }
        let start = usize::try_from(number / STRINGS_PER_START).unwrap_or(usize::MAX);
        let mut place = self.starts.get(start).copied().unwrap_or(0);
        for _ in 0..number % STRINGS_PER_START {
            place += LENGTH_BYTES + self.length_at(place)?;
        }
        Ok(place)
    }

    fn length_at(&mut self, place: u64) -> io::Result<u64> {
        let mut length = [0; size_of::<u32>()];
        self.blocks.read_at(place, &mut length)?;
        Ok(u64::from(u32::from_le_bytes(length)))
    }
}

/// Writes strings one behind the other.
struct StoreWriter {
    file: BufWriter<File>,
    starts: Vec<u64>,
    count: u64,
    length: u64,
}

impl StoreWriter {
    fn new() -> Result<Self, SourceError> {
        let file = tempfile::tempfile().map_err(temporary_file_error)?;
        Ok(Self {
            file: BufWriter::new(file),
            starts: Vec::new(),
            count: 0,
            length: 0,
        })
    }

    fn put(&mut self, text: &[u8]) -> Result<(), SourceError> {
        if self.count.is_multiple_of(STRINGS_PER_START) {
            self.starts.push(self.length);
        }
        let length = u32::try_from(text.len()).expect("the caller bounds the length");
        self.file
            .write_all(&length.to_le_bytes())
            .and_then(|()| self.file.write_all(text))
            .map_err(temporary_file_error)?;
        self.count += 1;
        self.length += LENGTH_BYTES + u64::from(length);
        Ok(())
    }

    fn finish(self) -> Result<TextStore, SourceError> {
        let file = self.file.into_inner();
        let file = file.map_err(|error| temporary_file_error(error.into_error()))?;
        Ok(TextStore {
            blocks: Blocks::new(file),
            starts: self.starts,
            count: self.count,
            next: (0, 0),
        })
    }
}

/// As long as a few dozen addresses: a sheet that was sorted asks for strings all over the table.
const BLOCK_BYTES: u64 = 4 * 1024;

/// Blocks in memory, 8 MiB of them.
const BLOCKS: usize = 2048;

/// A file read in blocks, of which the latest stay in memory.
struct Blocks {
    file: File,
    /// Each with its number in the file.
    slots: Vec<Option<(u64, Vec<u8>)>>,
}

impl Blocks {
    fn new(file: File) -> Self {
        let mut slots = Vec::new();
        slots.resize_with(BLOCKS, || None);
        Self { file, slots }
    }

    fn read_at(&mut self, mut place: u64, mut bytes: &mut [u8]) -> io::Result<()> {
        while !bytes.is_empty() {
            let block = self.block(place / BLOCK_BYTES)?;
            let within = usize::try_from(place % BLOCK_BYTES).unwrap_or(0);
            let rest = block.get(within..).unwrap_or_default();
            let count = rest.len().min(bytes.len());
            if count == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            bytes[..count].copy_from_slice(&rest[..count]);
            bytes = &mut bytes[count..];
            place += count as u64;
        }
        Ok(())
    }

    fn block(&mut self, number: u64) -> io::Result<&[u8]> {
        let slot = usize::try_from(number % BLOCKS as u64).unwrap_or(0);
        let slot = &mut self.slots[slot];
        let (found, mut bytes) = slot.take().unwrap_or((u64::MAX, Vec::new()));
        if found != number {
            bytes.clear();
            self.file.seek(SeekFrom::Start(number * BLOCK_BYTES))?;
            (&mut self.file).take(BLOCK_BYTES).read_to_end(&mut bytes)?;
        }
        let (_, bytes) = slot.insert((number, bytes));
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::fmt::Write;

    use super::*;

    fn store_of(table: &str) -> Result<TextStore, SourceError> {
        TextStore::copy_of(table.as_bytes(), "xl/sharedstrings.xml")
    }

    #[test]
    fn strings_are_found_by_their_number_in_any_order() {
        let text = |number: u64| "x".repeat(usize::try_from(number * 37 % 9001).unwrap());
        let count = 2000;
        let mut table = "<x:sst><!-- <si> -->".to_owned();
        for number in 0..count {
            let text = text(number);
            writeln!(table, "<x:si><x:t>{text}</x:t></x:si>").unwrap();
        }
        table.push_str("</x:sst>");
        let mut store = store_of(&table).unwrap();
        let mut found = Vec::new();
        for step in [1, 7, 1999] {
            for number in (0..count).map(|number| number * step % count) {
                assert!(store.get(number, &mut found).unwrap());
                let expected = format!("<x:t>{}</x:t>", text(number));
                assert!(found == expected.as_bytes(), "{number}");
            }
        }
        assert!(!store.get(count, &mut found).unwrap());
    }

    #[test]
    fn empty_strings_are_counted() {
        let mut store = store_of("<sst><si/><si></si><si><t>a</t></si></sst>").unwrap();
        let mut found = Vec::new();
        for expected in ["", "", "<t>a</t>"] {
            let number = store.next.0;
            assert!(store.get(number, &mut found).unwrap());
            assert_eq!(found, expected.as_bytes());
        }
        assert!(!store.get(3, &mut found).unwrap());
        assert!(!store_of("<sst/>").unwrap().get(0, &mut found).unwrap());
    }

    #[test]
    fn a_table_that_is_cut_off_or_has_an_endless_text_is_refused() {
        let endless = format!("<sst><si>{}", "<r/>".repeat(LONGEST_TEXT_BYTES / 4 + 1));
        for (table, expected) in [
            (
                "<sst><si><t>a</t></si>",
                "the workbook is cut off or malformed",
            ),
            (
                &endless,
                "`xl/sharedstrings.xml` has a text that is longer than any cell can hold",
            ),
        ] {
            let error = store_of(table).map(|_| ()).unwrap_err();
            assert_eq!(error.to_string(), expected);
        }
    }
}
