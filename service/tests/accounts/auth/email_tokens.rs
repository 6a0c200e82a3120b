//! Tokens in emails: single use, expiry, purpose, and password reset with them.

use crate::support::{
    NEW_PASSWORD, count, error_code, error_fields, forgot_password, login, request_reset_token,
    reset_password, run_jobs, test_app, test_app_with_smtp,
};
use chrono::TimeDelta;
use domain::{
    ApiError, ErrorCode,
    auth::{ChangePasswordInput, ResetPasswordInput, VerifyEmailInput},
};
use service::{auth, context::ClientInfo, testing::PASSWORD};
use sqlx::PgPool;
use std::{
    collections::HashSet,
    time::{Duration, Instant},
};

const OTHER_PASSWORD: &str = "another good pass phrase";

fn change_password_input() -> ChangePasswordInput {
    ChangePasswordInput {
        current_password: Some(PASSWORD.into()),
        new_password: NEW_PASSWORD.into(),
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn concurrent_use_of_reset_token_only_one_succeeds(pool: PgPool) {
    let (app, smtp) = test_app_with_smtp(pool).await;
    app.register_user("ada").await.expect("ada");
    let token = request_reset_token(&app, &smtp, "ada").await;
    let mut tasks = tokio::task::JoinSet::new();
    for n in 0..50 {
        let (services, token) = (app.services.clone(), token.clone());
        tasks.spawn(async move {
            let input = ResetPasswordInput {
                token,
                new_password: format!("{NEW_PASSWORD} {n}"),
            };
            match auth::reset_password(&services, input, &ClientInfo::unknown()).await {
                Ok(()) => Some(n),
                Err(error) => {
                    assert_eq!(ApiError::from(error).code, ErrorCode::LinkExpired);
                    None
                }
            }
        });
    }
    let successful: Vec<i32> = tasks.join_all().await.into_iter().flatten().collect();
    assert_eq!(successful.len(), 1);
    login(
        &app,
        "ada",
        &format!("{NEW_PASSWORD} {}", successful[0]),
        "curl/8",
    )
    .await
    .expect("password of the successful reset");
    assert_eq!(
        error_code(login(&app, "ada", PASSWORD, "curl/8").await),
        ErrorCode::InvalidCredentials
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn concurrent_use_of_verification_token_only_one_succeeds(pool: PgPool) {
    let (app, smtp) = test_app_with_smtp(pool).await;
    app.register_user("ada").await.expect("ada");
    run_jobs(&app).await;
    let token = smtp.single_email().token();
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (services, token) = (app.services.clone(), token.clone());
        tasks.spawn(async move {
            auth::verify_email(&services, VerifyEmailInput { token }, &ClientInfo::unknown())
                .await
                .is_ok()
        });
    }
    let successes = tasks.join_all().await.into_iter().filter(|ok| *ok).count();
    assert_eq!(successes, 1);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn reset_token_is_invalidated_by_password_change(pool: PgPool) {
    let (app, smtp) = test_app_with_smtp(pool).await;
    let ada = app.register_user("ada").await.expect("ada");
    let token = request_reset_token(&app, &smtp, "ada").await;
    auth::change_password(
        &app.services,
        &ada,
        change_password_input(),
        &ClientInfo::unknown(),
    )
    .await
    .expect("changed");
    assert_eq!(
        error_code(reset_password(&app, &token, OTHER_PASSWORD).await),
        ErrorCode::LinkExpired
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn reset_token_is_invalidated_by_newer_token_and_expires_after_an_hour(pool: PgPool) {
    let (app, smtp) = test_app_with_smtp(pool).await;
    app.register_user("ada").await.expect("ada");
    let older = request_reset_token(&app, &smtp, "ada").await;
    let newer = request_reset_token(&app, &smtp, "ada").await;
    assert_ne!(older, newer);
    assert_eq!(
        error_code(reset_password(&app, &older, OTHER_PASSWORD).await),
        ErrorCode::LinkExpired
    );
    app.clock.advance(TimeDelta::minutes(59));
    reset_password(&app, &newer, OTHER_PASSWORD)
        .await
        .expect("not expired");

    let expired = request_reset_token(&app, &smtp, "ada").await;
    app.clock.advance(TimeDelta::minutes(60));
    for token in [expired.as_str(), "x"] {
        assert_eq!(
            error_code(reset_password(&app, token, NEW_PASSWORD).await),
            ErrorCode::LinkExpired
        );
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn reset_token_is_invalidated_by_change_of_email_address(pool: PgPool) {
    let (app, smtp) = test_app_with_smtp(pool).await;
    app.register_user("ada").await.expect("ada");
    let token = request_reset_token(&app, &smtp, "ada").await;
    sqlx::query("update users set email = 'ada@new.example', email_normalized = 'ada@new.example'")
        .execute(&app.owner)
        .await
        .expect("updated");
    assert_eq!(
        error_code(reset_password(&app, &token, NEW_PASSWORD).await),
        ErrorCode::LinkExpired
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn pending_reset_email_is_cancelled_by_password_change(pool: PgPool) {
    let (app, smtp) = test_app_with_smtp(pool).await;
    let ada = app.register_user("ada").await.expect("ada");
    run_jobs(&app).await;
    smtp.clear();
    forgot_password(&app, "ada@example.org").await.expect("requested");
    auth::change_password(
        &app.services,
        &ada,
        change_password_input(),
        &ClientInfo::unknown(),
    )
    .await
    .expect("changed");
    run_jobs(&app).await;
    assert_eq!(smtp.subjects(), ["Your JobHax password was changed"]);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn reset_email_is_not_sent_after_token_expiry(pool: PgPool) {
    let (app, smtp) = test_app_with_smtp(pool).await;
    app.register_user("ada").await.expect("ada");
    run_jobs(&app).await;
    smtp.clear();
    forgot_password(&app, "ada@example.org").await.expect("requested");
    app.clock.advance(TimeDelta::minutes(61));
    run_jobs(&app).await;
    assert!(smtp.emails().is_empty());
    let sql = "select count(*) from email_tokens where purpose = 'reset_password'";
    assert_eq!(count(&app, sql).await, 0);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn token_is_bound_to_its_purpose_and_survives_weak_password(pool: PgPool) {
    let (app, smtp) = test_app_with_smtp(pool).await;
    app.register_user("ada").await.expect("ada");
    run_jobs(&app).await;
    let verification_token = smtp.single_email().token();
    let token = request_reset_token(&app, &smtp, "ada").await;
    assert_eq!(
        error_code(reset_password(&app, &verification_token, NEW_PASSWORD).await),
        ErrorCode::LinkExpired
    );
    let input = VerifyEmailInput { token: token.clone() };
    assert_eq!(
        error_code(auth::verify_email(&app.services, input, &ClientInfo::unknown()).await),
        ErrorCode::LinkExpired
    );
    assert_eq!(
        error_fields(reset_password(&app, &token, "password1234").await),
        ["new_password"]
    );
    reset_password(&app, &token, NEW_PASSWORD)
        .await
        .expect("still valid");
    // The token was sent to the address, so the address is verified.
    let sql = "select count(*) from users where email_verified_at is not null";
    assert_eq!(count(&app, sql).await, 1);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn tokens_are_unique_and_stored_only_as_hashes(pool: PgPool) {
    let (app, smtp) = test_app_with_smtp(pool).await;
    app.register_user("ada").await.expect("ada");
    let mut tokens = HashSet::new();
    for _ in 0..5 {
        let token = request_reset_token(&app, &smtp, "ada").await;
        assert_eq!(token.len(), 43, "256 bits");
        let row: String =
            sqlx::query_scalar("select t::text from email_tokens t where purpose = 'reset_password'")
                .fetch_one(&app.owner)
                .await
                .expect("row");
        assert!(!row.contains(&token));
        assert!(tokens.insert(token));
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn repeated_reset_requests_send_one_email(pool: PgPool) {
    let (app, smtp) = test_app_with_smtp(pool).await;
    app.register_user("ada").await.expect("ada");
    run_jobs(&app).await;
    smtp.clear();
    for _ in 0..20 {
        forgot_password(&app, "ada@example.org").await.expect("requested");
    }
    run_jobs(&app).await;
    forgot_password(&app, "ADA@example.org").await.expect("requested");
    run_jobs(&app).await;
    let token = smtp.single_email().token();
    reset_password(&app, &token, NEW_PASSWORD)
        .await
        .expect("the token that was sent is valid");
}

/// Neither the duration, nor the number of transactions, nor the stored rows differ.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn forgot_password_does_not_reveal_whether_email_is_registered(pool: PgPool) {
    let app = test_app(pool);
    for n in 0..40 {
        app.register_user(&format!("known{n}")).await.expect("user");
    }
    run_jobs(&app).await;
    let mut durations = [Vec::new(), Vec::new()];
    for n in 0..40 {
        // Alternate the order, so that it does not influence the result.
        for i in [n, n + 1] {
            let kind = ["known", "unknown"][i % 2];
            let before = app.services.db.transactions();
            let started = Instant::now();
            forgot_password(&app, &format!("{kind}{n}@example.org"))
                .await
                .expect("requested");
            durations[i % 2].push(started.elapsed());
            assert_eq!(app.services.db.transactions() - before, 1);
        }
    }
    let median = |durations: &mut Vec<Duration>| {
        durations.sort();
        durations[durations.len() / 2]
    };
    let (known, unknown) = (median(&mut durations[0]), median(&mut durations[1]));
    let ratio = known.as_secs_f64() / unknown.as_secs_f64();
    assert!((0.5..2.0).contains(&ratio), "{known:?} and {unknown:?}");
    let distinct_rows = "select count(*) from (select kind, user_id, device from outbound_emails where kind = 'reset_password' group by 1, 2, 3) x";
    assert_eq!(count(&app, distinct_rows).await, 1);
}
