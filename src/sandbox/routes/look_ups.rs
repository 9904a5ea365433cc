//! Statuses, reference sources and users: short lists that turn names into ids.

use std::cmp::Ordering;
use std::sync::Arc;

use axum::Extension;
use axum::extract::rejection::BytesRejection;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::Response;
use bytes::Bytes;
use serde_json::{Value, json};

use crate::sandbox::error_body::ApiError;
use crate::sandbox::gate::Caller;
use crate::sandbox::look_up_data::{LeadStatus, STATUSES, USERS, User};
use crate::sandbox::paging::Page;
use crate::sandbox::query::{ListQuery, SortOrder};
use crate::sandbox::rules::{BrokenRule, FieldError, tidy, too_long};
use crate::sandbox::shared_state::SharedState;
use crate::sandbox::store::ReferenceSource;

use super::answer::{Envelope, json_answer, json_bytes, read_json};

/// The longest name of a reference source, in characters, as the API's page says.
const SOURCE_NAME_LENGTH: usize = 255;

/// What can be asked of one of the lists.
struct ShortList {
    sortable: &'static [&'static str],
    /// Where `search` looks.
    searched: &'static [&'static str],
    /// Parameters that must equal a value, with the JSON pointer to it.
    filters: &'static [(&'static str, &'static str)],
}

const STATUS_LIST: ShortList = ShortList {
    sortable: &["sort_order", "name", "created_at", "updated_at"],
    searched: &["name", "slug"],
    filters: &[
        ("is_default", "/is_default"),
        ("is_terminal", "/is_terminal"),
        ("is_system", "/is_system"),
    ],
};

const SOURCE_LIST: ShortList = ShortList {
    sortable: &["name", "created_at", "updated_at"],
    searched: &["name"],
    filters: &[("color", "/color"), ("external_id", "/external_id")],
};

const USER_LIST: ShortList = ShortList {
    sortable: &["name", "email", "created_at", "updated_at", "last_login_at"],
    searched: &["name", "email"],
    filters: &[("is_active", "/is_active"), ("role", "/roles/0/name")],
};

/// The statuses, in their sort order.
pub(super) async fn list_statuses(
    State(state): State<Arc<SharedState>>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let items = STATUSES.iter().map(LeadStatus::as_listed).collect();
    let (query, items, total) = STATUS_LIST.select(query, items)?;
    let address = format!("{}/v1/leads/statuses", state.base_url);
    let page = Page::new(&address, &query, total, items);
    Ok(json_answer(StatusCode::OK, json_bytes(&page)))
}

/// The tenant's reference sources, by id.
pub(super) async fn list_sources(
    State(state): State<Arc<SharedState>>,
    Extension(caller): Extension<Caller>,
    RawQuery(query): RawQuery,
) -> Result<Response, ApiError> {
    let items = state
        .store()
        .sources(caller.tenant)
        .map(ReferenceSource::as_listed)
        .collect();
    let (query, items, total) = SOURCE_LIST.select(query, items)?;
    let address = format!("{}/v1/leads/reference-sources", state.base_url);
    let page = Page::new(&address, &query, total, items);
    Ok(json_answer(StatusCode::OK, json_bytes(&page)))
}

/// The users. Only `data`: the API's page shows this list without `links` and `meta`.
pub(super) async fn list_users(RawQuery(query): RawQuery) -> Result<Response, ApiError> {
    let items = USERS.iter().map(User::as_listed).collect();
    let (_, items, _) = USER_LIST.select(query, items)?;
    Ok(json_answer(
        StatusCode::OK,
        json_bytes(&json!({"data": items})),
    ))
}

/// Makes a reference source for the tenant.
pub(super) async fn create_source(
    State(state): State<Arc<SharedState>>,
    Extension(caller): Extension<Caller>,
    body: Result<Bytes, BytesRejection>,
) -> Result<Response, ApiError> {
    let mut fields = read_json(caller, body)?;
    let mut field = |name| fields.remove(name).map_or(Value::Null, tidy);
    let (name, color) = check_source(field("name"), field("color"))?;
    let created = state.store().create_source(caller.tenant, name, color);
    let source = created.map_err(|error| state.storage_failed(&error))?;
    let body = Envelope {
        success: state.options.error_style.truth(true),
        data: source.as_listed(),
    };
    Ok(json_answer(StatusCode::CREATED, json_bytes(&body)))
}

fn check_source(name: Value, color: Value) -> Result<(String, Option<String>), ApiError> {
    let name = match name {
        Value::Null => Err(BrokenRule::Required),
        Value::String(name) => too_long(&name, Some(SOURCE_NAME_LENGTH)).map_or(Ok(name), Err),
        _ => Err(BrokenRule::NotText),
    };
    let color = match color {
        Value::Null => Ok(None),
        Value::String(color) if is_color(&color) => Ok(Some(color)),
        Value::String(_) => Err(BrokenRule::BadFormat),
        _ => Err(BrokenRule::NotText),
    };
    match (name, color) {
        (Ok(name), Ok(color)) => Ok((name, color)),
        (name, color) => {
            let errors = [("name", name.err()), ("color", color.err())];
            let errors = errors
                .into_iter()
                .filter_map(|(field, rule)| Some(FieldError::new(field, rule?)));
            Err(ApiError::Invalid(errors.collect()))
        }
    }
}

/// `#` and three or six hexadecimal digits.
fn is_color(text: &str) -> bool {
    text.strip_prefix('#').is_some_and(|digits| {
        matches!(digits.len(), 3 | 6) && digits.bytes().all(|digit| digit.is_ascii_hexdigit())
    })
}

impl ShortList {
    /// The page of `items` that `query` asks for, and how many match in all.
    fn select(
        &self,
        query: Option<String>,
        mut items: Vec<Value>,
    ) -> Result<(ListQuery, Vec<Value>, u64), ApiError> {
        let query = ListQuery::parse(&query.unwrap_or_default(), self.sortable)?;
        items.retain(|item| self.is_match(&query, item));
        if let Some(key) = query.sort_by {
            items.sort_by(|left, right| compare(&left[key], &right[key]));
        }
        if query.sort_order == Some(SortOrder::Descending) {
            items.reverse();
        }
        let total = items.len() as u64;
        let skipped = usize::try_from(query.offset()).unwrap_or(usize::MAX);
        let taken = usize::try_from(query.per_page).unwrap_or(usize::MAX);
        let items = items.into_iter().skip(skipped).take(taken).collect();
        Ok((query, items, total))
    }

    fn is_match(&self, query: &ListQuery, item: &Value) -> bool {
        let is_found = query.search.as_ref().is_none_or(|wanted| {
            let wanted = wanted.to_lowercase();
            let texts = self.searched.iter().filter_map(|key| item[key].as_str());
            texts
                .map(str::to_lowercase)
                .any(|text| text.contains(&wanted))
        });
        let passes = |(name, pointer): &(&str, &str)| {
            let value = item.pointer(pointer).unwrap_or(&Value::Null);
            query
                .parameter(name)
                .is_none_or(|wanted| equals(value, wanted))
        };
        is_found && self.filters.iter().all(passes) && !query.asks_for_trashed()
    }
}

fn equals(value: &Value, wanted: &str) -> bool {
    match value {
        Value::Bool(true) => matches!(wanted, "1" | "true"),
        Value::Bool(false) => matches!(wanted, "0" | "false"),
        Value::String(text) => text.eq_ignore_ascii_case(wanted),
        _ => false,
    }
}

fn compare(left: &Value, right: &Value) -> Ordering {
    match (left, right) {
        (Value::String(left), Value::String(right)) => {
            left.to_lowercase().cmp(&right.to_lowercase())
        }
        _ => left.as_i64().cmp(&right.as_i64()),
    }
}
