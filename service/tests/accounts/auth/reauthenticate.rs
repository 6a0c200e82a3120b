//! Reauthentication before sensitive actions.

use crate::support::{NEW_PASSWORD, error_code, error_fields, login, reauth_input, test_app};
use domain::{
    ErrorCode,
    auth::{ChangePasswordInput, ReauthInput},
};
use service::{
    auth::{self, REAUTH_WINDOW},
    context::ClientInfo,
    testing::PASSWORD,
    users, wiring,
};
use sqlx::PgPool;

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn old_session_requires_reauthentication_for_sensitive_actions(pool: PgPool) {
    let app = test_app(pool);
    app.register_user("ada").await.expect("ada");
    let tokens = login(&app, "ada", PASSWORD, "curl/8").await.expect("login");
    let services = &app.services;
    let ada = auth::authenticate_token(services, &tokens.access_token)
        .await
        .expect("ada");
    let client = ClientInfo::unknown();
    let user_row = async || -> String {
        sqlx::query_scalar("select u::text from users u")
            .fetch_one(&app.owner)
            .await
            .expect("row")
    };
    let without_password = ReauthInput::default;
    let wrong_password = || ReauthInput {
        password: Some("wrong wrong wrong".into()),
    };

    users::export_data(services, &ada, without_password(), &client)
        .await
        .map(|_| ())
        .expect("a recent sign-in is sufficient for an export");
    assert_eq!(
        error_code(wiring::delete_user(services, &ada, without_password(), &client).await),
        ErrorCode::ReauthenticationRequired,
        "but not for deletion"
    );

    app.clock.advance(REAUTH_WINDOW);
    let before = user_row().await;
    assert_eq!(
        error_code(users::export_data(services, &ada, without_password(), &client).await),
        ErrorCode::ReauthenticationRequired
    );
    assert_eq!(
        error_code(wiring::delete_user(services, &ada, without_password(), &client).await),
        ErrorCode::ReauthenticationRequired
    );
    let change = ChangePasswordInput {
        current_password: None,
        new_password: NEW_PASSWORD.into(),
    };
    assert_eq!(
        error_code(auth::change_password(services, &ada, change, &client).await),
        ErrorCode::ReauthenticationRequired
    );
    assert_eq!(
        error_fields(users::export_data(services, &ada, wrong_password(), &client).await),
        ["password"]
    );
    assert_eq!(
        error_fields(wiring::delete_user(services, &ada, wrong_password(), &client).await),
        ["password"]
    );
    assert_eq!(before, user_row().await);
    assert!(
        users::export_data(services, &ada, reauth_input(), &client)
            .await
            .is_ok()
    );
}
