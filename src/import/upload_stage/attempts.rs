//! Attempts and other errands that are under way.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::future::{BoxFuture, FutureExt};
use futures::stream::FuturesUnordered;

use crate::api::{
    AnswerClass, Credentials, CredentialsError, Found, LeadApi, LeadView, Listed, LookUpFailure,
    Need, Probed, Renewed, Token, compare,
};
use crate::import::ready_row::ReadyRow;
use crate::import::reconcile::{KnownBefore, Question, Reply};

/// News from something that was under way.
#[derive(Debug)]
pub(super) enum Arrival {
    /// The answer to an attempt.
    Answer(Box<Attempt>, AnswerClass),
    /// The answer to a probe during an outage.
    Probe(Probed),
    /// What came of asking for a newer token.
    Renewal(Box<Credentials>, Result<Renewed, CredentialsError>),
    /// The answer to a look-up.
    LookedUp(LookedUp),
}

/// The answer to a look-up.
#[derive(Debug)]
pub(super) struct LookedUp {
    pub(super) ticket: u64,
    /// The token it was asked with.
    pub(super) token_generation: u64,
    pub(super) answer: Result<Reply, LookUpFailure>,
}

/// A row whose request is under way.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) row: ReadyRow,
    /// Which attempt of the run it is, counted from 0.
    pub(super) number: u64,
    /// The token it was sent with.
    pub(super) token_generation: u64,
    /// When it was sent, since the run began.
    pub(super) sent: Duration,
    /// A lead that was there before.
    pub(super) before: Option<Arc<KnownBefore>>,
}

enum Landed {
    Attempt(u64, AnswerClass),
    Other(Arrival),
}

/// Everything that is under way, polled by one task.
///
/// The rows are kept beside their futures, so that none is lost when an attempt is abandoned.
#[derive(Default)]
pub(super) struct UnderWay {
    futures: FuturesUnordered<BoxFuture<'static, Landed>>,
    attempts: HashMap<u64, Attempt>,
    started: u64,
    look_ups: usize,
}

impl UnderWay {
    /// How many attempts and look-ups are in flight.
    pub(super) fn in_flight(&self) -> usize {
        self.attempts.len() + self.look_ups
    }

    /// Whether an attempt is in flight.
    pub(super) fn has_attempts(&self) -> bool {
        !self.attempts.is_empty()
    }

    /// Whether any body that is in flight is for `lead`.
    pub(super) fn may_be_answered_with(&self, lead: &LeadView) -> bool {
        let mut bodies = self.attempts.values().map(|attempt| &attempt.row.body);
        bodies.any(|body| compare(body, lead).is_equal_as_far_as_shown())
    }

    /// Whether nothing at all is under way.
    pub(super) fn is_empty(&self) -> bool {
        self.futures.is_empty()
    }

    /// The number that the next attempt will have.
    pub(super) fn next_number(&self) -> u64 {
        self.started
    }

    /// Sends a row at `sent`; `before` is a lead that is there already.
    pub(super) fn start<C: LeadApi>(
        &mut self,
        row: ReadyRow,
        (sent, before): (Duration, Option<Arc<KnownBefore>>),
        client: &C,
        token: &Token,
    ) {
        let number = self.started;
        self.started += 1;
        let (client, sent_with, body) = (client.clone(), token.clone(), row.body.clone());
        let key = row.idempotency_key();
        let attempt = Attempt {
            row,
            number,
            token_generation: token.generation(),
            sent,
            before,
        };
        self.attempts.insert(number, attempt);
        let exchange =
            async move { Landed::Attempt(number, client.create_lead(body, key, &sent_with).await) };
        self.futures.push(exchange.boxed());
    }

    /// Asks whether the server is back.
    pub(super) fn probe<C: LeadApi>(&mut self, client: &C, token: &Token) {
        let (client, token) = (client.clone(), token.clone());
        let probe = async move { Landed::Other(Arrival::Probe(client.probe(&token).await)) };
        self.futures.push(probe.boxed());
    }

    /// Looks something up.
    pub(super) fn look_up<C: LeadApi>(
        &mut self,
        ticket: u64,
        question: Question,
        client: &C,
        token: &Token,
    ) {
        let (client, token) = (client.clone(), token.clone());
        self.look_ups += 1;
        let look_up = async move {
            let answer = match question {
                Question::Search { term, page } => {
                    listed(client.search_leads(&term, page, &token).await)
                }
                Question::List { page } => listed(client.list_leads(page, &token).await),
                Question::Lead(id) => match client.find_lead(&id, &token).await {
                    Found::Lead(lead) => Ok(Reply::Lead(Some(lead))),
                    Found::Gone => Ok(Reply::Lead(None)),
                    Found::Unknown(failure) => Err(failure),
                },
            };
            Landed::Other(Arrival::LookedUp(LookedUp {
                ticket,
                token_generation: token.generation(),
                answer,
            }))
        };
        self.futures.push(look_up.boxed());
    }

    /// Asks for a newer token, away from this task because it may block.
    pub(super) fn renew(&mut self, mut credentials: Box<Credentials>, need: Need) {
        let renewal = tokio::task::spawn_blocking(move || {
            let renewed = credentials.renew(need);
            Arrival::Renewal(credentials, renewed)
        });
        let renewal = renewal.map(|joined| match joined {
            Ok(arrival) => Landed::Other(arrival),
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        });
        self.futures.push(renewal.boxed());
    }

    /// The next news; pends for ever when nothing is under way.
    pub(super) async fn next(&mut self) -> Arrival {
        match self.futures.next().await {
            Some(landed) => self.arrival(landed),
            None => futures::future::pending().await,
        }
    }

    /// News that is there already, without waiting.
    pub(super) fn next_ready(&mut self) -> Option<Arrival> {
        let landed = self.futures.next().now_or_never()??;
        Some(self.arrival(landed))
    }

    /// Drops everything that is under way and gives back the attempts whose fate is open.
    pub(super) fn abandon(&mut self) -> Vec<Attempt> {
        self.futures.clear();
        self.look_ups = 0;
        self.attempts.drain().map(|(_, attempt)| attempt).collect()
    }

    fn arrival(&mut self, landed: Landed) -> Arrival {
        match landed {
            Landed::Other(arrival) => {
                self.look_ups -= usize::from(matches!(arrival, Arrival::LookedUp(_)));
                arrival
            }
            Landed::Attempt(number, class) => {
                let attempt = self.attempts.remove(&number);
                Arrival::Answer(Box::new(attempt.expect("an attempt lands once")), class)
            }
        }
    }
}

fn listed(listed: Listed) -> Result<Reply, LookUpFailure> {
    match listed {
        Listed::Page(page) => Ok(Reply::Page(page)),
        Listed::Failed(failure) => Err(failure),
    }
}
