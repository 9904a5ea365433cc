//! Why it cannot be found out what names stand for.

use std::fmt;
use std::time::Duration;

use crate::api::Doubt;
use crate::import::stop::StopReason;
use crate::model::{NameList, count_of, in_quotes};

/// What the CRM was asked to do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// To show one of its lists.
    List(NameList),
    /// To make a reference source.
    NewSource,
}

impl fmt::Display for Asked {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List(list) => write!(formatter, "show its {}", list.plural()),
            Self::NewSource => formatter.write_str("make a reference source"),
        }
    }
}

/// Why names cannot be looked up, or missing ones not be made. No lead was sent.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NamesError {
    /// No connection, or no token that the CRM accepts.
    #[error(transparent)]
    Stopped(#[from] StopReason),
    /// 403.
    #[error("the CRM forbids to {asked} (403{})", in_quotes(words))]
    Forbidden {
        /// What was asked for.
        asked: Asked,
        /// The server's words.
        words: String,
    },
    /// A whole answer that asking again will not better.
    #[error("the CRM cannot {asked}: {why}")]
    Unusable {
        /// What was asked for.
        asked: Asked,
        /// What is wrong with the answer.
        why: String,
    },
    /// No answer, however often it was asked.
    #[error("the CRM did not {asked} within {}: {}", count_of(patience.as_secs(), "second"), in_words(doubt))]
    Silent {
        /// What was asked for.
        asked: Asked,
        /// For how long it was asked.
        patience: Duration,
        /// What happened the last time.
        doubt: Doubt,
    },
    /// A list without end.
    #[error("the CRM's list of {} does not end after {}", list.plural(), count_of(*entries as u64, "name"))]
    Endless {
        /// The list.
        list: NameList,
        /// So many were read.
        entries: usize,
    },
    /// A list of which a part is shown only.
    #[error("the CRM shows only {} of its list of {}, and says that there are more", count_of(*entries as u64, "name"), list.plural())]
    Partial {
        /// The list.
        list: NameList,
        /// So many are shown.
        entries: usize,
    },
    /// More names are missing than may be made.
    #[error(
        "the file names more than {} that the CRM does not have, and `create_missing` makes no more in one run",
        count_of(*most as u64, list.noun())
    )]
    TooManyNew {
        /// Where they are missing.
        list: NameList,
        /// So many may be made.
        most: usize,
        /// The columns that name them.
        columns: Vec<String>,
    },
    /// The CRM will not have a name.
    #[error(
        "the CRM refused to make the reference source that row {row} names ({status}{})",
        in_quotes(words)
    )]
    Refused {
        /// The first row with the name.
        row: u64,
        /// The HTTP status.
        status: u16,
        /// The server's words.
        words: String,
    },
    /// Nobody knows whether it was made.
    #[error(
        "the CRM does not say whether it has made the reference source that row {row} names: {what}"
    )]
    Doubtful {
        /// The first row with the name.
        row: u64,
        /// What happened instead of an answer.
        what: String,
    },
}

/// What happened instead of an answer.
pub(super) fn in_words(doubt: &Doubt) -> String {
    match doubt {
        Doubt::ServerFault { status, words } => {
            format!("its answer was {status}{}", in_quotes(words))
        }
        Doubt::TimedOut => "no answer came in time".to_owned(),
        Doubt::Broken { cause } => format!("the connection broke ({cause})"),
    }
}

impl NamesError {
    /// Whether the mapping or the file must change, and not the CRM.
    pub fn is_of_the_mapping(&self) -> bool {
        matches!(self, Self::TooManyNew { .. })
    }

    /// What to do next.
    pub fn hint(&self) -> String {
        match self {
            Self::Stopped(reason) => reason.hint().to_owned(),
            Self::Forbidden { .. } => "sign in with a token that may do this (`leadferry login --scope`), check \
                 the tenant (`--tenant`), or translate names to ids with `values` in place of `lookup`"
                .to_owned(),
            Self::Unusable { .. } | Self::Endless { .. } | Self::Partial { .. } => {
                "check the address (`--api-url`) and the tenant (`--tenant`), or translate names to ids with \
                 `values` in place of `lookup`"
                    .to_owned()
            }
            Self::Silent { .. } => "wait until the CRM answers again".to_owned(),
            Self::TooManyNew { most, columns, .. } => {
                let columns = columns.join("`, `");
                format!(
                    "look whether `{columns}` is the right column; if it is, allow more with \
                     `create_missing = {}` in the mapping",
                    most * 2
                )
            }
            Self::Refused { .. } => {
                "mend the name in the file, or translate it with `values` in the mapping".to_owned()
            }
            Self::Doubtful { .. } => {
                "look for it in the CRM before anything else is made of it".to_owned()
            }
        }
    }
}
