//! Text of any encoding as UTF-8, while it is read.

use std::io::{self, Read};
use std::ops::Range;

use encoding_rs::{Decoder, DecoderResult, Encoding, UTF_8};

/// Stands for bytes that do not fit the encoding. It never occurs in UTF-8, so whoever takes the
/// text apart finds it as what it is: not text.
const MISFIT: u8 = 0xFF;

/// Bytes decoded at once.
const RAW_BYTES: usize = 32 * 1024;

/// The most bytes of UTF-8 that one byte of another encoding becomes.
const MOST_GROWTH: usize = 3;

/// Room for what a decoder may still hold back: a character, and a [`MISFIT`].
const ROOM_AT_END: usize = 16;

/// A reader of UTF-8 over a reader of some encoding. UTF-8 itself is passed on as it is.
pub(super) struct DecodedText<R> {
    input: R,
    transcoder: Option<Transcoder>,
}

impl<R: Read> DecodedText<R> {
    /// Decodes `input`, which begins behind the byte order mark if there is one.
    pub(super) fn new(input: R, encoding: &'static Encoding) -> Self {
        let transcoder = (encoding != UTF_8).then(|| Transcoder::new(encoding));
        Self { input, transcoder }
    }
}

impl<R: Read> Read for DecodedText<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        match &mut self.transcoder {
            None => self.input.read(buffer),
            Some(transcoder) => transcoder.read(&mut self.input, buffer),
        }
    }
}

struct Transcoder {
    decoder: Decoder,
    raw: Box<[u8]>,
    /// What of `raw` is read but not decoded.
    undecoded: Range<usize>,
    text: Box<[u8]>,
    /// What of `text` is decoded but not handed on.
    unread: Range<usize>,
    is_at_end: bool,
}

impl Transcoder {
    fn new(encoding: &'static Encoding) -> Self {
        Self {
            decoder: encoding.new_decoder_without_bom_handling(),
            raw: vec![0; RAW_BYTES].into_boxed_slice(),
            undecoded: 0..0,
            text: vec![0; RAW_BYTES * MOST_GROWTH + ROOM_AT_END].into_boxed_slice(),
            unread: 0..0,
            is_at_end: false,
        }
    }

    fn read(&mut self, input: &mut impl Read, buffer: &mut [u8]) -> io::Result<usize> {
        while self.unread.is_empty() && !(self.is_at_end && self.undecoded.is_empty()) {
            self.fill(input)?;
            self.decode();
        }
        let count = self.unread.len().min(buffer.len());
        let start = self.unread.start;
        buffer[..count].copy_from_slice(&self.text[start..start + count]);
        self.unread.start += count;
        Ok(count)
    }

    /// Reads more if all that was read is decoded.
    fn fill(&mut self, input: &mut impl Read) -> io::Result<()> {
        while self.undecoded.is_empty() && !self.is_at_end {
            match input.read(&mut self.raw) {
                Ok(0) => self.is_at_end = true,
                Ok(count) => self.undecoded = 0..count,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }

    /// Decodes what was read, as far as there is room for it.
    fn decode(&mut self) {
        let mut filled = 0;
        loop {
            let room = self.text.len() - ROOM_AT_END;
            let (result, read, written) = self.decoder.decode_to_utf8_without_replacement(
                &self.raw[self.undecoded.clone()],
                &mut self.text[filled..room.max(filled)],
                self.is_at_end,
            );
            self.undecoded.start += read;
            filled += written;
            match result {
                DecoderResult::Malformed(..) => {
                    self.text[filled] = MISFIT;
                    filled += 1;
                }
                DecoderResult::InputEmpty | DecoderResult::OutputFull => break,
            }
        }
        let length = mark_controls(&mut self.text[..filled]);
        self.unread = 0..length;
    }
}

/// Puts one [`MISFIT`] in the place of each control character from U+0080 to U+009F; returns the new length.
///
/// The decoders of the web map bytes that an encoding leaves undefined to these characters, which no
/// text has.
fn mark_controls(text: &mut [u8]) -> usize {
    /// The first byte of U+0080 to U+00BF.
    const LEAD: u8 = 0xC2;
    let Some(first) = memchr::memchr(LEAD, text) else {
        return text.len();
    };
    let (mut from, mut to) = (first, first);
    while from < text.len() {
        let is_control = text[from] == LEAD && text.get(from + 1).is_some_and(|&next| next < 0xA0);
        text[to] = if is_control { MISFIT } else { text[from] };
        from += 1 + usize::from(is_control);
        to += 1;
    }
    to
}

#[cfg(test)]
mod tests {
    use std::io::Read;

    use encoding_rs::{BIG5, GB18030, SHIFT_JIS, UTF_8, UTF_16BE, UTF_16LE, WINDOWS_1252};
    use proptest::prelude::{any, prop_assert_eq, prop_oneof, proptest};
    use proptest::strategy::{Just, Strategy};

    use super::DecodedText;

    fn decoded(bytes: &[u8], encoding: &'static encoding_rs::Encoding) -> Vec<u8> {
        let mut text = Vec::new();
        let mut reader = DecodedText::new(bytes, encoding);
        reader.read_to_end(&mut text).unwrap();
        text
    }

    #[test]
    fn what_does_not_fit_is_marked_and_nothing_else_is_lost() {
        for (bytes, encoding, expected) in [
            (&b"caf\xE9"[..], WINDOWS_1252, "café".as_bytes()),
            // Undefined in windows-1252, and defined by the web as a control character.
            (b"a\x81b", WINDOWS_1252, b"a\xFFb"),
            (b"a\xA0b", WINDOWS_1252, "a\u{a0}b".as_bytes()),
            (b"\x83e\x83X\x83g", SHIFT_JIS, "テスト".as_bytes()),
            (b"a\x83", SHIFT_JIS, b"a\xFF"),
            (b"a\0\xE9\0", UTF_16LE, "aé".as_bytes()),
            (b"\0a\xD8\0\0b", UTF_16BE, b"a\xFFb"),
            (b"a\0b", UTF_16LE, b"a\xFF"),
            (b"\xC3\xA9\xE9", UTF_8, b"\xC3\xA9\xE9"),
            (b"", BIG5, b""),
        ] {
            assert_eq!(decoded(bytes, encoding), expected, "{}", encoding.name());
        }
    }

    fn encoding_and_text() -> impl Strategy<Value = (&'static encoding_rs::Encoding, Vec<u8>)> {
        let wide = (
            prop_oneof![Just(GB18030), Just(UTF_8)],
            proptest::collection::vec(any::<char>(), 0..200),
        );
        wide.prop_map(|(encoding, text)| {
            let text: String = text.into_iter().filter(|c| !c.is_control()).collect();
            let (bytes, _, misfits) = encoding.encode(&text);
            (
                encoding,
                if misfits {
                    Vec::new()
                } else {
                    bytes.into_owned()
                },
            )
        })
    }

    proptest! {
        #[test]
        fn long_text_is_decoded_as_the_whole_would_be((encoding, bytes) in encoding_and_text(), times in 0_usize..400) {
            let long = bytes.repeat(times);
            let expected = encoding.decode_without_bom_handling(&long).0.into_owned();
            prop_assert_eq!(String::from_utf8(decoded(&long, encoding)).unwrap(), expected);
        }
    }
}
