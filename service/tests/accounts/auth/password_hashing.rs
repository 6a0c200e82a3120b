//! Password hashing cannot be used to exhaust the server.

use crate::support::{error_code, error_fields, login, test_app};
use domain::{ErrorCode, auth::RegisterInput};
use service::{
    Error,
    auth::{self, Channel, HashCost, Hasher, SignIn},
    context::ClientInfo,
    platform::rng::SeededRng,
    testing::{PASSWORD, TestApp},
};
use sqlx::PgPool;
use std::{
    sync::Arc,
    time::{Duration, Instant},
};

async fn register(app: &TestApp, password: String) -> Result<SignIn, Error> {
    let input = RegisterInput {
        email: "ada@example.org".into(),
        password,
        first_name: None,
        last_name: None,
        time_zone: None,
    };
    auth::register(&app.services, input, &ClientInfo::unknown(), Channel::Api).await
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn overlong_password_is_rejected_before_hashing(pool: PgPool) {
    let app = test_app(pool);
    let started = Instant::now();
    for _ in 0..200 {
        let result = register(&app, "x".repeat(129)).await;
        assert_eq!(error_fields(result), ["password"]);
    }
    assert!(
        started.elapsed() < Duration::from_secs(2),
        "{:?}",
        started.elapsed()
    );
    let started = Instant::now();
    let result = register(&app, "x".repeat(1_000_000)).await;
    assert_eq!(error_fields(result), ["password"]);
    assert!(
        started.elapsed() < Duration::from_secs(1),
        "{:?}",
        started.elapsed()
    );
    let started = Instant::now();
    assert_eq!(
        error_fields(login(&app, "ada", &"x".repeat(1_000_000), "curl").await),
        ["password"]
    );
    assert!(started.elapsed() < Duration::from_secs(1));
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn password_is_not_truncated(pool: PgPool) {
    let app = test_app(pool);
    let long = "correct horse battery staple and ".repeat(3);
    let long: String = long.chars().cycle().take(127).collect();
    register(&app, format!("{long}x")).await.expect("128 characters");
    assert_eq!(
        error_code(login(&app, "ada", &format!("{long}y"), "curl").await),
        ErrorCode::InvalidCredentials
    );
    login(&app, "ada", &format!("{long}x"), "curl")
        .await
        .expect("right password");
}

/// A manipulated row must not make the server use more memory or CPU.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn stored_hash_with_excessive_cost_is_rejected(pool: PgPool) {
    let app = test_app(pool);
    app.register_user("ada").await.expect("ada");
    for manipulated in [
        "replace(password_hash, 'm=64,', 'm=67108864,')",
        "replace(password_hash, 't=1,', 't=4294967295,')",
        "replace(password_hash, 'p=1$', 'p=16777215$')",
        "'$argon2id$'",
        "''",
    ] {
        let original: String = sqlx::query_scalar("select password_hash from users")
            .fetch_one(&app.owner)
            .await
            .expect("hash");
        let sql = format!("update users set password_hash = {manipulated}");
        sqlx::query(sqlx::AssertSqlSafe(sql))
            .execute(&app.owner)
            .await
            .expect("manipulated");
        let started = Instant::now();
        assert_eq!(
            error_code(login(&app, "ada", PASSWORD, "curl").await),
            ErrorCode::InvalidCredentials,
            "{manipulated}"
        );
        assert!(
            started.elapsed() < Duration::from_secs(1),
            "{manipulated}: {:?}",
            started.elapsed()
        );
        sqlx::query("update users set password_hash = $1")
            .bind(original)
            .execute(&app.owner)
            .await
            .expect("restored");
    }
    login(&app, "ada", PASSWORD, "curl").await.expect("original hash");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn outdated_hash_is_replaced_at_login(pool: PgPool) {
    let app = test_app(pool);
    app.register_user("ada").await.expect("ada");
    let other_hasher = Hasher::new(
        HashCost {
            memory: 128,
            passes: 2,
        },
        Arc::new(SeededRng::new(9)),
    );
    let old = other_hasher.hash(PASSWORD.into()).await.expect("hash");
    sqlx::query("update users set password_hash = $1")
        .bind(&old)
        .execute(&app.owner)
        .await
        .expect("updated");
    login(&app, "ada", PASSWORD, "curl").await.expect("login");
    let new: String = sqlx::query_scalar("select password_hash from users")
        .fetch_one(&app.owner)
        .await
        .expect("hash");
    assert!(old.contains("m=128,t=2") && new.contains("m=64,t=1"), "{new}");
}

#[tokio::test]
async fn hasher_rejects_requests_when_queue_is_full() {
    let cost = HashCost {
        memory: 19_456,
        passes: 2,
    };
    let hasher = Hasher::new(cost, Arc::new(SeededRng::new(9)));
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..200 {
        let hasher = hasher.clone();
        tasks.spawn(async move {
            hasher
                .verify(PASSWORD.into(), None)
                .await
                .map_err(|e| domain::ApiError::from(e).code)
        });
    }
    let results = tasks.join_all().await;
    let rejected = results
        .iter()
        .filter(|r| **r == Err(ErrorCode::Unavailable))
        .count();
    assert!(rejected >= 200 - 64 - 1, "{rejected}");
    assert!(results.contains(&Ok(false)), "some are verified");
}
