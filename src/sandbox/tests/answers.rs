//! What is answered when nothing goes wrong on purpose.

use reqwest::Method;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use serde_json::{Value, json};

use super::{named, parsed, start, with_fixed_times};
use crate::sandbox::{ErrorStyle, SandboxOptions};

fn in_style(error_style: ErrorStyle) -> SandboxOptions {
    SandboxOptions {
        error_style,
        ..SandboxOptions::default()
    }
}

#[tokio::test]
async fn created_leads_are_answered_as_the_fixtures_show() {
    for (style, body, expected) in [
        (
            ErrorStyle::Documented,
            include_str!("../../../fixtures/api/create_full.json"),
            include_str!("../../../fixtures/api/created_full_documented.json"),
        ),
        (
            ErrorStyle::Framework,
            include_str!("../../../fixtures/api/create_full.json"),
            include_str!("../../../fixtures/api/created_full_framework.json"),
        ),
        (
            ErrorStyle::Framework,
            include_str!("../../../fixtures/api/create_minimal.json"),
            include_str!("../../../fixtures/api/created_minimal_framework.json"),
        ),
    ] {
        let (sandbox, api) = start(in_style(style));
        let response = api.create(&parsed(body)).await.unwrap();
        assert_eq!(response.status(), 201);
        assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
        let answer: Value = response.json().await.unwrap();
        let again = api.get_json("/v1/leads/1").await;
        assert_eq!(again, answer, "the lead comes back as it was answered");
        assert_eq!(sandbox.leads().unwrap(), [answer["data"].clone()]);
        assert_eq!(with_fixed_times(answer), parsed(expected));
        sandbox.stop().unwrap();
    }
}

#[tokio::test]
async fn an_invalid_lead_is_refused_as_the_fixtures_show() {
    let body = parsed(include_str!("../../../fixtures/api/create_invalid.json"));
    for (style, expected) in [
        (
            ErrorStyle::Documented,
            include_str!("../../../fixtures/api/refused_documented.json"),
        ),
        (
            ErrorStyle::Framework,
            include_str!("../../../fixtures/api/refused_framework.json"),
        ),
    ] {
        let (sandbox, api) = start(in_style(style));
        let response = api.create(&body).await.unwrap();
        assert_eq!(response.status(), 422);
        assert_eq!(response.headers()[CONTENT_TYPE], "application/json");
        assert_eq!(response.json::<Value>().await.unwrap(), parsed(expected));
        assert_eq!(sandbox.counts().created, 0);
        sandbox.stop().unwrap();
    }
}

#[tokio::test]
async fn requests_without_the_required_headers_are_refused() {
    let options = SandboxOptions {
        token: Some("right".into()),
        tenant: Some(7),
        ..SandboxOptions::default()
    };
    let (sandbox, api) = start(options);
    let json = "application/json";
    for (token, tenant, accept, kind, status, code) in [
        ("Bearer right", "7", json, json, 201, ""),
        (
            "bearer right",
            "7",
            "*/*",
            "application/json; charset=utf-8",
            201,
            "",
        ),
        ("", "7", json, json, 401, "unauthorized"),
        ("Basic right", "7", json, json, 401, "unauthorized"),
        ("Bearer wrong", "7", json, json, 401, "invalid_token"),
        ("Bearer  right", "7", json, json, 401, "invalid_token"),
        ("Bearer right", "", json, json, 400, "invalid_request"),
        ("Bearer right", "seven", json, json, 400, "invalid_request"),
        ("Bearer right", "8", json, json, 403, "forbidden"),
        (
            "Bearer right",
            "7",
            "text/html",
            json,
            406,
            "not_acceptable",
        ),
        (
            "Bearer right",
            "7",
            json,
            "text/plain",
            415,
            "unsupported_media_type",
        ),
        ("Bearer right", "7", json, "", 415, "unsupported_media_type"),
    ] {
        let mut request = api
            .bare(Method::POST, "/v1/leads")
            .body(r#"{"last_name":"Doe"}"#);
        for (name, value) in [
            (AUTHORIZATION.as_str(), token),
            ("X-Tenant", tenant),
            (ACCEPT.as_str(), accept),
            (CONTENT_TYPE.as_str(), kind),
        ] {
            if !value.is_empty() {
                request = request.header(name, value);
            }
        }
        let response = request.send().await.unwrap();
        let case = format!("{token}, {tenant}, {accept}, {kind}");
        assert_eq!(response.status(), status, "{case}");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["error"].as_str().unwrap_or_default(), code, "{case}");
    }
    sandbox.stop().unwrap();
}

#[tokio::test]
async fn unknown_paths_methods_leads_and_broken_bodies_are_refused() {
    let (sandbox, api) = start(SandboxOptions::default());
    let (get, post) = (Method::GET, Method::POST);
    for (method, path, body, status, code) in [
        (get.clone(), "/v1/nothing", "", 404, "not_found"),
        (post.clone(), "/leads", "{}", 404, "not_found"),
        (get.clone(), "/v1/leads/1", "", 404, "not_found"),
        (get, "/v1/leads/one", "", 404, "not_found"),
        (Method::PUT, "/v1/leads", "{}", 405, "method_not_allowed"),
        (
            post.clone(),
            "/v1/leads",
            r#"{"last_name": "#,
            400,
            "invalid_request",
        ),
        (post.clone(), "/v1/leads", "", 400, "invalid_request"),
        (post.clone(), "/v1/leads", "[]", 422, "validation_error"),
        (post, "/v1/leads", "{}", 422, "validation_error"),
    ] {
        let request = api
            .request(method.clone(), path)
            .header(CONTENT_TYPE, "application/json");
        let response = request.body(body).send().await.unwrap();
        assert_eq!(response.status(), status, "{method} {path} {body}");
        let body: Value = response.json().await.unwrap();
        assert_eq!(body["error"], code, "{method} {path} {body}");
        assert!(body["message"].is_string());
    }
    let huge = named(&"x".repeat(9 * 1024 * 1024));
    // A server that refuses early may be answered by a reset, depending on how fast the client is.
    if let Ok(response) = api.create(&huge).await {
        assert_eq!(response.status(), 413);
    }
    sandbox.stop().unwrap();
}

#[tokio::test]
async fn ids_are_unique_and_ascend_under_many_requests_at_once() {
    let (sandbox, api) = start(SandboxOptions::default());
    let bodies: Vec<_> = (0..200)
        .map(|number| named(&format!("Lead {number}")))
        .collect();
    let creates = bodies.iter().map(|body| api.created_id(body));
    let mut ids = futures::future::join_all(creates).await;
    ids.sort_unstable();
    assert_eq!(ids, (1..=200).collect::<Vec<_>>());
    let kept = sandbox.leads().unwrap();
    let kept: Vec<_> = kept
        .iter()
        .map(|lead| lead["id"].as_i64().unwrap())
        .collect();
    assert_eq!(kept, ids);
    let counts = sandbox.counts();
    assert_eq!(
        (counts.requests, counts.posts, counts.created),
        (200, 200, 200)
    );
    sandbox.stop().unwrap();
}

#[tokio::test]
async fn reference_sources_can_be_created_and_used() {
    let (sandbox, api) = start(SandboxOptions::default());
    let path = "/v1/leads/reference-sources";
    let body = json!({"name": "Old CRM", "color": "#abc"});
    let response = api.post(path, &body).await.unwrap();
    assert_eq!(response.status(), 201);
    let source: Value = response.json().await.unwrap();
    let id = source["data"]["id"].clone();
    let listed = api.get_json(&format!("{path}?search=old")).await;
    assert_eq!(listed["data"], json!([source["data"]]));

    let body = json!({"last_name": "Doe", "lead_reference_source_id": id});
    let lead_id = api.created_id(&body).await;
    let lead = api.get_json(&format!("/v1/leads/{lead_id}")).await;
    let expected = json!({"id": id, "name": "Old CRM", "external_id": null});
    assert_eq!(lead["data"]["reference_source"], expected);

    let elsewhere = api.bare(Method::POST, "/v1/leads").bearer_auth("token");
    let elsewhere = elsewhere
        .header("X-Tenant", "8")
        .json(&body)
        .send()
        .await
        .unwrap();
    assert_eq!(elsewhere.status(), 422, "another tenant does not have it");
    for (body, message) in [
        (json!({}), "The 'name' field is required."),
        (json!({"name": 1}), "The 'name' field must be a string."),
        (
            json!({"name": "x".repeat(256), "color": "red"}),
            "The 'name' field must not be greater than 255 characters. \
             The 'color' field format is invalid.",
        ),
    ] {
        let response = api.post(path, &body).await.unwrap();
        assert_eq!(response.status(), 422);
        assert_eq!(response.json::<Value>().await.unwrap()["message"], message);
    }
    sandbox.stop().unwrap();
}
