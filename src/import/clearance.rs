//! What is found out before the first row: names, what the file is, and whether the CRM lets the run begin.

use std::time::Instant;

use tokio::runtime::Runtime;

use crate::api::ApiClient;
use crate::import::import_error::ImportError;
use crate::import::interrupts::unless_stopped;
use crate::import::known_rows::KnownRows;
use crate::import::ledger_stage::OpenLedger;
use crate::import::names::{Asking, look_up_names, make_missing};
use crate::import::pipeline::OnEvent;
use crate::import::plan::{CrmAccess, ImportPlan, OnUnknown, UploadSettings};
use crate::import::preflight::{Cleared, preflight};
use crate::import::stop::{StopLevel, StopSwitch};
use crate::import::survey::{Survey, take_survey};
use crate::model::{Detail, Event};

/// An import that may begin.
pub(super) struct Clearance {
    pub(super) client: ApiClient,
    pub(super) known: Option<KnownRows>,
    pub(super) survey: Survey,
    pub(super) cleared: Cleared,
}

/// Looks names up, surveys the file, asks the CRM whether it lets the run begin, and makes the names that it
/// lacks: last, because that cannot be undone.
///
/// An interrupt ends questions and readings at once. A name that is being made is made first.
pub(super) fn clear_import(
    plan: &mut ImportPlan,
    settings: &mut UploadSettings,
    ledger: &OpenLedger,
    runtime: &Runtime,
    (stop, on_event): (&StopSwitch, OnEvent<'_>),
) -> Result<Clearance, ImportError> {
    let (politely, at_once) = ((stop, StopLevel::Stopping), (stop, StopLevel::AtOnce));
    let known = ledger.known_rows(plan)?;
    let client = ApiClient::new(&settings.client)?;
    let mut line = Asking::of_import(&client, settings, on_event);
    let looking_up = async {
        look_up_names(plan, &mut line).await?;
        // The preflight has no pace of its own, and a first word that is a 429 would cost it its questions.
        line.await_turn().await
    };
    let looked_up = runtime.block_on(unless_stopped(politely, looking_up));
    looked_up.ok_or(ImportError::Interrupted)??;
    warn_of_own_names(plan, on_event);
    let mut survey = take_survey(plan, known.as_ref(), stop, on_event)?;
    survey.refuse_what_is_doubtful(plan, &settings.ledger, on_event)?;
    let asking = timed_preflight(&client, settings, (plan, &survey), on_event);
    let cleared = runtime.block_on(unless_stopped(politely, asking));
    let mut cleared = cleared.ok_or(ImportError::Interrupted)??;
    tell_of_look_ups(cleared.look_ups_off.as_deref(), settings, on_event);
    let settle = settings.settle;
    let mut line = Asking::of_import(&client, settings, on_event).stopped_by(stop);
    let making = make_missing(plan, survey.new_names.as_ref(), settle, &mut line);
    let made = runtime.block_on(unless_stopped(at_once, making));
    let made = made.filter(|_| stop.is_running());
    if let Some(allowance) = made.ok_or(ImportError::Interrupted)?? {
        cleared.first_word.allowance = allowance;
        survey = survey.with_ids_of_new_names(plan, known.as_ref(), stop, on_event)?;
    }
    Ok(Clearance {
        client,
        known,
        survey,
        cleared,
    })
}

/// The preflight, with how long it took.
async fn timed_preflight(
    client: &ApiClient,
    settings: &mut UploadSettings,
    (plan, survey): (&ImportPlan, &Survey),
    on_event: OnEvent<'_>,
) -> Result<Cleared, ImportError> {
    let asked = Instant::now();
    let cleared = preflight(client, settings, plan, survey).await;
    let took = asked.elapsed();
    on_event(&Event::Detail(Detail::Preflight { took }));
    cleared
}

/// People should know beforehand that what is lost will stay so.
fn tell_of_look_ups(off: Option<&str>, settings: &UploadSettings, on_event: OnEvent<'_>) {
    if let Some(why) = off.filter(|_| settings.on_unknown == OnUnknown::Reconcile) {
        let words = format!("look-ups are off ({why}): rows whose answer is lost stay in doubt");
        on_event(&Event::Warning(words));
    }
}

/// Looks names up for `check`, unless nobody is to be asked: then all pass, and that is said.
pub(super) fn look_up_names_of_check(
    plan: &mut ImportPlan,
    crm: Option<Box<CrmAccess>>,
    runtime: impl FnOnce() -> Result<Runtime, ImportError>,
    (stop, on_event): (&StopSwitch, OnEvent<'_>),
) -> Result<(), ImportError> {
    let look_ups = plan.mapping.look_ups();
    let lists: Vec<_> = look_ups.map(|look_up| look_up.list.plural()).collect();
    if lists.is_empty() {
        return Ok(());
    }
    let Some(mut access) = crm else {
        let lists = lists.join(" and ");
        let words = format!("names of {lists} are not looked up: all of them pass");
        on_event(&Event::Notice(words));
        return Ok(());
    };
    let client = ApiClient::new(&access.client)?;
    let mut line = Asking::of_check(&client, &mut access, on_event);
    let runtime = runtime()?;
    let looking_up = unless_stopped((stop, StopLevel::Stopping), look_up_names(plan, &mut line));
    let looked_up = runtime.block_on(looking_up);
    // A token that is still being had is waited for no longer.
    runtime.shutdown_background();
    looked_up
        .ok_or(ImportError::Interrupted)?
        .map_err(ImportError::NamesOfCheck)?;
    warn_of_own_names(plan, on_event);
    Ok(())
}

/// Names that stand in the mapping itself would be told row by row, and are mended there.
fn warn_of_own_names(plan: &ImportPlan, on_event: OnEvent<'_>) {
    for words in plan.mapping.own_names_that_fail() {
        on_event(&Event::Warning(words));
    }
}
