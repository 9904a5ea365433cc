//! Why rows cannot be judged any more.

use crate::import::notes::NotesError;
use crate::ledger::LedgerError;

/// What keeps a run from finding out whether rows were sent before.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum JudgeError {
    /// The ledger cannot be read.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// What the run remembers of its own rows is lost.
    #[error(transparent)]
    Notes(#[from] NotesError),
    /// The same, in a temporary file.
    #[error("cannot use a temporary file")]
    File(#[from] std::io::Error),
}

impl JudgeError {
    /// What to do next.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Ledger(error) => error.hint(),
            Self::Notes(_) | Self::File(_) => {
                "make room in the folder for temporary files, or name another in `TMPDIR`"
            }
        }
    }
}
