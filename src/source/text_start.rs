//! How a text file begins: encoding, byte order mark, `sep=` line.
//!
//! **The place where further encodings will be told apart**; today there is UTF-8.

use super::SourceError;
use super::content::Sample;

/// Where a text file's first row begins, and what was said before it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct TextStart {
    /// Bytes before the first row: byte order mark and `sep=` line.
    pub(super) bytes: usize,
    /// The delimiter that a `sep=` line names.
    pub(super) delimiter: Option<u8>,
}

const UTF_8_MARK: &[u8] = b"\xEF\xBB\xBF";

/// Byte order marks of other encodings; the longer ones first, as one begins with another.
const OTHER_MARKS: &[(&[u8], &str)] = &[
    (b"\xFF\xFE\0\0", "UTF-32"),
    (b"\0\0\xFE\xFF", "UTF-32"),
    (b"\xFF\xFE", "UTF-16"),
    (b"\xFE\xFF", "UTF-16"),
];

/// Looks at the start of a text file.
///
/// # Errors
///
/// [`SourceError::NotUtf8`] when the sample carries another encoding's byte order mark, has more
/// zero bytes than text ever has, or is not UTF-8. [`SourceError::Empty`] when no row can follow.
pub(super) fn examine_text(sample: &Sample) -> Result<TextStart, SourceError> {
    if let Some(looks_like) = other_encoding(sample) {
        return Err(SourceError::NotUtf8 { looks_like });
    }
    let mark = if sample.bytes.starts_with(UTF_8_MARK) {
        UTF_8_MARK.len()
    } else {
        0
    };
    let (line, delimiter) = separator_line(&sample.bytes[mark..]).unzip();
    let bytes = mark + line.unwrap_or(0);
    if sample.is_whole && bytes == sample.bytes.len() {
        return Err(SourceError::Empty);
    }
    Ok(TextStart { bytes, delimiter })
}

/// The encoding that a sample looks like, if that is not UTF-8.
fn other_encoding(sample: &Sample) -> Option<&'static str> {
    let marked = OTHER_MARKS
        .iter()
        .find(|(mark, _)| sample.bytes.starts_with(mark));
    if let Some((_, name)) = marked {
        return Some(name);
    }
    if let Some(name) = rich_in_zeros(&sample.bytes) {
        return Some(name);
    }
    let error = std::str::from_utf8(&sample.bytes).err()?;
    let is_cut_by_us = error.error_len().is_none() && !sample.is_whole;
    (!is_cut_by_us).then_some("an older 8-bit encoding such as windows-1252")
}

/// Text of UTF-16 is full of zero bytes, all of them on one side of each pair.
fn rich_in_zeros(bytes: &[u8]) -> Option<&'static str> {
    /// A stray zero byte is data; one byte in this many is an encoding.
    const ONE_IN: usize = 10;
    let zeros_at = |parity: usize| {
        let pairs = bytes.chunks_exact(2);
        pairs.filter(|pair| pair[parity] == 0).count()
    };
    let (even, odd) = (zeros_at(0), zeros_at(1));
    if (even + odd) * ONE_IN < bytes.len() || even + odd == 0 {
        None
    } else if even == 0 || odd == 0 {
        Some("UTF-16")
    } else {
        Some("binary data")
    }
}

/// The length of a first line such as `sep=;` with its line end, and the delimiter it names.
///
/// Spreadsheet programs write this line for each other; it is quoted by some.
fn separator_line(start: &[u8]) -> Option<(usize, u8)> {
    let end = start
        .iter()
        .position(|byte| matches!(byte, b'\n' | b'\r'))
        .unwrap_or(start.len());
    let line = &start[..end];
    let unquoted = line
        .strip_prefix(b"\"")
        .and_then(|rest| rest.strip_suffix(b"\""))
        .unwrap_or(line);
    let (key, value) = unquoted.split_at_checked(4)?;
    let &[delimiter] = value else { return None };
    if !key.eq_ignore_ascii_case(b"sep=") || !delimiter.is_ascii() {
        return None;
    }
    let line_end = match start[end..] {
        [b'\r', b'\n', ..] => 2,
        [_, ..] => 1,
        [] => 0,
    };
    Some((end + line_end, delimiter))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn examine(bytes: &[u8], is_whole: bool) -> Result<TextStart, String> {
        let sample = Sample {
            bytes: bytes.to_vec(),
            is_whole,
        };
        examine_text(&sample).map_err(|error| error.to_string())
    }

    #[test]
    fn marks_and_separator_lines_stand_before_the_first_row() {
        for (bytes, expected_bytes, delimiter) in [
            (&b"a,b\n"[..], 0, None),
            (b"\xEF\xBB\xBFa,b\n", 3, None),
            (b"sep=;\na;b", 6, Some(b';')),
            (b"\xEF\xBB\xBFSEP=\t\r\na\tb", 10, Some(b'\t')),
            (b"\"sep=|\"\ra|b", 8, Some(b'|')),
            (b"sep=,,\na,b", 0, None),
            (b"sep=\na,b", 0, None),
            (b"separate;b\n", 0, None),
            ("sep=§\n".as_bytes(), 0, None),
        ] {
            let expected = TextStart {
                bytes: expected_bytes,
                delimiter,
            };
            assert_eq!(
                examine(bytes, true),
                Ok(expected),
                "{}",
                bytes.escape_ascii()
            );
        }
    }

    #[test]
    fn other_encodings_are_named() {
        let not_utf_8 = |name: &str| format!("the file is not UTF-8 text: it looks like {name}");
        let eight_bit = not_utf_8("an older 8-bit encoding such as windows-1252");
        for (bytes, is_whole, expected) in [
            (&b"\xFF\xFEa\0"[..], true, not_utf_8("UTF-16")),
            (b"\xFE\xFF\0a", true, not_utf_8("UTF-16")),
            (b"\xFF\xFE\0\0a\0\0\0", true, not_utf_8("UTF-32")),
            (b"a\0,\0b\0\n\0", true, not_utf_8("UTF-16")),
            (b"\0a\0,\0b\0\n", true, not_utf_8("UTF-16")),
            (b"\x01\0\0\x02\0\0\x03\0", true, not_utf_8("binary data")),
            (b"caf\xE9,b\n", true, eight_bit.clone()),
            (b"caf\xC3", true, eight_bit),
            (b"", true, "the file is empty".to_owned()),
            (b"\xEF\xBB\xBFsep=;\n", true, "the file is empty".to_owned()),
        ] {
            assert_eq!(examine(bytes, is_whole), Err(expected));
        }
    }

    #[test]
    fn a_character_cut_by_the_sample_and_a_stray_zero_byte_are_text() {
        assert!(examine(b"caf\xC3", false).is_ok());
        assert!(examine(b"name,phone\nJane,\0+12025550123\n", true).is_ok());
    }
}
