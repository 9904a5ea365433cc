//! Which path is answered by whom.

use std::sync::Arc;

use axum::extract::DefaultBodyLimit;
use axum::routing::{get, post};
use axum::{Router, middleware};

use crate::sandbox::error_body::ApiError;
use crate::sandbox::gate;
use crate::sandbox::shared_state::SharedState;

use super::create_lead::create_lead;
use super::leads::{get_lead, list_leads};
use super::look_ups::{create_source, list_sources, list_statuses, list_users};
use super::oauth::{authorize, give_tokens};

/// PHP's default for posted data, `post_max_size`.
const BODY_LIMIT_BYTES: usize = 8 * 1024 * 1024;

/// All paths, behind the gate.
pub(in crate::sandbox) fn make_router(state: Arc<SharedState>) -> Router {
    Router::new()
        .route("/api/v1/leads", get(list_leads).post(create_lead))
        .route("/api/v1/leads/statuses", get(list_statuses))
        .route(
            "/api/v1/leads/reference-sources",
            get(list_sources).post(create_source),
        )
        .route("/api/v1/leads/{id}", get(get_lead))
        .route("/api/v1/users", get(list_users))
        .fallback(async || ApiError::NoSuchRoute)
        .method_not_allowed_fallback(async || ApiError::MethodNotAllowed)
        .layer(DefaultBodyLimit::max(BODY_LIMIT_BYTES))
        .layer(middleware::from_fn_with_state(
            Arc::clone(&state),
            gate::pass,
        ))
        // Who signs in has no token yet: these are before the gate.
        .route("/oauth/authorize", get(authorize))
        .route("/oauth/token", post(give_tokens))
        .with_state(state)
}
