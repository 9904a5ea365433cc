//! Which encoding a text file is read in, and why.

use std::io::{self, Read};

use encoding_rs::{
    Encoding, ISO_2022_JP, ISO_8859_2, ISO_8859_4, ISO_8859_15, REPLACEMENT, UTF_8, WINDOWS_1250,
    WINDOWS_1252, WINDOWS_1254, WINDOWS_1257, WINDOWS_1258,
};

use super::byte_evidence::ByteEvidence;
use super::encoding_guess::{guess_encoding, is_of_dos};
use super::utf_16::{ZeroBytes, look_at_zero_bytes};
use crate::source::SourceError;
use crate::source::content::is_noise;

/// How sure an encoding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Certainty {
    /// Somebody named it.
    Named,
    /// The file's bytes allow no other: a byte order mark, or characters of UTF-8.
    Shown,
    /// It is likely.
    Guessed,
}

/// An encoding, and where the text begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct EncodingChoice {
    pub(super) encoding: &'static Encoding,
    /// Bytes of the byte order mark.
    pub(super) mark_bytes: usize,
    pub(super) certainty: Certainty,
}

/// Byte order marks of what is not read here; some begin like those of UTF-16.
const UTF_32_MARKS: [&[u8]; 2] = [b"\xFF\xFE\0\0", b"\0\0\xFE\xFF"];

/// Chooses the encoding of a text file that begins with `start`; `named` is what somebody said.
///
/// A byte order mark wins over the name, because it is what the program wrote that made the file.
/// `whole_file` is gone through only if neither is there and the start does not show that it is UTF-8.
///
/// # Errors
///
/// [`SourceError::UnknownEncoding`] for a name that is none, [`SourceError::NotText`] for UTF-32 and for bytes
/// that no text has; and what reading the file fails with.
pub(super) fn choose_encoding<R: Read>(
    start: &[u8],
    named: Option<&str>,
    whole_file: impl FnOnce() -> io::Result<R>,
) -> Result<EncodingChoice, SourceError> {
    let named = named.map(encoding_named).transpose()?;
    if UTF_32_MARKS.iter().any(|mark| start.starts_with(mark)) {
        return Err(SourceError::NotText {
            looks_like: "UTF-32",
        });
    }
    if let Some((encoding, mark_bytes)) = Encoding::for_bom(start) {
        return Ok(EncodingChoice {
            encoding,
            mark_bytes,
            certainty: Certainty::Shown,
        });
    }
    let (encoding, certainty) = match named {
        Some(encoding) => (encoding, Certainty::Named),
        None => encoding_of_bytes(start, whole_file)?,
    };
    Ok(EncodingChoice {
        encoding,
        mark_bytes: 0,
        certainty,
    })
}

/// The encoding that people call `name`.
fn encoding_named(name: &str) -> Result<&'static Encoding, SourceError> {
    let tidy = name.trim().to_ascii_lowercase().replace(' ', "-");
    let label = match tidy.as_str() {
        // Names that programs show and the web has no use for.
        "ansi" => "windows-1252",
        "unicode" | "ucs-2" => "utf-16le",
        "mac-roman" | "macroman" => "macintosh",
        "utf-8-sig" | "utf-8-bom" => "utf-8",
        label => label,
    };
    Encoding::for_label(label.as_bytes())
        .filter(|&encoding| encoding != REPLACEMENT)
        .ok_or_else(|| SourceError::UnknownEncoding {
            name: name.to_owned(),
        })
}

fn encoding_of_bytes<R: Read>(
    start: &[u8],
    whole_file: impl FnOnce() -> io::Result<R>,
) -> Result<(&'static Encoding, Certainty), SourceError> {
    match look_at_zero_bytes(start) {
        ZeroBytes::Utf16(encoding) => return Ok((encoding, Certainty::Shown)),
        ZeroBytes::Stray if !is_noise(start) => {}
        ZeroBytes::Stray | ZeroBytes::Binary => {
            return Err(SourceError::NotText {
                looks_like: "binary data",
            });
        }
    }
    if ByteEvidence::start_is_utf_8(start) {
        return Ok((UTF_8, Certainty::Shown));
    }
    let evidence = ByteEvidence::gather(whole_file()?)?;
    if !evidence.is_utf_8() {
        if is_of_dos(&evidence.lines) {
            return Err(SourceError::NotText {
                looks_like: "a code page of DOS (437, 850 or 852)",
            });
        }
        let guess = guess_encoding(&evidence, start);
        // Which of the two is right for a row shows in the row: those that are not UTF-8 are told by name.
        if is_of_latin_letters(guess) && evidence.is_partly_utf_8() {
            return Ok((UTF_8, Certainty::Shown));
        }
        return Ok((guess, Certainty::Guessed));
    }
    if evidence.characters == 0 && has_japanese_escapes(start) {
        return Ok((ISO_2022_JP, Certainty::Shown));
    }
    Ok((UTF_8, Certainty::Shown))
}

/// Whether it is an encoding of Windows or ISO for languages with Latin letters.
pub(super) fn is_of_latin_letters(encoding: &'static Encoding) -> bool {
    const LATIN: [&Encoding; 8] = [
        WINDOWS_1250,
        WINDOWS_1252,
        WINDOWS_1254,
        WINDOWS_1257,
        WINDOWS_1258,
        ISO_8859_2,
        ISO_8859_4,
        ISO_8859_15,
    ];
    LATIN.contains(&encoding)
}

/// The escape to a set of Japanese characters, in text that has no byte beyond ASCII.
fn has_japanese_escapes(start: &[u8]) -> bool {
    [&b"\x1B$B"[..], b"\x1B$@"]
        .iter()
        .any(|escape| memchr::memmem::find(start, escape).is_some())
}

/// The encoding's label in the web's list, in lower case.
pub(in crate::source) fn label_of(encoding: &'static Encoding) -> String {
    encoding.name().to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn choose(bytes: &[u8], named: Option<&str>) -> Result<(String, usize, Certainty), String> {
        choose_encoding(bytes, named, || Ok(bytes))
            .map(|choice| {
                (
                    label_of(choice.encoding),
                    choice.mark_bytes,
                    choice.certainty,
                )
            })
            .map_err(|error| error.to_string())
    }

    #[test]
    fn marks_win_over_names_and_names_over_bytes() {
        use Certainty::{Guessed, Named, Shown};
        for (bytes, named, expected) in [
            (&b"a,b\n"[..], None, ("utf-8", 0, Shown)),
            (b"\xEF\xBB\xBFa,b\n", None, ("utf-8", 3, Shown)),
            (
                b"\xEF\xBB\xBFa,b\n",
                Some("windows-1254"),
                ("utf-8", 3, Shown),
            ),
            (b"\xFF\xFEa\0", None, ("utf-16le", 2, Shown)),
            (b"\xFE\xFF\0a", Some("UTF-16"), ("utf-16be", 2, Shown)),
            (b"a\0,\0b\0\n\0", None, ("utf-16le", 0, Shown)),
            (b"\0a\0,\0b\0\n", None, ("utf-16be", 0, Shown)),
            (b"a,b\n", Some("Windows 1254"), ("windows-1254", 0, Named)),
            (b"a,b\n", Some("Latin1"), ("windows-1252", 0, Named)),
            (b"a,b\n", Some("ANSI"), ("windows-1252", 0, Named)),
            (b"caf\xE9,b\n", None, ("windows-1252", 0, Guessed)),
            (b"\x1B$B;3ED\x1B(B,b\n", None, ("iso-2022-jp", 0, Shown)),
            (b"\xC3\x96z,caf\xE9\n", None, ("utf-8", 0, Shown)),
        ] {
            let expected = (expected.0.to_owned(), expected.1, expected.2);
            assert_eq!(
                choose(bytes, named),
                Ok(expected),
                "{}",
                bytes.escape_ascii()
            );
        }
    }

    #[test]
    fn what_is_no_text_and_no_encoding_is_refused() {
        for (bytes, named, expected) in [
            (
                &b"\xFF\xFE\0\0a\0\0\0"[..],
                None,
                "the file is not text that is read here: it looks like UTF-32",
            ),
            (
                b"\x01\0\0\x02\0\0\x03\0",
                None,
                "the file is not text that is read here: it looks like binary data",
            ),
            (
                b"\x90\xD7\x04\xC1\0\x11\xE6\x07k\x80\xFE9\xA1\x02b",
                None,
                "the file is not text that is read here: it looks like binary data",
            ),
            (
                b"a",
                Some("windows-1524"),
                "`windows-1524` is no encoding that is known here",
            ),
            (
                b"a",
                Some("iso-2022-kr"),
                "`iso-2022-kr` is no encoding that is known here",
            ),
        ] {
            assert_eq!(choose(bytes, named), Err(expected.to_owned()));
        }
    }
}
