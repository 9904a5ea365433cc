//! Which `Idempotency-Key` was answered what.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use axum::http::StatusCode;
use bytes::Bytes;

use super::body_mark::BodyMark;
use super::error_body::ApiError;

/// Keys that are remembered at most. An answer takes about 1 KB, and a repeated request comes
/// seconds after the first: beyond this many the oldest key is forgotten, so that memory stays
/// bounded.
const REMEMBERED_KEYS: usize = 100_000;

/// What a create is answered, before anything happens to it on its way out.
pub(super) type Answer = Result<(StatusCode, Bytes), ApiError>;

/// A tenant's key.
type Key = (i64, String);

/// Remembers keys for their life. See [`super::CreateOddities::idempotency`].
#[derive(Debug)]
pub(super) struct KeyBook {
    life: Option<Duration>,
    seen: Mutex<SeenKeys>,
}

#[derive(Debug, Default)]
struct SeenKeys {
    requests: HashMap<Key, FirstRequest>,
    /// By the time they came. One that was let go of is still here, until its time is over.
    oldest_first: VecDeque<(Instant, Key)>,
}

#[derive(Debug)]
struct FirstRequest {
    since: Instant,
    body: BodyMark,
    /// `None` while it is under way.
    answer: Option<Answer>,
}

/// What a key says about a request.
#[derive(Debug)]
pub(super) enum KeyVerdict {
    /// It is to be worked on; the claim is told what it is answered.
    Work(KeyClaim),
    /// It is to be answered this, and nothing is to be done.
    Answered(Answer),
}

/// Keeps a key for a request that is under way. Dropped without an answer, such as when the work
/// panics, it lets go of the key.
#[derive(Debug, Default)]
pub(super) struct KeyClaim(Option<Claimed>);

#[derive(Debug)]
struct Claimed {
    book: Arc<KeyBook>,
    key: Key,
    since: Instant,
}

impl KeyBook {
    /// A book that remembers each key for `life`, or none.
    pub(super) fn new(life: Option<Duration>) -> Self {
        Self {
            life,
            seen: Mutex::default(),
        }
    }

    /// Judges a request that the tenant sends with `key` at `now`.
    pub(super) fn judge(
        self: &Arc<Self>,
        tenant: i64,
        key: &str,
        body: &[u8],
        now: Instant,
    ) -> KeyVerdict {
        let Some(life) = self.life else {
            return KeyVerdict::Work(KeyClaim::default());
        };
        let body = BodyMark::of(tenant, body);
        let key = (tenant, key.to_owned());
        let mut seen = self.seen();
        seen.forget_old(now, life);
        if let Some(first) = seen.requests.get(&key) {
            return KeyVerdict::Answered(first.answer_to(body));
        }
        seen.remember(key.clone(), now, body);
        KeyVerdict::Work(KeyClaim(Some(Claimed {
            book: Arc::clone(self),
            key,
            since: now,
        })))
    }

    fn seen(&self) -> MutexGuard<'_, SeenKeys> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FirstRequest {
    fn answer_to(&self, body: BodyMark) -> Answer {
        if self.body != body {
            return Err(ApiError::KeyOfOtherBody);
        }
        self.answer.clone().unwrap_or(Err(ApiError::KeyInUse))
    }
}

impl SeenKeys {
    fn remember(&mut self, key: Key, since: Instant, body: BodyMark) {
        if self.oldest_first.len() == REMEMBERED_KEYS {
            self.forget_oldest();
        }
        self.oldest_first.push_back((since, key.clone()));
        let first = FirstRequest {
            since,
            body,
            answer: None,
        };
        self.requests.insert(key, first);
    }

    fn forget_old(&mut self, now: Instant, life: Duration) {
        let is_old = |since: Instant| now.saturating_duration_since(since) >= life;
        while self
            .oldest_first
            .front()
            .is_some_and(|(since, _)| is_old(*since))
        {
            self.forget_oldest();
        }
    }

    fn forget_oldest(&mut self) {
        if let Some((since, key)) = self.oldest_first.pop_front() {
            self.forget(&key, since);
        }
    }

    /// Forgets a key, unless it is by now another request's.
    fn forget(&mut self, key: &Key, since: Instant) {
        if self.first_request(key, since).is_some() {
            self.requests.remove(key);
        }
    }

    fn first_request(&mut self, key: &Key, since: Instant) -> Option<&mut FirstRequest> {
        let first = self.requests.get_mut(key);
        first.filter(|first| first.since == since)
    }
}

impl KeyClaim {
    /// Remembers the answer for those who bring the key again.
    pub(super) fn keep(&mut self, answer: &Answer) {
        if let Some(Claimed { book, key, since }) = self.0.take() {
            let mut seen = book.seen();
            // One that was forgotten meanwhile is left so.
            if let Some(first) = seen.first_request(&key, since) {
                first.answer = Some(answer.clone());
            }
        }
    }

    /// Remembers a refusal, and passes on whatever it is given.
    pub(super) fn keep_refusal<T>(&mut self, result: Result<T, ApiError>) -> Result<T, ApiError> {
        if let Err(refusal) = &result {
            self.keep(&Err(refusal.clone()));
        }
        result
    }
}

impl Drop for KeyClaim {
    fn drop(&mut self) {
        if let Some(Claimed { book, key, since }) = self.0.take() {
            book.seen().forget(&key, since);
        }
    }
}

#[cfg(test)]
mod tests;
