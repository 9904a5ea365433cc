//! The sandbox as its clients see it, over real connections.

mod answers;
mod create_oddities;
mod desk;
mod faults;
mod idempotency;
mod life;
mod list_oddities;
mod lists;

use reqwest::{Method, RequestBuilder, Response};
use serde_json::{Value, json};

use super::{Sandbox, SandboxOptions};

/// A client with all the headers that the API asks for.
struct Api {
    base_url: String,
    client: reqwest::Client,
}

impl Api {
    fn of(sandbox: &Sandbox) -> Self {
        rustls::crypto::ring::default_provider()
            .install_default()
            .ok();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        Self {
            base_url: sandbox.base_url(),
            client,
        }
    }

    fn bare(&self, method: Method, path: &str) -> RequestBuilder {
        self.client
            .request(method, format!("{}{path}", self.base_url))
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self
            .bare(method, path)
            .bearer_auth("token")
            .header("X-Tenant", "7");
        request.header("Accept", "application/json")
    }

    async fn get(&self, path: &str) -> Response {
        self.request(Method::GET, path).send().await.unwrap()
    }

    async fn get_json(&self, path: &str) -> Value {
        let response = self.get(path).await;
        assert_eq!(response.status(), 200, "{path}");
        response.json().await.unwrap()
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Response, reqwest::Error> {
        self.request(Method::POST, path).json(body).send().await
    }

    async fn create(&self, body: &Value) -> Result<Response, reqwest::Error> {
        self.post("/v1/leads", body).await
    }

    /// Creates a lead that must be taken, and gives its id.
    async fn created_id(&self, body: &Value) -> i64 {
        let response = self.create(body).await.unwrap();
        assert_eq!(response.status(), 201);
        let body: Value = response.json().await.unwrap();
        body["data"]["id"].as_i64().unwrap()
    }
}

fn start(options: SandboxOptions) -> (Sandbox, Api) {
    let sandbox = Sandbox::start(options).unwrap();
    let api = Api::of(&sandbox);
    (sandbox, api)
}

fn named(last_name: &str) -> Value {
    json!({ "last_name": last_name })
}

/// The text of a fixture, as JSON.
fn parsed(fixture: &str) -> Value {
    serde_json::from_str(fixture).unwrap()
}

/// Puts the fixtures' time in the place of every time that is one.
fn with_fixed_times(mut value: Value) -> Value {
    match &mut value {
        Value::Object(map) => {
            for (key, entry) in map.iter_mut() {
                if matches!(key.as_str(), "created_at" | "updated_at") {
                    let time = entry.as_str().unwrap();
                    time.parse::<jiff::Timestamp>().unwrap();
                    assert_eq!(time.len(), "2026-04-08T10:00:00.000000Z".len());
                    *entry = json!("2026-04-08T10:00:00.000000Z");
                } else {
                    *entry = with_fixed_times(entry.take());
                }
            }
        }
        Value::Array(items) => {
            for item in items {
                *item = with_fixed_times(item.take());
            }
        }
        _ => {}
    }
    value
}
