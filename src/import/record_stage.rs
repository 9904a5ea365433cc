//! Writes down what became of each row, in input order.

use std::io;

use tokio::sync::mpsc::Receiver;
use tokio::sync::mpsc::error::TryRecvError;

use crate::import::import_error::ImportError;
use crate::import::plan::ImportPlan;
use crate::import::stop::{StopReason, StopSwitch};
use crate::model::{Event, Header, RowRecord, Tally};
use crate::report::{
    Echo, InOrder, RejectLine, RejectsFile, ResultsFile, RowLines, folder_of, results_line,
};

/// The files of a run, opened before anything is sent.
pub(super) struct OutputFiles {
    pub(super) in_order: InOrder,
    pub(super) results: ResultsFile,
    pub(super) rejects: RejectsFile,
}

/// Opens the files of a run, rejects first: when they cannot be written old results stay.
pub(super) fn open_files(plan: &ImportPlan) -> Result<OutputFiles, ImportError> {
    let open = || {
        let rejects = RejectsFile::new(&plan.rejects, &plan.header);
        rejects.prepare()?;
        let in_order = InOrder::new(folder_of(&plan.results))?;
        let results = ResultsFile::create(&plan.results, &plan.echo)?;
        Ok(OutputFiles {
            in_order,
            results,
            rejects,
        })
    };
    open().map_err(ImportError::CannotRecord)
}

/// The one owner of results, rejects and the books.
pub(super) struct RecordStage<'a> {
    header: &'a Header,
    echo: &'a Echo,
    in_order: InOrder,
    results: ResultsFile,
    rejects: RejectsFile,
    stop: &'a StopSwitch,
    on_event: &'a (dyn Fn(&Event) + Send + Sync),
    /// Until a write fails.
    results_work: bool,
    rejects_work: bool,
}

/// What the record stage leaves behind.
#[derive(Debug)]
pub(super) struct Records {
    pub(super) tally: Tally,
    pub(super) results: ResultsFile,
    pub(super) rejects: RejectsFile,
}

impl<'a> RecordStage<'a> {
    pub(super) fn new(
        plan: &'a ImportPlan,
        files: OutputFiles,
        stop: &'a StopSwitch,
        on_event: &'a (dyn Fn(&Event) + Send + Sync),
    ) -> Self {
        let (header, echo) = (&plan.header, &plan.echo);
        let OutputFiles {
            in_order,
            results,
            rejects,
        } = files;
        let (results_work, rejects_work) = (true, true);
        Self {
            header,
            echo,
            in_order,
            results,
            rejects,
            stop,
            on_event,
            results_work,
            rejects_work,
        }
    }

    /// Records batches until there are no more.
    ///
    /// When a file cannot be written the run is stopped; the other one is written on, and what
    /// still comes in is always counted.
    pub(super) fn record(mut self, mut input: Receiver<Vec<RowRecord>>) -> Records {
        let mut tally = Tally::default();
        while let Some(batch) = self.next_batch(&mut input) {
            for record in &batch {
                tally.add(&record.outcome);
            }
            if let Err(error) = self.write(&batch) {
                self.results_work = false;
                self.stop.stop(StopReason::CannotRecord(error));
            }
            (self.on_event)(&Event::Progressed { tally });
        }
        self.flush();
        Records {
            tally,
            results: self.results,
            rejects: self.rejects,
        }
    }

    /// The next batch. Files are flushed before waiting for one, so that what is known can be
    /// read while the run goes on.
    fn next_batch(&mut self, input: &mut Receiver<Vec<RowRecord>>) -> Option<Vec<RowRecord>> {
        match input.try_recv() {
            Ok(batch) => Some(batch),
            Err(TryRecvError::Disconnected) => None,
            Err(TryRecvError::Empty) => {
                self.flush();
                input.blocking_recv()
            }
        }
    }

    /// Fails when the results cannot be written.
    fn write(&mut self, batch: &[RowRecord]) -> io::Result<()> {
        if !self.results_work {
            return Ok(());
        }
        for record in batch {
            let results = results_line(record, self.echo);
            let reject = RejectLine::of(record, self.header);
            self.in_order
                .put(record.sequence, RowLines { results, reject })?;
            while let Some(lines) = self.in_order.take()? {
                self.results.write(&lines.results)?;
                if let Some(reject) = lines.reject {
                    self.write_reject(&reject);
                }
            }
        }
        Ok(())
    }

    fn write_reject(&mut self, line: &RejectLine) {
        if self.rejects_work
            && let Err(error) = self.rejects.write(line)
        {
            self.rejects_work = false;
            self.stop.stop(StopReason::CannotRecord(error));
        }
    }

    fn flush(&mut self) {
        if self.rejects_work
            && let Err(error) = self.rejects.flush()
        {
            self.rejects_work = false;
            self.stop.stop(StopReason::CannotRecord(error));
        }
        if self.results_work
            && let Err(error) = self.results.flush()
        {
            self.results_work = false;
            self.stop.stop(StopReason::CannotRecord(error));
        }
    }
}
