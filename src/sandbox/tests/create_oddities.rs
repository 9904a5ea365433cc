//! Creates that are not as the API's pages say.

use serde_json::{Value, json};

use super::{Api, start};
use crate::sandbox::{CreateOddities, Faults, Sandbox, SandboxOptions};

fn with(creates: CreateOddities) -> (Sandbox, Api) {
    start(SandboxOptions {
        creates,
        ..SandboxOptions::default()
    })
}

async fn answered(api: &Api, body: &Value) -> (u16, Value) {
    let response = api.create(body).await.unwrap();
    let status = response.status().as_u16();
    (status, response.json().await.unwrap())
}

#[tokio::test]
async fn a_lead_whose_email_is_known_is_merged_into_the_oldest_that_has_it() {
    let (sandbox, api) = with(CreateOddities {
        merge_by_email: true,
        ..CreateOddities::default()
    });
    let jane = json!({"last_name": "Doe", "email": "Jörg.DOE@example.com"});
    let (status, first) = answered(&api, &jane).await;
    assert_eq!(status, 201);
    let other = json!({"last_name": "Roe", "email": " jÖRG.doe@EXAMPLE.com "});
    assert_eq!(answered(&api, &other).await, (200, first), "as it is");
    for body in [
        json!({"last_name": "Roe", "email": "roe@example.com"}),
        json!({"last_name": "Doe"}),
        json!({"last_name": "Doe"}),
    ] {
        assert_eq!(answered(&api, &body).await.0, 201, "{body}");
    }
    let elsewhere = api
        .bare(reqwest::Method::POST, "/v1/leads")
        .bearer_auth("token");
    let elsewhere = elsewhere.header("X-Tenant", "8").json(&jane).send();
    assert_eq!(elsewhere.await.unwrap().status(), 201, "another tenant's");
    assert_eq!(sandbox.counts().created, 5);
    sandbox.edit_lead(1, "email", "new@example.com").unwrap();
    sandbox.delete_lead(2).unwrap();
    for (email, expected) in [
        ("jörg.doe@example.com", 201),
        ("new@example.com", 200),
        ("roe@example.com", 201),
    ] {
        let body = json!({"last_name": "Poe", "email": email});
        assert_eq!(answered(&api, &body).await.0, expected, "{email}");
    }
    sandbox.stop().unwrap();
}

#[tokio::test]
async fn a_lead_with_all_the_values_of_another_is_a_conflict() {
    let (sandbox, api) = with(CreateOddities {
        conflict_on_twin: true,
        merge_by_email: true,
        ..CreateOddities::default()
    });
    let jane = json!({"last_name": "Doe", "email": "jane@example.com", "country_id": 1});
    assert_eq!(answered(&api, &jane).await.0, 201);
    let twin = json!({
        "email": "jane@example.com", "country_id": "1", "last_name": "Doe ", "message": "",
    });
    let (status, body) = answered(&api, &twin).await;
    assert_eq!(status, 409);
    assert_eq!(body["message"], "A lead with these values exists already.");
    let sibling = json!({"last_name": "Doe", "email": "Jane@example.com", "country_id": 1});
    assert_eq!(answered(&api, &sibling).await.0, 200, "no twin, but merged");
    assert_eq!(sandbox.counts().created, 1);
    sandbox.edit_lead(1, "message", "Call back").unwrap();
    assert_eq!(answered(&api, &twin).await.0, 200, "no twin any more");
    sandbox.delete_lead(1).unwrap();
    assert_eq!(answered(&api, &twin).await.0, 201);
    sandbox.stop().unwrap();
}

#[tokio::test]
async fn a_merged_lead_meets_the_faults_of_a_created_one() {
    let (sandbox, api) = start(SandboxOptions {
        creates: CreateOddities {
            merge_by_email: true,
            ..CreateOddities::default()
        },
        faults: Faults {
            closed_after: 1.0,
            ..Faults::default()
        },
        ..SandboxOptions::default()
    });
    let jane = json!({"last_name": "Doe", "email": "jane@example.com"});
    for faults in 1..=2 {
        api.create(&jane).await.unwrap_err();
        let counts = sandbox.counts();
        assert_eq!((counts.created, counts.faults), (1, faults));
    }
    sandbox.stop().unwrap();
}
