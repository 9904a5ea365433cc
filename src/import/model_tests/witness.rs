//! What was seen of the runs: what the ledger was told, and whether it was true.

use std::collections::{HashMap, HashSet};
use std::time::Duration;

use tokio::time::Instant;

use crate::api::IdempotencyKey;
use crate::import::upload_stage::COMMIT_INTERVAL;
use crate::ledger::{EntryId, Group, Note, Settlement};
use crate::model::{Code, LeadId, RowRecord, Status};

use super::kill::Moment;
use super::simulated_crm::surname_of;

/// What an answer means for its lead.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Said {
    Created(LeadId),
    Refused,
    /// No, but perhaps to everybody: the row is held until another one tells.
    Forbidden,
    NotSent,
    /// No answer, or one that leaves it open.
    Doubtful,
}

/// Rows are called by their surnames here.
#[derive(Debug, Default)]
pub(super) struct Witness {
    /// Durable intents of the present run that have not been used.
    intents: HashMap<IdempotencyKey, u32>,
    /// Rows that are durably intended, and no outcome is durable.
    open: HashMap<EntryId, String>,
    /// Rows that may be in the CRM, of this run or an earlier one.
    unknown: HashMap<EntryId, String>,
    /// Every row that was ever durably intended.
    surnames: HashMap<EntryId, String>,
    /// How many they are at most, when the last write was cut off.
    torn: Option<usize>,
    /// Answers of which the ledger was not told.
    answers: HashMap<(String, Said), u32>,
    /// Ids that are durable.
    created: HashMap<String, HashSet<LeadId>>,
    /// How many rows may be in doubt, and rightly so.
    doubtful: HashMap<String, u32>,
    requests: Vec<Instant>,
    slowest_commit: Duration,
}

impl Witness {
    /// A request arrives.
    pub(super) fn note_request(&mut self, key: IdempotencyKey) {
        let intent = self.intents.get_mut(&key).filter(|count| **count > 0);
        *intent.expect("no row is sent whose intent is not durable, and none twice") -= 1;
        self.requests.push(Instant::now());
    }

    pub(super) fn note_answer(&mut self, surname: &str, said: Said) {
        *self.answers.entry((surname.to_owned(), said)).or_default() += 1;
    }

    /// A group is written, or was when the process died at `killed`.
    pub(super) fn note_write(
        &mut self,
        group: &Group,
        killed: Option<Moment>,
        leads: &HashMap<String, Vec<LeadId>>,
    ) {
        match killed {
            None | Some(Moment::After) => {
                for note in group {
                    self.check(note, leads);
                    move_on(&mut self.open, note);
                }
            }
            Some(Moment::Before) => {}
            Some(Moment::During { .. }) => {
                // Nobody knows whether the disk holds the group.
                let before = self.open.clone();
                for note in group {
                    self.note_surname(note);
                    move_on(&mut self.open, note);
                }
                let open = &mut self.open;
                self.torn = Some(before.len().max(open.len()));
                open.extend(before);
            }
        }
    }

    pub(super) fn note_commit(&mut self, took: Duration) {
        self.slowest_commit = self.slowest_commit.max(took);
    }

    /// What the ledger is told must be what the CRM has said.
    fn check(&mut self, note: &Note, leads: &HashMap<String, Vec<LeadId>>) {
        self.note_surname(note);
        match note {
            Note::Intend(intent) => {
                let key = IdempotencyKey::from_bytes(*intent.request_key.as_bytes());
                *self.intents.entry(key).or_default() += 1;
                self.unknown.remove(&intent.entry);
                let is_new = !self.open.contains_key(&intent.entry);
                let lost = (surname_in(&intent.body), Said::Doubtful);
                let is_lost = self.answers.get(&lost).is_some_and(|count| *count > 0);
                assert!(is_new || is_lost, "a row is intended twice");
            }
            Note::Settle(entry, settlement) => {
                let surname = self.surnames.get(entry).expect("it was intended").clone();
                self.unknown.remove(entry);
                self.check_settlement(*entry, &surname, settlement, leads);
            }
            Note::Withdraw { .. } | Note::Claim(..) | Note::Changed(..) | Note::LookedInVain(_) => {
            }
        }
    }

    fn check_settlement(
        &mut self,
        entry: EntryId,
        surname: &str,
        settlement: &Settlement,
        leads: &HashMap<String, Vec<LeadId>>,
    ) {
        let stored = leads.get(surname).map_or(&[][..], Vec::as_slice);
        let said = match settlement {
            Settlement::Created(id, _) | Settlement::Found(id) => {
                let ids = self.created.entry(surname.to_owned()).or_default();
                assert!(ids.insert(id.clone()), "one id for two rows");
                if !self.take_answer(surname, Said::Created(id.clone())) {
                    assert!(stored.contains(id), "{surname}: {id} is no lead of its");
                    self.take_answer(surname, Said::Doubtful);
                }
                return;
            }
            Settlement::Refused => Said::Refused,
            Settlement::Failed | Settlement::Absent => {
                if !self.take_answer(surname, Said::NotSent) {
                    self.check_absent(entry, surname, stored);
                }
                return;
            }
            Settlement::Unknown(_) | Settlement::Taken => {
                *self.doubtful.entry(surname.to_owned()).or_default() += 1;
                self.unknown.insert(entry, surname.to_owned());
                Said::Doubtful
            }
        };
        let is_so = self.take_answer(surname, said.clone())
            || said == Said::Refused && self.take_answer(surname, Said::Forbidden);
        assert!(is_so, "the CRM never said {said:?} to {surname}");
    }

    fn note_surname(&mut self, note: &Note) {
        if let Note::Intend(intent) = note {
            let surname = surname_in(&intent.body);
            self.surnames.insert(intent.entry, surname);
        }
    }

    /// Every lead of the surname is that of a row, or may be that of one that is open.
    fn check_absent(&self, entry: EntryId, surname: &str, stored: &[LeadId]) {
        let rows = self.unknown.iter().chain(&self.open);
        let others = rows.filter(|(other, name)| **other != entry && name.as_str() == surname);
        let known = self.created(surname).count();
        assert!(
            stored.len() <= known + others.count(),
            "{surname}: said to be absent, and {known} of {stored:?} are known"
        );
    }

    fn take_answer(&mut self, surname: &str, said: Said) -> bool {
        let count = self.answers.get_mut(&(surname.to_owned(), said));
        let Some(count) = count.filter(|count| **count > 0) else {
            return false;
        };
        *count -= 1;
        true
    }

    /// A record may be written down once what it says is durable.
    pub(super) fn note_record(&self, surname: &str, record: &RowRecord) {
        let Some(id) = &record.outcome.lead_id else {
            return;
        };
        let is_durable = self.created(surname).any(|durable| durable == id);
        let is_created = record.outcome.status == Status::Created;
        if is_created && !has_code(record, Code::LedgerNotRecorded) {
            assert!(is_durable, "a record says more than the ledger: {record:?}");
        }
    }

    /// The run has ended. Returns how many rows it leaves open.
    pub(super) fn end_run(&mut self) -> usize {
        let open = std::mem::take(&mut self.open);
        for (entry, surname) in &open {
            *self.doubtful.entry(surname.to_owned()).or_default() += 1;
            self.unknown.insert(*entry, surname.to_owned());
        }
        self.intents.clear();
        self.answers.clear();
        self.requests.clear();
        self.slowest_commit = Duration::ZERO;
        self.torn.take().unwrap_or(open.len())
    }

    /// How many rows the run may leave open: those in flight, those intended ahead of them, and those
    /// that are held.
    pub(super) fn most_open(&self, slots: usize) -> usize {
        let answers = self.answers.iter();
        let held = answers.filter(|((_, said), _)| *said == Said::Forbidden);
        let held: u32 = held.map(|(_, count)| *count).sum();
        let lost = self
            .answers
            .iter()
            .filter(|((_, said), _)| *said == Said::Doubtful);
        let lost: u32 = lost.map(|(_, count)| *count).sum();
        slots + (held + lost) as usize + self.most_ahead(slots)
    }

    fn most_ahead(&self, slots: usize) -> usize {
        if slots == 1 {
            return 0;
        }
        let commit = self.slowest_commit.max(COMMIT_INTERVAL);
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "a few rows"
        )]
        let ahead = (self.fastest_rate() * commit.as_secs_f64() * 2.5).ceil() as usize;
        ahead
    }

    /// The highest rate of requests in any span of 50 milliseconds or more.
    fn fastest_rate(&self) -> f64 {
        let mut fastest = 0.0_f64;
        for (first, begins) in self.requests.iter().enumerate() {
            for (count, ends) in (1_u32..).zip(&self.requests[first..]) {
                let span = (*ends - *begins).as_secs_f64().max(0.05);
                fastest = fastest.max(f64::from(count) / span);
            }
        }
        fastest
    }

    pub(super) fn created(&self, surname: &str) -> impl Iterator<Item = &LeadId> {
        self.created.get(surname).into_iter().flatten()
    }

    /// How many rows of this surname may be in doubt.
    pub(super) fn doubtful(&self, surname: &str) -> u32 {
        self.doubtful.get(surname).copied().unwrap_or_default()
    }
}

/// Which rows are open after `note`.
fn move_on(open: &mut HashMap<EntryId, String>, note: &Note) {
    match note {
        Note::Intend(intent) => {
            open.insert(intent.entry, surname_in(&intent.body));
        }
        Note::Settle(entry, _) | Note::Withdraw { entry, .. } => {
            open.remove(entry);
        }
        Note::Claim(..) | Note::Changed(..) | Note::LookedInVain(_) => {}
    }
}

fn surname_in(body: &[u8]) -> String {
    surname_of(&serde_json::from_slice(body).unwrap()).to_owned()
}

pub(super) fn has_code(record: &RowRecord, code: Code) -> bool {
    let problems = &record.outcome.problems;
    problems.iter().any(|problem| problem.code == code)
}
