//! Hashes keyed with the ledger's own secret, so that what it keeps of people cannot be looked up
//! in a list of guesses without the ledger itself.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::ledger::entry::Claim;
use crate::model::{Digest, HashInput, RowIdentity};

/// Bytes of the secret.
pub(super) const SECRET_LENGTH: usize = 32;

/// Bytes of the word before what a print is made of.
const KIND_LENGTH: usize = 5;

/// Makes the hashes of one ledger, in its base or in one of its rounds.
///
/// Claims of a round never meet those of another or of the base; prints are the same everywhere.
#[derive(Clone)]
pub struct LedgerKeys {
    secret: [u8; SECRET_LENGTH],
    round: Option<String>,
}

/// A keyed hash of something of a row, kept with its entry. Comparing two is all it is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Print(pub i64);

/// A keyed hash of 32 bits, compared only with that of one other row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShortPrint(pub u32);

/// The hash under which a claim is found.
pub(super) type ClaimHash = Digest;

impl LedgerKeys {
    pub(super) fn new(secret: [u8; SECRET_LENGTH]) -> Self {
        Self {
            secret,
            round: None,
        }
    }

    /// The same ledger's keys in the round called `name`.
    #[must_use]
    pub fn in_round(&self, name: &str) -> Self {
        Self {
            secret: self.secret,
            round: Some(name.to_owned()),
        }
    }

    /// The print of something.
    pub fn print(&self, digest: Digest) -> Print {
        Print(i64::from_le_bytes(self.first_bytes(*b"print", digest)))
    }

    /// The short print of something.
    pub fn short_print(&self, digest: Digest) -> ShortPrint {
        ShortPrint(u32::from_le_bytes(self.first_bytes(*b"short", digest)))
    }

    /// The `Idempotency-Key` of a row's attempts: it changes with the row, its body, the round and
    /// the number of times the server has said no.
    pub fn request_key(&self, identity: RowIdentity, body: &[u8], refusals: u32) -> Digest {
        let mut input = self.input(b"request");
        input.push(identity.0.as_bytes());
        input.push(&refusals.to_le_bytes());
        input.push(body);
        Digest::from_hash(&input.hash())
    }

    pub(super) fn claim_hash(&self, claim: &Claim) -> ClaimHash {
        let (kind, digest): (&[u8], _) = match claim {
            Claim::Identity(identity) => (b"identity", identity.0),
            Claim::Cells { cells, occurrence } => {
                (b"identity", RowIdentity::of_cells(*cells, *occurrence).0)
            }
            Claim::Key(digest) => (b"key", *digest),
        };
        let mut input = self.input(kind);
        input.push(digest.as_bytes());
        Digest::from_hash(&input.hash())
    }

    /// How the hash of one kind of claim in this round begins.
    fn input(&self, kind: &[u8]) -> HashInput<'_> {
        let mut input = HashInput::keyed(&self.secret);
        input.push(kind);
        if let Some(round) = &self.round {
            input.push(b" of round ");
            input.push_part(round.as_bytes());
        }
        input
    }

    fn first_bytes<const N: usize>(&self, kind: [u8; KIND_LENGTH], digest: Digest) -> [u8; N] {
        let mut input = [0; KIND_LENGTH + Digest::LENGTH];
        let (before, behind) = input.split_at_mut(KIND_LENGTH);
        before.copy_from_slice(&kind);
        behind.copy_from_slice(digest.as_bytes());
        let hash = blake3::keyed_hash(&self.secret, &input);
        let (first, _) = hash
            .as_bytes()
            .split_first_chunk()
            .expect("a hash has 32 bytes");
        *first
    }
}

/// Never shows the secret.
impl fmt::Debug for LedgerKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter
            .debug_struct("LedgerKeys")
            .field("round", &self.round)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::LedgerKeys;
    use crate::ledger::Claim;
    use crate::model::{CellsDigest, Digest, RowIdentity};

    fn digest(text: &str) -> Digest {
        Digest::of("test", [text.as_bytes()])
    }

    #[test]
    fn hashes_differ_with_the_secret_the_round_and_the_kind() {
        let keys = LedgerKeys::new([1; 32]);
        let claim = Claim::Identity(RowIdentity(digest("a")));
        let hashes = [
            keys.claim_hash(&claim),
            keys.in_round("spring").claim_hash(&claim),
            keys.in_round("autumn").claim_hash(&claim),
            LedgerKeys::new([2; 32]).claim_hash(&claim),
            keys.claim_hash(&Claim::Key(digest("a"))),
        ];
        for (index, hash) in hashes.iter().enumerate() {
            assert!(hashes[index + 1..].iter().all(|other| hash != other));
        }
        assert_eq!(
            keys.print(digest("a")),
            keys.in_round("x").print(digest("a"))
        );
    }

    #[test]
    fn a_token_of_equal_cells_claims_what_the_cells_claim() {
        let keys = LedgerKeys::new([1; 32]);
        let cells = CellsDigest(digest("a"));
        for occurrence in [0, 1, 7] {
            let token = Claim::Identity(RowIdentity::of_cells(cells, occurrence));
            let own = Claim::Cells { cells, occurrence };
            assert_eq!(keys.claim_hash(&token), keys.claim_hash(&own));
        }
    }

    #[test]
    fn a_request_key_changes_with_everything_that_makes_another_request() {
        let keys = LedgerKeys::new([1; 32]);
        let identity = RowIdentity(digest("a"));
        let key = keys.request_key(identity, b"body", 0);
        assert_eq!(key, keys.request_key(identity, b"body", 0));
        for other in [
            keys.request_key(RowIdentity(digest("b")), b"body", 0),
            keys.request_key(identity, b"other", 0),
            keys.request_key(identity, b"body", 1),
            keys.in_round("again").request_key(identity, b"body", 0),
        ] {
            assert_ne!(key, other);
        }
    }

    #[test]
    fn the_secret_is_not_shown() {
        assert!(!format!("{:?}", LedgerKeys::new([7; 32])).contains('7'));
    }
}
