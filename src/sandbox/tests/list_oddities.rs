//! Lists that are not as the API's pages say.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::{Api, named, start};
use crate::sandbox::{ListOddities, Sandbox, SandboxOptions};

fn with(lists: ListOddities) -> (Sandbox, Api) {
    start(SandboxOptions {
        lists,
        ..SandboxOptions::default()
    })
}

async fn with_leads(lists: ListOddities, last_names: &[&str]) -> (Sandbox, Api) {
    let (sandbox, api) = with(lists);
    for last_name in last_names {
        api.created_id(&named(last_name)).await;
    }
    (sandbox, api)
}

fn ids(list: &Value) -> Vec<i64> {
    let data = list["data"].as_array().unwrap();
    data.iter()
        .map(|item| item["id"].as_i64().unwrap())
        .collect()
}

#[tokio::test]
async fn a_search_that_is_ignored_lists_everything() {
    let lists = ListOddities {
        ignore_search: true,
        ..ListOddities::default()
    };
    let (sandbox, api) = with_leads(lists, &["Doe", "Roe"]).await;
    let list = api.get_json("/v1/leads?search=doe").await;
    assert_eq!(
        (ids(&list), &list["meta"]["total"]),
        (vec![2, 1], &json!(2))
    );
    sandbox.stop().unwrap();
}

#[tokio::test]
async fn an_order_that_is_ignored_is_oldest_first_page_by_page() {
    let lists = ListOddities {
        ignore_sort: true,
        ..ListOddities::default()
    };
    let (sandbox, api) = with_leads(lists, &["Zoe", "Roe", "Doe"]).await;
    for (query, expected) in [
        ("?per_page=2", vec![1, 2]),
        ("?per_page=2&sort_by=created_at&sort_order=desc", vec![1, 2]),
        ("?per_page=2&page=2&sort_by=last_name", vec![3]),
        ("?search=oe&sort_by=id&sort_order=desc", vec![1, 2, 3]),
    ] {
        let list = api.get_json(&format!("/v1/leads{query}")).await;
        assert_eq!(ids(&list), expected, "{query}");
    }
    sandbox.stop().unwrap();
}

#[tokio::test]
async fn a_lead_that_is_shown_late_is_in_no_list_search_or_total_before() {
    let lists = ListOddities {
        list_late: Duration::from_hours(1),
        ..ListOddities::default()
    };
    let (sandbox, api) = with_leads(lists, &["Doe"]).await;
    for path in ["/v1/leads", "/v1/leads?search=doe"] {
        let list = api.get_json(path).await;
        assert_eq!((ids(&list), &list["meta"]["total"]), (vec![], &json!(0)));
    }
    assert_eq!(api.get("/v1/leads/1").await.status(), 404);
    assert_eq!(sandbox.leads().unwrap().len(), 1, "it is there");
    sandbox.stop().unwrap();
}

#[tokio::test]
async fn a_lead_that_is_shown_late_is_shown_once_its_time_has_come() {
    let lists = ListOddities {
        list_late: Duration::from_millis(20),
        ..ListOddities::default()
    };
    let begun = Instant::now();
    let (sandbox, api) = with_leads(lists, &["Doe"]).await;
    while api.get("/v1/leads/1").await.status() == 404 {}
    assert!(begun.elapsed() >= lists.list_late);
    for path in ["/v1/leads", "/v1/leads?search=doe"] {
        let list = api.get_json(path).await;
        assert_eq!((ids(&list), &list["meta"]["total"]), (vec![1], &json!(1)));
    }
    sandbox.stop().unwrap();
}

#[tokio::test]
async fn forbidden_lists_still_show_leads_by_id() {
    let lists = ListOddities {
        forbid_lists: true,
        ..ListOddities::default()
    };
    let (sandbox, api) = with_leads(lists, &["Doe"]).await;
    for path in ["/v1/leads", "/v1/leads?search=doe", "/v1/leads?page=x"] {
        assert_eq!(api.get(path).await.status(), 403, "{path}");
    }
    assert_eq!(api.get_json("/v1/leads/1").await["data"]["id"], 1);
    assert_eq!(api.get("/v1/leads/statuses").await.status(), 200);
    sandbox.stop().unwrap();
}

#[tokio::test]
async fn local_times_are_written_in_every_answer_about_leads() {
    let lists = ListOddities {
        local_times: true,
        ..ListOddities::default()
    };
    let (sandbox, api) = with(lists);
    let created = api.create(&named("Doe")).await.unwrap();
    let created: Value = created.json().await.unwrap();
    let by_id = api.get_json("/v1/leads/1").await["data"].clone();
    assert_eq!(created["data"], by_id);
    assert_eq!(api.get_json("/v1/leads").await["data"], json!([by_id]));
    for key in ["created_at", "updated_at"] {
        let time = by_id[key].as_str().unwrap();
        let time: jiff::civil::DateTime = time.parse().unwrap();
        let ahead = time.to_zoned(jiff::tz::TimeZone::UTC).unwrap().timestamp();
        let ahead = ahead.duration_since(jiff::Timestamp::now());
        assert!((175..=180).contains(&ahead.as_mins()), "{key} {ahead}");
        assert_eq!(
            by_id[key].as_str().unwrap().len(),
            "2026-04-08 13:00:00".len()
        );
    }
    sandbox.stop().unwrap();
}

#[tokio::test]
async fn lists_of_few_fields_tell_nobody_apart() {
    let lists = ListOddities {
        few_fields: true,
        ..ListOddities::default()
    };
    let (sandbox, api) = with_leads(lists, &["Doe"]).await;
    let whole = api.get_json("/v1/leads/1").await["data"].clone();
    assert_eq!(whole["last_name"], "Doe");
    let expected = json!([{"id": 1, "created_at": whole["created_at"]}]);
    for path in ["/v1/leads", "/v1/leads?search=doe"] {
        assert_eq!(api.get_json(path).await["data"], expected, "{path}");
    }
    sandbox.stop().unwrap();
}

#[tokio::test]
async fn lists_without_totals_say_only_whether_more_follow() {
    let lists = ListOddities {
        no_totals: true,
        ..ListOddities::default()
    };
    let (sandbox, api) = with_leads(lists, &["Doe", "Roe", "Poe"]).await;
    for (query, expected, has_more) in [
        ("?per_page=2", vec![3, 2], true),
        ("?per_page=2&page=2", vec![1], false),
        ("?per_page=3", vec![3, 2, 1], false),
        ("?search=oe&per_page=1", vec![3], true),
        ("?search=nobody", vec![], false),
    ] {
        let list = api.get_json(&format!("/v1/leads{query}")).await;
        assert_eq!(ids(&list), expected, "{query}");
        assert_eq!(list["meta"], json!({"has_more": has_more}), "{query}");
        assert_eq!(list.get("links"), None, "{query}");
    }
    sandbox.stop().unwrap();
}

#[tokio::test]
async fn pages_shift_while_they_are_read_and_strangers_are_counted_apart() {
    let lists = ListOddities {
        shift_pages: true,
        ..ListOddities::default()
    };
    let (sandbox, api) = with_leads(lists, &["Doe", "Roe", "Poe"]).await;
    let mut seen = Vec::new();
    for page in 1..=3 {
        let list = api
            .get_json(&format!("/v1/leads?per_page=2&page={page}"))
            .await;
        seen.extend(ids(&list));
    }
    assert_eq!(seen, [4, 3, 3, 2, 2, 1]);
    let counts = sandbox.counts();
    assert_eq!((counts.created, counts.created_by_others), (3, 3));
    assert_eq!(sandbox.leads().unwrap()[5]["last_name"], "Someone Else 3");
    sandbox.stop().unwrap();
}
