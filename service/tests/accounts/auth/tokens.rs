//! Access and refresh tokens.

use crate::support::{error_code, login, test_app};
use chrono::TimeDelta;
use domain::{
    ErrorCode,
    auth::{LoginInput, LogoutInput, RefreshTokenInput, TokenSet},
};
use service::{
    auth::{self, Channel},
    context::ClientInfo,
    testing::PASSWORD,
};
use sqlx::PgPool;
use std::sync::Arc;

fn refresh_input(token: &str) -> RefreshTokenInput {
    RefreshTokenInput {
        refresh_token: token.to_owned(),
        tenant: None,
    }
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn logout_revokes_tokens_immediately(pool: PgPool) {
    let app = test_app(pool);
    app.register_user("ada").await.expect("ada");
    let (one, two) = (
        login(&app, "ada", PASSWORD, "curl").await.expect("login"),
        login(&app, "ada", PASSWORD, "curl").await.expect("login"),
    );
    let s = &app.services;
    let caller = auth::authenticate_token(s, &one.access_token)
        .await
        .expect("valid");
    auth::logout(s, &caller, LogoutInput::default())
        .await
        .expect("logout");
    assert_eq!(
        error_code(auth::authenticate_token(s, &one.access_token).await),
        ErrorCode::Unauthorized
    );
    assert_eq!(
        error_code(auth::refresh_tokens(s, refresh_input(&one.refresh_token), &ClientInfo::unknown()).await),
        ErrorCode::InvalidToken
    );
    let caller = auth::authenticate_token(s, &two.access_token)
        .await
        .expect("the other session is valid");
    auth::logout(s, &caller, LogoutInput { everywhere: true })
        .await
        .expect("logout");
    assert_eq!(
        error_code(auth::authenticate_token(s, &two.access_token).await),
        ErrorCode::Unauthorized
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn reused_refresh_token_revokes_session(pool: PgPool) {
    let app = test_app(pool);
    app.register_user("ada").await.expect("ada");
    let s = &app.services;
    let first = login(&app, "ada", PASSWORD, "curl").await.expect("login");
    let second = auth::refresh_tokens(s, refresh_input(&first.refresh_token), &ClientInfo::unknown())
        .await
        .expect("exchanged");
    assert!(
        auth::authenticate_token(s, &first.access_token).await.is_ok(),
        "the earlier access token stays valid"
    );
    // Within the grace period the session is not revoked.
    app.clock.advance(TimeDelta::seconds(9));
    assert_eq!(
        error_code(
            auth::refresh_tokens(s, refresh_input(&first.refresh_token), &ClientInfo::unknown()).await
        ),
        ErrorCode::InvalidToken
    );
    let third = auth::refresh_tokens(s, refresh_input(&second.refresh_token), &ClientInfo::unknown())
        .await
        .expect("session not revoked");
    app.clock.advance(TimeDelta::seconds(11));
    assert_eq!(
        error_code(
            auth::refresh_tokens(s, refresh_input(&second.refresh_token), &ClientInfo::unknown()).await
        ),
        ErrorCode::InvalidToken
    );
    assert_eq!(
        error_code(
            auth::refresh_tokens(s, refresh_input(&third.refresh_token), &ClientInfo::unknown()).await
        ),
        ErrorCode::InvalidToken,
        "the session is revoked"
    );
    assert_eq!(
        error_code(auth::authenticate_token(s, &third.access_token).await),
        ErrorCode::Unauthorized
    );
}

/// Whoever uses a token after its successor cannot be a client that waits for the response of a concurrent request.
#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn refresh_token_is_reused_at_once_when_its_successor_was_used(pool: PgPool) {
    let app = test_app(pool);
    app.register_user("ada").await.expect("ada");
    let s = &app.services;
    let refresh =
        async |token: &str| auth::refresh_tokens(s, refresh_input(token), &ClientInfo::unknown()).await;
    let first = login(&app, "ada", PASSWORD, "curl").await.expect("login");
    let second = refresh(&first.refresh_token).await.expect("exchanged");
    assert_eq!(
        error_code(refresh(&first.refresh_token).await),
        ErrorCode::InvalidToken
    );
    let third = refresh(&second.refresh_token)
        .await
        .expect("the successor was unused, so the session is not revoked");
    assert_eq!(
        error_code(refresh(&first.refresh_token).await),
        ErrorCode::InvalidToken
    );
    assert_eq!(
        error_code(refresh(&third.refresh_token).await),
        ErrorCode::InvalidToken,
        "the session is revoked"
    );
    assert_eq!(
        error_code(auth::authenticate_token(s, &third.access_token).await),
        ErrorCode::Unauthorized
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn concurrent_refresh_only_one_succeeds(pool: PgPool) {
    let app = Arc::new(test_app(pool));
    app.register_user("ada").await.expect("ada");
    let tokens = login(&app, "ada", PASSWORD, "curl").await.expect("login");
    let mut tasks = tokio::task::JoinSet::new();
    for _ in 0..50 {
        let (app, token) = (app.clone(), tokens.refresh_token.clone());
        tasks.spawn(async move {
            auth::refresh_tokens(&app.services, refresh_input(&token), &ClientInfo::unknown())
                .await
                .ok()
        });
    }
    let successful: Vec<TokenSet> = tasks.join_all().await.into_iter().flatten().collect();
    assert_eq!(successful.len(), 1);
    assert!(
        auth::refresh_tokens(
            &app.services,
            refresh_input(&successful[0].refresh_token),
            &ClientInfo::unknown()
        )
        .await
        .is_ok()
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn refresh_for_foreign_tenant_leaves_token_usable(pool: PgPool) {
    let app = test_app(pool);
    app.register_user("ada").await.expect("ada");
    let slug = app.register_user("ben").await.expect("ben").tenant.slug;
    let tokens = login(&app, "ada", PASSWORD, "curl").await.expect("login");
    let foreign = RefreshTokenInput {
        refresh_token: tokens.refresh_token.clone(),
        tenant: Some(slug.clone()),
    };
    assert_eq!(
        error_code(auth::refresh_tokens(&app.services, foreign, &ClientInfo::unknown()).await),
        ErrorCode::NotFound
    );
    assert!(
        auth::refresh_tokens(
            &app.services,
            refresh_input(&tokens.refresh_token),
            &ClientInfo::unknown()
        )
        .await
        .is_ok()
    );
    let input = LoginInput {
        email: "ada@example.org".into(),
        password: PASSWORD.into(),
        tenant: Some(slug),
    };
    assert_eq!(
        error_code(auth::login(&app.services, input, &ClientInfo::unknown(), Channel::Api).await),
        ErrorCode::NotFound
    );
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn removed_member_is_unauthorized_immediately(pool: PgPool) {
    let app = test_app(pool);
    let ada = app.register_user("ada").await.expect("ada");
    let tokens = login(&app, "ada", PASSWORD, "curl").await.expect("login");
    sqlx::query("delete from memberships where user_id = $1")
        .bind(ada.user.id.0)
        .execute(&app.owner)
        .await
        .expect("removed");
    assert_eq!(
        error_code(auth::authenticate_token(&app.services, &tokens.access_token).await),
        ErrorCode::Unauthorized
    );
    assert_eq!(
        error_code(
            auth::refresh_tokens(
                &app.services,
                refresh_input(&tokens.refresh_token),
                &ClientInfo::unknown()
            )
            .await
        ),
        ErrorCode::InvalidToken
    );
}
