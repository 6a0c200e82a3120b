//! Counters: shared by all servers, in batches, hashed, and deleted.

use crate::{OTHER_PASSWORD, client_at, login, login_error, with_limits};
use chrono::TimeDelta;
use domain::{ApiError, ErrorCode};
use futures_util::FutureExt as _;
use service::{
    rate_limit,
    testing::{PASSWORD, TestApp},
    wiring,
};
use sqlx::PgPool;
use std::{pin::pin, sync::Arc, time::Duration};
use tokio::{task::JoinSet, time::timeout};
use uuid::Uuid;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn concurrent_requests_on_two_servers_share_one_limit(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    let (one, two) = (with_limits(&app, "api=100/m"), with_limits(&app, "api=100/m"));
    let session = Uuid::from_u128(7);
    let mut requests = JoinSet::new();
    for n in 0..8 {
        let s = if n % 2 == 0 { one.clone() } else { two.clone() };
        requests.spawn(async move {
            let mut accepted = 0;
            for _ in 0..50 {
                match rate_limit::check_api(&s, &client_at("192.0.2.1"), session).await {
                    Ok(()) => accepted += 1,
                    Err(e) => assert_eq!(ApiError::from(e).code, ErrorCode::RateLimited),
                }
            }
            accepted
        });
    }
    assert_eq!(requests.join_all().await.iter().sum::<i32>(), 100);
    // A restarted server does not start from zero.
    let restarted = with_limits(&app, "api=100/m");
    let rejected = rate_limit::check_api(&restarted, &client_at("192.0.2.1"), session)
        .await
        .map_err(ApiError::from);
    let wait = rejected
        .expect_err("rate limited")
        .retry_after
        .expect("Retry-After");
    // A client that waits exactly for the reported time is accepted.
    app.clock.advance(TimeDelta::seconds(i64::from(wait) - 1));
    assert!(
        rate_limit::check_api(&restarted, &client_at("192.0.2.1"), session)
            .await
            .is_err()
    );
    app.clock.advance(TimeDelta::seconds(1));
    assert!(
        rate_limit::check_api(&restarted, &client_at("192.0.2.1"), session)
            .await
            .is_ok()
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn api_requests_are_counted_in_batches(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    let s = with_limits(&app, "");
    let counted = async || {
        sqlx::query_scalar::<_, i32>("select count from rate_limits")
            .fetch_one(&app.owner)
            .await
            .expect("counter")
    };
    for n in 1..=30 {
        let client = client_at("192.0.2.1");
        rate_limit::check_api(&s, &client, Uuid::from_u128(7))
            .await
            .expect("allowed");
        assert_eq!(client.rate_limit_status().expect("status").remaining, 600 - n);
        assert_eq!(counted().await, 30, "one statement per batch of 30");
    }
    rate_limit::check_api(&s, &client_at("192.0.2.1"), Uuid::from_u128(7))
        .await
        .expect("allowed");
    assert_eq!(counted().await, 60);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn burst_of_requests_consumes_one_batch_at_a_time(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    let s = with_limits(&app, "");
    let mut requests = JoinSet::new();
    for _ in 0..100 {
        let s = s.clone();
        requests.spawn(async move {
            rate_limit::check_api(&s, &client_at("192.0.2.1"), Uuid::from_u128(7)).await
        });
    }
    for result in requests.join_all().await {
        result.expect("allowed");
    }
    let consumed: i32 = sqlx::query_scalar("select count from rate_limits")
        .fetch_one(&app.owner)
        .await
        .expect("counter");
    assert_eq!(consumed, 120, "four batches of 30");
}

/// A page that waits for another part of it is polled once and not again for a while.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn request_that_is_not_polled_does_not_hold_up_others_of_the_session(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    let s = with_limits(&app, "");
    let client = client_at("192.0.2.1");
    let mut started = pin!(rate_limit::check_api(&s, &client, Uuid::from_u128(7)));
    assert!(started.as_mut().now_or_never().is_none());
    let other = rate_limit::check_api(&s, &client, Uuid::from_u128(7));
    timeout(Duration::from_secs(5), other)
        .await
        .expect("not held up")
        .expect("allowed");
    started.await.expect("allowed");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn requests_are_rejected_when_counters_are_unavailable(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    app.register_user("ada").await.expect("ada");
    let s = with_limits(&app, "");
    sqlx::query("alter table rate_limits rename to renamed")
        .execute(&app.owner)
        .await
        .expect("renamed");
    let client = client_at("192.0.2.1");
    let error = login(&s, &client, "ada", PASSWORD)
        .await
        .expect_err("unavailable");
    assert_eq!((error.code, error.retry_after), (ErrorCode::Unavailable, Some(2)));
    let demo = wiring::create_demo_user(&s, &client, "UTC")
        .await
        .map(drop)
        .map_err(ApiError::from);
    assert_eq!(demo.expect_err("unavailable").code, ErrorCode::Unavailable);
    let api = rate_limit::check_api(&s, &client, Uuid::from_u128(7))
        .await
        .map_err(ApiError::from);
    assert_eq!(api.expect_err("unavailable").code, ErrorCode::Unavailable);
    sqlx::query("alter table renamed rename to rate_limits")
        .execute(&app.owner)
        .await
        .expect("renamed back");
    login(&s, &client, "ada", PASSWORD)
        .await
        .expect("available again");
}

/// Counters contain neither email nor IP addresses.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn counters_are_hashed_and_deleted_after_their_window(pool: PgPool) {
    let app = Arc::new(TestApp::new(pool).expect("app"));
    app.register_user("ada").await.expect("ada");
    let s = with_limits(&app, "");
    assert_eq!(login_error(&s, "192.0.2.77", "ada", PASSWORD).await, None);
    let rows = async || {
        sqlx::query_scalar::<_, String>(
            "select r::text from rate_limits r union all select p::text from known_login_networks p",
        )
        .fetch_all(&app.owner)
        .await
        .expect("rows")
    };
    let dump = rows().await.concat();
    assert!(!dump.is_empty());
    for text in ["ada", "192.0.2.77"] {
        assert!(
            !dump.contains(text) && !dump.contains(&hex::encode(text)),
            "{dump}"
        );
    }
    assert_eq!(rows().await.len(), 4);
    app.clock.advance(TimeDelta::minutes(1));
    rate_limit::delete_expired(&s).await.expect("deleted");
    assert_eq!(rows().await.len(), 2, "the failure counter and the known network");
    app.clock.advance(TimeDelta::days(90));
    rate_limit::delete_expired(&s).await.expect("deleted");
    assert_eq!(rows().await.len(), 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn clock_that_was_ahead_blocks_no_user(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    app.register_user("ada").await.expect("registered");
    let limits = "api=40/m,login_email=2/m,login_failures_per_account=0";
    let (client, session) = (client_at("192.0.2.1"), Uuid::from_u128(7));
    let s = with_limits(&app, limits);
    let ahead = TimeDelta::days(7);
    app.clock.advance(ahead);
    while rate_limit::check_api(&s, &client, session).await.is_ok() {}
    while login(&s, &client, "ada", OTHER_PASSWORD)
        .await
        .map_err(|e| e.code)
        != Err(ErrorCode::RateLimited)
    {}
    app.clock.advance(-ahead);

    // The counters of this server, and those that another one reads from the database.
    for s in [s, with_limits(&app, limits)] {
        let api = rate_limit::check_api(&s, &client, session)
            .await
            .map_err(ApiError::from);
        let login = login(&s, &client, "ada", PASSWORD).await;
        for result in [api, login] {
            let error = result.expect_err("still exhausted");
            assert_eq!(
                (error.code, error.retry_after),
                (ErrorCode::RateLimited, Some(60))
            );
        }
    }
    app.clock.advance(TimeDelta::seconds(60));
    let s = with_limits(&app, limits);
    rate_limit::check_api(&s, &client, session)
        .await
        .expect("allowed");
    login(&s, &client, "ada", PASSWORD).await.expect("signed in");
}
