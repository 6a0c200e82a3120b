//! Runs the whole router in this process, on a test database, with an https URL.

use super::{Browser, MockProvider, TestClient, TestResponse, WebhookReceiver};
use axum::{
    Router,
    body::Body,
    http::{HeaderValue, Method, Request, header},
    response::Response,
};
use chrono::{DateTime, TimeDelta, Utc};
use clap::Parser as _;
use http_body_util::BodyExt as _;
use server::{
    config::{Cli, Command},
    health::Health,
};
use service::{
    Services,
    auth::oauth::Settings,
    background::run_until_idle,
    mail::ImapSettings,
    platform::{
        clock::{Clock as _, ManualClock, SystemClock},
        crypto::keys::Keys,
        file_store::FileStore,
    },
    testing::{PASSWORD, TestApp},
};
use sqlx::{AssertSqlSafe, Connection as _, PgConnection, PgPool};
use std::{path::Path, sync::Arc, time::Duration};
use tokio::net::TcpListener;
use tower::ServiceExt as _;

pub const HOST: &str = "jobs.example.org";
pub const ORIGIN: &str = "https://jobs.example.org";
/// The content type of HTML forms.
pub const FORM: &str = "application/x-www-form-urlencoded";

/// A server in this process. Clones share all state.
#[derive(Clone)]
pub struct TestServer {
    pub services: Arc<Services>,
    pub clock: Arc<ManualClock>,
    /// Connections as the database owner, who can see all rows.
    pub owner: PgPool,
    router: Router,
}

impl TestServer {
    /// A server without rate limits and providers, at a fixed time.
    pub fn new(pool: PgPool) -> Self {
        let app = TestApp::new(pool).expect("test app");
        let services = app.services.clone();
        Self::start(app, services)
    }

    /// A server with these rate limits; an empty setting means the defaults.
    pub fn with_limits(pool: PgPool, limits: &str) -> Self {
        let app = TestApp::new(pool).expect("test app");
        let services = app.services.clone().with_limits(limits.parse().expect("limits"));
        Self::start(app, services)
    }

    /// A server that cancels requests that take longer than this.
    pub fn with_request_timeout(pool: PgPool, timeout: Duration) -> Self {
        let app = TestApp::new(pool).expect("test app");
        let services = app.services.clone();
        let milliseconds = timeout.as_millis().to_string();
        Self::start_with(app, services, &["--request-ms", &milliseconds])
    }

    /// A server with the built files of this directory, as after a deployment.
    pub fn with_site_root(pool: PgPool, site_root: &Path) -> Self {
        let app = TestApp::new(pool).expect("test app");
        let services = app.services.clone();
        Self::start_with(
            app,
            services,
            &["--site-root", site_root.to_str().expect("UTF-8")],
        )
    }

    /// A server with these providers. It uses the current time, because tokens of real providers are checked against it.
    pub fn with_providers(pool: PgPool, settings: Settings) -> Self {
        let app = TestApp::new(pool).expect("test app");
        app.clock.advance(SystemClock.now() - app.services.clock.now());
        Self::with_settings(app, settings)
    }

    /// A server with this file store.
    pub fn with_file_store(pool: PgPool, file_store: FileStore) -> Self {
        let app = TestApp::new(pool).expect("test app");
        let services = app.services.clone().with_file_store(file_store);
        Self::start(app, services)
    }

    /// A server with these settings for IMAP connections, at a fixed time.
    pub fn with_imap(pool: PgPool, settings: &ImapSettings) -> Self {
        let app = TestApp::new(pool).expect("test app");
        let services = app.services.clone().with_imap(settings).expect("settings");
        Self::start(app, services)
    }

    /// A server whose webhooks may call these receivers, although they are not public.
    pub fn with_webhook_receivers(pool: PgPool, receivers: &[&WebhookReceiver]) -> Self {
        let app = TestApp::new(pool).expect("test app");
        let origins: Vec<_> = receivers.iter().map(|receiver| receiver.origin.clone()).collect();
        let services = app.services.clone().with_webhook_origins(&origins);
        Self::start(app, services)
    }

    /// A server with these providers and these settings for IMAP connections, at a fixed time.
    pub fn with_mail_sources(pool: PgPool, settings: Settings, imap: &ImapSettings) -> Self {
        let app = TestApp::new(pool).expect("test app");
        let settings = Settings {
            public_url: ORIGIN.into(),
            ..settings
        };
        let services = app.services.clone().with_providers(&settings).expect("providers");
        let services = services.with_imap(imap).expect("settings");
        Self::start(app, services)
    }

    /// The same server with other keys.
    pub fn with_keys(&self, keys: Keys) -> Self {
        let mut services = (*self.services).clone();
        services.keys = Arc::new(keys);
        Self {
            services: Arc::new(services),
            ..self.clone()
        }
    }

    /// A server with all mock providers, each of which knows one user, at a fixed time.
    pub async fn with_mock_providers(pool: PgPool) -> Self {
        let app = TestApp::new(pool).expect("test app");
        Self::with_settings(app, MockProvider::with_one_user().await.all_providers())
    }

    fn with_settings(app: TestApp, settings: Settings) -> Self {
        let settings = Settings {
            public_url: ORIGIN.into(),
            ..settings
        };
        let services = app.services.clone().with_providers(&settings);
        Self::start(app, services.expect("providers"))
    }

    fn start(app: TestApp, services: Services) -> Self {
        Self::start_with(app, services, &[])
    }

    fn start_with(app: TestApp, services: Services, arguments: &[&str]) -> Self {
        let services = Arc::new(services);
        let all_arguments = ["jobhax", "serve", "--public-url", ORIGIN]
            .iter()
            .chain(arguments);
        let cli = Cli::try_parse_from(all_arguments).expect("arguments");
        let Command::Serve(config) = cli.command() else {
            unreachable!("the arguments say serve")
        };
        let router =
            server::app::router(&services, &config.http, Health::new(services.db.clone())).expect("router");
        Self {
            services,
            clock: app.clock,
            owner: app.owner,
            router,
        }
    }

    /// Sends a request unchanged.
    pub async fn send_unmodified(&self, request: Request<Body>) -> TestResponse {
        let response = self.router.clone().oneshot(request).await.expect("infallible");
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.expect("body").to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        TestResponse::new(parts.status, parts.headers, text)
    }

    /// Sends a request unchanged and does not wait for the end of the response.
    pub async fn send_stream(&self, request: Request<Body>) -> Response {
        self.router.clone().oneshot(request).await.expect("infallible")
    }

    /// Sends a request, and adds a Host header if it has none.
    pub async fn send(&self, mut request: Request<Body>) -> TestResponse {
        let headers = request.headers_mut();
        headers
            .entry(header::HOST)
            .or_insert(HeaderValue::from_static(HOST));
        self.send_unmodified(request).await
    }

    /// Serves the router on a local port until the test ends. Returns the address.
    pub async fn listen(&self) -> String {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}", listener.local_addr().expect("address"));
        let router = self.router.clone();
        tokio::spawn(async move { axum::serve(listener, router).await });
        url
    }

    /// The Debug output of the router.
    pub fn debug_router(&self) -> String {
        format!("{:?}", self.router)
    }

    /// Requests a page with this cookie header.
    pub async fn get_page(&self, cookie: &str, path: &str) -> TestResponse {
        let request = Request::get(path)
            .header("accept", "text/html")
            .header("cookie", cookie);
        self.send(request.body(Body::empty()).expect("request")).await
    }

    /// Submits a form from one of our own pages, like a browser without JavaScript.
    pub async fn submit_form(&self, cookie: &str, path: &str, body: &str) -> TestResponse {
        let headers = [
            ("origin", ORIGIN),
            ("sec-fetch-site", "same-origin"),
            ("accept", "text/html"),
            ("cookie", cookie),
        ];
        self.post(path, FORM, &headers, body).await
    }

    /// Calls a server function from one of our own pages, like a script.
    pub async fn call_function(&self, cookie: &str, path: &str, body: &str) -> TestResponse {
        let headers = [
            ("origin", ORIGIN),
            ("sec-fetch-site", "same-origin"),
            ("accept", "application/json"),
            ("cookie", cookie),
        ];
        self.post(path, FORM, &headers, body).await
    }

    pub async fn post(
        &self,
        path: &str,
        content_type: &str,
        headers: &[(&str, &str)],
        body: impl AsRef<[u8]>,
    ) -> TestResponse {
        let mut request = Request::builder()
            .method(Method::POST)
            .uri(path)
            .header("content-type", content_type);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        self.send(request.body(Body::from(body.as_ref().to_vec())).expect("request"))
            .await
    }

    /// Registers `name@example.org` on the page. Returns the session cookie and the path of the board.
    pub async fn register_on_page(&self, name: &str) -> (String, String) {
        let body = format!(
            "{}&first_name={name}",
            credentials_form(&format!("{name}@example.org"))
        );
        let response = self.submit_form("", "/_fn/auth/register", &body).await;
        assert_eq!(response.status, 303, "{}", response.text);
        (
            response.session_cookie().expect("a session"),
            response.location().to_owned(),
        )
    }

    /// A browser without cookies.
    pub fn browser(&self) -> Browser {
        Browser::new(self, "")
    }

    /// A browser without cookies that sends this user agent.
    pub fn browser_with_user_agent(&self, user_agent: &'static str) -> Browser {
        Browser::new(self, user_agent)
    }

    /// A REST client without credentials.
    pub fn anonymous(&self) -> TestClient {
        self.client("")
    }

    /// A REST client with this access token.
    pub fn client(&self, token: &str) -> TestClient {
        TestClient::new(self, token)
    }

    /// Registers `name@example.org` over REST.
    pub async fn register(&self, name: &str) -> TestClient {
        self.register_email(&format!("{name}@example.org"), name).await
    }

    /// Registers this address over REST.
    pub async fn register_email(&self, email: &str, first_name: &str) -> TestClient {
        let body = serde_json::json!({"email": email, "password": PASSWORD, "first_name": first_name});
        let response = self.anonymous().post("/users/register", body).await;
        self.client(&access_token(&response.expect_status(201)))
    }

    /// Logs `name@example.org` in over REST.
    pub async fn login(&self, name: &str) -> TestClient {
        self.login_email(&format!("{name}@example.org")).await
    }

    /// Logs this address in over REST.
    pub async fn login_email(&self, email: &str) -> TestClient {
        let body = serde_json::json!({"email": email, "password": PASSWORD});
        let response = self.anonymous().post("/users/login", body).await;
        self.client(&access_token(&response.expect_status(200)))
    }

    /// Logs `name@example.org` in to a workspace over REST.
    pub async fn login_to(&self, name: &str, slug: &str) -> TestClient {
        let body =
            serde_json::json!({"email": format!("{name}@example.org"), "password": PASSWORD, "tenant": slug});
        let response = self.anonymous().post("/users/login", body).await;
        self.client(&access_token(&response.expect_status(200)))
    }

    /// Runs all background jobs that are due.
    pub async fn run_jobs(&self) {
        run_until_idle(&self.services).await.expect("jobs");
    }

    pub fn now(&self) -> DateTime<Utc> {
        self.clock.now()
    }

    pub fn advance_clock(&self, by: TimeDelta) {
        self.clock.advance(by);
    }

    pub fn data_dir(&self) -> &Path {
        &self.services.data_dir
    }

    /// Runs a query with one number as its result, as the database owner.
    pub async fn count(&self, sql: &str) -> i64 {
        sqlx::query_scalar(AssertSqlSafe(sql.to_owned()))
            .fetch_one(&self.owner)
            .await
            .expect(sql)
    }

    /// Executes statements as the database owner.
    pub async fn execute(&self, sql: &str) {
        sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
            .execute(&self.owner)
            .await
            .expect(sql);
    }

    /// Locks a table until the returned connection is closed. All other transactions that use the table have to wait.
    pub async fn lock_table(&self, table: &str) -> PgConnection {
        let mut connection = PgConnection::connect_with(&self.owner.connect_options())
            .await
            .expect("connection");
        let lock = format!("begin; lock table {table} in access exclusive mode");
        sqlx::raw_sql(AssertSqlSafe(lock))
            .execute(&mut connection)
            .await
            .expect("lock");
        connection
    }

    /// A checksum of all rows of each table, to check that nothing was written.
    pub async fn snapshot_database(&self) -> Vec<(String, String)> {
        let tables: Vec<String> = sqlx::query_scalar(
            "select relname::text from pg_class where relkind = 'r' and relnamespace = 'public'::regnamespace order by 1",
        )
        .fetch_all(&self.owner)
        .await
        .expect("tables");
        let mut checksums = Vec::new();
        for table in tables {
            let sql = format!(
                "select coalesce(md5(string_agg(t::text, '|' order by t::text)), '') from \"{table}\" t"
            );
            let checksum = sqlx::query_scalar(AssertSqlSafe(sql))
                .fetch_one(&self.owner)
                .await;
            checksums.push((table, checksum.expect("checksum")));
        }
        checksums
    }
}

fn access_token(body: &serde_json::Value) -> String {
    body["data"]["access_token"].as_str().expect("token").to_owned()
}

/// The form fields of a user with the password of all test users.
pub fn credentials_form(email: &str) -> String {
    form_urlencoded::Serializer::new(String::new())
        .append_pair("email", email)
        .append_pair("password", PASSWORD)
        .finish()
}

/// The slug in the path of a workspace page.
pub fn workspace_slug(path: &str) -> &str {
    path.split('/').nth(2).expect("slug")
}
