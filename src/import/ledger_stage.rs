//! The ledger of a run: opened before the survey, written beside the upload, closed last.

use tokio::sync::mpsc::Receiver;

use crate::import::import_error::ImportError;
use crate::import::known_rows::{KnownRows, RoundView};
use crate::import::pipeline::OnEvent;
use crate::import::plan::{ImportPlan, LedgerSettings};
use crate::import::run_report::RunReport;
use crate::import::upload_stage::{CommitRequest, FailedCommit};
use crate::ledger::{
    EntryId, Group, Ledger, LedgerKeys, LedgerReader, LockHolder, Merged, Round, RunEnd, RunId,
    RunLock, RunStart, StateFolder, Waiting,
};
use crate::model::Event;

/// The ledger of a run, if it keeps one, and the round that it is in.
#[derive(Debug)]
pub(super) struct OpenLedger {
    open: Option<Open>,
}

#[derive(Debug)]
struct Open {
    ledger: Ledger,
    round: Option<String>,
    /// A run has gone through the round before.
    round_is_finished: bool,
    /// Under which this run writes.
    keys: LedgerKeys,
}

impl OpenLedger {
    /// Takes the ledger for this run.
    pub(super) fn open(
        plan: &ImportPlan,
        settings: &LedgerSettings,
        on_event: OnEvent<'_>,
    ) -> Result<Self, ImportError> {
        if settings.is_off {
            return Ok(Self { open: None });
        }
        let folder = StateFolder::open(&settings.place.folder)?;
        let path = folder.ledger_path(&settings.place.scope);
        let holder = LockHolder::this_process(&plan.file_name);
        let mut tell = |held: &crate::ledger::LockError| {
            on_event(&Event::Notice(format!("{held}; waiting for it to end")));
        };
        let waiting = if settings.waits {
            Waiting::Yes { on_wait: &mut tell }
        } else {
            Waiting::No
        };
        let lock = RunLock::take(&path, &holder, waiting)?;
        let ledger = Ledger::open(&path, &settings.place.scope, lock)?;
        let round = settings.round.clone();
        let known = match &round {
            Some(name) => ledger.reader()?.round(name)?,
            None => None,
        };
        if let (Some(name), Some(known)) = (&round, &known) {
            refuse_other_file(plan, name, known)?;
        }
        let round_is_finished = known.is_some_and(|known| known.finished);
        let keys = match &round {
            Some(name) if !round_is_finished => ledger.keys().in_round(name),
            _ => ledger.keys().clone(),
        };
        Ok(Self {
            open: Some(Open {
                ledger,
                round,
                round_is_finished,
                keys,
            }),
        })
    }

    /// What the ledger knows of the file's rows.
    pub(super) fn known_rows(&self, plan: &ImportPlan) -> Result<Option<KnownRows>, ImportError> {
        let Some(open) = &self.open else {
            return Ok(None);
        };
        let round = open.round.clone().map(|name| RoundView {
            name,
            finished: open.round_is_finished,
        });
        let known = KnownRows::new(open.ledger.reader()?, round, plan.identity_source())?;
        Ok(Some(known))
    }

    /// Writes down that a run begins.
    pub(super) fn begin_run(&mut self, plan: &ImportPlan) -> Result<(), ImportError> {
        let Some(open) = &mut self.open else {
            return Ok(());
        };
        let file_hash = plan
            .source
            .content_hash()
            .map_err(ImportError::CannotHash)?;
        let start = RunStart {
            file: plan.file_name.clone(),
            file_hash: file_hash.clone(),
            mapping_hash: plan.mapping_hash.clone(),
            program: env!("CARGO_PKG_VERSION").into(),
            round: open.round.clone(),
        };
        let round = Round {
            file: plan.bare_file_name(),
            file_hash,
            mapping_hash: plan.mapping_hash.clone(),
            finished: false,
        };
        open.ledger.begin_run(&start, Some(&round))?;
        Ok(())
    }

    /// The number of the next new entry.
    pub(super) fn next_entry(&self) -> EntryId {
        let open = self.open.as_ref();
        open.map_or(EntryId(0), |open| open.ledger.next_entry())
    }

    /// Whether a lead was created under the plan's mapping.
    pub(super) fn knows_mapping(&self, plan: &ImportPlan) -> Result<bool, ImportError> {
        let reader = self.reader()?;
        let knows = reader.map(|reader| reader.has_created_under(&plan.mapping_hash));
        Ok(knows.transpose()?.unwrap_or(false))
    }

    /// A second view of the ledger, to look leads up in.
    pub(super) fn reader(&self) -> Result<Option<LedgerReader>, ImportError> {
        let open = self.open.as_ref();
        Ok(open.map(|open| open.ledger.reader()).transpose()?)
    }

    /// The run that has begun.
    pub(super) fn run(&self) -> RunId {
        let open = self.open.as_ref();
        open.map_or(RunId(0), |open| open.ledger.run())
    }

    /// How the run that has begun is called.
    pub(super) fn run_name(&self) -> Option<String> {
        let open = self.open.as_ref();
        open.map(|open| open.ledger.run_name().to_owned())
    }

    /// The stage that writes, unless nothing is remembered.
    pub(super) fn stage(&mut self) -> Option<LedgerStage<'_>> {
        let open = self.open.as_mut()?;
        Some(LedgerStage {
            ledger: &mut open.ledger,
            keys: &open.keys,
        })
    }

    /// Writes down how the run ended. That this fails does not change what the run did.
    pub(super) fn end_run(self, report: &mut RunReport, on_event: OnEvent<'_>) {
        let Some(mut open) = self.open else {
            return;
        };
        let summary = &mut report.summary;
        let end = RunEnd {
            stopped: summary.stopped.clone(),
            counts: serde_json::to_string(&summary.statuses)
                .expect("words and numbers always serialise"),
        };
        summary.run = Some(open.ledger.run_name().to_owned());
        if let Err(error) = open.ledger.end_run(&end) {
            let words = format!("the end of this run could not be written down: {error}");
            on_event(&Event::Warning(words));
        }
    }
}

/// A round is for one file and mapping. The file may have grown or moved since.
fn refuse_other_file(plan: &ImportPlan, name: &str, round: &Round) -> Result<(), ImportError> {
    let is_same = round.mapping_hash == plan.mapping_hash
        && (round.file == plan.bare_file_name()
            || plan.source.content_hash().ok().as_ref() == Some(&round.file_hash));
    if is_same {
        return Ok(());
    }
    Err(ImportError::RoundOfAnother {
        name: name.to_owned(),
        file: round.file.clone(),
    })
}

/// The one writer of the ledger while rows are sent.
pub(super) struct LedgerStage<'a> {
    ledger: &'a mut Ledger,
    keys: &'a LedgerKeys,
}

impl LedgerStage<'_> {
    /// Commits one group after the other until there are no more.
    pub(super) fn write_groups(mut self, mut requests: Receiver<CommitRequest>) {
        while let Some((group, answer)) = requests.blocking_recv() {
            // Nobody waits for the answer only when the upload has panicked, which its join reports.
            let _ = answer.send(self.write(group));
            self.tidy();
        }
    }

    /// What can be done while nobody waits.
    pub(super) fn tidy(&mut self) {
        self.ledger.tidy();
    }

    /// Commits one group. Returns the rows that were given the lead of another one.
    pub(super) fn write(&mut self, group: Group) -> Result<Vec<Merged>, FailedCommit> {
        let written = self.ledger.commit(self.keys, &group);
        written.map_err(|error| FailedCommit { error, group })
    }
}

#[cfg(test)]
impl OpenLedger {
    /// For tests that do to a ledger what a disk does.
    pub(super) fn ledger(&mut self) -> &mut Ledger {
        let open = self.open.as_mut();
        &mut open.expect("the run keeps a ledger").ledger
    }
}

#[cfg(test)]
impl LedgerStage<'_> {
    /// For tests that do to a ledger what a disk does.
    pub(super) fn ledger(&self) -> &Ledger {
        self.ledger
    }
}
