//! What is answered when something is to go wrong.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, SystemTime};

use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde_json::Value;

use super::{Api, named, start};
use crate::sandbox::{Faults, RateLimit, RateLimitHeaders, Sandbox, SandboxOptions};

fn with(faults: Faults) -> (Sandbox, Api) {
    start(SandboxOptions {
        faults,
        ..SandboxOptions::default()
    })
}

/// Everything that comes back on a connection of its own, down to the last byte.
fn raw_answer(sandbox: &Sandbox) -> Vec<u8> {
    let body = r#"{"last_name":"Doe"}"#;
    let request = format!(
        "POST /api/v1/leads HTTP/1.1\r\nHost: sandbox\r\nAuthorization: Bearer token\r\n\
         X-Tenant: 7\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    let mut stream = TcpStream::connect(sandbox.address()).unwrap();
    stream.write_all(request.as_bytes()).unwrap();
    let mut answer = Vec::new();
    // A reset is as good an end as a close.
    stream.read_to_end(&mut answer).ok();
    answer
}

#[tokio::test]
async fn refusals_on_demand_have_their_status_and_create_what_they_say() {
    let faults = Faults::default;
    for (faults, status, created) in [
        (
            Faults {
                error_500: 1.0,
                ..faults()
            },
            500,
            0,
        ),
        (
            Faults {
                error_500_after_creating: 1.0,
                ..faults()
            },
            500,
            1,
        ),
        (
            Faults {
                error_503: 1.0,
                ..faults()
            },
            503,
            0,
        ),
        (
            Faults {
                refuse: 1.0,
                ..faults()
            },
            422,
            0,
        ),
        (
            Faults {
                forbid: 1.0,
                ..faults()
            },
            403,
            0,
        ),
    ] {
        let (sandbox, api) = with(faults);
        let response = api.create(&named("Doe")).await.unwrap();
        assert_eq!(response.status(), status);
        assert!(response.json::<Value>().await.unwrap()["error"].is_string());
        assert_eq!(sandbox.leads().unwrap().len(), created, "{status}");
        assert_eq!(sandbox.counts().faults, 1);
        assert_eq!(
            api.get("/v1/leads").await.status(),
            200,
            "reading is not befallen"
        );
        sandbox.stop().unwrap();
    }
}

#[test]
fn a_closed_connection_carries_not_one_byte() {
    for (faults, created) in [
        (
            Faults {
                closed_before: 1.0,
                ..Faults::default()
            },
            0,
        ),
        (
            Faults {
                closed_after: 1.0,
                ..Faults::default()
            },
            1,
        ),
    ] {
        let sandbox = Sandbox::start(SandboxOptions {
            faults,
            ..SandboxOptions::default()
        });
        let sandbox = sandbox.unwrap();
        assert_eq!(raw_answer(&sandbox), b"");
        assert_eq!(sandbox.leads().unwrap().len(), created);
        sandbox.stop().unwrap();
    }
}

#[test]
fn half_an_answer_ends_in_the_middle_of_its_body() {
    let options = SandboxOptions {
        faults: Faults {
            half_answer: 1.0,
            ..Faults::default()
        },
        ..SandboxOptions::default()
    };
    let sandbox = Sandbox::start(options).unwrap();
    let answer = String::from_utf8(raw_answer(&sandbox)).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let length = head
        .lines()
        .find_map(|line| line.strip_prefix("content-length: "))
        .unwrap();
    assert!(head.starts_with("HTTP/1.1 201"), "{head}");
    assert_eq!(body.len(), length.parse::<usize>().unwrap() / 2);
    assert_eq!(sandbox.counts().created, 1);
    sandbox.stop().unwrap();
}

#[tokio::test]
async fn broken_json_comes_in_a_whole_answer_and_no_id_in_a_whole_lead() {
    let (sandbox, api) = with(Faults {
        broken_json: 1.0,
        ..Faults::default()
    });
    let response = api.create(&named("Doe")).await.unwrap();
    assert_eq!(response.status(), 201);
    let text = response.text().await.unwrap();
    assert!(
        text.starts_with('{') && serde_json::from_str::<Value>(&text).is_err(),
        "{text}"
    );
    assert_eq!(sandbox.counts().created, 1);
    sandbox.stop().unwrap();

    let (sandbox, api) = with(Faults {
        no_id: 1.0,
        ..Faults::default()
    });
    let body: Value = api
        .create(&named("Doe"))
        .await
        .unwrap()
        .json()
        .await
        .unwrap();
    assert_eq!(body["data"].get("id"), None);
    assert_eq!(body["data"]["last_name"], "Doe");
    assert_eq!(sandbox.leads().unwrap()[0]["id"], 1);
    sandbox.stop().unwrap();
}

#[tokio::test]
async fn a_hanging_request_is_never_answered_and_does_not_hold_up_the_stop() {
    for (faults, created) in [
        (
            Faults {
                hang: 1.0,
                ..Faults::default()
            },
            1,
        ),
        (
            Faults {
                hang_before: 1.0,
                ..Faults::default()
            },
            0,
        ),
    ] {
        let (sandbox, api) = with(faults);
        let request = api
            .request(reqwest::Method::POST, "/v1/leads")
            .json(&named("Doe"));
        let patience = Duration::from_millis(100);
        let error = request.timeout(patience).send().await.unwrap_err();
        assert!(error.is_timeout(), "{error:?}");
        assert_eq!(sandbox.counts().created, created);
        sandbox.stop().unwrap();
    }
}

#[tokio::test]
async fn a_late_lead_appears_after_its_connection_was_closed() {
    let (sandbox, api) = with(Faults {
        created_late: 1.0,
        late_by: Duration::from_millis(20),
        ..Faults::default()
    });
    api.create(&named("Doe")).await.unwrap_err();
    while sandbox.counts().created == 0 {
        assert_eq!(api.get("/v1/leads").await.status(), 200);
    }
    assert_eq!(sandbox.leads().unwrap()[0]["last_name"], "Doe");
    sandbox.stop().unwrap();
}

#[tokio::test]
async fn the_same_seed_repeats_a_run() {
    let run = async |seed| {
        let (sandbox, api) = start(SandboxOptions {
            seed,
            faults: Faults {
                error_500: 0.3,
                closed_after: 0.3,
                ..Faults::default()
            },
            ..SandboxOptions::default()
        });
        let mut outcomes = Vec::new();
        for number in 0..30 {
            let answer = api.create(&named(&format!("Lead {number}"))).await;
            outcomes.push(answer.map_or(0, |response| response.status().as_u16()));
        }
        let created = sandbox.leads().unwrap().len();
        sandbox.stop().unwrap();
        (outcomes, created)
    };
    let (first, second, other) = (run(1).await, run(1).await, run(2).await);
    assert_eq!(first, second);
    assert_ne!(first.0, other.0);
    assert!(
        [0, 201, 500].iter().all(|status| first.0.contains(status)),
        "{first:?}"
    );
}

fn number(headers: &HeaderMap, name: &str) -> Option<u64> {
    headers.get(name)?.to_str().unwrap().parse().ok()
}

#[tokio::test]
async fn a_rate_limit_is_told_on_every_answer_and_ends_with_its_window() {
    let (sandbox, api) = with(Faults {
        rate_limit: Some("2/1h".parse().unwrap()),
        ..Faults::default()
    });
    let unknown = api
        .bare(reqwest::Method::GET, "/v1/leads")
        .send()
        .await
        .unwrap();
    assert_eq!(unknown.status(), 401);
    assert_eq!(number(unknown.headers(), "x-ratelimit-limit"), None);
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap().as_secs();
    for (status, remaining) in [(201, 1), (201, 0), (429, 0), (429, 0)] {
        let response = api.create(&named("Doe")).await.unwrap();
        assert_eq!(response.status(), status);
        let headers = response.headers();
        assert_eq!(number(headers, "x-ratelimit-limit"), Some(2));
        assert_eq!(number(headers, "x-ratelimit-remaining"), Some(remaining));
        let reset = number(headers, "x-ratelimit-reset").unwrap() - now;
        assert!((3_590..=3_601).contains(&reset), "{reset}");
        let retry_after = number(headers, RETRY_AFTER.as_str());
        assert_eq!(retry_after.is_some(), status == 429);
        assert!(retry_after.is_none_or(|wait| (3_590..=3_600).contains(&wait)));
    }
    let counts = sandbox.counts();
    assert_eq!((counts.created, counts.posts, counts.throttled), (2, 2, 2));
    sandbox.stop().unwrap();
}

#[tokio::test]
async fn a_rate_limit_can_be_silent() {
    for (headers, tells_rate, tells_wait) in [
        (RateLimitHeaders::Rate, true, false),
        (RateLimitHeaders::RetryAfter, false, true),
        (RateLimitHeaders::None, false, false),
    ] {
        let limit: RateLimit = "1/h".parse().unwrap();
        let rate_limit = Some(RateLimit { headers, ..limit });
        let (sandbox, api) = with(Faults {
            rate_limit,
            ..Faults::default()
        });
        assert_eq!(api.get("/v1/leads").await.status(), 200);
        let refused = api.get("/v1/leads").await;
        assert_eq!(refused.status(), 429);
        assert_eq!(
            refused.headers().contains_key("x-ratelimit-reset"),
            tells_rate
        );
        assert_eq!(refused.headers().contains_key(RETRY_AFTER), tells_wait);
        sandbox.stop().unwrap();
    }
}

#[tokio::test]
async fn a_token_that_has_lived_its_life_is_refused_and_a_new_one_is_taken() {
    let (sandbox, api) = with(Faults {
        token_life: Some(Duration::ZERO),
        ..Faults::default()
    });
    let response = api.create(&named("Doe")).await.unwrap();
    assert_eq!(response.status(), 401);
    assert_eq!(
        response.json::<Value>().await.unwrap()["error"],
        "invalid_token"
    );
    sandbox.stop().unwrap();
}

#[tokio::test]
async fn latency_holds_back_the_answer_but_not_the_work() {
    let latency = Duration::from_millis(60);
    let (sandbox, api) = with(Faults {
        latency,
        ..Faults::default()
    });
    let start = std::time::Instant::now();
    api.created_id(&named("Doe")).await;
    assert!(start.elapsed() >= latency, "{:?}", start.elapsed());
    let request = api
        .request(reqwest::Method::POST, "/v1/leads")
        .json(&named("Roe"));
    request.timeout(latency / 3).send().await.unwrap_err();
    assert_eq!(sandbox.counts().created, 2);
    sandbox.stop().unwrap();
}

#[tokio::test]
async fn aimed_faults_befall_some_leads_so_many_times_and_then_no_more() {
    let (sandbox, api) = with(Faults {
        error_500: 1.0,
        only_for: Some("Doe".into()),
        most_times: Some(2),
        ..Faults::default()
    });
    for (last_name, expected) in [
        ("Roe", 201),
        ("Doe", 500),
        ("Mac Doe", 500),
        ("Doe", 500),
        ("Doe", 201),
        ("Mac Doe", 500),
        ("Mac Doe", 201),
    ] {
        let response = api.create(&named(last_name)).await.unwrap();
        assert_eq!(response.status(), expected, "{last_name}");
    }
    let counts = sandbox.counts();
    assert_eq!((counts.posts, counts.faults, counts.created), (7, 4, 3));
    sandbox.stop().unwrap();
}

#[tokio::test]
async fn whom_a_fault_passes_by_does_not_change_what_others_draw() {
    let run = async |only_for| {
        let (sandbox, api) = with(Faults {
            error_500: 0.5,
            only_for,
            ..Faults::default()
        });
        let mut failed = Vec::new();
        for number in 0..30 {
            let answer = api.create(&named(&format!("Lead {number}"))).await.unwrap();
            failed.push(answer.status() == 500);
        }
        sandbox.stop().unwrap();
        failed
    };
    let (all, aimed) = (run(None).await, run(Some("Lead 1".to_owned())).await);
    for (number, (all, aimed)) in all.into_iter().zip(aimed).enumerate() {
        let is_meant = number == 1 || (10..20).contains(&number);
        assert_eq!(aimed, all && is_meant, "{number}");
    }
}
