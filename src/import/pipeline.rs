//! The run at a glance: four stages and the bounded channels between them.

use std::io::{self, ErrorKind};

use tokio::sync::mpsc::{Sender, channel};

use crate::api::ApiClient;
use crate::import::check_stage::{CheckedRow, check_rows};
use crate::import::import_error::ImportError;
use crate::import::interrupts::stop_on_interrupt;
use crate::import::lanes::{Collector, lanes};
use crate::import::plan::{Destination, ImportPlan, OnExistingResults, UploadSettings};
use crate::import::read_stage::{BATCHES_WAITING, ReadReport, read_rows};
use crate::import::record_stage::{OutputFiles, RecordStage, Records};
use crate::import::run_report::{Clock, RunReport};
use crate::import::stop::StopSwitch;
use crate::import::upload_stage::{Surroundings, UploadStage, preflight};
use crate::model::{Event, RowRecord, Status};
use crate::report::{
    InOrder, RejectsFile, ResultsFile, folder_of, is_of_rehearsal, mark_as_rehearsal,
    remove_rehearsal,
};

/// How a run tells its news.
type OnEvent<'a> = &'a (dyn Fn(&Event) + Send + Sync);

/// Carries the rows of one file to `destination`.
///
/// The file is read twice: once to see that it can be read to its end, and once for the rows. Returns when every row that was read has its outcome written down. Blocks; runs
/// threads of its own and joins them all.
///
/// # Errors
///
/// [`ImportError`] when the run cannot begin; nothing was sent then. What goes wrong later is told
/// by [`RunReport::stopped`].
pub fn run(
    plan: &ImportPlan,
    destination: Destination,
    on_event: OnEvent<'_>,
) -> Result<RunReport, ImportError> {
    let clock = Clock::start();
    refuse_existing_results(plan)?;
    scan(plan, on_event)?;
    let stop = StopSwitch::new();
    let (read, records) = match destination {
        Destination::Nowhere => only_check(plan, &stop, on_event)?,
        Destination::Crm(settings) => upload(plan, *settings, &stop, on_event)?,
    };
    if plan.is_rehearsal {
        // Without the mark the next run refuses to replace the file, which loses nothing.
        let _ = mark_as_rehearsal(&plan.results);
    }
    Ok(RunReport::new(
        plan,
        clock,
        read,
        &records,
        stop.into_reason(),
    ))
}

/// Everything but sending.
fn only_check(
    plan: &ImportPlan,
    stop: &StopSwitch,
    on_event: OnEvent<'_>,
) -> Result<(ReadReport, Records), ImportError> {
    let files = open_files(plan)?;
    let stages = Stages {
        plan,
        stop,
        on_event,
        checkers: one_for_each_core(),
    };
    Ok(stages.run(files, pass_on_as_valid))
}

/// Sees that the CRM answers, and sends.
fn upload(
    plan: &ImportPlan,
    settings: UploadSettings,
    stop: &StopSwitch,
    on_event: OnEvent<'_>,
) -> Result<(ReadReport, Records), ImportError> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        // One thread keeps all connections busy; the stages have threads of their own.
        .worker_threads(1)
        .enable_all()
        .build()
        .map_err(ImportError::Runtime)?;
    let client = ApiClient::new(&settings.client)?;
    let pause = runtime
        .block_on(preflight(&client, settings.credentials.token()))
        .map_err(ImportError::Preflight)?;
    let files = open_files(plan)?;
    let send = |input, output| {
        let around = Surroundings {
            input,
            output,
            stop,
            on_event,
        };
        let stage = UploadStage::new(settings, client, around);
        runtime.block_on(stop_on_interrupt(stop, stage.run(pause)));
    };
    // One checker is far faster than any server answers, and leaves the other cores to sending.
    let stages = Stages {
        plan,
        stop,
        on_event,
        checkers: 1,
    };
    let done = stages.run(files, send);
    runtime.shutdown_background();
    Ok(done)
}

/// What the stages of a run share.
struct Stages<'a> {
    plan: &'a ImportPlan,
    stop: &'a StopSwitch,
    on_event: OnEvent<'a>,
    /// How many threads check rows.
    checkers: usize,
}

impl Stages<'_> {
    /// Runs the stages to their ends: read, check, `send`, record.
    fn run(
        self,
        files: OutputFiles,
        send: impl FnOnce(Collector<Vec<CheckedRow>>, Sender<Vec<RowRecord>>),
    ) -> (ReadReport, Records) {
        let Self {
            plan,
            stop,
            on_event,
            checkers,
        } = self;
        let (rows_out, checkers, checked_in) = lanes(checkers, BATCHES_WAITING);
        let (records_out, records_in) = channel(BATCHES_WAITING);
        let record_stage = RecordStage::new(plan, files, stop, on_event);
        std::thread::scope(|threads| {
            let reader = threads.spawn(move || read_rows(&plan.source, rows_out, stop));
            for (rows_in, checked_out) in checkers {
                let check = move || check_rows(&plan.mapping, &plan.header, &rows_in, &checked_out);
                threads.spawn(check);
            }
            let recorder = threads.spawn(move || record_stage.record(records_in));
            send(checked_in, records_out);
            let join = "a panic in a stage is a bug and goes on as one";
            (reader.join().expect(join), recorder.join().expect(join))
        })
    }
}

/// When nothing is sent checking takes longest: one thread for each core, but no more than one
/// reader keeps busy.
fn one_for_each_core() -> usize {
    const MOST: usize = 4;
    std::thread::available_parallelism()
        .map_or(1, usize::from)
        .min(MOST)
}

/// In place of sending: a lead that would be sent is valid.
#[expect(
    clippy::needless_pass_by_value,
    reason = "the channel closes when the sender is dropped"
)]
fn pass_on_as_valid(mut input: Collector<Vec<CheckedRow>>, output: Sender<Vec<RowRecord>>) {
    let judge = |checked| match checked {
        CheckedRow::Settled(record) => record,
        CheckedRow::Ready(row) => row.settle(Status::Valid, None, None),
    };
    while let Some(batch) = input.blocking_next() {
        if output
            .blocking_send(batch.into_iter().map(judge).collect())
            .is_err()
        {
            break;
        }
    }
}

/// Reads the whole file once, so that a file that breaks at its end is known before its
/// beginning is sent.
fn scan(plan: &ImportPlan, on_event: OnEvent<'_>) -> Result<(), ImportError> {
    let count = plan
        .source
        .scan()
        .map_err(|cause| ImportError::Unreadable {
            file: plan.file_name.clone(),
            cause,
        })?;
    on_event(&Event::Scanned { rows: count.rows });
    Ok(())
}

fn refuse_existing_results(plan: &ImportPlan) -> Result<(), ImportError> {
    let in_the_way = plan.on_existing_results == OnExistingResults::Refuse
        && plan.results.exists()
        && !is_of_rehearsal(&plan.results);
    if in_the_way {
        Err(results_exist(plan))
    } else {
        Ok(())
    }
}

fn results_exist(plan: &ImportPlan) -> ImportError {
    ImportError::ResultsExist {
        path: plan.results.clone(),
        is_rehearsal: plan.is_rehearsal,
    }
}

fn create_new_results(plan: &ImportPlan) -> io::Result<ResultsFile> {
    if is_of_rehearsal(&plan.results) {
        remove_rehearsal(&plan.results)?;
    }
    ResultsFile::create_new(&plan.results, &plan.echo)
}

/// Rejects first: when they cannot be written no results file is left behind.
fn open_files(plan: &ImportPlan) -> Result<OutputFiles, ImportError> {
    let rejects = RejectsFile::new(&plan.rejects, &plan.header);
    rejects.prepare().map_err(ImportError::CannotRecord)?;
    let in_order = InOrder::new(folder_of(&plan.results)).map_err(ImportError::CannotRecord)?;
    let results = match plan.on_existing_results {
        OnExistingResults::Replace => ResultsFile::create(&plan.results, &plan.echo),
        // Another run may have begun since the file was looked for.
        OnExistingResults::Refuse => create_new_results(plan),
    };
    let results = results.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => results_exist(plan),
        _ => ImportError::CannotRecord(error),
    })?;
    Ok(OutputFiles {
        in_order,
        results,
        rejects,
    })
}
