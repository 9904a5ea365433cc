//! A run at a glance: clearance, then the stages and the bounded channels between them.

use tokio::runtime::Runtime;
use tokio::sync::mpsc::{Receiver, Sender, channel};

use crate::api::await_renewal;
use crate::import::background::let_sending_go_first;
use crate::import::check_stage::{Depth, check_rows};
use crate::import::checked_row::CheckedRow;
use crate::import::checked_rows::one_for_each_core;
use crate::import::clearance::{Clearance, clear_import, look_up_names_of_check};
use crate::import::import_error::ImportError;
use crate::import::interrupts::stop_on_interrupt;
use crate::import::judge_stage::{Judge, JudgeError, JudgedBatch, judge_rows};
use crate::import::known_rows::KnownRows;
use crate::import::lanes::{Collector, lanes};
use crate::import::ledger_stage::{LedgerStage, OpenLedger};
use crate::import::plan::{CheckSettings, Destination, ImportPlan, KnownByLead, UploadSettings};
use crate::import::preflight::Cleared;
use crate::import::read_stage::{BATCHES_WAITING, ReadReport, read_rows};
use crate::import::record_stage::{OutputFiles, RecordStage, Records, open_files};
use crate::import::run_report::{Clock, RunReport};
use crate::import::stop::StopSwitch;
use crate::import::survey::{Survey, take_survey};
use crate::import::upload_stage::{CommitRequest, Contests, Surroundings, UploadStage};
use crate::import::valid_rows::pass_on_as_valid;
use crate::model::{Event, LostAnswers, RowRecord};

/// How a run tells its news.
pub(super) type OnEvent<'a> = &'a (dyn Fn(&Event) + Send + Sync);

/// Carries the rows of one file to `destination`.
///
/// The file is read twice: once as a whole, to see that it can be read to its end and what its
/// rows share, and once for the rows. Returns when every row that was read has its outcome written
/// down. Blocks; runs threads of its own and joins them all.
///
/// # Errors
///
/// [`ImportError`] when the run cannot begin; nothing was sent then. What goes wrong later is told
/// by [`RunReport::stopped`].
pub fn run(
    plan: &mut ImportPlan,
    destination: Destination,
    on_event: OnEvent<'_>,
) -> Result<RunReport, ImportError> {
    let clock = Clock::start();
    let stop = StopSwitch::new();
    let (read, records, sent) = match destination {
        Destination::Nowhere(settings) => {
            let work = || check(plan, settings, &stop, on_event);
            let checked = stop_on_interrupt(&stop, work).map_err(ImportError::Runtime)?;
            await_renewal();
            let (read, records) = checked?;
            (read, records, None)
        }
        Destination::Crm(settings) => {
            let (read, records, sent) = import(plan, *settings, &stop, on_event)?;
            (read, records, Some(sent))
        }
    };
    let mut report = RunReport::new(plan, clock, read, &records, stop.into_reason());
    if let Some(Sent {
        ledger,
        lost_answers,
    }) = sent
    {
        report.summary.lost_answers = lost_answers;
        ledger.end_run(&mut report, on_event);
    }
    Ok(report)
}

/// What sending leaves behind.
struct Sent {
    ledger: OpenLedger,
    lost_answers: LostAnswers,
}

/// Everything but sending.
fn check(
    plan: &mut ImportPlan,
    settings: CheckSettings,
    stop: &StopSwitch,
    on_event: OnEvent<'_>,
) -> Result<(ReadReport, Records), ImportError> {
    let known = KnownRows::of_place(settings.place.as_ref(), plan)?;
    look_up_names_of_check(plan, settings.crm, runtime, (stop, on_event))?;
    let plan = &*plan;
    let survey = take_survey(plan, known.as_ref(), stop, on_event)?;
    survey.tell_what_an_import_will_ask(on_event);
    let Survey { shared, notes, .. } = survey;
    let files = open_files(plan)?;
    let depth = if known.is_some() {
        Depth::Digests
    } else {
        Depth::Verdict
    };
    let judge = Judge::new(plan, known, &shared, notes);
    let stages = Stages {
        plan,
        stop,
        on_event,
        checkers: one_for_each_core(),
        depth,
        begin_thread: || {},
    };
    Ok(stages.run(files, |rows_in, records_out| {
        pass_on_as_valid(plan, &judge, rows_in, &records_out, stop);
    }))
}

/// Everything, under a ledger of its own.
fn import(
    plan: &mut ImportPlan,
    settings: UploadSettings,
    stop: &StopSwitch,
    on_event: OnEvent<'_>,
) -> Result<(ReadReport, Records, Sent), ImportError> {
    // As long as another run is waited for, a signal ends the process as usual.
    let ledger = OpenLedger::open(plan, &settings.ledger, on_event)?;
    let runtime = runtime()?;
    let work = || import_under(ledger, plan, settings, (&runtime, stop, on_event));
    let imported = stop_on_interrupt(stop, work).map_err(ImportError::Runtime)?;
    await_renewal();
    // A token that is still being had in another way is waited for no longer.
    runtime.shutdown_background();
    imported
}

/// Sees that the CRM answers, and sends.
fn import_under(
    mut ledger: OpenLedger,
    plan: &mut ImportPlan,
    mut settings: UploadSettings,
    (runtime, stop, on_event): (&Runtime, &StopSwitch, OnEvent<'_>),
) -> Result<(ReadReport, Records, Sent), ImportError> {
    let Clearance {
        client,
        known,
        survey,
        cleared:
            Cleared {
                first_word,
                look_ups_off,
                lead_before,
            },
    } = clear_import(plan, &mut settings, &ledger, runtime, (stop, on_event))?;
    let plan = &*plan;
    let files = open_files(plan)?;
    ledger.begin_run(plan)?;
    let next_entry = ledger.next_entry();
    let is_on_trial = settings.has_trial && !ledger.knows_mapping(plan)?;
    let contests = Contests::new(plan.key_fields()).map_err(JudgeError::from)?;
    let passes_over = settings.ledger.known_by_lead == Some(KnownByLead::Skip);
    let judge =
        Judge::new(plan, known, &survey.shared, survey.notes).passing_over_known_leads(passes_over);
    // One checker is far faster than any server answers, and leaves the other cores to sending.
    let stages = Stages {
        plan,
        stop,
        on_event,
        checkers: 1,
        depth: Depth::Digests,
        begin_thread: let_sending_go_first,
    };
    let (reader, run, run_name) = (ledger.reader()?, ledger.run(), ledger.run_name());
    let mut lost_answers = LostAnswers::default();
    let send = |rows_in, records_out| {
        let upload = |judged_in, ledger_line| {
            let around = Surroundings {
                input: judged_in,
                output: records_out,
                stop,
                on_event,
                ledger: ledger_line,
                next_entry,
                contests,
                reader,
                run,
                run_name,
                look_ups_off,
                lead_before,
                is_on_trial,
            };
            let stage = UploadStage::new(settings, client, around);
            lost_answers = runtime.block_on(stage.run(first_word));
        };
        judge_and_send(judge, rows_in, ledger.stage(), stop, upload);
    };
    let (read, records) = stages.run(files, send);
    let left = Sent {
        ledger,
        lost_answers,
    };
    Ok((read, records, left))
}

/// What all connections run on: this thread keeps them busy by itself. With a worker beside it the two
/// would spend their time waking each other. The stages have threads of their own.
fn runtime() -> Result<Runtime, ImportError> {
    let mut builder = tokio::runtime::Builder::new_current_thread();
    builder.enable_all().build().map_err(ImportError::Runtime)
}

/// Judges and writes the ledger on threads of their own while `upload` sends.
fn judge_and_send(
    judge: Judge<'_>,
    rows_in: Collector<Vec<CheckedRow>>,
    ledger: Option<LedgerStage<'_>>,
    stop: &StopSwitch,
    upload: impl FnOnce(Receiver<JudgedBatch>, Option<Sender<CommitRequest>>),
) {
    let (judged_out, judged_in) = channel(BATCHES_WAITING);
    std::thread::scope(|threads| {
        threads.spawn(move || {
            let_sending_go_first();
            judge_rows(judge, rows_in, judged_out, stop);
        });
        let ledger_line = ledger.map(|stage| {
            // One commit is under way at a time.
            let (groups_out, groups_in) = channel(1);
            threads.spawn(move || stage.write_groups(groups_in));
            groups_out
        });
        upload(judged_in, ledger_line);
    });
}

/// What the stages of a run share.
struct Stages<'a> {
    plan: &'a ImportPlan,
    stop: &'a StopSwitch,
    on_event: OnEvent<'a>,
    /// How many threads check rows.
    checkers: usize,
    depth: Depth,
    /// What each thread does first.
    begin_thread: fn(),
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
            depth,
            begin_thread,
        } = self;
        let (rows_out, checkers, checked_in) = lanes(checkers, BATCHES_WAITING);
        let (records_out, records_in) = channel(BATCHES_WAITING);
        let record_stage = RecordStage::new(plan, files, stop, on_event);
        std::thread::scope(|threads| {
            let reader = threads.spawn(move || {
                begin_thread();
                read_rows(&plan.source, rows_out, stop)
            });
            for (rows_in, checked_out) in checkers {
                let check = move || {
                    begin_thread();
                    let (mapping, header) = (&plan.mapping, &plan.header);
                    check_rows(mapping, header, depth, &rows_in, &checked_out);
                };
                threads.spawn(check);
            }
            let recorder = threads.spawn(move || {
                begin_thread();
                record_stage.record(records_in)
            });
            send(checked_in, records_out);
            let join = "a panic in a stage is a bug and goes on as one";
            (reader.join().expect(join), recorder.join().expect(join))
        })
    }
}
