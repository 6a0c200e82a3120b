//! The whole router in this process, with providers.

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Request, StatusCode, header},
};
use chrono::{DateTime, Utc};
use clap::Parser as _;
use http_body_util::BodyExt as _;
use serde_json::Value;
use server::{
    config::{Cli, Command},
    health::Health,
    web,
};
use service::{
    Services,
    clock::{Clock as _, SystemClock},
    identities::Settings,
    testing::{Bench, PASSWORD},
};
use sqlx::PgPool;
use std::sync::Arc;
use tower::ServiceExt as _;

pub const HOST: &str = "jobs.example.org";
pub const ORIGIN: &str = "https://jobs.example.org";

pub struct Site {
    pub bench: Bench,
    pub services: Arc<Services>,
    router: Router,
}

pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub text: String,
}

impl Answer {
    pub fn location(&self) -> &str {
        self.headers
            .get(header::LOCATION)
            .and_then(|v| v.to_str().ok())
            .unwrap_or_default()
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).expect("json")
    }
}

impl Site {
    /// On this database, at the present time, because real providers live there.
    pub fn new(pool: PgPool, settings: Settings) -> Self {
        let bench = Bench::new(pool).expect("bench");
        let standing = bench.services.clock.now();
        bench.clock.advance(SystemClock.now() - standing);
        let settings = Settings {
            public_url: ORIGIN.into(),
            ..settings
        };
        let services = bench.services.clone().with_providers(&settings);
        let services = Arc::new(services.expect("providers"));
        let cli = Cli::try_parse_from(["jobhax", "serve", "--public-url", ORIGIN]).expect("arguments");
        let Command::Serve(config) = cli.command() else {
            unreachable!("serving was asked for")
        };
        let router = web::router(&services, &config, Health::new(services.db.clone())).expect("router");
        Self {
            bench,
            services,
            router,
        }
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.services.clock.now()
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.router.clone().oneshot(request).await.expect("infallible");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("body").to_bytes();
        Answer {
            status: parts.status,
            headers: parts.headers,
            text: String::from_utf8_lossy(&bytes).into_owned(),
        }
    }

    /// A call of the REST API.
    pub async fn api(&self, token: &str, method: &str, path: &str, body: Option<Value>) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("/api{path}"))
            .header("host", HOST);
        if !token.is_empty() {
            request = request.header("authorization", format!("Bearer {token}"));
        }
        let body = match body {
            Some(body) => {
                request = request.header("content-type", "application/json");
                Body::from(body.to_string())
            }
            None => Body::empty(),
        };
        self.send(request.body(body).expect("request")).await
    }

    /// Registers with a password over REST; gives the access token.
    pub async fn register(&self, email: &str) -> String {
        let body = serde_json::json!({"email": email, "password": PASSWORD});
        let answer = self.api("", "POST", "/users/register", Some(body)).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        token(&answer)
    }

    pub async fn count(&self, sql: &'static str) -> i64 {
        sqlx::query_scalar(sql)
            .fetch_one(&self.bench.owner)
            .await
            .expect("count")
    }

    pub async fn run(&self, sql: &'static str) {
        sqlx::raw_sql(sql).execute(&self.bench.owner).await.expect("done");
    }
}

/// The access token of a token set.
pub fn token(answer: &Answer) -> String {
    answer.json()["data"]["access_token"]
        .as_str()
        .expect("token")
        .to_owned()
}
