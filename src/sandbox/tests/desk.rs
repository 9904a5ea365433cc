//! Leads that somebody at the CRM edits and deletes.

use serde_json::{Value, json};

use super::{named, start};
use crate::sandbox::{SandboxError, SandboxOptions};

#[tokio::test]
async fn an_edited_lead_is_shown_and_found_by_what_it_is_now() {
    let (sandbox, api) = start(SandboxOptions::default());
    let body = json!({"last_name": "Doe", "email": "jane@example.com"});
    api.created_id(&body).await;
    api.created_id(&named("Roe")).await;
    let before = api.get_json("/v1/leads?search=doe").await["data"][0].clone();
    sandbox.edit_lead(1, "last_name", " Smith ").unwrap();
    sandbox.edit_lead(1, "email", Value::Null).unwrap();
    sandbox.edit_lead(1, "country_id", 3).unwrap();
    for (search, expected) in [("doe", 0), ("jane@", 0), ("smith", 1), ("roe", 1)] {
        let list = api.get_json(&format!("/v1/leads?search={search}")).await;
        assert_eq!(list["meta"]["total"], expected, "{search}");
    }
    let after = api.get_json("/v1/leads/1").await["data"].clone();
    assert_eq!(after["last_name"], "Smith");
    assert_eq!(after["email"], Value::Null);
    assert_eq!(after["country_id"], 3);
    assert_eq!(after["created_at"], before["created_at"]);
    assert!(after["updated_at"].as_str() > before["updated_at"].as_str());
    let list = api
        .get_json("/v1/leads?sort_by=updated_at&sort_order=desc")
        .await;
    assert_eq!(list["data"][0], after, "the lead edited last");
    sandbox.stop().unwrap();
}

#[tokio::test]
async fn what_cannot_be_edited_is_refused() {
    let (sandbox, api) = start(SandboxOptions::default());
    api.created_id(&named("Doe")).await;
    for (id, field, value, expected) in [
        (2, "last_name", json!("Roe"), "there is no lead 2"),
        (
            1,
            "full_name",
            json!("Roe"),
            "leads have no field `full_name`",
        ),
        (
            1,
            "last_name",
            json!(" "),
            "`last_name` cannot be set to this: The `last_name` field is required.",
        ),
        (
            1,
            "assigned_user_id",
            json!(99),
            "`assigned_user_id` cannot be set to this: The selected `assigned_user_id` is invalid.",
        ),
    ] {
        let error = sandbox.edit_lead(id, field, value).unwrap_err();
        assert_eq!(error.to_string(), expected);
    }
    assert_eq!(sandbox.leads().unwrap()[0]["last_name"], "Doe");
    sandbox.stop().unwrap();
}

#[tokio::test]
async fn a_deleted_lead_is_gone_and_its_id_is_not_given_again() {
    let folder = tempfile::tempdir().unwrap();
    let options = SandboxOptions {
        data: Some(folder.path().join("leads.db")),
        ..SandboxOptions::default()
    };
    let (sandbox, api) = start(options.clone());
    for last_name in ["Doe", "Roe"] {
        api.created_id(&named(last_name)).await;
    }
    assert_eq!(
        api.get_json("/v1/leads?search=roe").await["meta"]["total"],
        1
    );
    sandbox.delete_lead(2).unwrap();
    let again = sandbox.delete_lead(2).unwrap_err();
    assert!(matches!(again, SandboxError::NoSuchLead { id: 2 }));
    assert_eq!(api.get("/v1/leads/2").await.status(), 404);
    assert_eq!(
        api.get_json("/v1/leads?search=roe").await["meta"]["total"],
        0
    );
    assert_eq!(api.get_json("/v1/leads").await["meta"]["total"], 1);
    sandbox.stop().unwrap();

    let (sandbox, api) = start(options);
    assert_eq!(api.created_id(&named("Poe")).await, 3);
    assert_eq!(api.get_json("/v1/leads").await["meta"]["total"], 2);
    let left: Vec<_> = sandbox.leads().unwrap();
    let left: Vec<_> = left.iter().map(|lead| &lead["last_name"]).collect();
    assert_eq!(left, ["Doe", "Poe"]);
    sandbox.stop().unwrap();
}
