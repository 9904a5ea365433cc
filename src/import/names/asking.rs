//! Asks the CRM one thing after the other, each until there is an answer or no use in asking.

use std::time::Duration;

use tokio::time::Instant;

use crate::api::{ApiClient, Credentials, Doubt, Exchanged, LookUpFailure, Need, Token};
use crate::import::interrupts::unless_stopped;
use crate::import::names::names_error::{Asked, NamesError, in_words};
use crate::import::pipeline::OnEvent;
use crate::import::plan::{CrmAccess, UploadSettings};
use crate::import::stop::{StopLevel, StopReason, StopSwitch};
use crate::import::upload_stage::{Patience, renew};
use crate::model::{Allowance, Detail, Event};
use crate::pacing::{BackOff, Concurrency, Landing, Pace, Rate, Sent, Turn, Verdict};

/// One line to the CRM, before the run has its own.
///
/// It keeps the pace that the server demands and the user allows, and gets newer tokens as the preflight does.
pub(in crate::import) struct Asking<'a> {
    client: &'a ApiClient,
    credentials: &'a mut Credentials,
    pace: Pace,
    patience: Duration,
    on_event: OnEvent<'a>,
    /// Ends waiting and asking, but no question that is under way.
    stop: Option<&'a StopSwitch>,
    /// Any answer has come.
    is_answered: bool,
    allowance: Allowance,
}

/// What one question has cost so far.
struct Effort {
    connecting: Patience,
    renewals: u32,
    silent_since: Option<Instant>,
    back_off: BackOff,
}

impl<'a> Asking<'a> {
    /// As the run will send.
    pub(in crate::import) fn of_import(
        client: &'a ApiClient,
        settings: &'a mut UploadSettings,
        on_event: OnEvent<'a>,
    ) -> Self {
        let (rate, patience) = (settings.rate, settings.give_up_after);
        Self::new(
            client,
            &mut settings.credentials,
            (rate, patience),
            on_event,
        )
    }

    /// As `check` may.
    pub(in crate::import) fn of_check(
        client: &'a ApiClient,
        access: &'a mut CrmAccess,
        on_event: OnEvent<'a>,
    ) -> Self {
        let patience = access.patience;
        Self::new(client, &mut access.credentials, (None, patience), on_event)
    }

    fn new(
        client: &'a ApiClient,
        credentials: &'a mut Credentials,
        (rate, patience): (Option<Rate>, Duration),
        on_event: OnEvent<'a>,
    ) -> Self {
        Self {
            client,
            credentials,
            pace: Pace::new(Concurrency::AtMost(std::num::NonZeroUsize::MIN), rate),
            patience,
            on_event,
            stop: None,
            is_answered: false,
            allowance: Allowance::default(),
        }
    }

    /// The same, but nothing new is asked and nothing waited for once the run is stopped.
    pub(in crate::import) fn stopped_by(self, stop: &'a StopSwitch) -> Self {
        Self {
            stop: Some(stop),
            ..self
        }
    }

    /// Tells people something.
    pub(super) fn tell(&self, words: String) {
        (self.on_event)(&Event::Notice(words));
    }

    /// What the last answer told of the server's limit.
    pub(super) fn allowance(&self) -> Allowance {
        self.allowance
    }

    /// Asks until there is an answer.
    ///
    /// 429 is waited out as told. A refused token is renewed as often as its source allows. A server that
    /// cannot be reached is tried for as the preflight does, and one that does not answer until the patience
    /// ends, with growing pauses.
    pub(super) async fn ask<T>(
        &mut self,
        asked: Asked,
        request: impl AsyncFn(&ApiClient, &Token) -> Exchanged<Result<T, LookUpFailure>>,
    ) -> Result<T, NamesError> {
        let mut effort = Effort {
            connecting: Patience::begin(),
            renewals: self.credentials.renewals_in_a_row(),
            silent_since: None,
            back_off: BackOff::new(),
        };
        loop {
            if self.credentials.token().is_due(Instant::now()) {
                renew(self.credentials, Need::Due, &mut effort.connecting).await?;
            }
            self.await_turn().await?;
            let sent = self.pace.send(0);
            let exchanged = request(self.client, self.credentials.token()).await;
            self.note_landed(sent, &exchanged);
            match exchanged.what {
                Ok(answer) => return Ok(answer),
                Err(failure) => self.overcome(asked, failure, &mut effort).await?,
            }
        }
    }

    /// Waits until the server takes another request.
    pub(in crate::import) async fn await_turn(&mut self) -> Result<(), NamesError> {
        loop {
            let when = match self.pace.take_turn(0) {
                Turn::Now => return self.rest_until(Instant::now()).await,
                Turn::At(when) => when,
                Turn::AfterAnswer => unreachable!("nothing is in flight"),
            };
            self.rest_until(when).await?;
        }
    }

    /// Waits, unless the run is stopped.
    pub(super) async fn rest_until(&self, when: Instant) -> Result<(), NamesError> {
        let rest = tokio::time::sleep_until(when);
        let Some(stop) = self.stop else {
            rest.await;
            return Ok(());
        };
        let rested = unless_stopped((stop, StopLevel::Stopping), rest).await;
        rested.ok_or(StopReason::Interrupted.into())
    }

    fn note_landed<T>(&mut self, sent: Sent, exchanged: &Exchanged<Result<T, LookUpFailure>>) {
        let (verdict, pause) = match &exchanged.what {
            Err(LookUpFailure::Throttled { pause }) => (Verdict::Refused, *pause),
            Err(LookUpFailure::Unanswered { pause, .. }) => (Verdict::Failed, *pause),
            Err(LookUpFailure::NotSent { .. }) => (Verdict::Failed, None),
            _ => (Verdict::Taken, None),
        };
        self.is_answered |= verdict != Verdict::Failed;
        self.allowance = exchanged.allowance;
        let came_to = exchanged.what.as_ref().err();
        (self.on_event)(&Event::Detail(Detail::LookUp {
            asked: "names",
            came_to: came_to.map_or("answered", LookUpFailure::name),
            took: sent.at.elapsed(),
            token: self.credentials.token().generation(),
        }));
        let pause = self.pace.note_landed(&Landing {
            sent,
            arrived: Instant::now(),
            allowance: exchanged.allowance,
            verdict,
            pause,
        });
        if let Some(pause) = pause.filter(|_| verdict == Verdict::Refused) {
            (self.on_event)(&Event::Paused { pause });
        }
    }

    /// Does what must be done before the question is asked again.
    async fn overcome(
        &mut self,
        asked: Asked,
        failure: LookUpFailure,
        effort: &mut Effort,
    ) -> Result<(), NamesError> {
        match failure {
            // The next turn comes when the pause is over.
            LookUpFailure::Throttled { .. } => Ok(()),
            LookUpFailure::Unauthorised { words } => {
                let may_renew = effort.renewals > 0;
                effort.renewals = effort.renewals.saturating_sub(1);
                let connecting = &mut effort.connecting;
                if may_renew && renew(self.credentials, Need::Refused, connecting).await? {
                    return Ok(());
                }
                Err(StopReason::Credentials { words }.into())
            }
            LookUpFailure::Forbidden { words } => Err(NamesError::Forbidden { asked, words }),
            LookUpFailure::Unusable { why } => Err(NamesError::Unusable { asked, why }),
            LookUpFailure::NotSent {
                cause,
                bad_certificate,
            } if bad_certificate || !self.is_answered => {
                let failed = StopReason::CannotConnect {
                    cause,
                    bad_certificate,
                };
                let may_try = !bad_certificate && effort.connecting.wait(None).await;
                may_try.then_some(()).ok_or(failed.into())
            }
            // A server that was there a moment ago is away.
            LookUpFailure::NotSent { cause, .. } => {
                let doubt = Doubt::Broken { cause };
                self.wait(asked, (doubt, None), effort).await
            }
            LookUpFailure::Unanswered { doubt, pause } => {
                self.wait(asked, (doubt, pause), effort).await
            }
        }
    }

    /// Waits before the question is asked again, unless the patience has ended.
    async fn wait(
        &self,
        asked: Asked,
        (doubt, demanded): (Doubt, Option<Duration>),
        effort: &mut Effort,
    ) -> Result<(), NamesError> {
        let now = Instant::now();
        if effort.silent_since.is_none() {
            self.tell(format!(
                "the CRM did not {asked} ({}); trying again",
                in_words(&doubt)
            ));
        }
        let since = *effort.silent_since.get_or_insert(now);
        let wait = effort.back_off.next_wait(demanded);
        if now - since + wait > self.patience {
            return Err(NamesError::Silent {
                asked,
                patience: self.patience,
                doubt,
            });
        }
        self.rest_until(now + wait).await
    }
}
