//! What the bytes of a whole file say about its encoding.

use std::io::{self, Read};

/// So much of a file is looked at in one go.
const BLOCK_BYTES: usize = 256 * 1024;

/// So much text is kept for the guess, and so much of it from the file's first blocks: the rest
/// comes from all over the file.
const MOST_KEPT_BYTES: usize = 128 * 1024;
const KEPT_AT_ONCE_BYTES: usize = 48 * 1024;
const KEPT_LATER_BYTES: usize = 4 * 1024;

/// What was seen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct ByteEvidence {
    /// Characters of several bytes, read as UTF-8.
    pub(super) characters: u64,
    /// Those of them that are Latin letters with a mark.
    pub(super) latin_letters: u64,
    /// Sequences of bytes that are no character of UTF-8. One that the end of the file cuts off is none of them.
    pub(super) misfits: u64,
    /// Lines with bytes beyond ASCII, from blocks that are not UTF-8.
    pub(super) lines: Vec<u8>,
    /// All bytes of these blocks.
    pub(super) bytes: ByteSet,
}

/// Some of the 256 bytes there are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ByteSet([bool; 256]);

impl Default for ByteSet {
    fn default() -> Self {
        Self([false; 256])
    }
}

impl ByteSet {
    fn add_all(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0[usize::from(byte)] = true;
        }
    }

    /// Whether one of `bytes` is in it.
    pub(super) fn has_any(&self, bytes: &[u8]) -> bool {
        bytes.iter().any(|&byte| self.0[usize::from(byte)])
    }
}

impl From<&[u8]> for ByteSet {
    fn from(bytes: &[u8]) -> Self {
        let mut set = Self::default();
        set.add_all(bytes);
        set
    }
}

impl ByteEvidence {
    /// Goes through `input`, which begins behind any byte order mark.
    pub(super) fn gather(mut input: impl Read) -> io::Result<Self> {
        let mut evidence = Self::default();
        let mut block = vec![0; BLOCK_BYTES];
        let mut held = 0;
        loop {
            let count = read_full(&mut input, &mut block[held..])?;
            let filled = held + count;
            let is_last = filled < block.len();
            let complete = if is_last {
                filled
            } else {
                end_of_lines(&block)
            };
            if is_last {
                evidence.note_last(&block[..complete]);
                return Ok(evidence);
            }
            evidence.note(&block[..complete]);
            block.copy_within(complete.., 0);
            held = filled - complete;
        }
    }

    /// Whether the bytes are UTF-8, but for a few that were damaged: text of another encoding
    /// hardly ever has a character of UTF-8 in it, and never many.
    pub(super) fn is_utf_8(&self) -> bool {
        /// So many characters must stand for one that is none.
        const CHARACTERS_FOR_A_MISFIT: u64 = 2;
        /// Of fewer characters an accident can make as many.
        const FEWEST: u64 = 3;
        let is_damaged =
            self.characters >= FEWEST.max(self.misfits.saturating_mul(CHARACTERS_FOR_A_MISFIT));
        self.misfits == 0 || is_damaged
    }

    /// Whether some of the bytes are UTF-8 and others not, if the others can only be text in Latin letters. Their
    /// encodings begin no word with `Ã`, `Ä` or `Å` and a sign behind it, which the letters of UTF-8 look like there.
    pub(super) fn is_partly_utf_8(&self) -> bool {
        /// A quarter of the file may have been written by another program.
        const MISFITS_FOR_A_LETTER: u64 = 4;
        self.latin_letters > 0 && self.misfits <= self.latin_letters * MISFITS_FOR_A_LETTER
    }

    /// Whether the start of a file shows that all of it is meant to be UTF-8.
    pub(super) fn start_is_utf_8(start: &[u8]) -> bool {
        /// So many characters are no accident.
        const ENOUGH: u64 = 100;
        let start = &start[..end_of_lines(start)];
        let is_rich = || lead_bytes(start) >= ENOUGH;
        std::str::from_utf8(start).is_ok() && is_rich()
    }

    /// A character that the end of the file cuts off counts only if there is none that is whole.
    fn note_last(&mut self, block: &[u8]) {
        let cut = std::str::from_utf8(block)
            .err()
            .filter(|error| error.error_len().is_none())
            .map(|error| error.valid_up_to());
        match cut {
            Some(cut) if self.characters > 0 || lead_bytes(&block[..cut]) > 0 => {
                self.note(&block[..cut]);
            }
            _ => self.note(block),
        }
    }

    fn note(&mut self, block: &[u8]) {
        if block.is_ascii() {
            return;
        }
        if let Ok(text) = std::str::from_utf8(block) {
            self.note_text(text);
            return;
        }
        let misfits_before = self.misfits;
        for chunk in block.utf8_chunks() {
            self.note_text(chunk.valid());
            self.misfits += u64::from(!chunk.invalid().is_empty());
        }
        if self.misfits > misfits_before {
            self.keep_lines(block);
            self.bytes.add_all(block);
        }
    }

    fn note_text(&mut self, text: &str) {
        self.characters += lead_bytes(text.as_bytes());
        self.latin_letters += latin_lead_bytes(text.as_bytes());
    }

    fn keep_lines(&mut self, block: &[u8]) {
        let at_once = if self.lines.len() < KEPT_AT_ONCE_BYTES {
            KEPT_AT_ONCE_BYTES
        } else {
            KEPT_LATER_BYTES
        };
        let most = (self.lines.len() + at_once).min(MOST_KEPT_BYTES);
        let lines = block.split_inclusive(|byte| matches!(byte, b'\n' | b'\r'));
        for line in lines.filter(|line| !line.is_ascii()) {
            if self.lines.len() + line.len() > most && !self.lines.is_empty() {
                return;
            }
            self.lines.extend_from_slice(line);
        }
    }
}

/// Reads until `buffer` is full or the input ends.
fn read_full(input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
    let mut filled = 0;
    while filled < buffer.len() {
        match input.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

/// Where the last whole line of a block ends, so that no character is cut. A block without any line
/// end is taken whole.
fn end_of_lines(block: &[u8]) -> usize {
    memchr::memrchr2(b'\n', b'\r', block).map_or(block.len(), |last| last + 1)
}

/// How many characters beyond ASCII valid UTF-8 has.
fn lead_bytes(text: &[u8]) -> u64 {
    text.iter().map(|&byte| u64::from(byte >= 0xC0)).sum()
}

/// How many of them lie from U+00C0 to U+017F.
fn latin_lead_bytes(text: &[u8]) -> u64 {
    text.iter()
        .map(|byte| u64::from(matches!(byte, 0xC3..=0xC5)))
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gather(bytes: &[u8]) -> ByteEvidence {
        ByteEvidence::gather(bytes).unwrap()
    }

    #[test]
    fn utf_8_with_a_damaged_character_is_utf_8_and_text_of_another_encoding_is_not() {
        for (bytes, expected) in [
            (b"Name\nJane\n".to_vec(), true),
            ("Name\nŞükrü Çağlayan\n".into(), true),
            (b"Name\nJos\xE9\n".to_vec(), false),
            (
                ["Şükrü Çağlayan Öz\n".repeat(9).as_bytes(), b"\xE9\n"].concat(),
                true,
            ),
            ("Şükrü Çağ".as_bytes()[..10].into(), true),
            (["Şükrü\n".as_bytes(), b"Jos\xE9\n"].concat(), true),
            (["Öz\n".as_bytes(), b"Jos\xE9\n"].concat(), false),
            (b"Jos\xC3".to_vec(), false),
            (b"\xC3\x9C, \xDC, \xFC\n".to_vec(), false),
        ] {
            assert_eq!(
                gather(&bytes).is_utf_8(),
                expected,
                "{}",
                bytes.escape_ascii()
            );
        }
    }

    #[test]
    fn letters_of_utf_8_among_others_are_no_accident() {
        for (bytes, expected) in [
            (["Öz\n".as_bytes(), b"Jos\xE9\n"].concat(), true),
            (
                ["Şükrü\n".as_bytes(), &b"Jos\xE9\n".repeat(12)].concat(),
                true,
            ),
            (
                ["Şükrü\n".as_bytes(), &b"Jos\xE9\n".repeat(13)].concat(),
                false,
            ),
            (b"MARCH\xC9\xA0: Jos\xE9\n".to_vec(), false),
            (b"\x93\xD6\x94\n".to_vec(), false),
        ] {
            assert_eq!(
                gather(&bytes).is_partly_utf_8(),
                expected,
                "{}",
                bytes.escape_ascii()
            );
        }
    }

    #[test]
    fn a_start_that_is_rich_in_characters_is_enough() {
        let rich = "Şükrü Çağlayan\n".repeat(30);
        for (start, expected) in [
            (rich.as_bytes(), true),
            (&rich.as_bytes()[..rich.len() - 3], true),
            (&[rich.as_bytes(), b"Jos\xE9\n"].concat(), false),
            ("Şükrü\n".as_bytes(), false),
            (b"Jane\n", false),
        ] {
            assert_eq!(ByteEvidence::start_is_utf_8(start), expected);
        }
    }

    #[test]
    fn no_character_is_cut_between_blocks() {
        let long = "é;ş\n".repeat(BLOCK_BYTES / 3);
        let evidence = gather(long.as_bytes());
        assert_eq!(
            (evidence.misfits, evidence.characters),
            (0, 2 * (BLOCK_BYTES / 3) as u64)
        );
        assert_eq!(evidence.lines, b"");
    }

    #[test]
    fn lines_of_all_the_file_are_kept_and_no_more_than_fits() {
        let late = [
            &b"plain\n".repeat(BLOCK_BYTES)[..],
            b"Jos\xE9\n",
            b"plain\n",
        ]
        .concat();
        assert_eq!(gather(&late).lines, b"Jos\xE9\n");
        let many = gather(&b"Jos\xE9 of a somewhat longer line\n".repeat(BLOCK_BYTES / 4));
        assert!((KEPT_AT_ONCE_BYTES..=MOST_KEPT_BYTES).contains(&many.lines.len()));
    }
}
