//! Which bearer tokens are good.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// Tokens whose first use is remembered. A rehearsal renews its token a few times an hour; beyond
/// this many the one first used longest ago is forgotten, so that memory stays bounded.
const REMEMBERED_TOKENS: usize = 1_024;

/// Judges tokens: those that were issued here, each until its life from then is over; and of others
/// the one accepted token, or any, each for its life from its first use.
#[derive(Debug)]
pub(super) struct TokenBook {
    only: Option<String>,
    issued_only: bool,
    /// When each token that was issued here stops being good; `None` for never.
    issued: Mutex<HashMap<String, Option<Instant>>>,
    life: Option<Duration>,
    first_uses: Mutex<VecDeque<(String, Instant)>>,
}

/// What a token is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenVerdict {
    /// It opens the door.
    Good,
    /// It is empty, or not the one token that is accepted.
    Wrong,
    /// It was good once.
    Expired,
}

impl TokenBook {
    /// A book that accepts `only`, or any token that is not empty, each for `life`.
    pub(super) fn new(only: Option<String>, life: Option<Duration>) -> Self {
        Self {
            only,
            issued_only: false,
            issued: Mutex::default(),
            life,
            first_uses: Mutex::default(),
        }
    }

    /// Accepts no token that was not issued here.
    pub(super) fn issued_only(self, issued_only: bool) -> Self {
        Self {
            issued_only,
            ..self
        }
    }

    /// How long tokens are good.
    pub(super) fn life(&self) -> Option<Duration> {
        self.life
    }

    /// Has `token` be good from `now` for a life.
    pub(super) fn issue(&self, token: String, now: Instant) {
        let ends = self.life.map(|life| now + life);
        self.issued().insert(token, ends);
    }

    /// Has a token that was issued here be good no more.
    pub(super) fn revoke(&self, token: &str, now: Instant) {
        if let Some(ends) = self.issued().get_mut(token) {
            *ends = Some(now);
        }
    }

    fn issued(&self) -> MutexGuard<'_, HashMap<String, Option<Instant>>> {
        self.issued.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Judges a token that is shown at `now`.
    pub(super) fn judge(&self, token: &str, now: Instant) -> TokenVerdict {
        match self.issued().get(token) {
            Some(Some(ends)) if now >= *ends => return TokenVerdict::Expired,
            Some(_) => return TokenVerdict::Good,
            None if self.issued_only => return TokenVerdict::Wrong,
            None => {}
        }
        let is_right = match &self.only {
            Some(only) => token == only,
            None => !token.is_empty(),
        };
        match self.life {
            _ if !is_right => TokenVerdict::Wrong,
            Some(life) if now >= self.first_use(token, now) + life => TokenVerdict::Expired,
            _ => TokenVerdict::Good,
        }
    }

    fn first_use(&self, token: &str, now: Instant) -> Instant {
        let mut uses = self
            .first_uses
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if let Some((_, first)) = uses.iter().find(|(known, _)| known == token) {
            return *first;
        }
        if uses.len() == REMEMBERED_TOKENS {
            uses.pop_front();
        }
        uses.push_back((token.to_owned(), now));
        now
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_expires_its_life_after_its_first_use() {
        let book = TokenBook::new(None, Some(Duration::from_mins(1)));
        let start = Instant::now();
        for (token, at_seconds, expected) in [
            ("one", 0, TokenVerdict::Good),
            ("one", 59, TokenVerdict::Good),
            ("one", 60, TokenVerdict::Expired),
            ("two", 61, TokenVerdict::Good),
            ("one", 62, TokenVerdict::Expired),
            ("", 62, TokenVerdict::Wrong),
        ] {
            let now = start + Duration::from_secs(at_seconds);
            assert_eq!(
                book.judge(token, now),
                expected,
                "`{token}` at {at_seconds} s"
            );
        }
    }

    #[test]
    fn an_issued_token_lives_from_its_issue_until_it_is_revoked() {
        let life = Some(Duration::from_secs(3));
        let book = TokenBook::new(Some("right".into()), life).issued_only(true);
        let start = Instant::now();
        let at = |seconds| start + Duration::from_secs(seconds);
        book.issue("one".into(), start);
        book.issue("two".into(), start);
        book.revoke("two", at(1));
        for (token, seconds, expected) in [
            ("one", 2, TokenVerdict::Good),
            ("one", 3, TokenVerdict::Expired),
            ("two", 1, TokenVerdict::Expired),
            ("right", 0, TokenVerdict::Wrong),
        ] {
            assert_eq!(
                book.judge(token, at(seconds)),
                expected,
                "{token} {seconds}"
            );
        }
    }

    #[test]
    fn only_the_token_asked_for_is_accepted() {
        let book = TokenBook::new(Some("right".into()), None);
        assert_eq!(book.judge("right", Instant::now()), TokenVerdict::Good);
        assert_eq!(book.judge("wrong", Instant::now()), TokenVerdict::Wrong);
    }
}
