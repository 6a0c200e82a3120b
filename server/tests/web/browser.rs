//! A browser that speaks to the router in this process: it keeps cookies and says where it comes from.

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use clap::Parser as _;
use http_body_util::BodyExt as _;
use server::{
    config::{Cli, Command},
    health::Health,
    web,
};
use service::testing::{Bench, PASSWORD};
use sqlx::PgPool;
use std::sync::Arc;
use tower::ServiceExt as _;

pub const HOST: &str = "jobs.example.org";
pub const ORIGIN: &str = "https://jobs.example.org";
pub const FORM: &str = "application/x-www-form-urlencoded";

pub struct Site {
    pub bench: Bench,
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

    /// The session's cookie as `name=value`, when the answer sets one.
    pub fn cookie(&self) -> Option<String> {
        let set = self
            .headers
            .get_all(header::SET_COOKIE)
            .iter()
            .filter_map(|v| v.to_str().ok());
        set.filter_map(|v| v.split(';').next())
            .find(|v| v.starts_with("__Host-jobhax="))
            .map(str::to_owned)
    }
}

impl Site {
    pub fn new(pool: PgPool) -> Self {
        Self::of(Bench::new(pool).expect("bench"))
    }

    /// As a server that is configured so.
    pub fn with_limits(pool: PgPool, limits: &str) -> Self {
        let mut bench = Bench::new(pool).expect("bench");
        bench.services = bench.services.with_limits(limits.parse().expect("limits"));
        Self::of(bench)
    }

    fn of(bench: Bench) -> Self {
        let services = Arc::new(bench.services.clone());
        let cli = Cli::try_parse_from(["jobhax", "serve", "--public-url", ORIGIN]).expect("arguments");
        let Command::Serve(config) = cli.command() else {
            unreachable!("serving was asked for")
        };
        let router = web::router(&services, &config, Health::new(services.db.clone())).expect("router");
        Self { bench, router }
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

    /// The patterns of all routes, in order.
    pub fn routes(&self) -> Vec<String> {
        // axum has no list of them, but shows them to those who debug.
        let shown = format!("{:?}", self.router);
        let mut routes: Vec<String> = shown
            .split('"')
            .filter(|part| part.starts_with('/'))
            .map(str::to_owned)
            .collect();
        routes.sort_unstable();
        routes.dedup();
        routes
    }

    /// A page, as somebody with this cookie.
    pub async fn page(&self, cookie: &str, path: &str) -> Answer {
        let request = Request::get(path)
            .header("host", HOST)
            .header("accept", "text/html")
            .header("cookie", cookie);
        self.send(request.body(Body::empty()).expect("request")).await
    }

    /// A plain form of one of our own pages.
    pub async fn form(&self, cookie: &str, function: &str, body: &str) -> Answer {
        let headers = [
            ("origin", ORIGIN),
            ("sec-fetch-site", "same-origin"),
            ("accept", "text/html"),
            ("cookie", cookie),
        ];
        self.post(function, FORM, &headers, body).await
    }

    pub async fn post(&self, path: &str, kind: &str, headers: &[(&str, &str)], body: &str) -> Answer {
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header("host", HOST)
            .header("content-type", kind);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body.to_owned())).expect("request"))
            .await
    }

    /// Registers on the page and gives the session's cookie and the workspace's address.
    pub async fn register(&self, name: &str) -> (String, String) {
        let body = format!(
            "email={name}%40example.org&password={}&first_name={name}",
            PASSWORD.replace(' ', "+")
        );
        let answer = self.form("", "/_fn/users/register", &body).await;
        assert_eq!(answer.status, 303, "{}", answer.text);
        (answer.cookie().expect("a session"), answer.location().to_owned())
    }

    /// Everything that is stored, as one text.
    pub async fn stored(&self) -> String {
        let rows: Vec<String> = sqlx::query_scalar(
            "select u::text from users u union all select a::text from job_application a union all select e::text from application_event e \
             union all select i::text from mail_import i union all select s.id || coalesce(s.user_id::text, '') from sessions s order by 1",
        )
        .fetch_all(&self.bench.owner)
        .await
        .expect("rows");
        rows.join("\n")
    }
}
