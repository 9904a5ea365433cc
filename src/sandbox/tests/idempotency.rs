//! Requests that bring an `Idempotency-Key` again.

use std::time::Duration;

use reqwest::Method;
use serde_json::{Value, json};

use super::{Api, named, start};
use crate::sandbox::{CreateOddities, Faults, Sandbox, SandboxOptions};

fn honouring(faults: Faults) -> (Sandbox, Api) {
    start(SandboxOptions {
        creates: CreateOddities {
            idempotency: Some(Duration::from_hours(24)),
            ..CreateOddities::default()
        },
        faults,
        ..SandboxOptions::default()
    })
}

/// All requests meet one fault.
fn always(set: fn(&mut Faults)) -> Faults {
    let mut faults = Faults::default();
    set(&mut faults);
    faults
}

/// Status and body of the answer; a status of 0 is none, a body of null none that is JSON.
async fn keyed(api: &Api, key: &str, body: &Value) -> (u16, Value) {
    let request = api.request(Method::POST, "/v1/leads").json(body);
    let Ok(response) = request.header("Idempotency-Key", key).send().await else {
        return (0, Value::Null);
    };
    let status = response.status().as_u16();
    (status, response.json().await.unwrap_or_default())
}

/// Sends a lead called Doe and gives up once a fault has befallen it.
async fn send_in_vain(sandbox: &Sandbox, api: &Api) {
    let body = named("Doe");
    let befallen = async {
        while sandbox.counts().faults == 0 {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    };
    tokio::select! {
        (status, _) = keyed(api, "a", &body) => assert_eq!(status, 0),
        () = befallen => {}
    }
}

/// The status that a lead called Doe is answered with; 0 is expected to be none.
async fn first_status(sandbox: &Sandbox, api: &Api, expected: u16) -> u16 {
    if expected == 0 {
        send_in_vain(sandbox, api).await;
        return 0;
    }
    keyed(api, "a", &named("Doe")).await.0
}

#[tokio::test]
async fn a_repeated_key_creates_nothing_and_is_answered_as_the_first_time() {
    let (sandbox, api) = honouring(Faults::default());
    let first = keyed(&api, "a", &named("Doe")).await;
    assert_eq!(first.0, 201);
    sandbox.edit_lead(1, "last_name", "Roe").unwrap();
    assert_eq!(keyed(&api, "a", &named("Doe")).await, first);
    let (status, refusal) = keyed(&api, "a", &named("Poe")).await;
    assert_eq!(status, 422);
    assert_eq!(refusal["error"], "idempotency_key_reused");
    assert_eq!(keyed(&api, "b", &named("Doe")).await.0, 201);
    for _ in 0..2 {
        api.created_id(&named("Doe")).await;
    }
    assert_eq!(sandbox.counts().created, 4);
    let refused = keyed(&api, "c", &json!({})).await;
    assert_eq!(refused.0, 422);
    assert_eq!(keyed(&api, "c", &json!({})).await, refused);
    sandbox.stop().unwrap();
}

#[tokio::test]
async fn a_repeated_key_is_given_what_a_fault_kept_back() {
    let cases: [(fn(&mut Faults), _, _); 6] = [
        (|faults| faults.closed_after = 1.0, 0, (201, true)),
        (|faults| faults.hang = 1.0, 0, (201, true)),
        (|faults| faults.half_answer = 1.0, 201, (201, true)),
        (|faults| faults.broken_json = 1.0, 201, (201, false)),
        (|faults| faults.no_id = 1.0, 201, (201, false)),
        (
            |faults| faults.error_500_after_creating = 1.0,
            500,
            (500, false),
        ),
    ];
    for (set, first, again) in cases {
        let (sandbox, api) = honouring(always(set));
        assert_eq!(first_status(&sandbox, &api, first).await, first);
        for _ in 0..2 {
            let (status, body) = keyed(&api, "a", &named("Doe")).await;
            assert_eq!((status, body["data"]["id"] == 1), again);
        }
        assert_eq!(sandbox.leads().unwrap().len(), 1);
        assert_eq!(sandbox.counts().faults, 1, "a repeated request meets none");
        sandbox.stop().unwrap();
    }
}

#[tokio::test]
async fn a_key_is_remembered_for_what_was_worked_on_and_not_for_what_never_got_there() {
    let cases: [(fn(&mut Faults), _, _); 6] = [
        (|faults| faults.error_500 = 1.0, 500, 500),
        (|faults| faults.refuse = 1.0, 422, 422),
        (|faults| faults.forbid = 1.0, 403, 403),
        (|faults| faults.error_503 = 1.0, 503, 201),
        (|faults| faults.closed_before = 1.0, 0, 201),
        (|faults| faults.hang_before = 1.0, 0, 201),
    ];
    for (set, first, again) in cases {
        let (sandbox, api) = honouring(Faults {
            most_times: Some(1),
            ..always(set)
        });
        assert_eq!(first_status(&sandbox, &api, first).await, first);
        assert_eq!(keyed(&api, "a", &named("Doe")).await.0, again, "{first}");
        sandbox.stop().unwrap();
    }
}

#[tokio::test]
async fn a_request_that_the_rate_limit_turned_away_leaves_no_key_behind() {
    let (sandbox, api) = honouring(Faults {
        rate_limit: Some("1/20ms".parse().unwrap()),
        ..Faults::default()
    });
    let mut keys = 0..;
    let throttled = loop {
        let key = keys.next().unwrap().to_string();
        if keyed(&api, &key, &named("Doe")).await.0 == 429 {
            break key;
        }
    };
    let before = sandbox.counts().created;
    let status = loop {
        let (status, _) = keyed(&api, &throttled, &named("Doe")).await;
        if status != 429 {
            break status;
        }
    };
    assert_eq!((status, sandbox.counts().created), (201, before + 1));
    sandbox.stop().unwrap();
}

#[tokio::test]
async fn a_key_is_in_use_while_its_lead_is_still_to_be_created() {
    let (sandbox, api) = honouring(Faults {
        created_late: 1.0,
        late_by: Duration::from_hours(1),
        ..Faults::default()
    });
    assert_eq!(keyed(&api, "a", &named("Doe")).await.0, 0);
    let (status, refusal) = keyed(&api, "a", &named("Doe")).await;
    assert_eq!(status, 409);
    assert_eq!(refusal["error"], "idempotency_key_in_use");
    sandbox.stop().unwrap();
}

#[tokio::test]
async fn a_key_whose_lead_was_created_late_is_given_that_lead() {
    let (sandbox, api) = honouring(Faults {
        created_late: 1.0,
        late_by: Duration::from_millis(5),
        ..Faults::default()
    });
    assert_eq!(keyed(&api, "a", &named("Doe")).await.0, 0);
    let (status, body) = loop {
        let (status, body) = keyed(&api, "a", &named("Doe")).await;
        if status != 409 {
            break (status, body);
        }
    };
    assert_eq!((status, &body["data"]["id"]), (201, &json!(1)));
    assert_eq!(sandbox.counts().created, 1);
    sandbox.stop().unwrap();
}
