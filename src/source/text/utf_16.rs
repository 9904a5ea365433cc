//! UTF-16 without a byte order mark.

use encoding_rs::{Encoding, UTF_16BE, UTF_16LE};

/// What the zero bytes of a sample say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ZeroBytes {
    /// There are none, or so few that they are data.
    Stray,
    /// One half of each pair of bytes is rich in them: UTF-16.
    Utf16(&'static Encoding),
    /// Too many for text, and in no order.
    Binary,
}

/// Looks at the zero bytes of a file's start. ASCII in UTF-16 has one in each character, and even a table of
/// Chinese names has it in its delimiters and line ends.
pub(super) fn look_at_zero_bytes(sample: &[u8]) -> ZeroBytes {
    /// Of so many characters one must be ASCII, if its zero byte is not stray.
    const CHARACTERS_FOR_ASCII: usize = 50;
    /// So many times as much ASCII as when the bytes of each pair are swapped: an ideograph may have a zero
    /// byte too.
    const CLEARLY_MORE: usize = 3;
    /// One byte in this many makes a file binary.
    const BYTES_FOR_A_ZERO: usize = 10;
    let (pairs, _) = sample.as_chunks::<2>();
    let little = pairs
        .iter()
        .filter(|&&[low, high]| high == 0 && is_text(low))
        .count();
    let big = pairs
        .iter()
        .filter(|&&[high, low]| high == 0 && is_text(low))
        .count();
    let (more, fewer) = (little.max(big), little.min(big));
    let zeros = memchr::memchr_iter(0, sample).count();
    let is_one_sided = more > 0 && fewer * CLEARLY_MORE <= more;
    let encoding = if little > big { UTF_16LE } else { UTF_16BE };
    let is_rich = more * CHARACTERS_FOR_ASCII >= pairs.len();
    if is_one_sided && is_rich && is_valid(pairs, encoding) {
        ZeroBytes::Utf16(encoding)
    } else if zeros * BYTES_FOR_A_ZERO >= sample.len() && zeros > 0 {
        ZeroBytes::Binary
    } else {
        ZeroBytes::Stray
    }
}

fn is_text(byte: u8) -> bool {
    matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r')
}

/// Whether the characters are those of a table: none is NUL, and there is a line end, unless there is no more
/// than a line of ASCII.
fn is_valid(pairs: &[[u8; 2]], encoding: &'static Encoding) -> bool {
    let (text, has_misfits) = encoding.decode_without_bom_handling(pairs.as_flattened());
    // The sample may end between the halves of a character.
    let misfits = text
        .chars()
        .filter(|&character| character == char::REPLACEMENT_CHARACTER)
        .count();
    let has_lines = text.contains(['\n', '\r']) || text.is_ascii();
    has_lines && (!has_misfits || misfits <= 1) && !text.contains('\0')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn utf_16(text: &str, encode: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(encode).collect()
    }

    #[test]
    fn zero_bytes_on_one_side_are_utf_16() {
        let chinese = "姓名,电话,公司名称\n王小明明明明,一二三四五六,北京科技有限公司\n";
        let none: &[u8] = b"";
        for (sample, expected) in [
            (
                utf_16("a,b\n", u16::to_le_bytes),
                ZeroBytes::Utf16(UTF_16LE),
            ),
            (
                utf_16("a,b\n", u16::to_be_bytes),
                ZeroBytes::Utf16(UTF_16BE),
            ),
            (utf_16("a", u16::to_be_bytes), ZeroBytes::Utf16(UTF_16BE)),
            (
                utf_16(chinese, u16::to_le_bytes),
                ZeroBytes::Utf16(UTF_16LE),
            ),
            (
                utf_16(chinese, u16::to_be_bytes),
                ZeroBytes::Utf16(UTF_16BE),
            ),
            (
                b"name,phone\nJane,\0+12025550123\n".to_vec(),
                ZeroBytes::Stray,
            ),
            (b"\x01\0\0\x02\0\0\x03\0".to_vec(), ZeroBytes::Binary),
            (b"PK\0\x03\x04\x14\x05\x09".to_vec(), ZeroBytes::Binary),
            (none.to_vec(), ZeroBytes::Stray),
        ] {
            assert_eq!(
                look_at_zero_bytes(&sample),
                expected,
                "{}",
                sample.escape_ascii()
            );
        }
    }
}
