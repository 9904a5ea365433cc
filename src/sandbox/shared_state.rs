//! What all requests share.

use std::any::Any;
use std::panic::AssertUnwindSafe;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use futures::FutureExt;

use crate::model::count_of;

use super::SandboxOptions;
use super::error_body::ApiError;
use super::fault_aim::FaultAim;
use super::faults::Fault;
use super::grant_book::GrantBook;
use super::key_book::KeyBook;
use super::lead_resource::StoredLead;
use super::lead_values::LeadValues;
use super::look_up_data::{find_status, find_user};
use super::rate_limit::{RateCounter, RateVerdict};
use super::store::Store;
use super::tokens::TokenBook;

/// What the sandbox has done since it started.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SandboxCounts {
    /// Requests of any kind, refused ones included.
    pub requests: u64,
    /// Requests to `POST /v1/leads` that passed token and rate limit.
    pub posts: u64,
    /// Leads created by clients.
    pub created: u64,
    /// Leads that somebody else created: see [`super::ListOddities::shift_pages`].
    pub created_by_others: u64,
    /// Requests that met a fault.
    pub faults: u64,
    /// Requests answered 429.
    pub throttled: u64,
    /// Tokens given for a code.
    pub logins: u64,
    /// Tokens given for a refresh token.
    pub refreshes: u64,
    /// Requests for tokens that were refused.
    pub refused_grants: u64,
    /// Requests answered 401, those for tokens left out.
    pub unauthorised: u64,
}

/// What became of a lead that was posted and not refused.
#[derive(Debug)]
pub(super) enum Placed {
    /// It is a lead of its own.
    Created(StoredLead),
    /// It was there already, as this lead.
    Merged(StoredLead),
}

/// The server's state. Each lock is held for one step and never across an await.
#[derive(Debug)]
pub(super) struct SharedState {
    pub(super) options: SandboxOptions,
    pub(super) base_url: String,
    pub(super) tokens: TokenBook,
    grants: Mutex<GrantBook>,
    store: Mutex<Store>,
    rate: Option<Mutex<RateCounter>>,
    aim: FaultAim,
    pub(super) keys: Arc<KeyBook>,
    counters: Counters,
    has_noticed: AtomicBool,
    first_panic: Mutex<Option<String>>,
}

#[derive(Debug, Default)]
struct Counters {
    requests: AtomicU64,
    posts: AtomicU64,
    created: AtomicU64,
    created_by_others: AtomicU64,
    faults: AtomicU64,
    throttled: AtomicU64,
    logins: AtomicU64,
    refreshes: AtomicU64,
    refused_grants: AtomicU64,
    unauthorised: AtomicU64,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic is recorded and told when the sandbox stops; until then it goes on serving.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl SharedState {
    /// The state of a sandbox that has served nothing yet.
    pub(super) fn new(options: SandboxOptions, base_url: String, store: Store) -> Self {
        Self {
            tokens: TokenBook::new(options.token.clone(), options.faults.token_life)
                .issued_only(options.sign_in.required),
            grants: Mutex::default(),
            rate: options
                .faults
                .rate_limit
                .map(|limit| Mutex::new(RateCounter::new(limit))),
            aim: FaultAim::new(&options.faults),
            keys: Arc::new(KeyBook::new(options.creates.idempotency)),
            options,
            base_url,
            store: Mutex::new(store),
            counters: Counters::default(),
            has_noticed: AtomicBool::new(false),
            first_panic: Mutex::default(),
        }
    }

    /// The storage, for one step.
    pub(super) fn store(&self) -> MutexGuard<'_, Store> {
        lock(&self.store)
    }

    /// Whether the id in the field called `field` names something that the tenant has.
    pub(super) fn knows_id(&self, tenant: i64, field: &str, id: i64) -> bool {
        match field {
            "lead_status_id" => find_status(id).is_some(),
            "lead_reference_source_id" => self.store().has_source(tenant, id),
            "assigned_user_id" => find_user(id).is_some(),
            _ => id > 0,
        }
    }

    /// Creates a lead and counts it, unless the options have it that it is there already.
    pub(super) fn place_lead(&self, tenant: i64, values: LeadValues) -> Result<Placed, ApiError> {
        let creates = self.options.creates;
        if creates.conflict_on_twin {
            let twin = self.store().has_twin(tenant, &values);
            if twin.map_err(|error| self.storage_failed(&error))? {
                return Err(ApiError::Twin);
            }
        }
        let email = values.text("email").filter(|_| creates.merge_by_email);
        if let Some(email) = email {
            let known = self.store().lead_with_email(tenant, email);
            if let Some(lead) = known.map_err(|error| self.storage_failed(&error))? {
                return Ok(Placed::Merged(lead));
            }
        }
        let lead = self.keep_lead(tenant, values)?;
        self.counters.created.fetch_add(1, Ordering::Relaxed);
        Ok(Placed::Created(lead))
    }

    /// Creates an invented lead as somebody else would, and counts it apart.
    pub(super) fn create_for_somebody_else(&self, tenant: i64) -> Result<(), ApiError> {
        let counter = &self.counters.created_by_others;
        let number = counter.fetch_add(1, Ordering::Relaxed) + 1;
        let values = LeadValues::of_last_name(format!("Someone Else {number}"));
        self.keep_lead(tenant, values)?;
        Ok(())
    }

    fn keep_lead(&self, tenant: i64, values: LeadValues) -> Result<StoredLead, ApiError> {
        let (created, total) = {
            let mut store = self.store();
            (store.create_lead(tenant, values), store.lead_count())
        };
        let lead = created.map_err(|error| self.storage_failed(&error))?;
        self.notice_growth(total);
        Ok(lead)
    }

    fn notice_growth(&self, total: u64) {
        let has_grown = self.options.data.is_none() && total > self.options.notice_above;
        if has_grown && !self.has_noticed.swap(true, Ordering::Relaxed) {
            self.say(&format!(
                "the sandbox holds more than {} in memory; keep them in a file with `--data`",
                count_of(self.options.notice_above, "lead"),
            ));
        }
    }

    /// Tells the user that the storage failed; the client hears 500.
    pub(super) fn storage_failed(&self, error: &rusqlite::Error) -> ApiError {
        self.say(&format!("the sandbox's storage failed: {error}"));
        ApiError::Failed
    }

    fn say(&self, notice: &str) {
        if let Some(sink) = &self.options.on_notice {
            sink.say(notice);
        }
    }

    /// The codes and refresh tokens that were given, for one step.
    pub(super) fn grants(&self) -> MutexGuard<'_, GrantBook> {
        lock(&self.grants)
    }

    /// Counts tokens that were given.
    pub(super) fn count_grant(&self, is_refresh: bool) {
        let counter = if is_refresh {
            &self.counters.refreshes
        } else {
            &self.counters.logins
        };
        counter.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a request for tokens that was refused.
    pub(super) fn count_refused_grant(&self) {
        self.counters.refused_grants.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a request with a token that is not good.
    pub(super) fn count_unauthorised(&self) {
        self.counters.unauthorised.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a request of any kind.
    pub(super) fn count_request(&self) {
        self.counters.requests.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts a request against the rate limit, if there is one.
    pub(super) fn count_against_rate(&self) -> Option<RateVerdict> {
        let verdict = lock(self.rate.as_ref()?).count(Instant::now());
        if !verdict.is_allowed {
            self.counters.throttled.fetch_add(1, Ordering::Relaxed);
        }
        Some(verdict)
    }

    /// Counts a create and says what goes wrong with it. `body` is `None` where it cannot be read.
    pub(super) fn next_fault(&self, tenant: i64, body: Option<&[u8]>) -> Option<Fault> {
        let number = self.counters.posts.fetch_add(1, Ordering::Relaxed);
        let drawn = self.options.faults.choose(self.options.seed, number);
        drawn.filter(|_| self.aim.takes(tenant, body))
    }

    /// Counts a fault that took effect.
    pub(super) fn count_fault(&self) {
        self.counters.faults.fetch_add(1, Ordering::Relaxed);
    }

    /// What was done so far.
    pub(super) fn counts(&self) -> SandboxCounts {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        SandboxCounts {
            requests: read(&self.counters.requests),
            posts: read(&self.counters.posts),
            created: read(&self.counters.created),
            created_by_others: read(&self.counters.created_by_others),
            faults: read(&self.counters.faults),
            throttled: read(&self.counters.throttled),
            logins: read(&self.counters.logins),
            refreshes: read(&self.counters.refreshes),
            refused_grants: read(&self.counters.refused_grants),
            unauthorised: read(&self.counters.unauthorised),
        }
    }

    /// Runs `work`; a panic in it is recorded, and gives `None`.
    pub(super) async fn watch<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        let panic = match AssertUnwindSafe(work).catch_unwind().await {
            Ok(done) => return Some(done),
            Err(panic) => panic,
        };
        lock(&self.first_panic).get_or_insert_with(|| panic_message(panic.as_ref()));
        None
    }

    /// The message of the first panic, if there was one.
    pub(super) fn first_panic(&self) -> Option<String> {
        lock(&self.first_panic).clone()
    }
}

/// What a panic said.
pub(super) fn panic_message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "no message".to_owned())
}
