//! What is hashed, put together first.

/// Most of what is hashed is no longer than this, which is also as much as BLAKE3 hashes in one go.
const ROOM: usize = 1024;

/// Bytes of a key.
const KEY_LENGTH: usize = 32;

/// Collects the pieces of what is to be hashed.
///
/// A row is some hundred bytes in dozens of pieces. A hasher that is given them one by one costs more than
/// the hashing itself, so they are put side by side first and hashed at once. What is longer than that
/// goes through a hasher. Both ways give the same hash.
pub(crate) struct HashInput<'k> {
    bytes: [u8; ROOM],
    filled: usize,
    key: Option<&'k [u8; KEY_LENGTH]>,
    /// Has what came before `bytes`, once there was more than these hold.
    before: Option<Box<blake3::Hasher>>,
}

impl<'k> HashInput<'k> {
    pub(crate) fn new() -> Self {
        Self::with_key(None)
    }

    /// For a keyed hash.
    pub(crate) fn keyed(key: &'k [u8; KEY_LENGTH]) -> Self {
        Self::with_key(Some(key))
    }

    fn with_key(key: Option<&'k [u8; KEY_LENGTH]>) -> Self {
        Self {
            bytes: [0; ROOM],
            filled: 0,
            key,
            before: None,
        }
    }

    /// Adds bytes as they are.
    pub(crate) fn push(&mut self, piece: &[u8]) {
        let end = self.filled + piece.len();
        match self.bytes.get_mut(self.filled..end) {
            Some(place) => {
                place.copy_from_slice(piece);
                self.filled = end;
            }
            None => self.push_beyond(piece),
        }
    }

    /// Adds bytes so that it counts where they begin and end.
    pub(crate) fn push_part(&mut self, part: &[u8]) {
        self.push(&(part.len() as u64).to_le_bytes());
        self.push(part);
    }

    /// Adds a text in lower case so that it counts where it begins and ends.
    pub(crate) fn push_part_in_lower_case(&mut self, text: &str) {
        const OF_LENGTH: usize = size_of::<u64>();
        let start = self.filled + OF_LENGTH;
        if !text.is_ascii() || start + text.len() > ROOM {
            return self.push_part(text.to_lowercase().as_bytes());
        }
        self.push_part(text.as_bytes());
        self.bytes[start..self.filled].make_ascii_lowercase();
    }

    /// The hash of everything. Nothing may be added afterwards.
    pub(crate) fn hash(&mut self) -> blake3::Hash {
        let rest = &self.bytes[..self.filled];
        match (&mut self.before, self.key) {
            (Some(before), _) => before.update(rest).finalize(),
            (None, Some(key)) => blake3::keyed_hash(key, rest),
            (None, None) => blake3::hash(rest),
        }
    }

    #[cold]
    fn push_beyond(&mut self, piece: &[u8]) {
        let key = self.key;
        let hasher = self.before.get_or_insert_with(|| {
            Box::new(key.map_or_else(blake3::Hasher::new, blake3::Hasher::new_keyed))
        });
        hasher.update(&self.bytes[..self.filled]);
        hasher.update(piece);
        self.filled = 0;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{HashInput, ROOM};

    proptest! {
        #[test]
        fn the_hash_is_that_of_all_pieces_in_a_row(
            lengths in prop::collection::vec(
                prop_oneof![0..40_usize, ROOM - 9..ROOM + 9, 0..3 * ROOM],
                0..12,
            )
        ) {
            let key = [7; 32];
            let (mut plain, mut keyed) = (HashInput::new(), HashInput::keyed(&key));
            let mut whole = Vec::new();
            for (part, length) in (1_u8..).zip(lengths) {
                let part = vec![part; length];
                plain.push_part(&part);
                keyed.push_part(&part);
                whole.extend((length as u64).to_le_bytes());
                whole.extend(part);
            }
            prop_assert_eq!(plain.hash(), blake3::hash(&whole));
            prop_assert_eq!(keyed.hash(), blake3::keyed_hash(&key, &whole));
        }

        #[test]
        fn lower_case_is_that_of_the_standard_library(
            before in ROOM - 40..ROOM,
            texts in prop::collection::vec("[A-Za-z@.]{0,16}|[a-zA-ZİIıÇçΣσß]{0,8}", 1..4),
        ) {
            for before in [0, before] {
                let (mut lower, mut plain) = (HashInput::new(), HashInput::new());
                lower.push(&vec![1; before]);
                plain.push(&vec![1; before]);
                for text in &texts {
                    lower.push_part_in_lower_case(text);
                    plain.push_part(text.to_lowercase().as_bytes());
                }
                prop_assert_eq!(lower.hash(), plain.hash());
            }
        }
    }
}
