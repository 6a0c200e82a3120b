//! `auth_social_user` and `get_linkedin_profile`: API clients that sign in with a provider's token.

use crate::support::{
    AuditEvents, CLIENT_ID, CLIENT_SECRET, MockProvider, TestClient, TestResponse, TestServer,
};
use axum::body::Body;
use serde_json::{Value, json};
use service::auth::oauth::{ClientSettings, Settings};
use sqlx::PgPool;
use tokio::{net::TcpListener, time::Instant};

const AUTH_SOCIAL: &str = "/users/auth_social_user";

async fn mock_server(pool: PgPool) -> (MockProvider, TestServer) {
    let provider = MockProvider::start().await;
    let settings = Settings {
        gmail_base_url: None,
        ..provider.all_providers()
    };
    let server = TestServer::with_providers(pool, settings);
    (provider, server)
}

async fn sign_in(server: &TestServer, provider: &str, token: &str) -> TestResponse {
    let body = json!({"provider": provider, "token": token});
    server.anonymous().post(AUTH_SOCIAL, body).await
}

/// A client with the access token of this response.
fn signed_in_client(server: &TestServer, response: &TestResponse) -> TestClient {
    let token = &response.json["data"]["access_token"];
    server.client(token.as_str().expect("token"))
}

fn assert_rejected(response: TestResponse) {
    assert_eq!(response.expect_problem(401), "invalid_provider_token");
}

async fn user_count(server: &TestServer) -> i64 {
    server.count("select count(*) from users").await
}

fn mock_google(provider: &MockProvider, sub: &str, email: &str) {
    let info = json!({"aud": CLIENT_ID, "sub": sub, "expires_in": "3000"});
    provider.respond("GET /tokeninfo", 200, info);
    let user = json!({"sub": sub, "email": email, "email_verified": true, "given_name": "Ada", "family_name": "Winter"});
    provider.respond("GET /v1/userinfo", 200, user);
}

fn mock_linkedin(provider: &MockProvider) {
    let introspection = json!({"active": true, "client_id": CLIENT_ID, "status": "active"});
    provider.respond("POST /oauth/v2/introspectToken", 200, introspection);
    let user = json!({
        "sub": "x7", "name": "Ada Winter", "given_name": "Ada", "family_name": "Winter", "email": "ada@linkedin.example",
        "email_verified": true, "locale": {"country": "US", "language": "en"}, "picture": "https://media.example/a.jpg",
    });
    provider.respond("GET /v2/userinfo", 200, user);
}

fn mock_github(provider: &MockProvider) {
    let check = json!({"app": {"client_id": CLIENT_ID}, "user": {"id": 42, "login": "ada"}});
    provider.respond(&github_token_check(), 200, check);
    let user = json!({"id": 42, "login": "ada", "name": "Ada Winter"});
    provider.respond("GET /user", 200, user);
    let emails = json!([
        {"email": "old@github.example", "primary": false, "verified": true, "visibility": null},
        {"email": "ada@github.example", "primary": true, "verified": true, "visibility": "public"},
    ]);
    provider.respond("GET /user/emails", 200, emails);
}

fn github_token_check() -> String {
    format!("POST /applications/{CLIENT_ID}/token")
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn google_token_registers_first_and_signs_in_later(pool: PgPool) {
    let (provider, server) = mock_server(pool).await;
    mock_google(&provider, "1066", "Ada@gmail.example");
    let first = sign_in(&server, "google", "ya29.canary").await;
    assert_eq!(first.status, 201, "{}", first.text);
    let user = &first.json["data"]["user"];
    assert_eq!(user["email"], "Ada@gmail.example");
    assert_eq!(user["email_verified"], true);
    assert_eq!(user["first_name"], "Ada");
    let stages = signed_in_client(&server, &first)
        .get("/jobapps/get_statuses")
        .await;
    assert_eq!(stages.json["data"].as_array().map(Vec::len), Some(5));
    // The same Google account with a different email address.
    mock_google(&provider, "1066", "ada@elsewhere.example");
    let second = sign_in(&server, "google", "ya29.other").await;
    assert_eq!(second.status, 200, "{}", second.text);
    assert_eq!(second.json["data"]["user"]["id"], user["id"]);
    assert_eq!(
        provider.requests("GET /tokeninfo")[0].query,
        "access_token=ya29.canary"
    );
    // The token is only stored encrypted, and never returned. 796132392e is "ya29." in hexadecimal.
    let stored: String = sqlx::query_scalar("select string_agg(i::text, ' ') from identities i")
        .fetch_one(&server.owner)
        .await
        .expect("rows");
    let methods = signed_in_client(&server, &second)
        .get("/users/get_identities")
        .await;
    assert_eq!(methods.status, 200);
    for text in [&stored, &methods.text, &second.text] {
        assert!(!text.contains("ya29") && !text.contains("796132392e"), "{text}");
    }
    let methods = &methods.json["data"];
    assert_eq!(methods["identities"][0]["email"], "ada@elsewhere.example");
    assert_eq!(methods["password"], false);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn token_issued_to_another_client_is_rejected(pool: PgPool) {
    let (provider, server) = mock_server(pool).await;
    mock_google(&provider, "1066", "ada@gmail.example");
    for info in [
        json!({"aud": "client-of-evil", "sub": "1066"}),
        json!({"aud": CLIENT_ID, "sub": "1067"}),
    ] {
        provider.respond("GET /tokeninfo", 200, info);
        assert_rejected(sign_in(&server, "google", "t").await);
    }
    provider.respond("GET /tokeninfo", 400, json!({"error": "invalid_token"}));
    assert_rejected(sign_in(&server, "google", "t").await);

    mock_linkedin(&provider);
    for introspection in [
        json!({"active": false}),
        json!({"active": true}),
        json!({"active": true, "client_id": "client-of-evil"}),
    ] {
        provider.respond("POST /oauth/v2/introspectToken", 200, introspection);
        assert_rejected(sign_in(&server, "linkedin", "t").await);
    }

    mock_github(&provider);
    for (status, check) in [
        (404, json!({"message": "Not Found"})),
        (200, json!({"app": {"client_id": "other"}, "user": {"id": 42}})),
        (200, json!({"app": {"client_id": CLIENT_ID}, "user": {"id": 43}})),
    ] {
        provider.respond(&github_token_check(), status, check);
        assert_rejected(sign_in(&server, "github", "t").await);
    }
    assert_eq!(user_count(&server).await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn linkedin_profile_is_fetched_with_the_stored_token(pool: PgPool) {
    let (provider, server) = mock_server(pool).await;
    mock_linkedin(&provider);
    let response = sign_in(&server, "linkedin", "AQX").await;
    assert_eq!(response.status, 201, "{}", response.text);
    let introspection = &provider.requests("POST /oauth/v2/introspectToken")[0];
    assert!(introspection.body.contains("token=AQX") && introspection.body.contains(CLIENT_SECRET));
    let ada = signed_in_client(&server, &response);
    let get_profile = async || ada.get("/users/get_linkedin_profile").await;
    let expected = json!({"data": {
        "sub": "x7", "name": "Ada Winter", "given_name": "Ada", "family_name": "Winter", "email": "ada@linkedin.example",
        "picture": "https://media.example/a.jpg", "locale": "en-US",
    }});
    assert_eq!(get_profile().await.expect_status(200), expected);
    let userinfo = provider.requests("GET /v2/userinfo").pop().expect("a request");
    assert_eq!(userinfo.authorization, "Bearer AQX");

    let expired = json!({"code": "EXPIRED_ACCESS_TOKEN"});
    provider.respond("GET /v2/userinfo", 401, expired);
    assert_eq!(get_profile().await.expect_problem(404), "not_linked");
    for (status, body) in [
        (500, json!({})),
        (200, json!({"sub": 5})),
        (200, json!({"name": "x".repeat(100_000), "sub": "x7"})),
    ] {
        provider.respond("GET /v2/userinfo", status, body);
        assert_eq!(get_profile().await.expect_problem(502), "provider_unavailable");
    }
    let ben = server.register("ben").await;
    let without = ben.get("/users/get_linkedin_profile").await;
    assert_eq!(without.expect_problem(404), "not_linked");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn github_user_needs_a_verified_primary_email(pool: PgPool) {
    let (provider, server) = mock_server(pool).await;
    mock_github(&provider);
    let response = sign_in(&server, "github", "gho_canary").await;
    let body = response.expect_status(201);
    assert_eq!(body["data"]["user"]["email"], "ada@github.example");
    let check = &provider.requests(&github_token_check())[0];
    assert_eq!(check.body, r#"{"access_token":"gho_canary"}"#);
    assert!(check.authorization.starts_with("Basic "));

    provider.respond("GET /user", 200, json!({"id": 77}));
    let check = json!({"app": {"client_id": CLIENT_ID}, "user": {"id": 77}});
    provider.respond(&github_token_check(), 200, check);
    let emails = json!([
        {"email": "eve@github.example", "primary": true, "verified": false},
        {"email": "ada@github.example", "primary": false, "verified": true},
    ]);
    provider.respond("GET /user/emails", 200, emails);
    let response = sign_in(&server, "github", "gho_other").await;
    assert_eq!(response.invalid_fields(), ["token"]);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn existing_account_with_the_same_email_is_not_taken_over(pool: PgPool) {
    let (provider, server) = mock_server(pool).await;
    server.register_email("ada@gmail.example", "ada").await;
    server.execute("update users set email_verified_at = now()").await;
    mock_google(&provider, "1066", "ADA@gmail.example");
    let response = sign_in(&server, "google", "t").await;
    assert_eq!(response.expect_problem(409), "account_exists");
    for verified in [json!("true"), json!(1), json!(false), Value::Null] {
        let user = json!({"sub": "1066", "email": "ada@gmail.example", "email_verified": verified});
        provider.respond("GET /v1/userinfo", 200, user);
        let response = sign_in(&server, "google", "t").await;
        assert_eq!(response.status, 422, "{verified}");
    }
    assert_eq!(server.count("select count(*) from identities").await, 0);
    assert_eq!(server.count("select count(*) from sessions").await, 1);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn unexpected_provider_responses_are_reported_as_unavailable(pool: PgPool) {
    let (provider, server) = mock_server(pool).await;
    mock_google(&provider, "1066", "ada@gmail.example");
    let oversized = format!(
        r#"{{"aud":"{CLIENT_ID}","sub":"1066","x":"{}"}}"#,
        "x".repeat(1_000_000)
    );
    for (status, body) in [
        (500, "{}".to_owned()),
        (503, String::new()),
        (302, String::new()),
        (429, String::new()),
        (200, "<html>".into()),
        (200, "[]".into()),
        (200, r#"{"aud":["x"],"sub":5}"#.into()),
        (200, oversized),
    ] {
        let redirect = ("location", "/v1/userinfo".to_owned());
        provider.respond_with("GET /tokeninfo", vec![(status, vec![redirect], body)]);
        let response = sign_in(&server, "google", "t").await;
        assert_eq!(response.expect_problem(502), "provider_unavailable", "{status}");
    }
    let without_token = json!({"provider": "google"});
    let response = server.anonymous().post(AUTH_SOCIAL, without_token).await;
    assert_eq!(response.invalid_fields(), ["token"]);
    let unknown = sign_in(&server, "myspace", "t").await;
    assert_eq!(unknown.invalid_fields(), ["provider"]);
    assert_eq!(user_count(&server).await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn silent_provider_times_out_after_eight_seconds(pool: PgPool) {
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("port");
    let settings = Settings {
        google: Some(ClientSettings {
            id: CLIENT_ID.into(),
            secret: CLIENT_SECRET.to_owned().into(),
            base_url: Some(format!("http://{}", silent.local_addr().expect("address"))),
        }),
        ..Settings::default()
    };
    let server = TestServer::with_providers(pool, settings);
    let start = Instant::now();
    assert_eq!(sign_in(&server, "google", "t").await.status, 502);
    let elapsed = start.elapsed().as_secs_f64();
    assert!((7.5..10.0).contains(&elapsed), "{elapsed}");
    // A provider that is not configured counts as invalid.
    let response = sign_in(&server, "github", "t").await;
    assert_eq!(response.invalid_fields(), ["provider"]);
}

/// As with a password, signing in creates an audit event and, on a new device, an email.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn api_sign_in_emits_audit_events_and_new_device_emails(pool: PgPool) {
    let (provider, server) = mock_server(pool).await;
    mock_google(&provider, "1066", "ada@gmail.example");
    let events = AuditEvents::record();
    let sign_in_from = async |user_agent: &str| {
        let anonymous = server.anonymous();
        let request = anonymous
            .request("POST", AUTH_SOCIAL)
            .header("user-agent", user_agent)
            .header("content-type", "application/json");
        let body = json!({"provider": "google", "token": "ya29.x"}).to_string();
        let response = anonymous
            .send(request.body(Body::from(body)).expect("request"))
            .await;
        let emails = server
            .count("select count(*) from outbound_emails where kind = 'new_sign_in'")
            .await;
        (response.status.as_u16(), events.take(), emails)
    };
    assert_eq!(sign_in_from("curl/8.5").await, (201, "registered".to_owned(), 0));
    // Another version of the same program is the same device.
    assert_eq!(sign_in_from("curl/8.6").await, (200, "signed_in".to_owned(), 0));
    assert_eq!(
        sign_in_from("python-requests/2.32").await,
        (200, "signed_in".to_owned(), 1)
    );
    provider.respond("GET /tokeninfo", 400, json!({}));
    assert_eq!(
        sign_in_from("curl/8.5").await,
        (401, "sign_in_failed".to_owned(), 1)
    );
}
