//! The token of a run, how far it is to be trusted, and when the next is asked for. Pure.

use std::time::Duration;

use tokio::time::Instant;

use crate::api::{Credentials, CredentialsError, Need, Renewed, Token};
use crate::import::stop::StopReason;
use crate::pacing::BackOff;

/// A token that is not due by its source's own word is not asked for again before this.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// What is known of the token that an attempt was sent with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum TokenStanding {
    /// A newer token has come since.
    Outdated,
    /// It may have expired: a newer one is to be asked for.
    Proven,
    /// It is new, and so were those before it: the server accepts none.
    Unproven,
}

/// Whether anything may be sent with the token.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Line {
    /// Yes.
    Open,
    /// Not before a newer token was asked for, which is due now.
    Renew,
    /// Not before this time.
    ClosedUntil(Instant),
    /// Not before a newer token has come.
    Closed,
}

/// The current token, and the credentials unless they are away to get a newer one.
#[derive(Debug)]
pub(super) struct SignIn {
    token: Token,
    credentials: Option<Box<Credentials>>,
    /// The server's words about the current token, if it has refused it.
    refusal: Option<String>,
    /// So often in a row a newer token had to be asked for without one being accepted.
    renewals_in_a_row: u32,
    most_in_a_row: u32,
    /// While a newer token is being asked for: why, and when the old one may be used meanwhile.
    need: Need,
    rests_until: Instant,
    /// There was none; it is asked for again then.
    ask_again: Option<Instant>,
    failing_since: Option<Instant>,
    back_off: BackOff,
}

impl SignIn {
    /// Begins with a token that the preflight has not been refused for.
    pub(super) fn new(credentials: Credentials) -> Self {
        Self {
            token: credentials.token().clone(),
            most_in_a_row: credentials.renewals_in_a_row(),
            credentials: Some(Box::new(credentials)),
            refusal: None,
            renewals_in_a_row: 0,
            need: Need::Due,
            rests_until: Instant::now(),
            ask_again: None,
            failing_since: None,
            back_off: BackOff::new(),
        }
    }

    pub(super) fn token(&self) -> &Token {
        &self.token
    }

    fn is_renewing(&self) -> bool {
        self.credentials.is_none()
    }

    fn is_usable(&self, now: Instant) -> bool {
        self.refusal.is_none() && !self.token.has_expired(now)
    }

    /// Whether anything may be sent now.
    pub(super) fn line(&self, now: Instant) -> Line {
        let usable = self.is_usable(now);
        match (self.is_renewing(), self.ask_again) {
            (true, _) if usable && self.rests_until <= now => Line::Open,
            (true, _) if usable => Line::ClosedUntil(self.rests_until),
            (true, _) => Line::Closed,
            (false, _) if usable && !self.token.is_due(now) => Line::Open,
            (false, Some(again)) if again > now && usable => Line::Open,
            (false, Some(again)) if again > now => Line::ClosedUntil(again),
            (false, _) => Line::Renew,
        }
    }

    /// Whether rows would wait if they were written down as intended now.
    pub(super) fn stands_still(&self, now: Instant) -> bool {
        matches!(self.line(now), Line::Closed | Line::ClosedUntil(_))
    }

    /// When the line opens, or a token is to be asked for, by the passing of time alone.
    pub(super) fn wakes_at(&self, now: Instant) -> Option<Instant> {
        match self.line(now) {
            Line::ClosedUntil(when) => Some(when),
            Line::Open | Line::Renew | Line::Closed => None,
        }
    }

    /// Whether it failed before to get a token without which nothing goes on, and it is time again.
    pub(super) fn is_to_ask_again(&self, now: Instant) -> bool {
        self.ask_again.is_some() && self.line(now) == Line::Renew && !self.is_usable(now)
    }

    pub(super) fn standing_of(&self, generation: u64) -> TokenStanding {
        if generation < self.token.generation() {
            TokenStanding::Outdated
        } else if self.renewals_in_a_row < self.most_in_a_row {
            TokenStanding::Proven
        } else {
            TokenStanding::Unproven
        }
    }

    /// The server accepted the token of this generation.
    pub(super) fn note_accepted(&mut self, generation: u64) {
        if generation == self.token.generation() {
            self.renewals_in_a_row = 0;
        }
    }

    /// The server refused the current token: nothing is sent before there is a newer one.
    pub(super) fn note_refused(&mut self, words: String) {
        self.refusal = Some(words);
    }

    /// Hands out the credentials to ask for a newer token; `None` while that is under way.
    pub(super) fn begin_renewal(&mut self, now: Instant) -> Option<(Box<Credentials>, Need)> {
        let credentials = self.credentials.take()?;
        self.need = match self.refusal {
            Some(_) => Need::Refused,
            None => Need::Due,
        };
        self.rests_until = now + credentials.rest_while_renewing();
        self.ask_again = None;
        Some((credentials, self.need))
    }

    /// Takes the credentials back. Gives why there is no newer token, the first time that nothing can
    /// be sent for want of one.
    ///
    /// # Errors
    ///
    /// There will be none, or there was none for longer than `patience`.
    pub(super) fn end_renewal(
        &mut self,
        credentials: Box<Credentials>,
        renewed: Result<Renewed, CredentialsError>,
        (now, patience): (Instant, Duration),
    ) -> Result<Option<CredentialsError>, StopReason> {
        self.token = credentials.token().clone();
        self.credentials = Some(credentials);
        match renewed.map_err(StopReason::NoNewToken)? {
            Renewed::Newer => {
                self.renewals_in_a_row += u32::from(self.refusal.take().is_some());
                self.forget_failure();
                Ok(None)
            }
            Renewed::Same => {
                self.forget_failure();
                match self.refusal.take() {
                    Some(words) if self.need == Need::Refused => {
                        return Err(StopReason::Credentials { words });
                    }
                    // Refused while it was only looked whether there is a newer one.
                    refusal => self.refusal = refusal,
                }
                if self.refusal.is_none() && self.token.is_due(now) {
                    self.ask_again = Some(now + ASK_AGAIN);
                }
                Ok(None)
            }
            Renewed::NotNow { error, pause } => self.put_off(error, pause, (now, patience)),
        }
    }

    fn forget_failure(&mut self) {
        self.failing_since = None;
        self.back_off = BackOff::new();
    }

    fn put_off(
        &mut self,
        error: CredentialsError,
        pause: Option<Duration>,
        (now, patience): (Instant, Duration),
    ) -> Result<Option<CredentialsError>, StopReason> {
        if self.is_usable(now) {
            self.ask_again = Some(now + self.back_off.next_wait(pause));
            return Ok(None);
        }
        let is_news = self.failing_since.is_none();
        let since = *self.failing_since.get_or_insert(now);
        let left = patience.saturating_sub(now - since);
        if left.is_zero() {
            return Err(StopReason::NoNewToken(error));
        }
        self.ask_again = Some(now + self.back_off.next_wait(pause).min(left));
        Ok(is_news.then_some(error))
    }
}

#[cfg(test)]
mod tests;
