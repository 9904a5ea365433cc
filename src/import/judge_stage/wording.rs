//! What judging says of a row.

use crate::ledger::{EntryState, KnownRow};
use crate::model::{Code, Problem};

/// Who has the key that a row would have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::import) enum Owner {
    /// A row that an earlier run created, of another file or no longer in this one.
    EarlierRun,
    /// A row further down in this file.
    InFile,
    /// A row of this file.
    Row(u64),
}

/// What has happened to a row that an earlier run may have created; `doubt` is what came in place of an
/// answer.
pub(super) fn left_open(known: &KnownRow, run: Option<&str>, doubt: Option<Code>) -> Problem {
    let (code, what) = match (known.state, doubt) {
        (EntryState::Taken, _) => (
            Code::ServerNoId,
            "the CRM took the lead and told no id that could be read",
        ),
        (_, Some(code)) => (
            code,
            "no clear answer came, and the lead may have been created",
        ),
        (_, None) => (
            Code::LedgerOpen,
            "that run ended before an answer came, and the lead may have been created",
        ),
    };
    Problem::new(code, format!("{what} ({})", place_of(known, run)))
}

/// Another row is the same lead, and that one's fate is open.
pub(in crate::import) fn owner_open(other: Option<u64>) -> Problem {
    Problem::new(
        Code::DuplicateOwnerOpen,
        format!(
            "{} is the same lead, and it is not known whether that one is in the CRM",
            row_or_another(other)
        ),
    )
}

pub(super) fn identity_empty() -> Problem {
    Problem::new(
        Code::IdentityEmpty,
        "all columns that `[identity]` names are blank",
    )
}

pub(in crate::import) fn duplicate_identity(other: Option<u64>) -> Problem {
    Problem::new(
        Code::DuplicateIdentity,
        format!(
            "{} has the same identity and is in the CRM",
            row_or_another(other)
        ),
    )
}

/// Another row has the same key; `fields` is how the key is called.
pub(in crate::import) fn duplicate_key(fields: &str, owner: Owner) -> Problem {
    let owner = match owner {
        Owner::EarlierRun => "a row that an earlier run created".to_owned(),
        Owner::InFile => row_or_another(None),
        Owner::Row(row) => format!("row {row}"),
    };
    Problem::new(Code::DuplicateKey, format!("{owner} has the same {fields}"))
}

pub(super) fn identity_conflict(known: &KnownRow, run: Option<&str>) -> Problem {
    let lead = known
        .lead_id
        .as_ref()
        .map_or_else(String::new, |id| format!(" `{id}`"));
    Problem::new(
        Code::IdentityConflict,
        format!(
            "the row of this identity was imported as lead{lead} ({}) and shares neither name, \
             e-mail nor phone with this one",
            place_of(known, run)
        ),
    )
}

pub(in crate::import) fn row_changed() -> Problem {
    Problem::new(
        Code::RowChanged,
        "the row says something else than when its lead was created; the CRM was not changed, \
         because the API has no update",
    )
}

pub(super) fn known_by_lead() -> Problem {
    Problem::new(
        Code::RowKnownByLead,
        "the row's cells are new, but an earlier run has created this very lead",
    )
}

fn row_or_another(row: Option<u64>) -> String {
    row.map_or_else(
        || "another row of the file".to_owned(),
        |row| format!("row {row}"),
    )
}

fn place_of(known: &KnownRow, run: Option<&str>) -> String {
    match run {
        Some(run) => format!("row {} of run {run}", known.row),
        None => "an earlier run".to_owned(),
    }
}

/// How `runs settle` calls the row. A run without a history is called by its number.
pub(super) fn address_of(known: &KnownRow, run: Option<&str>) -> String {
    match run {
        Some(run) => format!("{run}:{}", known.row),
        None => format!("{}:{}", known.run.0, known.row),
    }
}
