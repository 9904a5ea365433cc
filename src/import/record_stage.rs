//! Writes down what became of each row, in input order.

use std::io;

use tokio::sync::mpsc::Receiver;
use tokio::sync::mpsc::error::TryRecvError;

use crate::import::stop::{StopReason, StopSwitch};
use crate::model::{Event, Header, RowRecord, Tally};
use crate::report::{Echo, InOrder, RejectLine, RejectsFile, ResultsFile, RowLines, results_line};

/// The one owner of results, rejects and the books.
pub(super) struct RecordStage<'a> {
    pub(super) header: &'a Header,
    pub(super) echo: &'a Echo,
    pub(super) results: ResultsFile,
    pub(super) rejects: RejectsFile,
    pub(super) stop: &'a StopSwitch,
    pub(super) on_event: &'a (dyn Fn(&Event) + Send + Sync),
}

/// What the record stage leaves behind.
#[derive(Debug)]
pub(super) struct Records {
    pub(super) tally: Tally,
    pub(super) results: ResultsFile,
    pub(super) rejects: RejectsFile,
}

impl RecordStage<'_> {
    /// Records batches until there are no more.
    ///
    /// When a file cannot be written the run is stopped, and what still comes in is counted but
    /// not written.
    pub(super) fn record(mut self, mut input: Receiver<Vec<RowRecord>>) -> Records {
        let mut tally = Tally::default();
        let mut in_order = InOrder::new();
        let mut written = Ok(());
        while let Some(batch) = self.next_batch(&mut input, &mut written) {
            for record in &batch {
                tally.add(&record.outcome);
            }
            if written.is_ok() {
                written = self.write(&batch, &mut in_order);
            }
            if let Err(error) = &written {
                self.stop.stop(StopReason::CannotRecord(copy_of(error)));
            }
            (self.on_event)(&Event::Progressed { tally });
        }
        if let Err(error) = written.and_then(|()| self.flush()) {
            self.stop.stop(StopReason::CannotRecord(error));
        }
        Records {
            tally,
            results: self.results,
            rejects: self.rejects,
        }
    }

    /// The next batch. Files are flushed before waiting for one, so that what is known can be
    /// read while the run goes on.
    fn next_batch(
        &mut self,
        input: &mut Receiver<Vec<RowRecord>>,
        written: &mut io::Result<()>,
    ) -> Option<Vec<RowRecord>> {
        match input.try_recv() {
            Ok(batch) => Some(batch),
            Err(TryRecvError::Disconnected) => None,
            Err(TryRecvError::Empty) => {
                if written.is_ok() {
                    *written = self.flush();
                }
                input.blocking_recv()
            }
        }
    }

    fn write(&mut self, batch: &[RowRecord], in_order: &mut InOrder) -> io::Result<()> {
        for record in batch {
            let results = results_line(record, self.echo);
            let reject = RejectLine::of(record, self.header);
            in_order.put(record.sequence, RowLines { results, reject })?;
            while let Some(lines) = in_order.take()? {
                self.results.write(&lines.results)?;
                if let Some(reject) = lines.reject {
                    self.rejects.write(&reject)?;
                }
            }
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.rejects.flush()?;
        self.results.flush()
    }
}

/// An error with the same kind and words; errors themselves cannot be copied.
fn copy_of(error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), error.to_string())
}
