//! A CRM in memory that lives by the paused clock and outlives the runs that it serves.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use bytes::Bytes;
use serde_json::Value;
use tokio::time::Instant;

use crate::api::{
    AnswerClass, Doubt, Found, IdempotencyKey, LeadApi, LeadPage, LeadView, LeadsSeen, Listed,
    LookUpFailure, Probed, Token,
};
use crate::model::LeadId;

use super::fault::{Faults, Handling, Request};
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

    async fn look(&self, is_wanted: impl Fn(&str, &Value) -> bool) -> Listed {
        tokio::time::sleep(LOOK_UP_TAKES).await;
        let world = self.world();
        if world.is_away() {
            return Listed::Failed(LookUpFailure::Unanswered {
                doubt: Doubt::TimedOut,
                pause: None,
            });
        }
        let now = Instant::now();
        let stored = world.leads.iter().rev().filter(|(_, lead)| lead.0 <= now);
        let views = stored.filter_map(|(id, (_, body))| {
            let id = id.to_string();
            is_wanted(&id, body).then(|| view(&id, body))
        });
        Listed::Page(LeadPage {
            leads: views.collect(),
            total: None,
            last_page: None,
            is_last: true,
        })
    }
}

impl World {
    fn is_away(&self) -> bool {
        !self.is_calm && self.faults.is_away(self.began.elapsed())
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
    async fn create_lead(&self, body: Bytes, key: IdempotencyKey, _: &Token) -> AnswerClass {
        let (mut in_flight, handling) = self.receive(&body, key);
        tokio::time::sleep(handling.answered_after).await;
        in_flight.answer(&handling.answer);
        handling.answer
    }

    async fn probe(&self, _: &Token) -> Probed {
        match self.look(|_, _| true).await {
            Listed::Page(page) if page.leads.is_empty() => Probed::Answered {
                leads: LeadsSeen::None,
            },
            listed => Probed::from(listed),
        }
    }

    async fn find_lead(&self, id: &LeadId, _: &Token) -> Found {
        match self.look(|found, _| found == id.0).await {
            Listed::Failed(failure) => Found::Unknown(failure),
            Listed::Page(page) => page
                .leads
                .into_iter()
                .next()
                .map_or(Found::Gone, Found::Lead),
        }
    }

    async fn search_leads(&self, term: &str, _page: u64, _: &Token) -> Listed {
        self.look(|_, body| body.to_string().contains(term)).await
    }

    async fn list_leads(&self, _page: u64, _: &Token) -> Listed {
        self.look(|_, _| true).await
    }
}

fn view(id: &str, body: &Value) -> LeadView {
    let mut lead = body.clone();
    lead["id"] = id.into();
    LeadView::from_json(lead).unwrap()
}

/// The surname in a body.
pub(super) fn surname_of(body: &Value) -> &str {
    body["last_name"].as_str().unwrap()
}
