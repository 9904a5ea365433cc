//! Attempts and other errands that are under way.

use std::collections::HashMap;

use futures::StreamExt;
use futures::future::{BoxFuture, FutureExt};
use futures::stream::FuturesUnordered;

use crate::api::{AnswerClass, Credentials, CredentialsError, LeadApi, Probed, Token};
use crate::import::ready_row::ReadyRow;

/// News from something that was under way.
#[derive(Debug)]
pub(super) enum Arrival {
    /// The answer to an attempt.
    Answer(Box<Attempt>, AnswerClass),
    /// The answer to a probe during an outage.
    Probe(Probed),
    /// What came of asking for a newer token.
    Renewal(Box<Credentials>, Result<bool, CredentialsError>),
}

/// A row whose request is under way.
#[derive(Debug)]
pub(super) struct Attempt {
    pub(super) row: ReadyRow,
    /// Which attempt of the run it is, counted from 0.
    pub(super) number: u64,
    /// The token it was sent with.
    pub(super) token_generation: u64,
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
}

impl UnderWay {
    /// How many attempts are in flight.
    pub(super) fn in_flight(&self) -> usize {
        self.attempts.len()
    }

    /// Whether nothing at all is under way.
    pub(super) fn is_empty(&self) -> bool {
        self.futures.is_empty()
    }

    /// The number that the next attempt will have.
    pub(super) fn next_number(&self) -> u64 {
        self.started
    }

    /// Sends a row.
    pub(super) fn start<C: LeadApi>(&mut self, row: ReadyRow, client: &C, token: &Token) {
        let number = self.started;
        self.started += 1;
        let (client, sent_with, body) = (client.clone(), token.clone(), row.body.clone());
        let key = row.idempotency_key();
        let attempt = Attempt {
            row,
            number,
            token_generation: token.generation(),
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

    /// Asks for a newer token, away from this task because it may block.
    pub(super) fn renew(&mut self, mut credentials: Box<Credentials>) {
        let renewal = tokio::task::spawn_blocking(move || {
            let renewed = credentials.renew();
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

    /// Drops everything that is under way and gives back the rows whose fate is open.
    pub(super) fn abandon(&mut self) -> Vec<ReadyRow> {
        self.futures.clear();
        self.attempts
            .drain()
            .map(|(_, attempt)| attempt.row)
            .collect()
    }

    fn arrival(&mut self, landed: Landed) -> Arrival {
        match landed {
            Landed::Other(arrival) => arrival,
            Landed::Attempt(number, class) => {
                let attempt = self.attempts.remove(&number);
                Arrival::Answer(Box::new(attempt.expect("an attempt lands once")), class)
            }
        }
    }
}
