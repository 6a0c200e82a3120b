//! Limits over REST: the answer, and what the headers say.

use crate::client::{Answer, Api};
use axum::{body::Body, http::Request};
use chrono::TimeDelta;
use serde_json::json;
use service::{limits::Client, testing::PASSWORD};
use sqlx::PgPool;

fn number(answer: &Answer, name: &str) -> u64 {
    let value = answer.headers.get(name).unwrap_or_else(|| panic!("no {name}"));
    value.to_str().expect("text").parse().expect("a number")
}

/// The headers of the draft and the older ones, when they say the same: limit, remaining, seconds.
fn told(answer: &Answer, name: &str, window: u64) -> (u64, u64, u64) {
    let (most, remaining, reset) = (
        number(answer, "x-ratelimit-limit"),
        number(answer, "x-ratelimit-remaining"),
        number(answer, "x-ratelimit-reset"),
    );
    assert_eq!(
        answer.headers["ratelimit-policy"],
        format!("\"{name}\";q={most};w={window}")
    );
    assert_eq!(
        answer.headers["ratelimit"],
        format!("\"{name}\";r={remaining};t={reset}")
    );
    (most, remaining, reset)
}

/// HT-9: on every answer, counting down; refused when it says 0; let through after the wait that it names.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn ht_9_the_headers_tell_the_truth(pool: PgPool) {
    let api = Api::with_limits(pool, "api=3/m");
    let token = api.person("ada").await;
    let path = "/jobapps/get_statuses";
    for remaining in [2, 1] {
        let answer = api.get(&token, path).await;
        assert_eq!(told(&answer, "api", 60), (3, remaining, 60));
        answer.with(200);
    }
    // Failures count and tell as well.
    let missing = api.post(&token, "/jobapps/delete_jobapp", json!({})).await;
    assert_eq!(told(&missing, "api", 60), (3, 0, 60));
    missing.with(422);
    api.bench.clock.advance(TimeDelta::milliseconds(20_500));
    let refused = api.get(&token, path).await;
    assert_eq!(told(&refused, "api", 60), (3, 0, 40));
    assert_eq!(number(&refused, "retry-after"), 40);
    assert_eq!(refused.problem(429), "rate_limited");
    api.bench.clock.advance(TimeDelta::seconds(40));
    let after = api.get(&token, path).await;
    assert_eq!(told(&after, "api", 60), (3, 2, 60));
    after.with(200);
    // Another session has a count of its own.
    let body = json!({"email": "ada@example.org", "password": PASSWORD});
    let login = api.post("", "/users/login", body).await.with(200);
    let other = login["data"]["access_token"].as_str().expect("token");
    assert_eq!(told(&api.get(other, path).await, "api", 60).1, 2);
    // Who is nobody is told nothing.
    let nobody = api.get("x", path).await;
    assert!(!nobody.headers.contains_key("ratelimit"));
    nobody.with(401);
}

/// AT-12: names of addresses that anybody can write do not make another client.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn at_12_guessing_from_invented_addresses_is_one_client(pool: PgPool) {
    let api = Api::with_limits(pool, "");
    api.person("ada").await;
    let guess = async |n: usize, address: Option<&str>| {
        let mut request = Request::post("/api/users/login")
            .header("content-type", "application/json")
            .header("x-forwarded-for", format!("203.0.113.{n}"))
            .header("forwarded", format!("for=203.0.113.{n}"))
            .header("x-real-ip", format!("203.0.113.{n}"));
        if let Some(address) = address {
            request = request.extension(Client::new(address.parse().expect("an address"), None));
        }
        let body = json!({"email": "ada@example.org", "password": "wrong wrong wrong"});
        api.send(request.body(Body::from(body.to_string())).expect("request"))
            .await
    };
    for n in 0..10 {
        let answer = guess(n, None).await;
        assert_eq!(told(&answer, "login_email", 60).1, 9 - n as u64);
        assert_eq!(answer.problem(401), "invalid_credentials");
    }
    let refused = guess(10, None).await;
    assert_eq!(
        number(&refused, "retry-after"),
        told(&refused, "login_email", 60).2
    );
    assert_eq!(refused.problem(429), "rate_limited");
    // AT-15: whose address was written is not affected.
    assert_eq!(
        guess(0, Some("203.0.113.5")).await.problem(401),
        "invalid_credentials"
    );
}

#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn making_accounts_is_limited(pool: PgPool) {
    let api = Api::with_limits(pool, "register=2/h");
    for name in ["ada", "ben"] {
        api.person(name).await;
    }
    let body = json!({"email": "cleo@example.org", "password": PASSWORD});
    let refused = api.post("", "/users/register", body).await;
    assert_eq!(told(&refused, "register", 3600), (2, 0, 3600));
    assert_eq!(refused.problem(429), "rate_limited");
}

/// PW-7: wherever the password is asked for once more, wrong ones are counted, and the answer says how long to wait.
#[sqlx::test(migrator = "service::db::MIGRATOR")]
async fn pw_7_wrong_passwords_of_who_is_signed_in_are_counted(pool: PgPool) {
    let api = Api::with_limits(pool, "");
    for (name, operation) in [
        ("ada", "change_password"),
        ("ben", "export_data"),
        ("cleo", "delete_user"),
    ] {
        let token = api.person(name).await;
        let ask = async |password: &str| {
            let body = if operation == "change_password" {
                json!({"current_password": password, "new_password": "seven quiet cats herd sheep"})
            } else {
                json!({ "password": password })
            };
            api.post(&token, &format!("/users/{operation}"), body).await
        };
        for remaining in (0..10).rev() {
            let wrong = ask("wrong wrong wrong").await;
            assert_eq!(told(&wrong, "login_email", 60), (10, remaining, 60));
            assert_eq!(wrong.problem(422), "invalid");
        }
        let refused = ask(PASSWORD).await;
        assert_eq!(number(&refused, "retry-after"), 60, "{operation}");
        assert_eq!(refused.problem(429), "rate_limited");
        api.get(&token, "/users/get_profile").await.with(200);
    }
}
