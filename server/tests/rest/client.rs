//! A client that speaks to the router in this process.

use crate::{contract, providers};
use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header::AUTHORIZATION},
};
use http_body_util::BodyExt as _;
use serde_json::{Value, json};
use service::testing::{Bench, PASSWORD};
use sqlx::{Connection as _, PgConnection, PgPool};
use std::sync::Arc;
use tower::ServiceExt as _;

/// Beside the operations.
const INTERNAL: [&str; 1] = ["/api/openapi.json"];

pub struct Api {
    pub bench: Bench,
    router: Router,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Value,
}

impl Answer {
    /// The body, when the status is this one.
    pub fn with(self, status: u16) -> Value {
        assert_eq!(self.status.as_u16(), status, "{}", self.body);
        self.body
    }

    /// The code of the problem, when it is one of this status.
    pub fn problem(self, status: u16) -> String {
        assert_eq!(self.headers["content-type"], "application/problem+json");
        let body = self.with(status);
        assert_eq!(body["status"], status);
        for member in ["type", "title", "detail"] {
            assert!(
                body[member].as_str().is_some_and(|t| !t.is_empty()),
                "{member} of {body}"
            );
        }
        body["code"].as_str().expect("code").to_owned()
    }

    /// The names of the fields that are wrong.
    pub fn fields(self) -> Vec<String> {
        let body = self.with(422);
        assert_eq!(body["code"], "invalid");
        let errors = body["errors"].as_array().expect("errors").clone();
        errors
            .iter()
            .map(|e| e["field"].as_str().expect("field").to_owned())
            .collect()
    }
}

impl Api {
    pub fn new(pool: PgPool) -> Self {
        Self::of(Bench::new(pool).expect("bench"))
    }

    /// As a server that is configured so.
    pub fn with_limits(pool: PgPool, limits: &str) -> Self {
        let mut bench = Bench::new(pool).expect("bench");
        bench.services = bench.services.with_limits(limits.parse().expect("limits"));
        Self::of(bench)
    }

    fn of(mut bench: Bench) -> Self {
        let configured = bench.services.with_providers(&providers::start());
        bench.services = configured.expect("providers");
        let router = Router::new().nest("/api", server::rest::router(Arc::new(bench.services.clone())));
        Self { bench, router }
    }

    /// Sends a request. Whatever comes back must be described.
    /// Holds a table until the connection is closed, so that everybody else waits for it.
    pub async fn hold(&self, table: &str) -> PgConnection {
        let mut held = PgConnection::connect_with(&self.bench.owner.connect_options())
            .await
            .expect("a connection");
        let lock = format!("begin; lock table {table} in access exclusive mode");
        sqlx::raw_sql(sqlx::AssertSqlSafe(lock))
            .execute(&mut held)
            .await
            .expect("held");
        held
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let (method, path) = (request.method().clone(), request.uri().path().to_owned());
        let answer = self.send_anywhere(request).await;
        if !INTERNAL.contains(&path.as_str()) {
            contract::check(&method, &path, &answer);
        }
        answer
    }

    /// The patterns of all routes, in order.
    pub fn routes(&self) -> Vec<String> {
        // axum has no list of them, but shows them to those who debug.
        let shown = format!("{:?}", self.router);
        let mut routes: Vec<String> = shown
            .split('"')
            .filter(|part| part.starts_with("/api/") && !part.contains("{*"))
            .map(str::to_owned)
            .collect();
        routes.sort_unstable();
        routes.dedup();
        routes
    }

    async fn send_anywhere(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("infallible");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("body").to_bytes();
        let body = if bytes.is_empty() {
            Value::Null
        } else {
            serde_json::from_slice(&bytes).expect("json")
        };
        Answer {
            status: parts.status,
            headers: parts.headers,
            body,
        }
    }

    pub async fn get(&self, token: &str, path: &str) -> Answer {
        let request = Request::get(format!("/api{path}")).header(AUTHORIZATION, format!("Bearer {token}"));
        self.send(request.body(Body::empty()).expect("request")).await
    }

    pub async fn post(&self, token: &str, path: &str, body: Value) -> Answer {
        self.post_text(token, path, "application/json", body.to_string())
            .await
    }

    pub async fn post_text(&self, token: &str, path: &str, kind: &str, body: impl Into<Body>) -> Answer {
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(format!("/api{path}"))
            .header("content-type", kind);
        if !token.is_empty() {
            request = request.header(AUTHORIZATION, format!("Bearer {token}"));
        }
        self.send(request.body(body.into()).expect("request")).await
    }

    /// Registers somebody and gives their access token.
    pub async fn person(&self, name: &str) -> String {
        let body = json!({"email": format!("{name}@example.org"), "password": PASSWORD, "first_name": name});
        let answer = self.post("", "/users/register", body).await.with(201);
        answer["data"]["access_token"].as_str().expect("token").to_owned()
    }

    /// Adds an application and gives it back.
    pub async fn add(&self, token: &str, body: Value) -> Value {
        self.post(token, "/jobapps/add_jobapp", body).await.with(201)["data"].clone()
    }

    /// The id of the stage of this kind.
    pub async fn stage(&self, token: &str, kind: &str) -> Value {
        let stages = self.get(token, "/jobapps/get_statuses").await.with(200);
        let stages = stages["data"].as_array().expect("stages").clone();
        stages.iter().find(|s| s["kind"] == kind).expect("kind")["id"].clone()
    }
}

/// Replaces what differs between runs.
pub fn redacted(value: &Value) -> Value {
    match value {
        Value::Object(map) => map
            .iter()
            .map(|(key, value)| {
                let value = match (key.as_str(), value) {
                    ("access_token" | "refresh_token" | "slug", Value::String(_)) => {
                        json!(format!("[{key}]"))
                    }
                    (_, value) => redacted(value),
                };
                (key.clone(), value)
            })
            .collect(),
        Value::Array(items) => items.iter().map(redacted).collect(),
        Value::String(text) if text.parse::<uuid::Uuid>().is_ok() => json!("[uuid]"),
        other => other.clone(),
    }
}
