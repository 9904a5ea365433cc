//! Which bearer tokens are good.

use std::collections::VecDeque;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Tokens whose first use is remembered. A rehearsal renews its token a few times an hour; beyond
/// this many the one first used longest ago is forgotten, so that memory stays bounded.
const REMEMBERED_TOKENS: usize = 1_024;

/// Judges tokens: the one accepted token, or any, each for a limited life.
#[derive(Debug)]
pub(super) struct TokenBook {
    only: Option<String>,
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
            life,
            first_uses: Mutex::default(),
        }
    }

    /// Judges a token that is shown at `now`.
    pub(super) fn judge(&self, token: &str, now: Instant) -> TokenVerdict {
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
    fn only_the_token_asked_for_is_accepted() {
        let book = TokenBook::new(Some("right".into()), None);
        assert_eq!(book.judge("right", Instant::now()), TokenVerdict::Good);
        assert_eq!(book.judge("wrong", Instant::now()), TokenVerdict::Wrong);
    }
}
