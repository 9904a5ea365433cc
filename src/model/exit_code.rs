//! How the program ends.

use serde::{Serialize, Serializer};

/// What the process tells its caller. Scripts rely on these numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExitCode {
    /// Every row is in the CRM or was left out by a rule.
    Done,
    /// The run finished and some rows are not in the CRM.
    SomeRowsLeft,
    /// Wrong usage, mapping or settings, or an input that cannot be read; nothing was sent.
    Unusable,
    /// Stopped early; the hint says what must change before the same command goes on.
    Stopped,
    /// A bug of ours, or books that do not close.
    Bug,
}

impl ExitCode {
    /// The number.
    pub fn number(self) -> u8 {
        match self {
            Self::Done => 0,
            Self::SomeRowsLeft => 1,
            Self::Unusable => 2,
            Self::Stopped => 3,
            Self::Bug => 70,
        }
    }
}

impl Serialize for ExitCode {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_u8(self.number())
    }
}
