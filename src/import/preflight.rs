//! What is asked of the CRM before the first row.

use std::ops::ControlFlow;
use std::time::Duration;

use bytes::Bytes;
use tokio::time::Instant;

use crate::api::{Found, LeadApi, LeadsSeen, Listed, Token, compare};
use crate::import::check_stage::{Checker, Depth};
use crate::import::checked_row::Finding;
use crate::import::identify::Identifier;
use crate::import::import_error::ImportError;
use crate::import::plan::{ImportPlan, KnownByLead, UploadSettings};
use crate::import::reconcile::{KnownBefore, best_search_term};
use crate::import::survey::Survey;
use crate::import::upload_stage::{FirstWord, greet};

/// So many good rows are looked up when the ledger knows no row of the file.
const FIRST_ROWS: usize = 3;

/// What a run that may begin must know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Cleared {
    /// What the server said of its load.
    pub(super) first_word: FirstWord,
    /// Why leads cannot be looked up, if they cannot.
    pub(super) look_ups_off: Option<String>,
    /// A lead that was there before this run sent any.
    pub(super) lead_before: Option<KnownBefore>,
}

/// Finds out whether the server can be reached and accepts the token, whether it still has what the
/// ledger says, and whether somebody else has imported the file.
pub(super) async fn preflight(
    client: &impl LeadApi,
    settings: &mut UploadSettings,
    plan: &ImportPlan,
    survey: &Survey,
) -> Result<Cleared, ImportError> {
    let greeted = greet(client, &mut settings.credentials).await;
    let greeting = greeted.map_err(ImportError::Preflight)?;
    let token = settings.credentials.token();
    let leads = greeting.leads;
    let cleared = Cleared {
        first_word: greeting.first_word,
        look_ups_off: greeting.look_ups_off,
        lead_before: greeting.lead_before,
    };
    if cleared.first_word.pause.is_some() || settings.ledger.is_off {
        return Ok(cleared);
    }
    refuse_if_leads_are_gone(client, token, survey, (leads, settings.settle)).await?;
    let asks = survey.known_rows == 0
        && !survey.shared.has_known_leads()
        && leads == LeadsSeen::Any
        && settings.ledger.round.is_none()
        && settings.ledger.known_by_lead != Some(KnownByLead::Send);
    if asks {
        refuse_if_imported_elsewhere(client, token, plan).await?;
    }
    Ok(cleared)
}

/// The longest that leads which are not shown are given to appear: a CRM may show them late.
const PATIENCE: Duration = Duration::from_secs(5);

/// Leads that are not shown are asked for again after this.
const ASK_AGAIN: Duration = Duration::from_millis(250);

/// Leads that somebody has deleted would count as created for ever.
async fn refuse_if_leads_are_gone(
    client: &impl LeadApi,
    token: &Token,
    survey: &Survey,
    (leads, settle): (LeadsSeen, Duration),
) -> Result<(), ImportError> {
    let Some(first) = survey.known_sample.first() else {
        return Ok(());
    };
    let gives_up = Instant::now() + settle.min(PATIENCE);
    while all_are_gone(client, token, survey).await {
        if Instant::now() + ASK_AGAIN <= gives_up {
            tokio::time::sleep(ASK_AGAIN).await;
            continue;
        }
        if shows_leads_by_id(client, token, leads).await {
            return Err(ImportError::LeadsGone {
                leads: survey.known_sample.len(),
                run: first.run.clone(),
            });
        }
        break;
    }
    Ok(())
}

async fn all_are_gone(client: &impl LeadApi, token: &Token, survey: &Survey) -> bool {
    for known in &survey.known_sample {
        let Some(id) = &known.row.lead_id else {
            return false;
        };
        if client.find_lead(id, token).await.what != Found::Gone {
            return false;
        }
    }
    true
}

/// Whether 404 means that a lead is gone, and not that this server shows none by its id. One that
/// lists no lead at all has surely lost those that the ledger knows.
async fn shows_leads_by_id(client: &impl LeadApi, token: &Token, leads: LeadsSeen) -> bool {
    match leads {
        LeadsSeen::None => true,
        LeadsSeen::Unreadable => false,
        LeadsSeen::Any => match client.list_leads(1, token).await.what {
            Listed::Page(page) => match page.leads.first() {
                Some(listed) => matches!(
                    client.find_lead(&listed.id, token).await.what,
                    Found::Lead(_)
                ),
                None => false,
            },
            Listed::Failed(_) => false,
        },
    }
}

/// Another state folder, or a person, may have imported the file.
async fn refuse_if_imported_elsewhere(
    client: &impl LeadApi,
    token: &Token,
    plan: &ImportPlan,
) -> Result<(), ImportError> {
    let bodies = first_good_bodies(plan);
    for body in &bodies {
        if !has_lead_like(client, token, body).await {
            return Ok(());
        }
    }
    if bodies.is_empty() {
        return Ok(());
    }
    Err(ImportError::ImportedElsewhere {
        file: plan.file_name.clone(),
        rows: bodies.len() as u64,
    })
}

/// The bodies of the first good rows; none if one of them has a name that no lead can have yet. The survey
/// has read the file, so an error here is told later.
fn first_good_bodies(plan: &ImportPlan) -> Vec<Bytes> {
    let checker = Checker {
        mapping: &plan.mapping,
        identifier: Identifier::new(&plan.header, plan.mapping.identity()),
        depth: Depth::Verdict,
    };
    let mut bodies = Vec::new();
    let _ = plan.source.read_rows(&mut |row| {
        let row = checker.check(row);
        if let Finding::Ready { body, .. } = row.finding {
            if row.new_name.is_some() {
                bodies.clear();
                return ControlFlow::Break(());
            }
            bodies.push(body);
        }
        if bodies.len() < FIRST_ROWS {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        }
    });
    bodies
}

/// Whether the CRM shows a lead that is equal in every field that would be sent.
async fn has_lead_like(client: &impl LeadApi, token: &Token, body: &[u8]) -> bool {
    let Some(term) = best_search_term(body) else {
        return false;
    };
    match client.search_leads(&term, 1, token).await.what {
        Listed::Page(page) => page
            .leads
            .iter()
            .any(|lead| compare(body, lead).is_equal_as_far_as_shown()),
        Listed::Failed(_) => false,
    }
}
