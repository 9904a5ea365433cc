//! Everything a run needs to know before it starts.

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::api::{ClientSettings, Credentials};
use crate::ledger::LedgerScope;
use crate::mapping::{BoundIdentity, BoundMapping, DuplicateRule};
use crate::model::Header;
use crate::pacing::{Concurrency, Rate};
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
    /// A hash of the mapping's text, in hexadecimal.
    pub mapping_hash: String,
    /// The rejects file.
    pub rejects: PathBuf,
    /// The input's own columns that the results repeat.
    pub echo: Echo,
}

impl ImportPlan {
    /// How messages call the key of `[duplicates]`; empty without one.
    pub(super) fn key_fields(&self) -> String {
        let fields = self.mapping.duplicates().map(DuplicateRule::key);
        let names = fields.into_iter().flatten().map(|field| field.name);
        let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
        names.join(" and ")
    }

    /// The source that `[identity]` names.
    pub(super) fn identity_source(&self) -> Option<&str> {
        self.mapping.identity().map(BoundIdentity::source)
    }

    /// The file's name without its folder.
    pub(super) fn bare_file_name(&self) -> String {
        let name = Path::new(&self.file_name).file_name();
        name.map_or_else(
            || self.file_name.clone(),
            |name| name.to_string_lossy().into_owned(),
        )
    }
}

/// Where the leads of a run go.
#[derive(Debug)]
pub enum Destination {
    /// Nowhere: `check` finds out what would be sent.
    Nowhere(CheckSettings),
    /// To a CRM.
    Crm(Box<UploadSettings>),
}

/// Whom `check` may ask.
#[derive(Debug, Default)]
pub struct CheckSettings {
    /// The ledger that knows which rows were imported before. Default: none is asked.
    pub place: Option<LedgerPlace>,
    /// The CRM that knows what names stand for, asked only by a mapping that looks names up. Default: none, and
    /// every name passes.
    pub crm: Option<Box<CrmAccess>>,
}

/// How a CRM is asked without sending anything.
#[derive(Debug)]
pub struct CrmAccess {
    /// Address, tenant and the time limit for one question.
    pub client: ClientSettings,
    /// The token and how to renew it.
    pub credentials: Credentials,
    /// How long a server that does not answer is asked again.
    pub patience: Duration,
}

/// Which ledger, and where it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LedgerPlace {
    /// The state folder.
    pub folder: PathBuf,
    /// Whose ledger.
    pub scope: LedgerScope,
}

/// How the ledger is used.
#[derive(Debug)]
pub struct LedgerSettings {
    /// Which ledger.
    pub place: LedgerPlace,
    /// Wait while another run holds it.
    pub waits: bool,
    /// The round that rows are sent in although they were created before.
    pub round: Option<String>,
    /// What to do with rows whose cells are new and whose lead is known.
    pub known_by_lead: Option<KnownByLead>,
    /// Nothing is remembered. For measuring what remembering costs.
    pub is_off: bool,
}

/// What is done about a row when its answer is lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnUnknown {
    /// Its lead is looked for; only when it is proved to be absent the row is sent again.
    Reconcile,
    /// Nothing: it stays in doubt.
    Hold,
    /// It is sent again. The CRM may have its lead twice then.
    Resend,
}

/// What becomes of rows whose cells are new while an earlier run has created their very lead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KnownByLead {
    /// They are rows of that run in new clothes.
    Skip,
    /// They are new rows.
    Send,
}

/// How many rows may be newly refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MaxErrors {
    /// So many rows.
    Rows(u64),
    /// This share of the answers, once there are 200.
    Percent(u8),
}

/// How leads are sent.
#[derive(Debug)]
pub struct UploadSettings {
    /// Address, tenant and the time limit for one attempt.
    pub client: ClientSettings,
    /// What remembers the leads.
    pub ledger: LedgerSettings,
    /// The token and how to renew it.
    pub credentials: Credentials,
    /// How many requests are in flight at once.
    pub concurrency: Concurrency,
    /// The most attempts in a span of time; `None`: as the server allows.
    pub rate: Option<Rate>,
    /// The most attempts for one row.
    pub tries: NonZeroU32,
    /// How long a lost request may still take effect, and how late the CRM may show its lead.
    pub settle: Duration,
    /// What to do when an answer is lost.
    pub on_unknown: OnUnknown,
    /// The server honours `Idempotency-Key` for so long.
    pub idempotent_for: Option<Duration>,
    /// How long a server may be away before the run stops.
    pub give_up_after: Duration,
    /// The most rows to send; the others are pending.
    pub limit: Option<u64>,
    /// How many rows may be newly refused before the run stops; `None`: all.
    pub max_errors: Option<MaxErrors>,
    /// Whether a run under a mapping that has created no lead yet stops when the server refuses its first
    /// rows alike.
    pub has_trial: bool,
}
