//! `GET /v1/leads` and `GET /v1/leads/{id}`.

use std::sync::Arc;

use axum::Extension;
use axum::extract::{Path, RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;

use crate::sandbox::error_body::ApiError;
use crate::sandbox::gate::Caller;
use crate::sandbox::lead_resource::LeadResource;
use crate::sandbox::paging::Page;
use crate::sandbox::query::ListQuery;
use crate::sandbox::shared_state::SharedState;

use super::answer::{Envelope, json_answer, json_bytes};

/// What `sort_by` may say. Both times sort as the id does, since leads are never updated.
const SORTABLE: [&str; 5] = ["id", "created_at", "updated_at", "first_name", "last_name"];

/// A page of the tenant's leads: newest first, unless `sort_by` and `sort_order` (ascending if it
/// is left out) say otherwise. `search` looks in names, e-mail and phone number.
pub(super) async fn list_leads(
    State(state): State<Arc<SharedState>>,
    Extension(caller): Extension<Caller>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let query = ListQuery::parse(&query.unwrap_or_default(), &SORTABLE)?;
    let listed = if query.asks_for_trashed() {
        Ok((Vec::new(), 0))
    } else {
        state.store().list_leads(caller.tenant, &query)
    };
    let (leads, total) = listed.map_err(|error| state.storage_failed(&error))?;
    let style = state.options.error_style;
    let data = leads
        .iter()
        .map(|lead| LeadResource::new(lead, style))
        .collect();
    let address = format!("{}/v1/leads", state.base_url);
    let page = Page::new(&address, &query, total, data);
    Ok(json_answer(StatusCode::OK, json_bytes(&page)))
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
    let style = state.options.error_style;
    let body = Envelope {
        success: style.truth(true),
        data: LeadResource::new(&lead, style),
    };
    Ok(json_answer(StatusCode::OK, json_bytes(&body)))
}
