//! What every exchange tells beside its answer.

use crate::model::Allowance;

/// What an exchange came to, and what its headers tell of the server's limit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchanged<T> {
    /// What it came to.
    pub what: T,
    /// What was told of the limit; nothing where there was no answer.
    pub allowance: Allowance,
}

impl<T> Exchanged<T> {
    /// An exchange that tells nothing of the limit.
    pub fn silent(what: T) -> Self {
        Self {
            what,
            allowance: Allowance::default(),
        }
    }

    /// The same exchange, seen in another way.
    pub fn map<U>(self, see: impl FnOnce(T) -> U) -> Exchanged<U> {
        Exchanged {
            what: see(self.what),
            allowance: self.allowance,
        }
    }
}
