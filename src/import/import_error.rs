//! Why a run could not even begin.

use crate::api::ClientError;
use crate::import::judge_stage::JudgeError;
use crate::import::names::NamesError;
use crate::import::stop::StopReason;
use crate::ledger::{LedgerError, LockError, StateFolderError};
use crate::model::count_of;
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
    /// The state folder cannot be used.
    #[error("there is no place to remember what was sent")]
    StateFolder(#[from] StateFolderError),
    /// Another run holds the ledger, or nobody can.
    #[error("the ledger is not free")]
    Locked(#[from] LockError),
    /// The ledger cannot be used.
    #[error("cannot remember what was sent")]
    Ledger(#[from] LedgerError),
    /// It cannot be found out which rows were sent before.
    #[error("cannot tell which rows were sent before")]
    CannotJudge(#[from] JudgeError),
    /// It cannot be found out what names stand for, or missing ones cannot be made.
    #[error("cannot turn names into ids; no lead was sent")]
    Names(#[from] NamesError),
    /// The same for `check`, which can do without.
    #[error("cannot turn names into ids; no row was checked")]
    NamesOfCheck(#[source] NamesError),
    /// Ctrl-C, or the system asked the program to end.
    #[error("interrupted before the first row")]
    Interrupted,
    /// Rows have new cells and known leads.
    #[error(
        "{} of `{file}` {} new to the ledger, but earlier runs have created their very leads from rows that \
         are no longer in the file",
        count_of(*rows, "row"),
        if *rows == 1 { "is" } else { "are" }
    )]
    KnownByLead {
        /// The input as the user named it.
        file: String,
        /// How many.
        rows: u64,
    },
    /// The CRM has the first rows of a file that the ledger knows nothing of.
    #[error(
        "the ledger knows no row of `{file}`, but the CRM has the leads of its first {} already",
        count_of(*rows, "good row")
    )]
    ImportedElsewhere {
        /// The input as the user named it.
        file: String,
        /// How many rows were looked up.
        rows: u64,
    },
    /// Leads that the ledger knows are not in the CRM any more.
    #[error(
        "the CRM has no longer {} of run {run}, which the ledger says it created",
        if *leads == 1 { "the lead".to_owned() } else { format!("any of {leads} leads") }
    )]
    LeadsGone {
        /// How many were asked for.
        leads: usize,
        /// The run that created the first.
        run: String,
    },
    /// The round was opened for another file or mapping.
    #[error("the round `{name}` was opened for `{file}` and another file or mapping")]
    RoundOfAnother {
        /// The round.
        name: String,
        /// The file it was opened for.
        file: String,
    },
    /// The input cannot be read once more for its hash.
    #[error("cannot read the input again")]
    CannotHash(#[source] std::io::Error),
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
            Self::StateFolder(error) => Some(error.hint().into()),
            Self::Locked(error) => Some(error.hint().into()),
            Self::Ledger(error) => Some(error.hint().into()),
            Self::CannotJudge(error) => Some(error.hint().into()),
            Self::Names(error) if error.is_of_the_mapping() => Some(error.hint()),
            Self::Names(error) => Some(format!(
                "{}; then run the same command again",
                error.hint()
            )),
            Self::NamesOfCheck(error) => Some(format!(
                "{}; to check without the CRM, where every name passes, add `--offline`",
                error.hint()
            )),
            Self::KnownByLead { .. } => Some(
                "if a program rewrote the cells of rows that were imported, add `--known-by-lead \
                 skip`; if they are new rows, `--known-by-lead send`; an `[identity]` in the mapping \
                 saves the question"
                    .into(),
            ),
            Self::ImportedElsewhere { .. } => Some(
                "import it where it was imported before, with that state folder (`--state-dir`); if \
                 these leads are to be created once more, add `--again NAME`"
                    .into(),
            ),
            Self::LeadsGone { run, .. } => Some(format!(
                "if somebody deleted them and they are to be sent again, run `leadferry runs forget \
                 {run}`; otherwise check the address (`--api-url`) and the tenant (`--tenant`)"
            )),
            Self::RoundOfAnother { .. } => {
                Some("take another name for `--again`: each round is for one file".into())
            }
            Self::CannotRecord(_) => {
                Some("choose another place with `--results` and `--rejects`".into())
            }
            Self::Preflight(reason) => Some(format!(
                "{}; then run the same command again",
                reason.hint()
            )),
            Self::Client(_) => Some(
                "install the system's certificates (often a package `ca-certificates`), or name some \
                 with `--ca-cert PATH`"
                    .into(),
            ),
            Self::Interrupted => Some("run the same command again".into()),
            Self::Runtime(_) | Self::CannotHash(_) => None,
        }
    }
}
