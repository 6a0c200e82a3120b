//! A REST client of a [`TestServer`]. Checks each response against the OpenAPI document.

use super::{TestResponse, TestServer, openapi};
use axum::{
    body::Body,
    http::{Request, header::AUTHORIZATION, request::Builder},
};
use serde_json::{Value, json};

/// Paths below `/api` that are not operations.
const UNDOCUMENTED: [&str; 1] = ["/api/openapi.json"];

/// A client with an access token, or without one.
#[derive(Clone)]
pub struct TestClient {
    pub server: TestServer,
    token: String,
}

impl TestClient {
    pub fn new(server: &TestServer, token: &str) -> Self {
        Self {
            server: server.clone(),
            token: token.to_owned(),
        }
    }

    pub fn token(&self) -> &str {
        &self.token
    }

    /// Sends a request unchanged and checks the response against the OpenAPI document.
    pub async fn send(&self, request: Request<Body>) -> TestResponse {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let response = self.server.send(request).await;
        if !UNDOCUMENTED.contains(&path.as_str()) {
            openapi::check(&method, &path, &response);
        }
        response
    }

    /// Builds a request with the token of this client; `path` is relative to `/api`.
    pub fn request(&self, method: &str, path: &str) -> Builder {
        let request = Request::builder().method(method).uri(format!("/api{path}"));
        if self.token.is_empty() {
            request
        } else {
            request.header(AUTHORIZATION, format!("Bearer {}", self.token))
        }
    }

    pub async fn get(&self, path: &str) -> TestResponse {
        let request = self.request("GET", path).body(Body::empty());
        self.send(request.expect("request")).await
    }

    pub async fn post(&self, path: &str, body: Value) -> TestResponse {
        self.post_raw(path, "application/json", body.to_string()).await
    }

    /// Posts without a body.
    pub async fn post_empty(&self, path: &str) -> TestResponse {
        let request = self.request("POST", path).body(Body::empty());
        self.send(request.expect("request")).await
    }

    pub async fn post_raw(&self, path: &str, content_type: &str, body: impl Into<Body>) -> TestResponse {
        let request = self.request("POST", path).header("content-type", content_type);
        self.send(request.body(body.into()).expect("request")).await
    }

    /// Adds an application and returns it.
    pub async fn add_application(&self, body: Value) -> Value {
        self.post("/jobapps/add_jobapp", body).await.expect_status(201)["data"].clone()
    }

    /// The id of the stage of this kind.
    pub async fn stage_id(&self, kind: &str) -> Value {
        let stages = self.get("/jobapps/get_statuses").await.expect_status(200);
        let stages = stages["data"].as_array().expect("stages").clone();
        stages.iter().find(|s| s["kind"] == kind).expect("kind")["id"].clone()
    }
}

/// Replaces values that differ between runs.
pub fn redact(value: &Value) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| {
                let value = match (key.as_str(), value) {
                    ("access_token" | "refresh_token" | "slug", Value::String(_)) => {
                        json!(format!("[{key}]"))
                    }
                    (_, value) => redact(value),
                };
                (key.clone(), value)
            })
            .collect(),
        Value::Array(items) => items.iter().map(redact).collect(),
        Value::String(text) if text.parse::<uuid::Uuid>().is_ok() => json!("[uuid]"),
        other => other.clone(),
    }
}
