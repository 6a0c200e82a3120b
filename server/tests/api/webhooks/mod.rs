//! `/api/webhooks`, and the requests that endpoints receive.

mod failures;
mod lanes;
mod management;
mod ordering;
mod signatures;

use crate::support::{TestClient, TestServer, Webhook, WebhookReceiver};
use domain::scopes::Scope;
use serde_json::{Value, json};
use std::collections::HashMap;

const ADD: &str = "/webhooks/add_endpoint";
const LIST: &str = "/webhooks/get_endpoints";

/// Registers a user. Returns a client with an API key that has all scopes, because an access token would expire during the hours and days
/// of these tests.
async fn register(server: &TestServer, name: &str) -> TestClient {
    let scopes: Vec<&str> = Scope::ALL.iter().map(|scope| scope.as_str()).collect();
    let body = json!({"name": "Test", "scopes": scopes});
    let user = server.register(name).await;
    let key = user.post("/keys/add_key", body).await.expect_status(201);
    server.client(text(&key["data"]["secret"]))
}

/// Adds an endpoint at the receiver for these events. Returns it with its secret.
async fn add(client: &TestClient, receiver: &WebhookReceiver, events: &[&str]) -> Value {
    let body = json!({"url": receiver.url(), "events": events});
    client.post(ADD, body).await.expect_status(201)["data"].clone()
}

async fn add_application(client: &TestClient, company: &str) -> Value {
    client
        .add_application(json!({"company": company, "job_title": "Analyst"}))
        .await
}

async fn move_application(client: &TestClient, application: &Value, kind: &str) {
    let body = json!({"jobapp_id": application["id"], "status_id": client.stage_id(kind).await});
    client
        .post("/jobapps/update_jobapp", body)
        .await
        .expect_status(200);
}

/// Makes the jobs of all endpoints due and runs them.
async fn run(server: &TestServer) {
    server
        .execute("update background_jobs set run_at = now() where kind = 'deliver_webhooks'")
        .await;
    server.run_jobs().await;
}

async fn deliveries(client: &TestClient, endpoint: &Value) -> Vec<Value> {
    let path = format!(
        "/webhooks/get_deliveries?endpoint_id={}",
        text(&endpoint["endpoint"]["id"])
    );
    let page = client.get(&path).await.expect_status(200);
    page["data"].as_array().expect("deliveries").clone()
}

async fn endpoint(client: &TestClient) -> Value {
    client.get(LIST).await.expect_status(200)["data"][0].clone()
}

fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}

/// How often each event was received, by id.
fn count_by_id(received: &[Webhook]) -> HashMap<String, usize> {
    let mut counts = HashMap::new();
    for webhook in received {
        *counts.entry(webhook.id().to_owned()).or_default() += 1;
    }
    counts
}

fn types(received: &[Webhook]) -> Vec<String> {
    received.iter().map(Webhook::event_type).collect()
}
