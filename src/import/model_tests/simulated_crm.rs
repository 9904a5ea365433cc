//! A CRM in memory that lives by the paused clock and outlives the runs that it serves.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use tokio::time::Instant;

use crate::api::{
    AnswerClass, Doubt, Exchanged, Found, IdempotencyKey, LeadApi, LeadPage, LeadView, Listed,
    LookUpFailure, Probed, Token,
};
use crate::ledger::Group;
use crate::model::LeadId;

use super::fault::{Faults, Handling, Request};
use super::kill::Moment;
use super::witness::{Said, Witness};

/// What the client knows of the CRM: how to reach it.
#[derive(Debug, Clone)]
pub(super) struct SimulatedCrm {
    world: Arc<Mutex<World>>,
}

/// The CRM, and what was seen of the runs.
#[derive(Debug)]
pub(super) struct World {
    pub(super) faults: Faults,
    pub(super) is_calm: bool,
    began: Instant,
    next_id: u64,
    /// Leads by id, and when each is stored: some will be after their client has gone.
    leads: BTreeMap<u64, (Instant, Value)>,
    requests: HashMap<String, usize>,
    pub(super) witness: Witness,
}

/// What every look-up takes.
const LOOK_UP_TAKES: Duration = Duration::from_millis(20);

impl SimulatedCrm {
    pub(super) fn new(faults: Faults) -> Self {
        Self {
            world: Arc::new(Mutex::new(World {
                faults,
                is_calm: false,
                began: Instant::now(),
                next_id: 1000,
                leads: BTreeMap::new(),
                requests: HashMap::new(),
                witness: Witness::default(),
            })),
        }
    }

    pub(super) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }

    /// Takes a request in and decides at once what becomes of it.
    fn receive(&self, body: &[u8], key: IdempotencyKey) -> (InFlight, Handling) {
        let mut world = self.world();
        world.witness.note_request(key);
        let body: Value = serde_json::from_slice(body).unwrap();
        let surname = surname_of(&body).to_owned();
        let number = world.requests.entry(surname.clone()).or_default();
        *number += 1;
        let request = Request {
            surname: &surname,
            number: *number,
            at: world.began.elapsed(),
            id: LeadId(world.next_id.to_string()),
            is_calm: world.is_calm,
        };
        let handling = world.faults.handle(&request);
        let lead = handling.stored_after.map(|after| {
            let id = world.next_id;
            world.leads.insert(id, (Instant::now() + after, body));
            id
        });
        world.next_id += 1;
        let in_flight = InFlight {
            crm: self.clone(),
            surname,
            lead,
            is_answered: false,
        };
        (in_flight, handling)
    }

    /// The leads that are wanted and have been there for `late_by`, in the order of lists.
    async fn look(
        &self,
        late_by: Duration,
        hides_text: bool,
        is_wanted: impl Fn(&str, &Value) -> bool,
    ) -> Result<Vec<LeadView>, LookUpFailure> {
        tokio::time::sleep(LOOK_UP_TAKES).await;
        let world = self.world();
        if world.is_away() {
            return Err(LookUpFailure::Unanswered {
                doubt: Doubt::TimedOut,
                pause: None,
            });
        }
        let Some(latest) = Instant::now().checked_sub(late_by) else {
            return Ok(Vec::new());
        };
        let shown = world.leads.iter().filter(|(_, lead)| lead.0 <= latest);
        let mut shown: Vec<(Instant, u64, &Value)> =
            shown.map(|(id, (when, body))| (*when, *id, body)).collect();
        shown.sort_by_key(|(when, id, _)| (*when, *id));
        if !world.faults.lists.is_oldest_first {
            shown.reverse();
        }
        let views = shown.into_iter().filter_map(|(when, id, body)| {
            let id = id.to_string();
            let age = when.duration_since(world.began);
            is_wanted(&id, body).then(|| view(&id, age, body, hides_text))
        });
        Ok(views.collect())
    }

    /// A page of what [`Self::look`] shows.
    async fn page(&self, number: u64, is_wanted: impl Fn(&str, &Value) -> bool) -> Listed {
        let lists = self.world().faults.lists;
        let mut leads = match self.look(lists.late_by, lists.hides_text, is_wanted).await {
            Ok(leads) => leads,
            Err(failure) => return Listed::Failed(failure),
        };
        let (total, size) = (leads.len(), lists.per_page);
        let last_page = total.div_ceil(size).max(1);
        let page = usize::try_from(number).unwrap();
        let from = ((page - 1) * size).min(total);
        let leads: Vec<LeadView> = leads.drain(from..(from + size).min(total)).collect();
        let told = |number: usize| lists.tells_totals.then_some(number as u64);
        Listed::Page(LeadPage {
            is_last: page >= last_page,
            total: told(total),
            last_page: told(last_page),
            leads,
        })
    }
}

impl World {
    fn is_away(&self) -> bool {
        !self.is_calm && self.faults.is_away(self.began.elapsed())
    }

    /// A group is written, or was when the process died at `killed`.
    pub(super) fn note_write(&mut self, group: &Group, killed: Option<Moment>) {
        let leads = self.leads_by_surname();
        self.witness.note_write(group, killed, &leads);
    }

    /// The ids of all leads by surname, those that will yet be stored too.
    pub(super) fn leads_by_surname(&self) -> HashMap<String, Vec<LeadId>> {
        let mut leads: HashMap<String, Vec<LeadId>> = HashMap::new();
        for (id, (_, body)) in &self.leads {
            let ids = leads.entry(surname_of(body).to_owned()).or_default();
            ids.push(LeadId(id.to_string()));
        }
        leads
    }
}

/// A request whose answer nobody has yet.
struct InFlight {
    crm: SimulatedCrm,
    surname: String,
    lead: Option<u64>,
    is_answered: bool,
}

impl InFlight {
    fn answer(&mut self, answer: &AnswerClass) {
        self.is_answered = true;
        let said = match answer {
            AnswerClass::Created { lead_id, .. } => Said::Created(lead_id.clone()),
            AnswerClass::Refused { .. } => Said::Refused,
            AnswerClass::Forbidden { .. } => Said::Forbidden,
            AnswerClass::NotSent { .. } => Said::NotSent,
            AnswerClass::MayHaveArrived { .. } | AnswerClass::Taken => Said::Doubtful,
            _ => return,
        };
        self.crm.world().witness.note_answer(&self.surname, said);
    }
}

/// The client is gone. What has not arrived by now may never do, or do so all the same.
impl Drop for InFlight {
    fn drop(&mut self) {
        if self.is_answered || std::thread::panicking() {
            return;
        }
        let mut world = self.crm.world();
        world.witness.note_answer(&self.surname, Said::Doubtful);
        let Some(id) = self.lead else {
            return;
        };
        let has_arrived = world.leads[&id].0 <= Instant::now();
        if !has_arrived && world.faults.rng_of(&("arrives", id)).bool() {
            world.leads.remove(&id);
        }
    }
}

impl LeadApi for SimulatedCrm {
    async fn create_lead(
        &self,
        body: Bytes,
        key: IdempotencyKey,
        _: &Token,
    ) -> Exchanged<AnswerClass> {
        let (mut in_flight, handling) = self.receive(&body, key);
        tokio::time::sleep(handling.answered_after).await;
        in_flight.answer(&handling.answer);
        Exchanged::silent(handling.answer)
    }

    async fn probe(&self, _: &Token) -> Exchanged<Probed> {
        Exchanged::silent(Probed::from(self.page(1, |_, _| true).await))
    }

    async fn find_lead(&self, id: &LeadId, _: &Token) -> Exchanged<Found> {
        let found = match self
            .look(Duration::ZERO, false, |found, _| found == id.0)
            .await
        {
            Err(failure) => Found::Unknown(failure),
            Ok(leads) => leads.into_iter().next().map_or(Found::Gone, Found::Lead),
        };
        Exchanged::silent(found)
    }

    async fn search_leads(&self, term: &str, page: u64, _: &Token) -> Exchanged<Listed> {
        let lists = self.world().faults.lists;
        if lists.fails_search {
            let words = String::new();
            return Exchanged::silent(Listed::Failed(LookUpFailure::Unanswered {
                doubt: Doubt::ServerFault { status: 500, words },
                pause: None,
            }));
        }
        let ignores = lists.ignores_search;
        let term = term.to_lowercase();
        let is_found = |body: &Value| {
            let fields = ["last_name", "email"].iter();
            let mut texts = fields.filter_map(|name| body[*name].as_str());
            texts.any(|text| text.to_lowercase().contains(&term))
        };
        Exchanged::silent(self.page(page, |_, body| ignores || is_found(body)).await)
    }

    async fn list_leads(&self, page: u64, _: &Token) -> Exchanged<Listed> {
        Exchanged::silent(self.page(page, |_, _| true).await)
    }
}

fn view(id: &str, age: Duration, body: &Value, hides_text: bool) -> LeadView {
    let mut lead = body.clone();
    if hides_text && let Some(fields) = lead.as_object_mut() {
        fields.remove("description");
    }
    lead["id"] = id.into();
    let time = jiff::Timestamp::UNIX_EPOCH + age;
    lead["created_at"] = time.to_string().into();
    LeadView::from_json(lead).unwrap()
}

/// The surname in a body.
pub(super) fn surname_of(body: &Value) -> &str {
    body["last_name"].as_str().unwrap()
}
