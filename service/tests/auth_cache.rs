//! The auth cache of one server with its invalidation listener. `server/tests/resilience` tests it with two servers.
#![expect(clippy::expect_used, reason = "a failed expectation fails the test")]

use domain::{
    ErrorCode,
    auth::{LoginInput, LogoutInput, RefreshTokenInput, TokenSet},
};
use service::{
    Error, Services,
    auth::{self, Channel, authenticate_token},
    context::ClientInfo,
    testing::{PASSWORD, TestApp},
};
use sqlx::{AssertSqlSafe, PgPool};
use std::time::Duration;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};

/// Runs the listener until the set is dropped.
async fn test_app_with_listener(pool: PgPool) -> (TestApp, JoinSet<()>) {
    let app = TestApp::new(pool).expect("test app");
    let services = app.services.clone();
    let mut tasks = JoinSet::new();
    tasks.spawn(async move { auth::run_invalidation_listener(&services).await });
    wait_for_validity(&app.services, true).await;
    (app, tasks)
}

async fn wait_for_validity(services: &Services, is_valid: bool) {
    let started = Instant::now();
    while services.auth_cache.is_valid() != is_valid {
        assert!(
            started.elapsed() < Duration::from_secs(10),
            "is_valid: {is_valid}"
        );
        sleep(Duration::from_millis(5)).await;
    }
}

async fn execute(app: &TestApp, sql: &str) {
    sqlx::raw_sql(AssertSqlSafe(sql.to_owned()))
        .execute(&app.owner)
        .await
        .expect("executed");
}

async fn login(app: &TestApp) -> TokenSet {
    let input = LoginInput {
        email: "ada@example.org".into(),
        password: PASSWORD.into(),
        tenant: None,
    };
    auth::login(&app.services, input, &ClientInfo::unknown(), Channel::Api)
        .await
        .and_then(auth::SignIn::into_tokens)
        .expect("login")
}

async fn is_unauthorized(services: &Services, token: &str) -> bool {
    match authenticate_token(services, token).await {
        Ok(_) => false,
        Err(Error::Api(e)) => e.code == ErrorCode::Unauthorized,
        Err(e) => panic!("{e}"),
    }
}

/// Whether the token is authenticated without the database: the privilege to read sessions is revoked meanwhile. Several
/// attempts, because on a busy machine the cache may just have become invalid.
async fn is_cached(app: &TestApp, token: &str) -> bool {
    for _ in 0..20 {
        wait_for_validity(&app.services, true).await;
        authenticate_token(&app.services, token)
            .await
            .expect("authenticated");
        execute(app, "revoke select on sessions from jobhax_login").await;
        let result = authenticate_token(&app.services, token).await;
        execute(app, "grant select on sessions to jobhax_login").await;
        if let Ok(caller) = result {
            assert_eq!(caller.user.email, "ada@example.org");
            return true;
        }
    }
    false
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn cached_caller_needs_no_query(pool: PgPool) {
    let (app, _tasks) = test_app_with_listener(pool).await;
    app.register_user("ada").await.expect("ada");
    let (cached, uncached) = (login(&app).await, login(&app).await);
    assert!(is_cached(&app, &cached.access_token).await);
    execute(&app, "revoke select on sessions from jobhax_login").await;
    assert!(
        authenticate_token(&app.services, &uncached.access_token)
            .await
            .is_err(),
        "control: a caller that is not cached needs a query"
    );
}

/// With notifications disabled, so that only the process's own invalidation has an effect.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn revocation_is_effective_before_response(pool: PgPool) {
    let (app, _tasks) = test_app_with_listener(pool).await;
    let s = &app.services;
    app.register_user("ada").await.expect("ada");
    execute(
        &app,
        "create or replace function notify_auth_invalidation(p_kind text, p_id uuid) returns void language sql as ''",
    )
    .await;
    let other = login(&app).await;
    assert!(!is_unauthorized(s, &other.access_token).await);

    for everywhere in [false, true] {
        let tokens = login(&app).await;
        let caller = authenticate_token(s, &tokens.access_token)
            .await
            .expect("authenticated");
        auth::logout(s, &caller, LogoutInput { everywhere })
            .await
            .expect("logout");
        assert!(
            is_unauthorized(s, &tokens.access_token).await,
            "everywhere: {everywhere}"
        );
        assert_eq!(is_unauthorized(s, &other.access_token).await, everywhere);
    }

    let stolen = login(&app).await;
    assert!(!is_unauthorized(s, &stolen.access_token).await);
    let with = |t: &TokenSet| RefreshTokenInput {
        refresh_token: t.refresh_token.clone(),
        tenant: None,
    };
    auth::refresh_tokens(s, with(&stolen), &ClientInfo::unknown())
        .await
        .expect("refreshed");
    app.clock.advance(chrono::TimeDelta::seconds(11));
    auth::refresh_tokens(s, with(&stolen), &ClientInfo::unknown())
        .await
        .expect_err("reused");
    assert!(
        is_unauthorized(s, &stolen.access_token).await,
        "the session is revoked"
    );

    // Control: a change without notification is not noticed, so the cache is in use.
    let mut is_change_unnoticed = false;
    for _ in 0..20 {
        wait_for_validity(s, true).await;
        let tokens = login(&app).await;
        assert!(!is_unauthorized(s, &tokens.access_token).await);
        execute(&app, "delete from sessions").await;
        is_change_unnoticed = is_change_unnoticed || !is_unauthorized(s, &tokens.access_token).await;
    }
    assert!(is_change_unnoticed);
}

/// As after changes by another server, or by hand.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn notified_change_is_visible_within_a_second(pool: PgPool) {
    let (app, _tasks) = test_app_with_listener(pool).await;
    let s = &app.services;
    app.register_user("ada").await.expect("ada");
    let token = login(&app).await.access_token;
    for (sql, field, value) in [
        (
            "update users set time_zone = 'Asia/Tokyo'; select notify_auth_invalidation('user', id) from users",
            0,
            "Asia/Tokyo",
        ),
        (
            "update users set email = 'ada@example.com'; select notify_auth_invalidation('user', id) from users",
            1,
            "ada@example.com",
        ),
        (
            "update memberships set role = 'coach'; select notify_auth_invalidation('user', user_id) from memberships",
            2,
            "coach",
        ),
        (
            "update tenants set name = 'Elsewhere'; select notify_auth_invalidation('tenant', id) from tenants",
            3,
            "Elsewhere",
        ),
    ] {
        authenticate_token(s, &token).await.expect("authenticated");
        execute(&app, sql).await;
        let started = Instant::now();
        loop {
            let caller = authenticate_token(s, &token).await.expect("authenticated");
            let fields = [
                &caller.user.time_zone,
                &caller.user.email,
                caller.tenant.role.as_str(),
                &caller.tenant.name,
            ];
            if fields[field] == value {
                break;
            }
            assert!(started.elapsed() < Duration::from_secs(1), "not visible: {sql}");
            sleep(Duration::from_millis(2)).await;
        }
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn cache_is_disabled_while_listener_is_disconnected(pool: PgPool) {
    let (app, _tasks) = test_app_with_listener(pool).await;
    app.register_user("ada").await.expect("ada");
    let token = login(&app).await.access_token;
    assert!(!is_unauthorized(&app.services, &token).await);
    execute(
        &app,
        "select pg_terminate_backend(pid) from pg_stat_activity \
         where application_name = 'jobhax listener' and datname = current_database()",
    )
    .await;
    wait_for_validity(&app.services, false).await;
    execute(&app, "revoke select on sessions from jobhax_login").await;
    assert!(
        authenticate_token(&app.services, &token).await.is_err(),
        "the database is queried"
    );
    execute(&app, "grant select on sessions to jobhax_login").await;
    assert!(is_cached(&app, &token).await, "the cache is used again");
}

/// Concurrent lookups must not insert the revoked session into the cache.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn lookup_during_revocation_is_not_cached(pool: PgPool) {
    let (app, _tasks) = test_app_with_listener(pool).await;
    let s = &app.services;
    app.register_user("ada").await.expect("ada");
    for round in 0..25 {
        let token = login(&app).await.access_token;
        let caller = authenticate_token(s, &token).await.expect("authenticated");
        let mut lookups = JoinSet::new();
        for _ in 0..4 {
            let (services, token) = (s.clone(), token.clone());
            lookups.spawn(async move {
                while authenticate_token(&services, &token).await.is_ok() {
                    // Evict, so that each round queries the database again.
                    services.auth_cache.evict_all();
                    tokio::task::yield_now().await;
                }
            });
        }
        auth::logout(s, &caller, LogoutInput { everywhere: false })
            .await
            .expect("logout");
        assert!(is_unauthorized(s, &token).await, "round {round}");
        while lookups.join_next().await.is_some() {}
        assert!(is_unauthorized(s, &token).await, "round {round}, afterwards");
    }
}
