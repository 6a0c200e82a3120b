//! Requests without a session, and refreshes.

use crate::{RATE_LIMITED, client_at, with_limits};
use chrono::TimeDelta;
use domain::{
    ApiError, ErrorCode,
    auth::{LoginInput, RefreshTokenInput, RegisterInput},
};
use service::{
    Error,
    auth::{self, Channel},
    rate_limit,
    testing::{PASSWORD, TestApp},
    wiring,
};
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn registration_demo_and_email_are_limited_per_network(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    let s = with_limits(
        &app,
        "register=2/h,demo=1/h,email_per_ip=4/h,token_use_per_ip=1/h",
    );
    let register = async |name: &str, ip: &str| {
        let input = RegisterInput {
            email: format!("{name}@example.org"),
            password: PASSWORD.into(),
            first_name: None,
            last_name: None,
            time_zone: None,
        };
        let result = auth::register(&s, input, &client_at(ip), Channel::Api).await;
        result.err().map(|e| ApiError::from(e).code)
    };
    // Invalid requests are not counted.
    for _ in 0..5 {
        assert_eq!(
            register("not an address", "192.0.2.1").await,
            Some(ErrorCode::Invalid)
        );
    }
    assert_eq!(register("ada", "192.0.2.1").await, None);
    assert_eq!(register("ada", "192.0.2.1").await, Some(ErrorCode::EmailTaken));
    assert_eq!(register("ben", "192.0.2.1").await, RATE_LIMITED);
    assert_eq!(register("ben", "192.0.2.2").await, None);

    let code = |r: Result<(), Error>| r.err().map(|e| ApiError::from(e).code);
    assert_eq!(
        code(
            wiring::create_demo_user(&s, &client_at("192.0.2.1"), "UTC")
                .await
                .map(drop)
        ),
        None
    );
    assert_eq!(
        code(
            wiring::create_demo_user(&s, &client_at("192.0.2.1"), "UTC")
                .await
                .map(drop)
        ),
        RATE_LIMITED
    );
    assert_eq!(
        code(rate_limit::check_email_token(&s, &client_at("192.0.2.1")).await),
        None
    );
    assert_eq!(
        code(rate_limit::check_email_token(&s, &client_at("192.0.2.1")).await),
        RATE_LIMITED
    );

    // 100 requests from as many networks send 3 emails to one recipient.
    let mut sent = 0;
    for n in 0..100 {
        let client = client_at(&format!("203.0.113.{n}"));
        sent += i32::from(
            rate_limit::check_email(&s, &client, "ada@example.org")
                .await
                .is_ok(),
        );
    }
    assert_eq!(sent, 3);
    // Requests rejected because of the recipient did not count for their network.
    for n in 0..4 {
        let to = format!("user{n}@example.org");
        assert_eq!(
            code(rate_limit::check_email(&s, &client_at("203.0.113.99"), &to).await),
            None
        );
    }
    assert_eq!(
        code(rate_limit::check_email(&s, &client_at("203.0.113.99"), "more@example.org").await),
        RATE_LIMITED
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn token_refresh_is_limited_per_session(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    app.register_user("ada").await.expect("ada");
    let s = with_limits(&app, "refresh=3/m");
    let input = || LoginInput {
        email: "ada@example.org".into(),
        password: PASSWORD.into(),
        tenant: None,
    };
    let sign_in = async || {
        let sign_in = auth::login(&s, input(), &client_at("192.0.2.1"), Channel::Api)
            .await
            .expect("signed in");
        sign_in.into_tokens().expect("tokens").refresh_token
    };
    let mut token = sign_in().await;
    let token_of_other_session = sign_in().await;
    let refresh = async |token: &str, tenant: Option<&str>| {
        let input = RefreshTokenInput {
            refresh_token: token.into(),
            tenant: tenant.map(Into::into),
        };
        auth::refresh_tokens(&s, input, &client_at("192.0.2.1"))
            .await
            .map_err(ApiError::from)
    };
    for _ in 0..2 {
        token = refresh(&token, None).await.expect("refreshed").refresh_token;
    }
    let other_tenant = refresh(&token, Some("other-tenant"))
        .await
        .expect_err("not a member");
    assert_eq!(other_tenant.code, ErrorCode::NotFound);
    let limited = refresh(&token, None).await.expect_err("rate limited");
    assert_eq!(limited.code, ErrorCode::RateLimited);
    refresh(&token_of_other_session, None)
        .await
        .expect("other session");
    // The rejected request did not use up the token.
    let wait = limited.retry_after.expect("Retry-After");
    app.clock.advance(TimeDelta::seconds(wait.into()));
    refresh(&token, None).await.expect("refreshed");
}
