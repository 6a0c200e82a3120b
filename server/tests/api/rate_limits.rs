//! Rate limits of the REST API: which requests count, and what the headers say.

use crate::support::{TestResponse, TestServer};
use axum::{body::Body, http::Request};
use chrono::TimeDelta;
use domain::keys::format_key;
use http_server::PeerAddr;
use serde_json::json;
use service::testing::PASSWORD;
use sqlx::PgPool;
use std::net::SocketAddr;

fn number(response: &TestResponse, name: &str) -> u64 {
    let value = response.headers.get(name).unwrap_or_else(|| panic!("no {name}"));
    value.to_str().expect("text").parse().expect("a number")
}

/// Limit, remaining requests and seconds until the reset. Asserts that the standard (draft) headers and the `X-RateLimit-*` headers agree.
fn rate_limit(response: &TestResponse, name: &str, window: u64) -> (u64, u64, u64) {
    let (limit, remaining, reset) = (
        number(response, "x-ratelimit-limit"),
        number(response, "x-ratelimit-remaining"),
        number(response, "x-ratelimit-reset"),
    );
    assert_eq!(
        response.headers["ratelimit-policy"],
        format!("\"{name}\";q={limit};w={window}")
    );
    assert_eq!(
        response.headers["ratelimit"],
        format!("\"{name}\";r={remaining};t={reset}")
    );
    (limit, remaining, reset)
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn headers_count_down_and_announce_the_reset(pool: PgPool) {
    let server = TestServer::with_limits(pool, "api=3/m");
    let ada = server.register("ada").await;
    let path = "/jobapps/get_statuses";
    for remaining in [2, 1] {
        let response = ada.get(path).await;
        assert_eq!(rate_limit(&response, "api", 60), (3, remaining, 60));
        response.expect_status(200);
    }
    // Errors count as well and carry the headers.
    let invalid = ada.post("/jobapps/delete_jobapp", json!({})).await;
    assert_eq!(rate_limit(&invalid, "api", 60), (3, 0, 60));
    invalid.expect_status(422);
    server.advance_clock(TimeDelta::milliseconds(20_500));
    let limited = ada.get(path).await;
    assert_eq!(rate_limit(&limited, "api", 60), (3, 0, 40));
    assert_eq!(number(&limited, "retry-after"), 40);
    assert_eq!(limited.expect_problem(429), "rate_limited");
    server.advance_clock(TimeDelta::seconds(40));
    let after = ada.get(path).await;
    assert_eq!(rate_limit(&after, "api", 60), (3, 2, 60));
    after.expect_status(200);
    // Each session has its own counter.
    let second_session = server.login("ada").await;
    assert_eq!(rate_limit(&second_session.get(path).await, "api", 60), (3, 2, 60));
    let unauthenticated = server.client("x").get(path).await;
    assert!(!unauthenticated.headers.contains_key("ratelimit"));
    unauthenticated.expect_status(401);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn guessing_api_keys_costs_no_statement_after_the_limit(pool: PgPool) {
    let server = TestServer::with_limits(pool, "unknown_key=3/m");
    let guess = async |n: u8, peer: &str| {
        let peer: SocketAddr = peer.parse().expect("an address");
        let request = Request::get("/api/jobapps/get_statuses")
            .header("authorization", format!("Bearer {}", format_key([n; 32])))
            .extension(PeerAddr(peer));
        server.send(request.body(Body::empty()).expect("request")).await
    };
    for n in 0..3 {
        let response = guess(n, "203.0.113.7:1").await;
        assert_eq!(rate_limit(&response, "unknown_key", 60).1, 2 - u64::from(n));
        assert_eq!(response.expect_problem(401), "unauthorized");
    }
    // A key with a wrong checksum is rejected without a lookup and not counted.
    let mistyped = server.client("jhx_x").get("/jobapps/get_statuses").await;
    assert_eq!(mistyped.expect_problem(401), "unauthorized");
    // The third attempt has used up the limit, so further keys are not looked up.
    server.execute("alter table api_keys rename to hidden_keys").await;
    let limited = guess(4, "203.0.113.7:2").await;
    assert_eq!(number(&limited, "retry-after"), 60);
    assert_eq!(limited.expect_problem(429), "rate_limited");
    server.execute("alter table hidden_keys rename to api_keys").await;
    assert_eq!(
        guess(5, "203.0.113.8:1").await.expect_problem(401),
        "unauthorized"
    );
    server.advance_clock(TimeDelta::seconds(60));
    assert_eq!(
        guess(6, "203.0.113.7:1").await.expect_problem(401),
        "unauthorized"
    );
}

/// Without a trusted proxy, headers that any client can set do not change which client a request counts for.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn forged_forwarding_headers_do_not_evade_the_limit(pool: PgPool) {
    let server = TestServer::with_limits(pool, "");
    server.register("ada").await;
    let guess = async |n: usize, peer: Option<&str>| {
        let mut request = Request::post("/api/users/login")
            .header("content-type", "application/json")
            .header("x-forwarded-for", format!("203.0.113.{n}"))
            .header("forwarded", format!("for=203.0.113.{n}"))
            .header("x-real-ip", format!("203.0.113.{n}"));
        if let Some(peer) = peer {
            let peer: SocketAddr = peer.parse().expect("an address");
            request = request.extension(PeerAddr(peer));
        }
        let body = json!({"email": "ada@example.org", "password": "wrong wrong wrong"});
        server
            .send(request.body(Body::from(body.to_string())).expect("request"))
            .await
    };
    for n in 0..10 {
        let response = guess(n, None).await;
        assert_eq!(rate_limit(&response, "login_email", 60).1, 9 - n as u64);
        assert_eq!(response.expect_problem(401), "invalid_credentials");
    }
    let limited = guess(10, None).await;
    assert_eq!(
        number(&limited, "retry-after"),
        rate_limit(&limited, "login_email", 60).2
    );
    assert_eq!(limited.expect_problem(429), "rate_limited");
    // The client whose address was forged is not affected.
    assert_eq!(
        guess(0, Some("203.0.113.5:4711")).await.expect_problem(401),
        "invalid_credentials"
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn registrations_are_limited(pool: PgPool) {
    let server = TestServer::with_limits(pool, "register=2/h");
    for name in ["ada", "ben"] {
        server.register(name).await;
    }
    let body = json!({"email": "cleo@example.org", "password": PASSWORD});
    let limited = server.anonymous().post("/users/register", body).await;
    assert_eq!(rate_limit(&limited, "register", 3600), (2, 0, 3600));
    assert_eq!(limited.expect_problem(429), "rate_limited");
}

/// A stolen access token must not allow unlimited guesses of the password.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn wrong_passwords_of_authenticated_users_are_limited(pool: PgPool) {
    let server = TestServer::with_limits(pool, "");
    for (name, operation) in [
        ("ada", "change_password"),
        ("ben", "export_data"),
        ("dora", "export_archive"),
        ("cleo", "delete_user"),
    ] {
        let client = server.register(name).await;
        let reauthenticate = async |password: &str| {
            let body = if operation == "change_password" {
                json!({"current_password": password, "new_password": "seven quiet cats herd sheep"})
            } else {
                json!({ "password": password })
            };
            client.post(&format!("/users/{operation}"), body).await
        };
        for remaining in (0..10).rev() {
            let wrong = reauthenticate("wrong wrong wrong").await;
            assert_eq!(rate_limit(&wrong, "login_email", 60), (10, remaining, 60));
            assert_eq!(wrong.expect_problem(422), "invalid");
        }
        let limited = reauthenticate(PASSWORD).await;
        assert_eq!(number(&limited, "retry-after"), 60, "{operation}");
        assert_eq!(limited.expect_problem(429), "rate_limited");
        client.get("/users/get_profile").await.expect_status(200);
    }
}
