//! The value of the header `Idempotency-Key`.

use std::fmt;

use hyper::header::HeaderValue;

/// How many hexadecimal digits a key has.
const DIGITS: usize = 32;

/// What makes two requests to create a lead one and the same: 16 bytes, written as 32
/// hexadecimal digits in lower case.
///
/// A server that honours the header answers a repeated key with what it answered the first time.
/// Where keys come from is decided by whoever sends.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(u128);

impl IdempotencyKey {
    /// The key made of these bytes.
    pub fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(u128::from_be_bytes(bytes))
    }

    /// Reads back what [`fmt::Display`] wrote; `None` for anything else.
    pub fn from_hex(text: &str) -> Option<Self> {
        let is_digit = |byte: u8| matches!(byte, b'0'..=b'9' | b'a'..=b'f');
        let is_key = text.len() == DIGITS && text.bytes().all(is_digit);
        let number = u128::from_str_radix(text, 16).ok()?;
        is_key.then_some(Self(number))
    }

    pub(super) fn header(self) -> HeaderValue {
        HeaderValue::from_bytes(&self.digits()).expect("hexadecimal digits may stand in a header")
    }

    fn digits(self) -> [u8; DIGITS] {
        let digit = |number: u8| b"0123456789abcdef"[usize::from(number)];
        let mut digits = [0; DIGITS];
        let (pairs, _) = digits.as_chunks_mut();
        for (pair, byte) in pairs.iter_mut().zip(self.0.to_be_bytes()) {
            *pair = [digit(byte >> 4), digit(byte & 0xf)];
        }
        digits
    }
}

impl fmt::Display for IdempotencyKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:032x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::IdempotencyKey;

    #[test]
    fn a_key_is_written_in_hex_and_read_back() {
        let mut bytes = [0; 16];
        bytes[0] = 0x0a;
        bytes[15] = 0xff;
        let key = IdempotencyKey::from_bytes(bytes);
        let text = "0a0000000000000000000000000000ff";
        assert_eq!(key.to_string(), text);
        assert_eq!(key.header(), text);
        assert_eq!(IdempotencyKey::from_hex(text), Some(key));
    }

    #[test]
    fn what_is_no_key_is_not_read() {
        for text in [
            "",
            "0a",
            "0A0000000000000000000000000000FF",
            "+a0000000000000000000000000000ff",
            "0a0000000000000000000000000000ff0",
            "0a0000000000000000000000000000f ",
        ] {
            assert_eq!(IdempotencyKey::from_hex(text), None, "{text}");
        }
    }
}
