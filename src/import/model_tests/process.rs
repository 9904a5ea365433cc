//! One run of the program as one future, which can be dropped anywhere.

use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::ops::ControlFlow;
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use tokio::sync::mpsc::{Receiver, Sender, channel};
use tokio::time::sleep;

use crate::import::check_stage::{Checker, Depth};
use crate::import::checked_row::CheckedRow;
use crate::import::identify::Identifier;
use crate::import::judge_stage::{Judge, JudgedBatch};
use crate::import::known_rows::KnownRows;
use crate::import::ledger_stage::OpenLedger;
use crate::import::plan::{ImportPlan, UploadSettings};
use crate::import::preflight::preflight;
use crate::import::read_stage::BATCHES_WAITING;
use crate::import::stop::StopSwitch;
use crate::import::survey::{Survey, take_survey};
use crate::import::upload_stage::{Contests, Surroundings, UploadStage};
use crate::ledger::RunEnd;
use crate::model::{Event, RowRecord};

use super::house::House;
use super::kill::Killer;
use super::scenario::{Life, Trouble};

/// Nothing of a run takes so long; waiting for nothing does, and takes no time here.
const FOR_EVER: Duration = Duration::from_hours(1000);

/// How a run ended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Ended {
    Killed,
    /// The preflight has stopped it.
    NotBegun,
    Stopped(String),
    Finished,
}

/// What a run has left behind.
#[derive(Debug)]
pub(super) struct Remains {
    pub(super) ended: Ended,
    pub(super) rows_read: u64,
    pub(super) records: Vec<RowRecord>,
}

/// What a run is made of.
pub(super) struct Run<'a> {
    pub(super) house: &'a House,
    pub(super) life: &'a Life,
    pub(super) killer: &'a Killer,
    stop: &'a StopSwitch,
    rows_read: &'a Cell<u64>,
    records: &'a RefCell<Vec<RowRecord>>,
}

impl House {
    /// Starts the program and lets it run to its end or to that of its process.
    pub(super) fn live(&self, life: &Life) -> Remains {
        let idle = Duration::from_millis(life.idle_before);
        self.runtime.block_on(async { sleep(idle).await });
        let kill = match life.trouble {
            Trouble::Kill(kill) => Some(kill),
            _ => None,
        };
        let (killer, stop) = (Killer::new(self.disk.clone(), kill), StopSwitch::new());
        let (rows_read, records) = (Cell::new(0), RefCell::default());
        let run = Run {
            house: self,
            life,
            killer: &killer,
            stop: &stop,
            rows_read: &rows_read,
            records: &records,
        };
        let begun = run.go();
        let reason = stop.into_reason().map(|reason| reason.to_string());
        let ended = match (begun, reason) {
            (None, _) => Ended::Killed,
            (Some(false), _) => Ended::NotBegun,
            (Some(true), Some(reason)) => Ended::Stopped(reason),
            (Some(true), None) => Ended::Finished,
        };
        if let Some(image) = killer.into_image() {
            self.disk.restore(&image);
        }
        Remains {
            ended,
            rows_read: rows_read.get(),
            records: records.into_inner(),
        }
    }
}

impl Run<'_> {
    /// Whether it has begun; `None` when it was killed.
    fn go(&self) -> Option<bool> {
        let plan = self.house.plan();
        let settings = self.house.settings(self.life);
        let open = || OpenLedger::open(&plan, &settings.ledger, &ignore).unwrap();
        let mut ledger = self.killer.durably(open)?;
        let connection = ledger.ledger().connection();
        connection
            .pragma_update(None, "synchronous", "off")
            .unwrap();
        // A cut must not reach what was durable before, so the log only ever grows.
        connection
            .pragma_update(None, "wal_autocheckpoint", 0)
            .unwrap();
        let known = ledger.known_rows(&plan).unwrap();
        let survey = take_survey(&plan, known.as_ref(), &StopSwitch::new(), &ignore).unwrap();
        survey
            .refuse_what_is_doubtful(&plan, &settings.ledger, &ignore)
            .unwrap();
        let work = self.import(&plan, settings, (survey, known), &mut ledger);
        let begun = self.house.runtime.block_on(self.drive(work))?;
        let end = RunEnd {
            stopped: (!self.stop.is_running()).then(|| "stopped".into()),
            counts: "{}".into(),
        };
        // On a full disk this fails, which changes nothing.
        let _ = self.killer.durably(|| ledger.ledger().end_run(&end))?;
        Some(begun)
    }

    /// Polls the root future until it is done or dead, and drops it.
    async fn drive(&self, work: impl Future<Output = bool>) -> Option<bool> {
        let mut work = pin!(tokio::time::timeout(FOR_EVER, work));
        poll_fn(|context| {
            let number = self.killer.note_poll();
            self.interrupt_at(number);
            if self.killer.is_dead() {
                return Poll::Ready(None);
            }
            let polled = work.as_mut().poll(context);
            if self.killer.is_dead() {
                return Poll::Ready(None);
            }
            polled.map(|begun| Some(begun.expect("a run waits for nothing that never comes")))
        })
        .await
    }

    fn interrupt_at(&self, poll: u64) {
        if let Trouble::Interrupt { first, again } = self.life.trouble
            && (poll == first || Some(poll) == again)
        {
            self.stop.interrupt();
        }
    }

    /// As `pipeline::import`, but with every stage in one future. Whether it has begun.
    async fn import(
        &self,
        plan: &ImportPlan,
        mut settings: UploadSettings,
        (survey, known): (Survey, Option<KnownRows>),
        ledger: &mut OpenLedger,
    ) -> bool {
        let client = self.house.crm.clone();
        let Ok(cleared) = preflight(&client, &mut settings, plan, &survey).await else {
            return false;
        };
        let Some(begun) = self.killer.durably(|| ledger.begin_run(plan)) else {
            return std::future::pending().await;
        };
        begun.unwrap();
        let (judged_out, judged_in) = channel(BATCHES_WAITING);
        let (records_out, records_in) = channel(BATCHES_WAITING);
        let (groups_out, groups_in) = channel(1);
        let around = Surroundings {
            input: judged_in,
            output: records_out,
            stop: self.stop,
            on_event: &ignore,
            ledger: Some(groups_out),
            next_entry: ledger.next_entry(),
            contests: Contests::new(plan.key_fields()).unwrap(),
            reader: ledger.reader().unwrap(),
            run: ledger.run(),
            run_name: ledger.run_name(),
            look_ups_off: cleared.look_ups_off,
            lead_before: cleared.lead_before,
            is_on_trial: false,
        };
        let judge = Judge::new(plan, known, &survey.shared, survey.notes);
        let stage = UploadStage::new(settings, client, around);
        // The writer comes last: when the process dies in a write nothing else happens any more.
        futures::join!(
            self.judge(judge, checked_rows(plan), judged_out),
            stage.run(cleared.first_word),
            self.collect(records_in),
            self.write(ledger.stage().unwrap(), groups_in),
        );
        true
    }

    async fn judge(&self, judge: Judge<'_>, rows: Vec<CheckedRow>, output: Sender<JudgedBatch>) {
        let mut works = true;
        let mut rows = rows.into_iter().peekable();
        while rows.peek().is_some() && self.stop.is_running() {
            self.dawdle(("judge", self.rows_read.get()), 10).await;
            let mut judged = JudgedBatch::default();
            for row in rows.by_ref().take(self.house.scenario.batch) {
                works = judged.take(&judge, row, works, self.stop);
                self.rows_read.set(self.rows_read.get() + 1);
            }
            assert!(works);
            output.send(judged).await.unwrap();
        }
    }

    async fn collect(&self, mut input: Receiver<Vec<RowRecord>>) {
        while let Some(batch) = input.recv().await {
            let world = self.house.crm.world();
            for record in batch {
                let surname = record.cells.get(1).unwrap();
                world.witness.note_record(surname, &record);
                self.records.borrow_mut().push(record);
            }
        }
    }

    /// Takes up to `most` milliseconds.
    pub(super) async fn dawdle(&self, what: (&str, u64), most: u64) {
        let faults = self.house.scenario.faults;
        let milliseconds = faults.rng_of(&what).u64(0..=most);
        sleep(Duration::from_millis(milliseconds)).await;
    }
}

fn checked_rows(plan: &ImportPlan) -> Vec<CheckedRow> {
    let checker = Checker {
        mapping: &plan.mapping,
        identifier: Identifier::new(&plan.header, plan.mapping.identity()),
        depth: Depth::Digests,
    };
    let mut rows = Vec::new();
    let read = plan.source.read_rows(&mut |row| {
        rows.push(checker.check(row));
        ControlFlow::Continue(())
    });
    read.unwrap();
    rows
}

fn ignore(_: &Event) {}
