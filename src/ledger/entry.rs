//! What the ledger knows of a row that was sent.

use serde::{Deserialize, Serialize};

use crate::ledger::history::RunId;
use crate::ledger::keys::{Print, ShortPrint};
use crate::model::{CellsDigest, Digest, LeadId, RowIdentity};

/// The number of an entry. Never used twice in one ledger.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct EntryId(pub i64);

/// How far a row has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum EntryState {
    /// It is about to be sent. Left over from an earlier run: unknown.
    Intended,
    /// The CRM has it.
    Created,
    /// The server said no.
    Refused,
    /// The server kept failing and the lead is proven absent.
    Failed,
    /// The lead may or may not exist.
    Unknown,
    /// The CRM said that it has the lead, but not under which id.
    Taken,
}

impl EntryState {
    /// Every state with its number in the database: **the one place to add one**.
    pub(super) const NUMBERS: [(Self, i64); 6] = [
        (Self::Intended, 0),
        (Self::Created, 1),
        (Self::Refused, 2),
        (Self::Failed, 3),
        (Self::Unknown, 4),
        (Self::Taken, 5),
    ];

    /// Whether it is open what became of the row.
    pub fn is_open(self) -> bool {
        match self {
            Self::Intended | Self::Unknown | Self::Taken => true,
            Self::Created | Self::Refused | Self::Failed => false,
        }
    }

    /// Whether the row keeps others of its identity or key from being sent.
    pub fn owns_claims(self) -> bool {
        self == Self::Created || self.is_open()
    }

    pub(super) fn number(self) -> i64 {
        let found = Self::NUMBERS.iter().find(|(state, _)| *state == self);
        found.expect("every state has a number").1
    }

    pub(super) fn from_number(number: i64) -> Option<Self> {
        let found = Self::NUMBERS.iter().find(|(_, known)| *known == number);
        found.map(|(state, _)| *state)
    }
}

/// Something that leads to a row's entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Claim {
    /// The identity by token or columns.
    Identity(RowIdentity),
    /// The identity by cells. When another row has this occurrence, the next free one is claimed.
    Cells {
        /// All cells.
        cells: CellsDigest,
        /// The number among rows with equal cells, from 0.
        occurrence: u64,
    },
    /// The key of `[duplicates]`.
    Key(Digest),
}

/// Everything that leads to a row's entry: what is claimed when it is about to be sent, and what
/// more when it was created, or may have been.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowClaims {
    /// What the row is known by.
    pub identity: Claim,
    /// The key of `[duplicates]`, if the mapping has any and the row has a value for it.
    pub key: Option<Claim>,
    /// The identity by columns of a row that is known by its token.
    pub columns: Option<Claim>,
    /// The cells of a row that is known by token or columns.
    pub cells: Option<Claim>,
}

impl RowClaims {
    /// What is claimed before the row is sent.
    pub fn when_intended(&self) -> impl Iterator<Item = Claim> + use<> {
        [Some(self.identity), self.key, self.columns]
            .into_iter()
            .flatten()
    }

    /// What is claimed as well once the row was created or may have been. Not earlier: of equal cells
    /// the first free number is claimed, and a row that is refused must have taken none.
    pub fn when_sent(&self) -> impl Iterator<Item = Claim> + use<> {
        self.cells.into_iter()
    }
}

/// What is kept of a row's content: nothing but keyed hashes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowPrints {
    /// The source that `[identity]` names; `None` without `[identity]`.
    pub source: Option<Print>,
    /// All cells.
    pub cells: Print,
    /// The checked lead.
    pub content: Print,
    /// First and last name.
    pub name: Option<ShortPrint>,
    /// The e-mail address.
    pub email: Option<ShortPrint>,
    /// The phone number.
    pub phone: Option<ShortPrint>,
}

impl RowPrints {
    /// Whether two rows can be the same person: they share name, e-mail or phone.
    pub fn may_be_same_person(&self, other: &Self) -> bool {
        [
            (self.name, other.name),
            (self.email, other.email),
            (self.phone, other.phone),
        ]
        .iter()
        .any(|(one, other)| one.is_some() && one == other)
    }
}

/// An entry that a look-up found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KnownRow {
    /// Its number.
    pub entry: EntryId,
    /// How far it has come.
    pub state: EntryState,
    /// The lead's id, where it is known.
    pub lead_id: Option<LeadId>,
    /// The run that sent it last.
    pub run: RunId,
    /// Its row in that run's file.
    pub row: u64,
    /// How often the server has said no to it.
    pub refusals: u32,
    /// What is kept of its content.
    pub prints: RowPrints,
}

#[cfg(test)]
mod tests {
    use super::{EntryState, RowPrints};
    use crate::ledger::{Print, ShortPrint};

    #[test]
    fn states_come_back_from_their_numbers() {
        for (state, number) in EntryState::NUMBERS {
            assert_eq!(EntryState::from_number(number), Some(state));
            assert_eq!(state.number(), number);
        }
        assert_eq!(EntryState::from_number(99), None);
    }

    #[test]
    fn one_shared_name_email_or_phone_makes_the_same_person() {
        let person = |name, email, phone| RowPrints {
            source: None,
            cells: Print(0),
            content: Print(0),
            name: Some(name).filter(|n| *n > 0).map(ShortPrint),
            email: Some(email).filter(|n| *n > 0).map(ShortPrint),
            phone: Some(phone).filter(|n| *n > 0).map(ShortPrint),
        };
        for (one, other, expected) in [
            ((1, 2, 3), (1, 9, 9), true),
            ((1, 2, 3), (9, 2, 0), true),
            ((1, 2, 3), (9, 0, 3), true),
            ((1, 2, 3), (9, 9, 9), false),
            ((1, 0, 0), (2, 0, 0), false),
            ((0, 0, 0), (0, 0, 0), false),
        ] {
            let of = |(name, email, phone)| person(name, email, phone);
            assert_eq!(of(one).may_be_same_person(&of(other)), expected);
        }
    }
}
