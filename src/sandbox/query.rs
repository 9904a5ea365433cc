//! What a list is asked for.

use url::form_urlencoded;

use super::error_body::ApiError;
use super::rules::{BrokenRule, FieldError, too_long};

/// The framework's page size, and the largest that the API's pages allow.
const DEFAULT_PER_PAGE: u64 = 15;
const MAX_PER_PAGE: u64 = 100;

/// The longest text that can be searched for, in characters, as the API's pages say.
const SEARCH_LENGTH: usize = 255;

/// Which way a list is sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum SortOrder {
    Ascending,
    Descending,
}

/// The checked query of a list. Parameters that are empty count as left out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct ListQuery {
    /// Every parameter as it came, in order.
    pub(super) parameters: Vec<(String, String)>,
    pub(super) search: Option<String>,
    /// 1-based.
    pub(super) page: u64,
    /// 1 to 100; default 15.
    pub(super) per_page: u64,
    pub(super) sort_by: Option<&'static str>,
    pub(super) sort_order: Option<SortOrder>,
}

impl ListQuery {
    /// Reads the part of an address after `?`. `sortable` names what `sort_by` may say.
    ///
    /// Unknown parameters are kept but judged by nobody; of a repeated one the last counts.
    pub(super) fn parse(query: &str, sortable: &[&'static str]) -> Result<Self, ApiError> {
        let parameters: Vec<(String, String)> = form_urlencoded::parse(query.as_bytes())
            .into_owned()
            .collect();
        let mut errors = Vec::new();
        let mut list = Self {
            search: None,
            page: read_number(&parameters, "page", u64::MAX, &mut errors).unwrap_or(1),
            per_page: read_number(&parameters, "per_page", MAX_PER_PAGE, &mut errors)
                .unwrap_or(DEFAULT_PER_PAGE),
            sort_by: None,
            sort_order: None,
            parameters,
        };
        if let Some(search) = list.parameter("search") {
            let broken = too_long(search, Some(SEARCH_LENGTH));
            errors.extend(broken.map(|rule| FieldError::new("search", rule)));
            list.search = Some(search.to_owned());
        }
        if let Some(wanted) = list.parameter("sort_by") {
            list.sort_by = sortable.iter().copied().find(|known| *known == wanted);
            if list.sort_by.is_none() {
                errors.push(FieldError::new("sort_by", BrokenRule::NotAmong));
            }
        }
        list.sort_order = match list.parameter("sort_order") {
            None => None,
            Some("asc") => Some(SortOrder::Ascending),
            Some("desc") => Some(SortOrder::Descending),
            Some(_) => {
                errors.push(FieldError::new("sort_order", BrokenRule::NotAmong));
                None
            }
        };
        if errors.is_empty() {
            Ok(list)
        } else {
            Err(ApiError::Invalid(errors))
        }
    }

    /// The parameter called `name`, white space around it removed, if it is not empty.
    pub(super) fn parameter(&self, name: &str) -> Option<&str> {
        find_parameter(&self.parameters, name)
    }

    /// Whether only deleted things are wanted, of which a sandbox shows none.
    pub(super) fn asks_for_trashed(&self) -> bool {
        matches!(self.parameter("trashed"), Some("1" | "true"))
    }

    /// How many items come before this page.
    pub(super) fn offset(&self) -> u64 {
        (self.page - 1).saturating_mul(self.per_page)
    }
}

fn find_parameter<'a>(parameters: &'a [(String, String)], name: &str) -> Option<&'a str> {
    let (_, value) = parameters.iter().rev().find(|(known, _)| known == name)?;
    Some(value.trim()).filter(|value| !value.is_empty())
}

fn read_number(
    parameters: &[(String, String)],
    name: &'static str,
    most: u64,
    errors: &mut Vec<FieldError>,
) -> Option<u64> {
    let broken = match find_parameter(parameters, name)?.parse::<i64>() {
        Err(_) => BrokenRule::NotInteger,
        Ok(number) => match u64::try_from(number) {
            Err(_) | Ok(0) => BrokenRule::Below { least: 1 },
            Ok(number) if number > most => BrokenRule::Above { most },
            Ok(number) => return Some(number),
        },
    };
    errors.push(FieldError::new(name, broken));
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_is_read_and_defaults_are_filled_in() {
        let list = ListQuery::parse("", &["id"]).unwrap();
        assert_eq!((list.page, list.per_page, list.offset()), (1, 15, 0));
        let text = "search=J%C3%B6+D&page=3&per_page=100&sort_by=id&sort_order=desc&x=1&page=4";
        let list = ListQuery::parse(text, &["name", "id"]).unwrap();
        assert_eq!(list.search.as_deref(), Some("Jö D"));
        assert_eq!((list.page, list.per_page, list.offset()), (4, 100, 300));
        assert_eq!(list.sort_by, Some("id"));
        assert_eq!(list.sort_order, Some(SortOrder::Descending));
    }

    #[test]
    fn what_the_pages_do_not_allow_is_refused() {
        let long = format!("search={}", "a".repeat(256));
        for (query, field, rule) in [
            ("page=0", "page", BrokenRule::Below { least: 1 }),
            ("page=-1", "page", BrokenRule::Below { least: 1 }),
            ("page=x", "page", BrokenRule::NotInteger),
            ("per_page=0", "per_page", BrokenRule::Below { least: 1 }),
            ("per_page=101", "per_page", BrokenRule::Above { most: 100 }),
            ("sort_by=email", "sort_by", BrokenRule::NotAmong),
            ("sort_order=up", "sort_order", BrokenRule::NotAmong),
            (&long, "search", BrokenRule::TooLong { limit: 255 }),
        ] {
            let expected = ApiError::Invalid(vec![FieldError::new(field, rule)]);
            assert_eq!(ListQuery::parse(query, &["id"]), Err(expected), "{query}");
        }
    }
}
