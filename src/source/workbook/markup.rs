//! XML taken apart into tags and texts, and nothing of it lost: what the pieces are joined to is what was read.
//!
//! calamine says what cells mean. This is for the passes that only look for a few tags or copy most of a part as it
//! is, and it takes a third of the time: names are not checked, texts not decoded, ends not matched.

use std::io::{self, Read};
use std::ops::Range;

use memchr::{memchr, memchr3, memmem};

/// What a buffer begins with; most pieces have a few bytes.
const USUAL_BYTES: usize = 64 * 1024;

/// No piece is longer. A cell holds 32,767 characters, and the longest way to write one has ten bytes.
pub(super) const LONGEST_PIECE_BYTES: usize = 1024 * 1024;

/// What XML is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Piece<'a> {
    /// A start, an end, or both in one.
    Tag(Tag<'a>),
    /// What stands between two of the others, as it is written; never empty.
    Text(&'a [u8]),
    /// Comments, declarations and `CDATA`, in their brackets.
    Other(&'a [u8]),
}

impl<'a> Piece<'a> {
    fn of(bytes: &'a [u8]) -> Self {
        match bytes {
            [b'<', b'!' | b'?', ..] => Self::Other(bytes),
            [b'<', .., b'>'] => Self::Tag(Tag { bytes }),
            _ => Self::Text(bytes),
        }
    }

    /// The piece as it is written.
    pub(super) fn bytes(&self) -> &'a [u8] {
        match self {
            Self::Tag(tag) => tag.bytes,
            Self::Text(bytes) | Self::Other(bytes) => bytes,
        }
    }
}

/// A tag with its brackets.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Tag<'a> {
    bytes: &'a [u8],
}

impl<'a> Tag<'a> {
    /// The tag that `bytes` are.
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes }
    }

    /// Whether it ends an element that began before it.
    pub(super) fn is_end(self) -> bool {
        self.bytes.get(1) == Some(&b'/')
    }

    /// Whether it begins an element that ends after it.
    pub(super) fn opens(self) -> bool {
        !self.is_end() && !self.bytes.ends_with(b"/>")
    }

    /// The name without its prefix.
    pub(super) fn local_name(self) -> &'a [u8] {
        let name = &self.bytes[self.name_range()];
        match memchr(b':', name) {
            Some(colon) => &name[colon + 1..],
            None => name,
        }
    }

    /// The attribute of that name, as it is written; the first one, if there are more.
    pub(super) fn attribute(self, name: &str) -> Option<&'a [u8]> {
        let value = self.attribute_range(name)?;
        Some(self.value(value))
    }

    /// The value that stands there in the tag.
    pub(super) fn value(self, range: Range<usize>) -> &'a [u8] {
        &self.bytes[range]
    }

    /// Where the value of that attribute stands in the tag.
    pub(super) fn attribute_range(self, name: &str) -> Option<Range<usize>> {
        self.attributes()
            .find(|(found, _)| *found == name.as_bytes())
            .map(|(_, value)| value)
    }

    /// All attributes: the name with its prefix, and where the value stands in the tag.
    pub(super) fn attributes(self) -> impl Iterator<Item = (&'a [u8], Range<usize>)> {
        let mut at = self.name_range().end;
        std::iter::from_fn(move || {
            let rest = &self.bytes[at..];
            let equals = memchr(b'=', rest)?;
            let name = rest[..equals].trim_ascii();
            let after = &rest[equals + 1..];
            let quote_at = after.iter().position(|byte| !byte.is_ascii_whitespace())?;
            let quote = *after.get(quote_at).filter(|byte| b"\"'".contains(byte))?;
            let value = &after[quote_at + 1..];
            let length = memchr(quote, value)?;
            let start = at + equals + 1 + quote_at + 1;
            at = start + length + 1;
            Some((name, start..start + length))
        })
    }

    fn name_range(self) -> Range<usize> {
        let start = if self.is_end() { 2 } else { 1 };
        let rest = self.bytes.get(start..).unwrap_or_default();
        let length = rest
            .iter()
            .position(|byte| byte.is_ascii_whitespace() || matches!(byte, b'/' | b'>'));
        start..start + length.unwrap_or(rest.len())
    }
}

/// Reads XML piece by piece. Memory: one piece.
pub(super) struct MarkupReader<R> {
    source: R,
    buffer: Vec<u8>,
    /// What of the buffer was read and not handed over.
    pending: Range<usize>,
}

impl<R: Read> MarkupReader<R> {
    /// Begins at the start of `source`, which need not be buffered.
    pub(super) fn new(source: R) -> Self {
        Self {
            source,
            buffer: vec![0; USUAL_BYTES],
            pending: 0..0,
        }
    }

    /// The next piece; `None` at the end. What is cut off there is a text.
    ///
    /// # Errors
    ///
    /// Those of the source, and [`io::ErrorKind::FileTooLarge`] for a piece of more than
    /// [`LONGEST_PIECE_BYTES`].
    pub(super) fn next_piece(&mut self) -> io::Result<Option<Piece<'_>>> {
        let length = loop {
            let pending = &self.buffer[self.pending.clone()];
            if let Some(length) = piece_length(pending) {
                break length;
            }
            let length = pending.len();
            if !self.read_more()? {
                break length;
            }
        };
        if length == 0 {
            return Ok(None);
        }
        let start = self.pending.start;
        self.pending.start += length;
        Ok(Some(Piece::of(&self.buffer[start..start + length])))
    }

    /// Whether there was more.
    fn read_more(&mut self) -> io::Result<bool> {
        self.buffer.copy_within(self.pending.clone(), 0);
        self.pending = 0..self.pending.len();
        if self.pending.end == self.buffer.len() {
            if self.buffer.len() >= LONGEST_PIECE_BYTES {
                return Err(io::ErrorKind::FileTooLarge.into());
            }
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        loop {
            match self.source.read(&mut self.buffer[self.pending.end..]) {
                Ok(count) => {
                    self.pending.end += count;
                    return Ok(count > 0);
                }
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// How long the piece is that `bytes` begin with; `None` if it may go on after them.
fn piece_length(bytes: &[u8]) -> Option<usize> {
    match bytes {
        // Three bytes tell a comment from a declaration.
        [] | [b'<'] | [b'<', b'!'] => None,
        [b'<', b'!', b'-', ..] => length_until(bytes, b"-->"),
        [b'<', b'!', b'[', ..] => length_until(bytes, b"]]>"),
        [b'<', b'?', ..] => length_until(bytes, b"?>"),
        [b'<', ..] => tag_length(bytes),
        text => memchr(b'<', text),
    }
}

fn length_until(bytes: &[u8], end: &[u8]) -> Option<usize> {
    memmem::find(bytes, end).map(|at| at + end.len())
}

/// A bracket within quotes ends no tag.
fn tag_length(bytes: &[u8]) -> Option<usize> {
    let first = memchr(b'>', bytes)? + 1;
    let is_even = |quote: u8| {
        let quotes = bytes[..first].iter().filter(|&&byte| byte == quote);
        quotes.count().is_multiple_of(2)
    };
    if is_even(b'"') && is_even(b'\'') {
        return Some(first);
    }
    let mut at = 0;
    loop {
        at += memchr3(b'>', b'"', b'\'', &bytes[at..])?;
        let found = bytes[at];
        at += 1;
        if found == b'>' {
            return Some(at);
        }
        at += memchr(found, &bytes[at..])? + 1;
    }
}

/// The number that `bytes` write in digits alone.
pub(super) fn digits(bytes: &[u8]) -> Option<u64> {
    if !bytes.iter().all(u8::is_ascii_digit) {
        return None;
    }
    std::str::from_utf8(bytes).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives its bytes in portions of a few.
    struct Portions<'a>(&'a [u8], usize);

    impl Read for Portions<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            let count = self.0.len().min(self.1).min(buffer.len());
            buffer[..count].copy_from_slice(&self.0[..count]);
            self.0 = &self.0[count..];
            Ok(count)
        }
    }

    #[test]
    fn xml_is_taken_apart_wherever_it_is_cut() {
        let pieces = [
            "<?xml version=\"1.0\"?>",
            "\n",
            "<x:c r=\"a>b\" t='\"'>",
            "text &amp; more",
            "<!-- <v> - > -->",
            "<![CDATA[ ]] > <v> ]]>",
            "<v/>",
            "</x:c>",
            "<name of=\"O'Brien\">",
            "<v",
        ];
        let whole = pieces.concat();
        for portion in 1..9 {
            let mut reader = MarkupReader::new(Portions(whole.as_bytes(), portion));
            for expected in pieces {
                let piece = reader.next_piece().unwrap().unwrap();
                assert_eq!(std::str::from_utf8(piece.bytes()).unwrap(), expected);
            }
            assert_eq!(reader.next_piece().unwrap(), None);
        }
    }

    #[test]
    fn tags_tell_their_names_and_attributes() {
        for (tag, name, value) in [
            ("<c r=\"A1\" t=\"s\">", "c", Some("s")),
            ("<x:c\n rt = 'b' t = 's' />", "c", Some("s")),
            ("<c t=\"\"/>", "c", Some("")),
            ("<c x:t=\"s\">", "c", None),
            ("<row/>", "row", None),
            ("</x:row >", "row", None),
            ("<c t>", "c", None),
            ("<c t=s>", "c", None),
            ("<>", "", None),
        ] {
            let tag = Tag::new(tag.as_bytes());
            assert_eq!(tag.local_name(), name.as_bytes(), "{tag:?}");
            assert_eq!(tag.attribute("t"), value.map(str::as_bytes), "{tag:?}");
        }
    }

    #[test]
    fn a_piece_that_never_ends_is_refused() {
        let mut reader = MarkupReader::new(io::repeat(b'a'));
        let error = reader.next_piece().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::FileTooLarge);
    }
}
