//! `GET /v1/leads` and `GET /v1/leads/{id}`.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

use crate::sandbox::error_body::ApiError;
use crate::sandbox::gate::Caller;
use crate::sandbox::lead_resource::{LeadResource, ShownKeys, StoredLead};
use crate::sandbox::paging::Page;
use crate::sandbox::query::ListQuery;
use crate::sandbox::shared_state::SharedState;

use super::answer::{Envelope, json_answer, json_bytes};

/// What `sort_by` may say.
const SORTABLE: [&str; 5] = ["id", "created_at", "updated_at", "first_name", "last_name"];

/// A page of the tenant's leads: newest first, unless `sort_by` and `sort_order` (ascending if it
/// is left out) say otherwise. `search` looks in names, e-mail and phone number. The options may
/// have it otherwise.
pub(super) async fn list_leads(
    State(state): State<Arc<SharedState>>,
    Extension(caller): Extension<Caller>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let lists = state.options.lists;
    if lists.forbid_lists {
        return Err(ApiError::Forbidden);
    }
    let query = ListQuery::parse(&query.unwrap_or_default(), &SORTABLE)?;
    let query = lists.understand(query);
    if lists.shift_pages {
        state.create_for_somebody_else(caller.tenant)?;
    }
    let listed = if query.asks_for_trashed() {
        Ok((Vec::new(), 0))
    } else {
        state.store().list_leads(caller.tenant, &query)
    };
    let (leads, total) = listed.map_err(|error| state.storage_failed(&error))?;
    let page = page_of(&state, &query, total, &leads);
    Ok(json_answer(StatusCode::OK, json_bytes(&page)))
}

fn page_of<'a>(
    state: &SharedState,
    query: &ListQuery,
    total: u64,
    leads: &'a [StoredLead],
) -> Page<LeadResource<'a>> {
    let keys = if state.options.lists.few_fields {
        ShownKeys::IdAndTime
    } else {
        ShownKeys::All
    };
    let shown = |lead| LeadResource::new(lead, &state.options).with_keys(keys);
    let data = leads.iter().map(shown).collect();
    if state.options.lists.no_totals {
        return Page::without_totals(query, total, data);
    }
    let address = format!("{}/v1/leads", state.base_url);
    Page::new(&address, query, total, data)
}

/// One lead of the tenant.
pub(super) async fn get_lead(
    State(state): State<Arc<SharedState>>,
    Extension(caller): Extension<Caller>,
    Path(id): Path<String>,
) -> Result<Response, ApiError> {
    let id = id.parse().map_err(|_| ApiError::NoSuchLead)?;
    let found = state.store().find_lead(caller.tenant, id);
    let lead = found
        .map_err(|error| state.storage_failed(&error))?
        .ok_or(ApiError::NoSuchLead)?;
    let body = Envelope {
        success: state.options.error_style.truth(true),
        data: LeadResource::new(&lead, &state.options),
    };
    Ok(json_answer(StatusCode::OK, json_bytes(&body)))
}
