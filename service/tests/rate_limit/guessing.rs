//! Guessing of passwords.

use crate::{OTHER_PASSWORD, RATE_LIMITED, WRONG_PASSWORD, client_at, login_error, with_limits};
use chrono::TimeDelta;
use domain::{
    ApiError, ErrorCode,
    auth::{ChangePasswordInput, ReauthInput},
};
use service::{
    auth, rate_limit,
    testing::{PASSWORD, TestApp},
    users, wiring,
};
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn password_guessing_from_one_network_is_limited(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    app.register_user("ada").await.expect("ada");
    let s = with_limits(&app, "");
    for _ in 0..10 {
        assert_eq!(
            login_error(&s, "192.0.2.1", "ada", OTHER_PASSWORD).await,
            WRONG_PASSWORD
        );
    }
    assert_eq!(
        login_error(&s, "192.0.2.1", "ada", PASSWORD).await,
        RATE_LIMITED,
        "even with the right password"
    );
    assert_eq!(
        login_error(&s, "192.0.2.1", "unknown", OTHER_PASSWORD).await,
        WRONG_PASSWORD
    );
    for n in 11..60 {
        assert_eq!(
            login_error(&s, "192.0.2.1", &format!("user{n}"), OTHER_PASSWORD).await,
            WRONG_PASSWORD,
            "{n}"
        );
    }
    assert_eq!(
        login_error(&s, "192.0.2.1", "another", OTHER_PASSWORD).await,
        RATE_LIMITED
    );
    // Addresses of the same IPv6 /64 count as one network.
    for n in 0..10 {
        assert_eq!(
            login_error(&s, &format!("2001:db8::{n}"), "ada", OTHER_PASSWORD).await,
            WRONG_PASSWORD
        );
    }
    assert_eq!(
        login_error(&s, "2001:db8::ffff", "ada", OTHER_PASSWORD).await,
        RATE_LIMITED
    );
    app.clock.advance(TimeDelta::minutes(1));
    assert_eq!(login_error(&s, "192.0.2.1", "ada", PASSWORD).await, None);
}

/// After 100 failures from many networks, sign-in is blocked from new networks, but the user can still sign in from a known
/// one.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn distributed_guessing_does_not_lock_user_out_of_known_network(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    let caller = app.register_user("ada").await.expect("ada");
    let s = with_limits(&app, "");
    assert_eq!(login_error(&s, "198.51.100.7", "ada", PASSWORD).await, None);
    // The sign-in counted as one attempt from a new network.
    for n in 0..99 {
        assert_eq!(
            login_error(&s, &format!("203.0.113.{n}"), "ada", OTHER_PASSWORD).await,
            WRONG_PASSWORD,
            "{n}"
        );
    }
    assert_eq!(
        login_error(&s, "203.0.113.200", "ada", PASSWORD).await,
        RATE_LIMITED,
        "even with the right password"
    );
    assert_eq!(login_error(&s, "198.51.100.7", "ada", PASSWORD).await, None);
    // Existing sessions are not affected.
    rate_limit::check_api(&s, &client_at("203.0.113.200"), caller.session.0)
        .await
        .expect("allowed");
    // The counter is in the database, so another or a restarted server rejects the attempt, too.
    assert_eq!(
        login_error(&with_limits(&app, ""), "203.0.113.201", "ada", OTHER_PASSWORD).await,
        RATE_LIMITED
    );
    app.clock.advance(TimeDelta::days(1));
    assert_eq!(login_error(&s, "203.0.113.200", "ada", PASSWORD).await, None);
}

/// An attacker in a known network is limited, too; a successful sign-in resets the counter.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn known_network_has_its_own_failure_counter(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    app.register_user("ada").await.expect("ada");
    let s = with_limits(
        &app,
        "login_email=0,login_address=0,login_failures_per_account=10/d",
    );
    assert_eq!(login_error(&s, "198.51.100.7", "ada", PASSWORD).await, None);
    for _ in 0..3 {
        for _ in 0..9 {
            assert_eq!(
                login_error(&s, "198.51.100.7", "ada", OTHER_PASSWORD).await,
                WRONG_PASSWORD
            );
        }
        assert_eq!(login_error(&s, "198.51.100.7", "ada", PASSWORD).await, None);
    }
    for _ in 0..10 {
        assert_eq!(
            login_error(&s, "198.51.100.7", "ada", OTHER_PASSWORD).await,
            WRONG_PASSWORD
        );
    }
    assert_eq!(
        login_error(&s, "198.51.100.7", "ada", PASSWORD).await,
        RATE_LIMITED
    );
}

/// A stolen access token cannot be used to guess the password: all operations that ask for it share the login limits.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn reauthentication_shares_the_login_limits(pool: PgPool) {
    let app = TestApp::new(pool).expect("app");
    let ada = app.register_user("ada").await.expect("ada");
    let s = with_limits(&app, "");
    let credential = |password: &str| ReauthInput {
        password: Some(password.into()),
    };
    let reauthenticate = async |n: u8, password: &str, ip: &str| {
        let client = client_at(ip);
        let change = ChangePasswordInput {
            current_password: Some(password.into()),
            new_password: "seven quiet cats herd sheep".into(),
        };
        let result = match n % 4 {
            0 => auth::change_password(&s, &ada, change, &client).await,
            1 => users::export_data(&s, &ada, credential(password), &client)
                .await
                .map(drop),
            2 => auth::reauthenticate_for_export(&s, &ada, credential(password), &client).await,
            _ => wiring::delete_user(&s, &ada, credential(password), &client).await,
        };
        let error = result.err().map(ApiError::from);
        (error.as_ref().map(|e| e.code), error.and_then(|e| e.retry_after))
    };
    for n in 0..10 {
        assert_eq!(
            reauthenticate(n, OTHER_PASSWORD, "192.0.2.1").await,
            (Some(ErrorCode::Invalid), None)
        );
    }
    for n in 0..4 {
        assert_eq!(
            reauthenticate(n, PASSWORD, "192.0.2.1").await,
            (RATE_LIMITED, Some(60)),
            "even with the right password"
        );
    }
    // The counters are those of login.
    assert_eq!(login_error(&s, "192.0.2.1", "ada", PASSWORD).await, RATE_LIMITED);
    // From new networks there are 100 attempts in all.
    for n in 0..90 {
        let ip = format!("203.0.113.{n}");
        assert_eq!(
            reauthenticate(n, OTHER_PASSWORD, &ip).await.0,
            Some(ErrorCode::Invalid),
            "{n}"
        );
    }
    let (code, wait) = reauthenticate(3, PASSWORD, "203.0.113.200").await;
    assert_eq!(code, RATE_LIMITED);
    assert!(wait.is_some_and(|seconds| seconds > 3_600));
    // The account was not changed, and operations without a password still work.
    users::get_profile(&s, &ada).await.expect("profile");
    users::export_data(&s, &ada, ReauthInput::default(), &client_at("203.0.113.200"))
        .await
        .expect("a recent sign-in needs no password");
    app.clock.advance(TimeDelta::days(1));
    assert_eq!(reauthenticate(1, PASSWORD, "203.0.113.200").await, (None, None));
}
