//! Why a run could not even begin.

use std::path::PathBuf;

use crate::api::ClientError;
use crate::import::stop::StopReason;
use crate::source::SourceError;

/// What keeps a run from starting. Nothing was sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ImportError {
    /// The input cannot be read to its end.
    #[error("cannot read rows from `{file}`")]
    Unreadable {
        /// The input as the user named it.
        file: String,
        /// What is wrong with it.
        #[source]
        cause: SourceError,
    },
    /// The results file of an earlier run is in the way.
    #[error("the results file `{}` exists", path.display())]
    ResultsExist {
        /// The file.
        path: PathBuf,
        /// The run would have been a rehearsal in the sandbox.
        is_rehearsal: bool,
    },
    /// Results or rejects cannot be written.
    #[error("cannot write the results")]
    CannotRecord(#[source] std::io::Error),
    /// The HTTP client cannot be set up.
    #[error(transparent)]
    Client(#[from] ClientError),
    /// The asynchronous runtime cannot be started.
    #[error("cannot start the upload")]
    Runtime(#[source] std::io::Error),
    /// The CRM did not let the run begin.
    #[error("the import did not begin; nothing was sent")]
    Preflight(#[source] StopReason),
}

impl ImportError {
    /// What to do next, where that is known.
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Unreadable { cause, .. } => cause.hint(),
            Self::ResultsExist {
                is_rehearsal: true, ..
            } => Some(
                "it may be all that is known of a real import: name another place for the \
                 rehearsal's results with `--results`, or remove it"
                    .into(),
            ),
            Self::ResultsExist { .. } => Some(
                "this version remembers nothing between runs, so importing the same rows again \
                 would create their leads twice; look at that file first, then name another with \
                 `--results`"
                    .into(),
            ),
            Self::CannotRecord(_) => {
                Some("choose another place with `--results` and `--rejects`".into())
            }
            Self::Preflight(reason) => Some(format!(
                "{}; then run the same command again",
                reason.hint()
            )),
            Self::Client(_) | Self::Runtime(_) => None,
        }
    }
}
