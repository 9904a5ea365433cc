//! Digests that tell rows, leads and people apart without keeping them.

use std::fmt;
use std::hash::{BuildHasherDefault, Hash, Hasher};

use serde::{Deserialize, Serialize};

use super::hash_input::HashInput;

/// A 128-bit digest. Two different things share one by no chance that matters.
///
/// Digests of one kind of thing never equal those of another: each is made under a domain.
#[derive(Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Digest([u8; Self::LENGTH]);

impl Digest {
    /// Bytes of a digest.
    pub const LENGTH: usize = 16;

    /// Digests `parts` in order; where one part ends and the next begins counts.
    pub fn of<'a>(domain: &str, parts: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let mut input = HashInput::new();
        input.push_part(domain.as_bytes());
        parts.into_iter().for_each(|part| input.push_part(part));
        Self::from_hash(&input.hash())
    }

    /// The first bytes of a longer hash.
    pub fn from_hash(hash: &blake3::Hash) -> Self {
        let (first, _) = hash
            .as_bytes()
            .split_first_chunk()
            .expect("a hash has 32 bytes");
        Self(*first)
    }

    /// The digest that [`Self::as_bytes`] showed.
    pub fn from_bytes(bytes: [u8; Self::LENGTH]) -> Self {
        Self(bytes)
    }

    /// The bytes.
    pub fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }

    /// The first 64 bits, for sets in which a rare false hit only costs time.
    pub fn short(self) -> u64 {
        let (first, _) = self.0.split_first_chunk().expect("16 bytes hold 8");
        u64::from_le_bytes(*first)
    }

    /// The digest as 32 hexadecimal digits.
    pub fn to_hex(self) -> String {
        use fmt::Write as _;
        let mut hex = String::with_capacity(2 * Self::LENGTH);
        for byte in self.0 {
            let _ = write!(hex, "{byte:02x}");
        }
        hex
    }

    /// Reads what [`Self::to_hex`] wrote.
    pub fn from_hex(hex: &str) -> Option<Self> {
        if hex.len() != 2 * Self::LENGTH || !hex.is_ascii() {
            return None;
        }
        let mut bytes = [0; Self::LENGTH];
        for (byte, index) in bytes.iter_mut().zip((0..hex.len()).step_by(2)) {
            *byte = u8::from_str_radix(&hex[index..index + 2], 16).ok()?;
        }
        Some(Self(bytes))
    }
}

impl Hash for Digest {
    fn hash<H: Hasher>(&self, hasher: &mut H) {
        hasher.write_u64(self.short());
    }
}

/// Tables of digests: what is a hash already need not be hashed once more.
pub type ByDigest = BuildHasherDefault<FirstBits>;

/// Takes the first bits of a digest for its hash.
#[derive(Debug, Clone, Copy, Default)]
pub struct FirstBits(u64);

impl Hasher for FirstBits {
    fn write_u64(&mut self, first_bits: u64) {
        self.0 = first_bits;
    }

    /// Digests write one number; this is for whatever else is put into such a table.
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(byte);
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Digest({})", self.to_hex())
    }
}

#[cfg(test)]
mod tests {
    use super::Digest;

    fn of(domain: &str, parts: &[&str]) -> Digest {
        Digest::of(domain, parts.iter().map(|part| part.as_bytes()))
    }

    #[test]
    fn what_differs_in_any_way_has_another_digest() {
        let all = [
            of("a", &["b", "c"]),
            of("a", &["bc"]),
            of("a", &["b", "c", ""]),
            of("ab", &["c"]),
            of("a", &["c", "b"]),
        ];
        for (index, one) in all.iter().enumerate() {
            assert!(all[index + 1..].iter().all(|other| one != other));
        }
        assert_eq!(all[0], of("a", &["b", "c"]));
    }

    #[test]
    fn hexadecimal_digits_come_back_as_they_went_in() {
        let digest = of("a", &["b"]);
        assert_eq!(Digest::from_hex(&digest.to_hex()), Some(digest));
        for wrong in [
            "",
            "0",
            &"g".repeat(32),
            &"0".repeat(33),
            "äääääääääääääääää",
        ] {
            assert_eq!(Digest::from_hex(wrong), None, "{wrong}");
        }
    }
}
