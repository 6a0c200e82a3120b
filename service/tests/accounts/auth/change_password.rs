//! Changing the password.

use crate::support::{NEW_PASSWORD, error_code, error_fields, login, run_jobs, test_app, test_app_with_smtp};
use chrono::TimeDelta;
use domain::{ErrorCode, auth::ChangePasswordInput};
use service::{
    auth::{self, REAUTH_WINDOW},
    context::ClientInfo,
    testing::PASSWORD,
};
use sqlx::PgPool;

fn change(current: Option<&str>, new: &str) -> ChangePasswordInput {
    ChangePasswordInput {
        current_password: current.map(Into::into),
        new_password: new.into(),
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn change_password_requires_current_and_strong_new_password(pool: PgPool) {
    let (app, smtp) = test_app_with_smtp(pool).await;
    let client = ClientInfo::unknown();
    let ada = app.register_user("ada").await.expect("ada");
    run_jobs(&app).await;
    smtp.clear();
    let try_change = |current, new| auth::change_password(&app.services, &ada, change(current, new), &client);
    assert_eq!(
        error_fields(try_change(Some("wrong wrong wrong"), NEW_PASSWORD).await),
        ["current_password"]
    );
    assert_eq!(
        error_code(try_change(None, NEW_PASSWORD).await),
        ErrorCode::ReauthenticationRequired
    );
    assert_eq!(
        error_code(try_change(Some(""), NEW_PASSWORD).await),
        ErrorCode::ReauthenticationRequired
    );
    for weak in [
        "",
        "short",
        "password1234",
        "ada ada ada ada",
        "jobhax jobhax",
        PASSWORD,
    ] {
        assert_eq!(
            error_fields(try_change(Some(PASSWORD), weak).await),
            ["new_password"],
            "{weak:?}"
        );
    }
    login(&app, "ada", PASSWORD, "curl/8")
        .await
        .expect("old password still valid");
    try_change(Some(PASSWORD), NEW_PASSWORD).await.expect("changed");
    assert_eq!(
        error_code(login(&app, "ada", PASSWORD, "curl/8").await),
        ErrorCode::InvalidCredentials
    );
    login(&app, "ada", NEW_PASSWORD, "curl/8")
        .await
        .expect("new password");
    run_jobs(&app).await;
    assert!(
        smtp.subjects()
            .contains(&"Your JobHax password was changed".to_owned())
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn password_is_unicode_normalized(pool: PgPool) {
    let app = test_app(pool);
    let client = ClientInfo::unknown();
    let ada = app.register_user("ada").await.expect("ada");
    let composed = "le caf\u{e9} est ferm\u{e9} lundi";
    let decomposed = "le cafe\u{301} est ferme\u{301} lundi";
    auth::change_password(&app.services, &ada, change(Some(PASSWORD), decomposed), &client)
        .await
        .expect("changed");
    login(&app, "ada", composed, "curl/8").await.expect("composed");
    login(&app, "ada", decomposed, "curl/8")
        .await
        .expect("decomposed");
    auth::change_password(&app.services, &ada, change(Some(composed), NEW_PASSWORD), &client)
        .await
        .expect("changed again");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn first_password_requires_recent_sign_in(pool: PgPool) {
    let app = test_app(pool);
    let client = ClientInfo::unknown();
    let ada = app.register_user("ada").await.expect("ada");
    sqlx::query("update users set password_hash = null")
        .execute(&app.owner)
        .await
        .expect("removed");
    app.clock.advance(REAUTH_WINDOW);
    let late = auth::change_password(&app.services, &ada, change(None, NEW_PASSWORD), &client).await;
    assert_eq!(error_code(late), ErrorCode::ReauthenticationRequired);
    app.clock.advance(-REAUTH_WINDOW + TimeDelta::seconds(-1));
    app.clock.advance(TimeDelta::seconds(2));
    auth::change_password(&app.services, &ada, change(None, NEW_PASSWORD), &client)
        .await
        .expect("recent");
    login(&app, "ada", NEW_PASSWORD, "curl/8").await.expect("login");
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn concurrent_password_changes_only_one_succeeds(pool: PgPool) {
    let app = test_app(pool);
    let client = ClientInfo::unknown();
    let ada = app.register_user("ada").await.expect("ada");
    let other = "nine loud dogs chase trains";
    let (a, b) = tokio::join!(
        auth::change_password(&app.services, &ada, change(Some(PASSWORD), NEW_PASSWORD), &client),
        auth::change_password(&app.services, &ada, change(Some(PASSWORD), other), &client),
    );
    assert_eq!(usize::from(a.is_ok()) + usize::from(b.is_ok()), 1);
    let current = if a.is_ok() { NEW_PASSWORD } else { other };
    login(&app, "ada", current, "curl/8")
        .await
        .expect("the successful change");
}
