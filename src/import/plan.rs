//! Everything a run needs to know before it starts.

use std::num::{NonZeroU32, NonZeroUsize};
use std::path::PathBuf;
use std::time::Duration;

use crate::api::{ClientSettings, Credentials};
use crate::mapping::BoundMapping;
use crate::model::Header;
use crate::pacing::Rate;
use crate::report::Echo;
use crate::source::Source;

/// A run that has only to be started: every setting is checked and every file opened once.
#[derive(Debug)]
pub struct ImportPlan {
    /// `import` or `check`, for the summary.
    pub command: &'static str,
    /// The input file as the user named it, for messages and the summary.
    pub file_name: String,
    /// The open input.
    pub source: Source,
    /// The input's header.
    pub header: Header,
    /// The mapping, bound to that header.
    pub mapping: BoundMapping,
    /// The results file.
    pub results: PathBuf,
    /// Whether the leads go into a sandbox.
    pub is_rehearsal: bool,
    /// What to do when there is a results file already.
    pub on_existing_results: OnExistingResults,
    /// The rejects file.
    pub rejects: PathBuf,
    /// The input's own columns that the results repeat.
    pub echo: Echo,
}

/// Where the leads of a run go.
#[derive(Debug)]
pub enum Destination {
    /// Nowhere: `check` finds out what would be sent.
    Nowhere,
    /// To a CRM.
    Crm(Box<UploadSettings>),
}

/// What to do when the results file exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnExistingResults {
    /// Stop before anything is sent: it may be all that is known of an earlier run. Results of a
    /// rehearsal are replaced.
    Refuse,
    /// Write a new one in its place once the preflight has passed.
    Replace,
}

/// How leads are sent.
#[derive(Debug)]
pub struct UploadSettings {
    /// Address, tenant and the time limit for one attempt.
    pub client: ClientSettings,
    /// The token and how to renew it.
    pub credentials: Credentials,
    /// The most attempts in flight at once.
    pub concurrency: NonZeroUsize,
    /// The most attempts in a span of time; `None`: as the server allows.
    pub rate: Option<Rate>,
    /// The most attempts for one row.
    pub tries: NonZeroU32,
    /// How long a server may be away before the run stops.
    pub give_up_after: Duration,
    /// The most rows to send; the others are pending.
    pub limit: Option<u64>,
}
