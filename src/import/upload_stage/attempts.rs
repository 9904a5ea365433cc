//! Attempts and other errands that are under way.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use futures::future::{BoxFuture, FutureExt};
use futures::stream::FuturesUnordered;
use tokio::time::Instant;

use crate::api::{
    AnswerClass, Credentials, CredentialsError, Exchanged, Found, LeadApi, LeadView, Listed,
    LookUpFailure, Need, Probed, Renewed, Token, compare,
};
use crate::import::ready_row::ReadyRow;
use crate::import::reconcile::{KnownBefore, Question, Reply};
use crate::model::{Allowance, ByNumber};
use crate::pacing::{Landing, Sent, Verdict};

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
    /// What was asked, in a word.
    pub(super) asked: &'static str,
    /// From asking to the answer.
    pub(super) took: Duration,
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
    /// When it was sent, for pacing.
    pub(super) request: Sent,
    /// When it was sent, since the run began.
    pub(super) sent: Duration,
    /// A lead that was there before.
    pub(super) before: Option<Arc<KnownBefore>>,
}

/// What has come of something that was under way, and of the request it was, if it was one.
#[derive(Debug)]
pub(super) struct News {
    pub(super) arrival: Arrival,
    pub(super) landing: Option<Landing>,
}

enum Landed {
    Attempt(u64, Exchanged<AnswerClass>),
    Other(Sent, Exchanged<Arrival>),
    NoRequest(Arrival),
}

/// Everything that is under way, polled by one task.
///
/// The rows are kept beside their futures, so that none is lost when an attempt is abandoned.
#[derive(Default)]
pub(super) struct UnderWay {
    futures: FuturesUnordered<BoxFuture<'static, Landed>>,
    attempts: HashMap<u64, Attempt, ByNumber>,
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
        (request, sent, before): (Sent, Duration, Option<Arc<KnownBefore>>),
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
            request,
            sent,
            before,
        };
        self.attempts.insert(number, attempt);
        let exchange =
            async move { Landed::Attempt(number, client.create_lead(body, key, &sent_with).await) };
        self.futures.push(exchange.boxed());
    }

    /// Asks whether the server is back.
    pub(super) fn probe<C: LeadApi>(&mut self, request: Sent, client: &C, token: &Token) {
        let (client, token) = (client.clone(), token.clone());
        let probe = async move {
            let probed = client.probe(&token).await;
            Landed::Other(request, probed.map(Arrival::Probe))
        };
        self.futures.push(probe.boxed());
    }

    /// Looks something up.
    pub(super) fn look_up<C: LeadApi>(
        &mut self,
        request: Sent,
        (ticket, question): (u64, Question),
        client: &C,
        token: &Token,
    ) {
        let (client, token) = (client.clone(), token.clone());
        self.look_ups += 1;
        let asked = question.in_a_word();
        let look_up = async move {
            let began = Instant::now();
            let exchanged = match question {
                Question::Search { term, page } => {
                    let listed = client.search_leads(&term, page, &token).await;
                    listed.map(reply_of_list)
                }
                Question::List { page } => client.list_leads(page, &token).await.map(reply_of_list),
                Question::Lead(id) => client.find_lead(&id, &token).await.map(reply_of_lead),
            };
            let looked_up = |answer| LookedUp {
                ticket,
                token_generation: token.generation(),
                asked,
                took: began.elapsed(),
                answer,
            };
            Landed::Other(request, exchanged.map(looked_up).map(Arrival::LookedUp))
        };
        self.futures.push(look_up.boxed());
    }

    /// Asks for a newer token, away from this task because it may block.
    pub(super) fn renew(&mut self, mut credentials: Box<Credentials>, need: Need) {
        let under_way = credentials.announce_renewal();
        let renewal = tokio::task::spawn_blocking(move || {
            let renewed = credentials.renew(need);
            drop(under_way);
            Arrival::Renewal(credentials, renewed)
        });
        let renewal = renewal.map(|joined| match joined {
            Ok(arrival) => Landed::NoRequest(arrival),
            Err(panic) => std::panic::resume_unwind(panic.into_panic()),
        });
        self.futures.push(renewal.boxed());
    }

    /// The next news; pends for ever when nothing is under way.
    pub(super) async fn next(&mut self) -> News {
        match self.futures.next().await {
            Some(landed) => self.news(landed),
            None => futures::future::pending().await,
        }
    }

    /// News that is there already, without waiting.
    pub(super) fn next_ready(&mut self) -> Option<News> {
        let landed = self.futures.next().now_or_never()??;
        Some(self.news(landed))
    }

    /// Drops everything that is under way and gives back the attempts whose fate is open.
    pub(super) fn abandon(&mut self) -> Vec<Attempt> {
        self.futures.clear();
        self.look_ups = 0;
        self.attempts.drain().map(|(_, attempt)| attempt).collect()
    }

    fn news(&mut self, landed: Landed) -> News {
        let (request, Exchanged { what, allowance }) = match landed {
            Landed::NoRequest(arrival) => {
                return News {
                    arrival,
                    landing: None,
                };
            }
            Landed::Other(request, exchanged) => {
                let is_look_up = matches!(exchanged.what, Arrival::LookedUp(_));
                self.look_ups -= usize::from(is_look_up);
                (request, exchanged)
            }
            Landed::Attempt(number, exchanged) => {
                let attempt = self.attempts.remove(&number);
                let attempt = Box::new(attempt.expect("an attempt lands once"));
                let request = attempt.request;
                (
                    request,
                    exchanged.map(|class| Arrival::Answer(attempt, class)),
                )
            }
        };
        let landing = landing_of(&what, request, allowance);
        News {
            arrival: what,
            landing: Some(landing),
        }
    }
}

fn reply_of_list(listed: Listed) -> Result<Reply, LookUpFailure> {
    match listed {
        Listed::Page(page) => Ok(Reply::Page(page)),
        Listed::Failed(failure) => Err(failure),
    }
}

fn reply_of_lead(found: Found) -> Result<Reply, LookUpFailure> {
    match found {
        Found::Lead(lead) => Ok(Reply::Lead(Some(lead))),
        Found::Gone => Ok(Reply::Lead(None)),
        Found::Unknown(failure) => Err(failure),
    }
}

/// What the arrival shows of the load that the server bears.
fn landing_of(arrival: &Arrival, sent: Sent, told: Allowance) -> Landing {
    let (verdict, pause) = match arrival {
        Arrival::Answer(_, AnswerClass::Throttled { pause })
        | Arrival::Probe(Probed::Throttled { pause })
        | Arrival::LookedUp(LookedUp {
            answer: Err(LookUpFailure::Throttled { pause }),
            ..
        }) => (Verdict::Refused, *pause),
        Arrival::Answer(_, AnswerClass::MayHaveArrived { pause, .. })
        | Arrival::Probe(Probed::Unanswered { pause })
        | Arrival::LookedUp(LookedUp {
            answer: Err(LookUpFailure::Unanswered { pause, .. }),
            ..
        }) => (Verdict::Failed, *pause),
        Arrival::Answer(_, AnswerClass::NotSent { .. })
        | Arrival::Probe(Probed::NotSent { .. })
        | Arrival::LookedUp(LookedUp {
            answer: Err(LookUpFailure::NotSent { .. }),
            ..
        }) => (Verdict::Failed, None),
        _ => (Verdict::Taken, None),
    };
    let end_of_window = (verdict == Verdict::Refused).then_some(pause).flatten();
    Landing {
        sent,
        arrived: Instant::now(),
        allowance: Allowance {
            resets_in: told.resets_in.or(end_of_window),
            ..told
        },
        verdict,
        pause,
    }
}
