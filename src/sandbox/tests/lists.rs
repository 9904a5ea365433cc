//! Lists: pages, search, order, tenants.

use reqwest::Method;
use serde_json::{Value, json};

use super::{Api, named, parsed, start, with_fixed_times};
use crate::sandbox::{ErrorStyle, SandboxOptions};

fn ids(list: &Value) -> Vec<i64> {
    let data = list["data"].as_array().unwrap();
    data.iter()
        .map(|item| item["id"].as_i64().unwrap())
        .collect()
}

async fn with_three_people(api: &Api) {
    for body in [
        json!({"last_name": "adams", "first_name": "Zoe", "email": "zoe@example.com"}),
        json!({"last_name": "Çelik", "phone_number": "+12025550101"}),
        json!({"last_name": "Brown", "first_name": "Bob", "email": "BOB@example.com"}),
    ] {
        api.created_id(&body).await;
    }
}

#[tokio::test]
async fn leads_are_searched_sorted_and_paged() {
    let (sandbox, api) = start(SandboxOptions::default());
    with_three_people(&api).await;
    for (query, expected, total) in [
        ("", vec![3, 2, 1], 3),
        ("?per_page=2", vec![3, 2], 3),
        ("?per_page=2&page=2", vec![1], 3),
        ("?per_page=2&page=3", vec![], 3),
        ("?sort_by=id", vec![1, 2, 3], 3),
        ("?sort_order=asc", vec![1, 2, 3], 3),
        ("?sort_by=created_at&sort_order=desc", vec![3, 2, 1], 3),
        ("?sort_by=first_name&sort_order=asc", vec![2, 3, 1], 3),
        ("?sort_by=last_name", vec![1, 3, 2], 3),
        ("?search=EXAMPLE.com", vec![3, 1], 2),
        (
            "?search=example.com&sort_by=last_name&sort_order=desc",
            vec![3, 1],
            2,
        ),
        ("?search=example.com&per_page=1&page=2", vec![1], 2),
        ("?search=bob%20BROWN", vec![3], 1),
        ("?search=%C3%87ELIK", vec![2], 1),
        ("?search=2025550101", vec![2], 1),
        ("?search=%2B12025550101", vec![2], 1),
        ("?search=nobody", vec![], 0),
        ("?trashed=1", vec![], 0),
    ] {
        let list = api.get_json(&format!("/v1/leads{query}")).await;
        assert_eq!(ids(&list), expected, "{query}");
        assert_eq!(list["meta"]["total"], total, "{query}");
    }
    api.created_id(&named("Later Brown")).await;
    let found = api.get_json("/v1/leads?search=brown").await;
    assert_eq!(
        ids(&found),
        [4, 3],
        "a search sees what came after the last one"
    );
    let response = api.get("/v1/leads?per_page=101&sort_by=email").await;
    assert_eq!(response.status(), 422);
    sandbox.stop().unwrap();
}

#[tokio::test]
async fn each_tenant_sees_its_own_leads() {
    let (sandbox, api) = start(SandboxOptions::default());
    api.created_id(&named("Doe")).await;
    let other = |path| {
        let request = api.bare(Method::GET, path).bearer_auth("token");
        request.header("X-Tenant", "8").send()
    };
    let list: Value = other("/v1/leads").await.unwrap().json().await.unwrap();
    assert_eq!((ids(&list), &list["meta"]["total"]), (vec![], &json!(0)));
    let found: Value = other("/v1/leads?search=doe")
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(ids(&found), [0; 0]);
    assert_eq!(other("/v1/leads/1").await.unwrap().status(), 404);
    sandbox.stop().unwrap();
}

#[tokio::test]
async fn lists_are_answered_as_the_fixtures_show() {
    let options = SandboxOptions {
        error_style: ErrorStyle::Framework,
        ..SandboxOptions::default()
    };
    let (sandbox, api) = start(options);
    with_three_people(&api).await;
    let address = format!("http://{}", sandbox.address());
    for (path, expected) in [
        (
            "/v1/leads?search=example.com&per_page=1",
            include_str!("../../../fixtures/api/lead_list_framework.json"),
        ),
        (
            "/v1/leads/statuses",
            include_str!("../../../fixtures/api/statuses.json"),
        ),
        (
            "/v1/leads/reference-sources",
            include_str!("../../../fixtures/api/reference_sources.json"),
        ),
        (
            "/v1/users",
            include_str!("../../../fixtures/api/users.json"),
        ),
    ] {
        let text = api.get(path).await.text().await.unwrap();
        let text = text.replace(&address, "http://127.0.0.1:8080");
        assert_eq!(with_fixed_times(parsed(&text)), parsed(expected), "{path}");
    }
    sandbox.stop().unwrap();
}

#[tokio::test]
async fn short_lists_are_searched_filtered_sorted_and_paged() {
    let (sandbox, api) = start(SandboxOptions::default());
    for (path, expected) in [
        ("/v1/leads/statuses?search=WON", vec![5]),
        ("/v1/leads/statuses?is_terminal=true", vec![5, 6]),
        ("/v1/leads/statuses?is_default=1", vec![1]),
        ("/v1/leads/statuses?sort_by=name&per_page=2", vec![2, 6]),
        (
            "/v1/leads/statuses?sort_by=sort_order&sort_order=desc&per_page=1",
            vec![6],
        ),
        ("/v1/leads/statuses?per_page=4&page=2", vec![5, 6]),
        ("/v1/leads/reference-sources?search=google", vec![5]),
        (
            "/v1/leads/reference-sources?sort_by=name&per_page=1",
            vec![4],
        ),
        ("/v1/leads/reference-sources?trashed=true", vec![]),
        ("/v1/users?search=yilmaz@", vec![3]),
        ("/v1/users?is_active=0", vec![5]),
        ("/v1/users?role=owner", vec![1]),
        ("/v1/users?sort_by=name&sort_order=desc&per_page=1", vec![5]),
    ] {
        assert_eq!(ids(&api.get_json(path).await), expected, "{path}");
    }
    assert_eq!(api.get("/v1/leads/statuses?sort_by=id").await.status(), 422);
    sandbox.stop().unwrap();
}
