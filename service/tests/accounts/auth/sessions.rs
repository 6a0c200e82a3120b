//! Listing and revoking sessions.

use crate::support::{
    NEW_PASSWORD, error_code, login, request_reset_token, reset_password, test_app, test_app_with_smtp,
};
use chrono::TimeDelta;
use domain::{
    ErrorCode, SessionId,
    auth::{ChangePasswordInput, RefreshTokenInput, RevokeSessionInput, Session, SessionKind, TokenSet},
    pagination::OptionalPageInput,
};
use service::{
    Services, auth,
    context::{Caller, ClientInfo},
    testing::{PASSWORD, TestApp},
};
use sqlx::PgPool;

async fn caller(services: &Services, tokens: &TokenSet) -> Option<Caller> {
    auth::authenticate_token(services, &tokens.access_token)
        .await
        .ok()
}

async fn can_refresh(services: &Services, tokens: &TokenSet) -> bool {
    let input = RefreshTokenInput {
        refresh_token: tokens.refresh_token.clone(),
        tenant: None,
    };
    auth::refresh_tokens(services, input, &ClientInfo::unknown())
        .await
        .is_ok()
}

async fn list(app: &TestApp, caller: &Caller) -> Vec<Session> {
    let listed = auth::list_sessions(&app.services, caller, OptionalPageInput::default()).await;
    listed.expect("sessions").data
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn user_lists_and_revokes_only_own_sessions(pool: PgPool) {
    let app = test_app(pool);
    app.register_user("ada").await.expect("ada");
    app.register_user("eve").await.expect("eve");
    let first = login(&app, "ada", PASSWORD, "curl/8.5").await.expect("login");
    app.clock.advance(TimeDelta::minutes(1));
    let second = login(&app, "ada", PASSWORD, "wget/1").await.expect("login");
    let ada = caller(&app.services, &second).await.expect("ada");
    let sessions = list(&app, &ada).await;
    assert_eq!(sessions.len(), 3, "registration and two logins");
    assert!(sessions[0].current && !sessions[1].current);
    assert!(sessions.iter().all(|s| s.kind == SessionKind::Api));
    assert_eq!(sessions[0].agent.as_deref(), Some("wget/1"));
    let page = async |cursor| {
        let limit = Some(2);
        let listed = auth::list_sessions(&app.services, &ada, OptionalPageInput { cursor, limit }).await;
        listed.expect("a page")
    };
    let newest = page(None).await;
    let cursor = newest.pagination.and_then(|pagination| pagination.next_cursor);
    assert!(cursor.is_some());
    let oldest = page(cursor).await;
    assert_eq!((newest.total, oldest.total), (3, 3));
    assert_eq!(
        oldest.pagination.and_then(|pagination| pagination.next_cursor),
        None
    );
    assert_eq!([newest.data, oldest.data].concat(), sessions);

    let first_session = caller(&app.services, &first).await.expect("first").session;
    let eve = login(&app, "eve", PASSWORD, "curl/8").await.expect("eve");
    let eve = caller(&app.services, &eve).await.expect("eve");
    let revoke = |caller: Caller, session_id: SessionId| {
        let services = app.services.clone();
        async move { auth::revoke_session(&services, &caller, RevokeSessionInput { session_id }).await }
    };
    assert_eq!(
        error_code(revoke(eve, first_session).await),
        ErrorCode::NotFound,
        "session of another user"
    );
    assert!(caller(&app.services, &first).await.is_some());
    revoke(ada.clone(), first_session).await.expect("revoked");
    assert!(caller(&app.services, &first).await.is_none());
    assert!(!can_refresh(&app.services, &first).await);
    assert_eq!(
        error_code(revoke(ada.clone(), first_session).await),
        ErrorCode::NotFound,
        "already revoked"
    );

    auth::revoke_other_sessions(&app.services, &ada)
        .await
        .expect("revoked");
    let left = list(&app, &ada).await;
    assert_eq!(left.len(), 1);
    assert!(left[0].current);
}

#[sqlx::test(migrator = "service::platform::db::MIGRATOR")]
async fn password_change_revokes_other_sessions_and_reset_revokes_all(pool: PgPool) {
    let (app, smtp) = test_app_with_smtp(pool).await;
    app.register_user("ada").await.expect("ada");
    let stolen = login(&app, "ada", PASSWORD, "curl/8").await.expect("login");
    let mine = login(&app, "ada", PASSWORD, "curl/8").await.expect("login");
    assert!(caller(&app.services, &stolen).await.is_some());
    let ada = caller(&app.services, &mine).await.expect("ada");
    let input = ChangePasswordInput {
        current_password: Some(PASSWORD.into()),
        new_password: NEW_PASSWORD.into(),
    };
    auth::change_password(&app.services, &ada, input, &ClientInfo::unknown())
        .await
        .expect("changed");
    assert!(caller(&app.services, &stolen).await.is_none());
    assert!(!can_refresh(&app.services, &stolen).await);
    assert!(
        caller(&app.services, &mine).await.is_some(),
        "the current session stays"
    );
    assert!(can_refresh(&app.services, &mine).await);

    let token = request_reset_token(&app, &smtp, "ada").await;
    reset_password(&app, &token, "another good pass phrase")
        .await
        .expect("reset");
    assert!(caller(&app.services, &mine).await.is_none());
    assert!(!can_refresh(&app.services, &mine).await);
}
