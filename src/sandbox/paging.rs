//! Lists in pages, as the framework writes them.

use serde::Serialize;
use serde_json::{Value, json};
use url::form_urlencoded;

use super::query::ListQuery;

/// A page of a list: `data`, `meta` and most often `links`.
#[derive(Debug, Serialize)]
pub(super) struct Page<T> {
    data: Vec<T>,
    #[serde(skip_serializing_if = "Option::is_none")]
    links: Option<Value>,
    meta: Value,
}

impl<T> Page<T> {
    /// The page that `query` asks for, of a list at `address` that has `total` items in all.
    pub(super) fn new(address: &str, query: &ListQuery, total: u64, data: Vec<T>) -> Self {
        let last_page = total.div_ceil(query.per_page).max(1);
        let current = query.page;
        let to = |page| page_address(address, query, page);
        let previous = (current > 1).then(|| to(current - 1));
        let next = (current < last_page).then(|| to(current + 1));
        let first_item = (!data.is_empty()).then(|| query.offset() + 1);
        let last_item = first_item.map(|first| first + data.len() as u64 - 1);
        let mut numbered = vec![link(previous.as_deref(), "&laquo; Previous", false)];
        numbered.extend(
            shown_pages(current, last_page)
                .into_iter()
                .map(|page| match page {
                    Some(page) => link(Some(&to(page)), &page.to_string(), page == current),
                    None => link(None, "...", false),
                }),
        );
        numbered.push(link(next.as_deref(), "Next &raquo;", false));
        Self {
            data,
            links: Some(json!({
                "first": to(1),
                "last": to(last_page),
                "prev": previous,
                "next": next,
            })),
            meta: json!({
                "current_page": current,
                "from": first_item,
                "last_page": last_page,
                "links": numbered,
                "path": address,
                "per_page": query.per_page,
                "to": last_item,
                "total": total,
            }),
        }
    }

    /// The same page as a server writes it that does not count: it says only whether more follow.
    pub(super) fn without_totals(query: &ListQuery, total: u64, data: Vec<T>) -> Self {
        let shown = query.offset().saturating_add(data.len() as u64);
        Self {
            data,
            links: None,
            meta: json!({"has_more": shown < total}),
        }
    }
}

/// The address of a page, with the other parameters of the query kept.
fn page_address(address: &str, query: &ListQuery, page: u64) -> String {
    let mut parameters = form_urlencoded::Serializer::new(String::new());
    parameters.extend_pairs(query.parameters.iter().filter(|(name, _)| name != "page"));
    parameters.append_pair("page", &page.to_string());
    format!("{address}?{}", parameters.finish())
}

fn link(url: Option<&str>, label: &str, is_active: bool) -> Value {
    json!({"url": url, "label": label, "active": is_active})
}

/// The pages that `meta.links` names; `None` is a gap.
///
/// Source: Laravel's `UrlWindow` with three pages on each side.
fn shown_pages(current: u64, last: u64) -> Vec<Option<u64>> {
    /// Up to here all pages are shown.
    const ALL_SHOWN: u64 = 13;
    /// So near to one end there is only one gap.
    const NEAR_END: u64 = 7;
    let pages = |from, to| (from..=to).map(Some);
    if last <= ALL_SHOWN {
        pages(1, last).collect()
    } else if current <= NEAR_END {
        pages(1, 10)
            .chain([None])
            .chain(pages(last - 1, last))
            .collect()
    } else if current > last - NEAR_END {
        pages(1, 2)
            .chain([None])
            .chain(pages(last - 9, last))
            .collect()
    } else {
        let middle = pages(current - 3, current + 3);
        let start = pages(1, 2).chain([None]).chain(middle);
        start.chain([None]).chain(pages(last - 1, last)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page_of(query: &str, total: u64, count: usize) -> Value {
        let query = ListQuery::parse(query, &["id"]).unwrap();
        let page = Page::new("http://127.0.0.1:1/x", &query, total, vec![0; count]);
        serde_json::to_value(page).unwrap()
    }

    #[test]
    fn a_page_in_the_middle_points_both_ways_and_keeps_the_query() {
        let page = page_of("page=2&per_page=10&search=a+b", 25, 10);
        let to = |page| format!("http://127.0.0.1:1/x?per_page=10&search=a+b&page={page}");
        assert_eq!(
            page["links"],
            json!({"first": to(1), "last": to(3), "prev": to(1), "next": to(3)})
        );
        assert_eq!(
            page["meta"],
            json!({
                "current_page": 2,
                "from": 11,
                "last_page": 3,
                "links": [
                    {"url": to(1), "label": "&laquo; Previous", "active": false},
                    {"url": to(1), "label": "1", "active": false},
                    {"url": to(2), "label": "2", "active": true},
                    {"url": to(3), "label": "3", "active": false},
                    {"url": to(3), "label": "Next &raquo;", "active": false},
                ],
                "path": "http://127.0.0.1:1/x",
                "per_page": 10,
                "to": 20,
                "total": 25,
            })
        );
    }

    #[test]
    fn a_page_without_totals_says_only_whether_more_follow() {
        for (query, count, has_more) in [
            ("per_page=10", 10, true),
            ("per_page=10&page=3", 5, false),
            ("per_page=5&page=5", 5, false),
            ("page=9223372036854775807&per_page=100", 0, false),
        ] {
            let query = ListQuery::parse(query, &["id"]).unwrap();
            let page = Page::without_totals(&query, 25, vec![0; count]);
            let data = vec![0; count];
            assert_eq!(
                serde_json::to_value(page).unwrap(),
                json!({"data": data, "meta": {"has_more": has_more}})
            );
        }
    }

    #[test]
    fn an_empty_list_is_one_page_and_beyond_the_end_there_is_nothing() {
        let page = page_of("", 0, 0);
        assert_eq!(page["meta"]["last_page"], 1);
        assert_eq!(page["meta"]["from"], Value::Null);
        assert_eq!(page["links"]["next"], Value::Null);
        let page = page_of("page=9", 20, 0);
        assert_eq!(page["meta"]["current_page"], 9);
        assert_eq!(page["links"]["next"], Value::Null);
        page_of("page=9223372036854775807&per_page=100", 20, 0);
    }

    #[test]
    fn long_lists_name_the_pages_around_the_current_one() {
        let shown = |current, last| -> Vec<u64> {
            shown_pages(current, last)
                .into_iter()
                .map(Option::unwrap_or_default)
                .collect()
        };
        assert_eq!(shown(1, 13).len(), 13);
        assert_eq!(shown(7, 30), [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 29, 30]);
        assert_eq!(shown(8, 30), [1, 2, 0, 5, 6, 7, 8, 9, 10, 11, 0, 29, 30]);
        assert_eq!(
            shown(24, 30),
            [1, 2, 0, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30]
        );
        assert_eq!(shown(99, 30), shown(30, 30));
    }
}
