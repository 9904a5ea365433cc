//! Tables of things that we have numbered ourselves.

use std::hash::{BuildHasherDefault, Hasher};

/// Tables of our own numbers: nobody outside chooses them, so that a hash need not withstand anybody.
pub type ByNumber = BuildHasherDefault<SpreadNumber>;

/// Spreads numbers in a row over all bits of a hash.
#[derive(Debug, Clone, Copy, Default)]
pub struct SpreadNumber(u64);

/// 2^64 divided by the golden ratio: multiples of it lie far apart.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

impl Hasher for SpreadNumber {
    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0 ^ number).wrapping_mul(SPREAD);
    }

    fn write_i64(&mut self, number: i64) {
        self.write_u64(number.cast_unsigned());
    }

    /// This is for whatever else is put into such a table.
    fn write(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.write_u64(u64::from(byte));
        }
    }

    fn finish(&self) -> u64 {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::hash::BuildHasher;

    use super::ByNumber;

    #[test]
    fn numbers_in_a_row_differ_at_both_ends_of_their_hashes() {
        // Tables choose the place by the last bits and tell neighbours apart by the first ones.
        let hashes: Vec<u64> = (0..128_i64)
            .map(|number| ByNumber::default().hash_one(number))
            .collect();
        let last: HashSet<_> = hashes.iter().map(|hash| hash & 127).collect();
        let first: HashSet<_> = hashes.iter().map(|hash| hash >> 57).collect();
        assert_eq!(last.len(), 128);
        assert!(first.len() > 96, "{} of 128", first.len());
    }
}
