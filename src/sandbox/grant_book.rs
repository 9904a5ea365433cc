//! Codes and refresh tokens that were given.

use std::collections::HashMap;
use std::time::{Duration, Instant};

/// How long a code is good.
const CODE_LIFE: Duration = Duration::from_mins(1);

/// What a code was given for: all of it must come back with the code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct CodeTerms {
    pub(super) client_id: String,
    pub(super) redirect_uri: String,
    /// The proof of RFC 7636, S256.
    pub(super) challenge: String,
}

/// What a refresh token was given with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct RefreshTerms {
    pub(super) client_id: String,
    /// The access token that goes out of use when the next is given.
    pub(super) access_token: String,
}

/// Codes and refresh tokens that are good. Each is taken out when it is used.
#[derive(Debug, Default)]
pub(super) struct GrantBook {
    codes: HashMap<String, (CodeTerms, Instant)>,
    refresh_tokens: HashMap<String, RefreshTerms>,
}

impl GrantBook {
    pub(super) fn give_code(&mut self, code: String, terms: CodeTerms, now: Instant) {
        self.codes.retain(|_, (_, ends)| now < *ends);
        self.codes.insert(code, (terms, now + CODE_LIFE));
    }

    /// The terms of a code, which is then used up.
    pub(super) fn take_code(&mut self, code: &str, now: Instant) -> Option<CodeTerms> {
        let (terms, ends) = self.codes.remove(code)?;
        (now < ends).then_some(terms)
    }

    pub(super) fn give_refresh_token(&mut self, token: String, terms: RefreshTerms) {
        self.refresh_tokens.insert(token, terms);
    }

    /// The terms of a refresh token of this client, which is then used up.
    pub(super) fn take_refresh_token(
        &mut self,
        token: &str,
        client_id: &str,
    ) -> Option<RefreshTerms> {
        let is_theirs = self.refresh_tokens.get(token)?.client_id == client_id;
        is_theirs.then(|| self.refresh_tokens.remove(token))?
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_and_refresh_tokens_are_good_once_and_for_their_client() {
        let mut book = GrantBook::default();
        let now = Instant::now();
        let terms = CodeTerms {
            client_id: "a".into(),
            redirect_uri: "http://127.0.0.1/".into(),
            challenge: "c".into(),
        };
        for code in ["one", "two"] {
            book.give_code(code.into(), terms.clone(), now);
        }
        assert_eq!(book.take_code("one", now), Some(terms));
        assert_eq!(book.take_code("one", now), None);
        assert_eq!(book.take_code("two", now + CODE_LIFE), None);
        let terms = RefreshTerms {
            client_id: "a".into(),
            access_token: "t".into(),
        };
        book.give_refresh_token("r".into(), terms.clone());
        assert_eq!(book.take_refresh_token("r", "b"), None);
        assert_eq!(book.take_refresh_token("r", "a"), Some(terms));
        assert_eq!(book.take_refresh_token("r", "a"), None);
    }
}
