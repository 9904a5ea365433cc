//! The client's look-ups against the sandbox.

#![expect(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::time::Duration;

use leadferry::api::{
    AnswerClass, ApiClient, ClientSettings, Comparison, Credentials, Found, IdempotencyKey,
    LeadApi, LeadPage, LeadView, LeadsSeen, Listed, LookUpFailure, NamePage, NextPage, PagePlace,
    Probed, Route, Token, TokenSource, compare,
};
use leadferry::model::{LeadId, NameEntry, NameList};
use leadferry::sandbox::{Faults, Sandbox, SandboxOptions};
use proptest::prelude::*;
use serde_json::{Value, json};

/// A sandbox and a client that is signed in to it.
struct Crm {
    sandbox: Sandbox,
    client: ApiClient,
    token: Token,
}

impl Crm {
    fn start(options: SandboxOptions) -> Self {
        let sandbox = Sandbox::start(options).unwrap();
        let settings = ClientSettings {
            address: sandbox.base_url().parse().unwrap(),
            tenant: 7,
            timeout: Duration::from_secs(20),
            connections: 4,
            route: Route::default(),
        };
        let client = ApiClient::new(&settings).unwrap();
        let token = TokenSource::Given("token".to_owned().into());
        let token = Credentials::load(token).unwrap().token().clone();
        Self {
            sandbox,
            client,
            token,
        }
    }

    async fn create(&self, body: &Value) -> LeadId {
        let key = IdempotencyKey::from_bytes([0; 16]);
        let body = body.to_string().into();
        match self.client.create_lead(body, key, &self.token).await.what {
            AnswerClass::Created { lead_id, .. } => lead_id,
            other => panic!("{other:?}"),
        }
    }

    async fn find(&self, id: &str) -> Found {
        self.client
            .find_lead(&LeadId(id.into()), &self.token)
            .await
            .what
    }

    async fn search(&self, term: &str) -> LeadPage {
        page(self.client.search_leads(term, 1, &self.token).await.what)
    }

    async fn names(&self, list: NameList, number: u64) -> NamePage {
        let place = PagePlace::Number(number);
        let listed = self.client.list_names(list, &place, &self.token).await;
        listed.what.unwrap()
    }

    async fn make_source(&self, name: &str) -> AnswerClass {
        let made = self.client.create_reference_source(name, &self.token);
        made.await.what
    }

    async fn list(&self, number: u64) -> LeadPage {
        page(self.client.list_leads(number, &self.token).await.what)
    }
}

fn page(listed: Listed) -> LeadPage {
    match listed {
        Listed::Page(page) => page,
        Listed::Failed(failure) => panic!("{failure:?}"),
    }
}

fn ids(page: &LeadPage) -> Vec<&str> {
    page.leads.iter().map(|lead| lead.id.0.as_str()).collect()
}

#[tokio::test]
async fn a_lead_is_found_by_its_id_or_gone() {
    let crm = Crm::start(SandboxOptions::default());
    let id = crm.create(&json!({"last_name": "Doe"})).await;
    let Found::Lead(lead) = crm.find(&id.0).await else {
        panic!("the lead is there");
    };
    assert_eq!(lead.shown("last_name").unwrap(), "Doe");
    assert_eq!(lead.shown("email"), Some(&Value::Null));
    assert!(lead.created_at.unwrap().ends_with('Z'));
    // Ids of any form stay one part of the path.
    for id in ["2", "1/2", "1?x", "1#x", "%31", "ö 1", "statuses/1"] {
        assert_eq!(crm.find(id).await, Found::Gone, "{id}");
    }
    // A path cannot hold these, and what is asked instead shows no such lead.
    for id in [".", "..", "statuses"] {
        let found = crm.find(id).await;
        assert!(
            matches!(found, Found::Unknown(LookUpFailure::Unusable { .. })),
            "{id}: {found:?}"
        );
    }
    crm.sandbox.stop().unwrap();
}

#[tokio::test]
async fn leads_are_searched_by_email_phone_and_name() {
    let crm = Crm::start(SandboxOptions::default());
    for body in [
        json!({"last_name": "Doe", "email": "jane+crm@example.com"}),
        json!({"last_name": "Çelik & Co", "phone_number": "+12025550101"}),
        json!({"last_name": "Roe", "phone_number": "+12025550102"}),
    ] {
        crm.create(&body).await;
    }
    for (term, expected) in [
        ("Jane+CRM@example.com", vec!["1"]),
        ("+12025550101", vec!["2"]),
        ("çelik & co", vec!["2"]),
        ("+1202555", vec!["3", "2"]),
        ("nobody", vec![]),
    ] {
        let page = crm.search(term).await;
        assert_eq!(ids(&page), expected, "{term}");
        assert_eq!(page.total, Some(expected.len() as u64), "{term}");
        assert!(page.is_last, "{term}");
    }
    crm.sandbox.stop().unwrap();
}

#[tokio::test]
async fn a_long_term_is_cut_to_what_the_api_takes() {
    let crm = Crm::start(SandboxOptions::default());
    let name = "ş".repeat(255);
    crm.create(&json!({ "last_name": name })).await;
    assert_eq!(ids(&crm.search(&format!("{name}xyz")).await), ["1"]);
    crm.sandbox.stop().unwrap();
}

#[tokio::test]
async fn leads_are_listed_newest_first_in_pages_of_a_hundred() {
    let crm = Crm::start(SandboxOptions::default());
    let empty = crm.list(1).await;
    assert_eq!((empty.leads.len(), empty.is_last), (0, true));
    // Together far more than the answer to a create may have.
    let description = "long ".repeat(5_000);
    for number in 1..=101 {
        let body = json!({"last_name": format!("Doe {number}"), "description": description});
        crm.create(&body).await;
    }
    let first = crm.list(1).await;
    assert_eq!((first.leads.len(), first.total), (100, Some(101)));
    assert_eq!(ids(&first)[..2], ["101", "100"]);
    assert!(!first.is_last);
    let second = crm.list(2).await;
    assert_eq!(ids(&second), ["1"]);
    assert!(second.is_last);
    crm.sandbox.stop().unwrap();
}

#[tokio::test]
async fn each_list_shows_names_and_what_else_names_its_entries() {
    let crm = Crm::start(SandboxOptions::default());
    for (list, id, name, other) in [
        (
            NameList::Statuses,
            4,
            "Proposal Sent",
            Some("proposal-sent"),
        ),
        (NameList::ReferenceSources, 3, "Trade fair", None),
        (
            NameList::Users,
            3,
            "Ceren Yılmaz",
            Some("ceren.yilmaz@example.com"),
        ),
    ] {
        let page = crm.names(list, 1).await;
        let entry = NameEntry {
            id,
            name: name.into(),
            other: other.map(str::to_owned),
        };
        assert!(page.entries.contains(&entry), "{page:?}");
        assert_eq!(page.next, NextPage::None);
    }
    crm.sandbox.stop().unwrap();
}

#[tokio::test]
async fn a_source_is_made_and_listed_behind_the_others() {
    let crm = Crm::start(SandboxOptions::default());
    for number in 1..=95 {
        let made = crm.make_source(&format!("Fair \"{number}\" ç")).await;
        let AnswerClass::Created { lead_id, .. } = made else {
            panic!("{made:?}");
        };
        assert_eq!(lead_id.0, (number + 6).to_string());
    }
    let first = crm.names(NameList::ReferenceSources, 1).await;
    assert_eq!((first.entries.len(), first.next), (100, NextPage::Number));
    let second = crm.names(NameList::ReferenceSources, 2).await;
    assert_eq!((second.entries.len(), second.next), (1, NextPage::None));
    assert_eq!(second.entries[0].name, "Fair \"95\" ç");
    let refused = crm.make_source("").await;
    assert!(
        matches!(refused, AnswerClass::Refused { status: 422, .. }),
        "{refused:?}"
    );
    crm.sandbox.stop().unwrap();
}

#[tokio::test]
async fn a_probe_tells_whether_there_is_any_lead() {
    let crm = Crm::start(SandboxOptions::default());
    let seen = |probed| match probed {
        Probed::Answered { leads, first } => (leads, first.map(|lead| lead.id.0)),
        other => panic!("{other:?}"),
    };
    let probed = crm.client.probe(&crm.token).await.what;
    assert_eq!(seen(probed), (LeadsSeen::None, None));
    crm.create(&json!({"last_name": "Doe"})).await;
    let probed = crm.client.probe(&crm.token).await.what;
    assert_eq!(seen(probed), (LeadsSeen::Any, Some("1".into())));
    crm.sandbox.stop().unwrap();
}

#[tokio::test]
async fn a_wrong_token_is_told_by_every_look_up() {
    let crm = Crm::start(SandboxOptions {
        token: Some("another".into()),
        ..SandboxOptions::default()
    });
    let is_refused = |failure: &LookUpFailure| match failure {
        LookUpFailure::Unauthorised { words } => !words.is_empty(),
        _ => false,
    };
    assert!(matches!(crm.find("1").await, Found::Unknown(f) if is_refused(&f)));
    for listed in [
        crm.client.search_leads("Doe", 1, &crm.token).await.what,
        crm.client.list_leads(1, &crm.token).await.what,
    ] {
        assert!(matches!(listed, Listed::Failed(f) if is_refused(&f)));
    }
    let probed = crm.client.probe(&crm.token).await.what;
    assert!(matches!(probed, Probed::Unauthorised { .. }));
    crm.sandbox.stop().unwrap();
}

#[tokio::test]
async fn a_demanded_pause_is_handed_on_and_nothing_is_repeated() {
    let crm = Crm::start(SandboxOptions {
        faults: Faults {
            rate_limit: Some("1/30s".parse().unwrap()),
            ..Faults::default()
        },
        ..SandboxOptions::default()
    });
    crm.list(1).await;
    for failure in [
        crm.client.list_leads(1, &crm.token).await.what,
        crm.client.search_leads("Doe", 1, &crm.token).await.what,
    ] {
        let Listed::Failed(LookUpFailure::Throttled { pause: Some(pause) }) = failure else {
            panic!("{failure:?}");
        };
        assert!(pause <= Duration::from_secs(30) && !pause.is_zero());
    }
    let found = crm.find("1").await;
    assert!(matches!(
        found,
        Found::Unknown(LookUpFailure::Throttled { pause: Some(_) })
    ));
    assert_eq!(crm.sandbox.counts().throttled, 3);
    crm.sandbox.stop().unwrap();
}

#[tokio::test]
async fn a_server_that_is_gone_was_never_asked() {
    let crm = Crm::start(SandboxOptions::default());
    crm.sandbox.stop().unwrap();
    let listed = crm.client.list_leads(1, &crm.token).await.what;
    assert!(matches!(
        listed,
        Listed::Failed(LookUpFailure::NotSent {
            bad_certificate: false,
            ..
        })
    ));
}

/// A body that the API takes, with what a spreadsheet leaves in cells.
fn body() -> impl Strategy<Value = Value> {
    let text = || "[ \\r\\n]{0,2}\\PC{0,20}\\r\\n\\PC{0,5}[ \\t]{0,2}";
    let contact = (
        proptest::option::of("[a-zA-Z]{1,9}@[a-zA-Z]{1,9}\\.example"),
        proptest::option::of("\\+[1-9][0-9]{6,14}"),
    );
    let ids = proptest::option::of((1_i64..=6, 1_i64..=6, 1_i64..=5, 1_i64..=999));
    let list = proptest::collection::vec("[a-z]\\PC{0,8}", 0..4);
    (text(), text(), text(), contact, ids, list).prop_map(
        |(last, first, message, (email, phone), ids, list)| {
            let mut body = json!({
                "last_name": format!("D{last}"),
                "first_name": first,
                "message": message,
                "email": email,
                "phone_number": phone,
                "marketing_attribution": list,
            });
            if let Some((status, source, user, country)) = ids {
                body["lead_status_id"] = json!(status);
                body["lead_reference_source_id"] = json!(source);
                body["assigned_user_id"] = json!(user);
                body["country_id"] = json!(country);
            }
            body
        },
    )
}

#[test]
fn a_body_always_equals_the_lead_that_the_sandbox_shows() {
    let crm = Crm::start(SandboxOptions::default());
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let show = |body: &Value| -> LeadView {
        runtime.block_on(async {
            let id = crm.create(body).await;
            match crm.find(&id.0).await {
                Found::Lead(lead) => lead,
                other => panic!("{other:?}"),
            }
        })
    };
    proptest!(ProptestConfig::with_cases(64), |(body in body())| {
        let view = show(&body);
        prop_assert_eq!(compare(body.to_string().as_bytes(), &view), Comparison::Equal);
    });
    crm.sandbox.stop().unwrap();
}
