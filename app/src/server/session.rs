//! Browser sessions.

use super::{
    context::{client_info, services, session},
    flash,
};
use crate::error::AppError;
use axum::http::{HeaderName, HeaderValue};
use domain::{ErrorCode, SessionId, TenantId, UserId};
use leptos::prelude::use_context;
use leptos_axum::ResponseOptions;
use service::{
    auth::{ORGANIZATION_KEY, SESSION_ID_KEY, USER_AGENT_KEY, USER_ID_KEY, record_sign_out},
    context::ClientInfo,
};
use tower_sessions::{Session, session::Error};

/// Signs the user in to the session under a new session id, which prevents session fixation.
pub async fn start_session(session: &Session, user: UserId, client: &ClientInfo) -> Result<(), Error> {
    session.cycle_id().await?;
    // Left over from an earlier sign-in in this browser.
    session.remove_value(ORGANIZATION_KEY).await?;
    if let Some(agent) = client.user_agent() {
        session.insert(USER_AGENT_KEY, agent).await?;
    }
    session.insert(USER_ID_KEY, user).await
}

/// Like [`start_session`], after a sign-in with the provider of this organization.
pub async fn start_organization_session(
    session: &Session,
    user: UserId,
    organization: TenantId,
    client: &ClientInfo,
) -> Result<(), Error> {
    start_session(session, user, client).await?;
    session.insert(ORGANIZATION_KEY, organization).await
}

/// The user who is signed in to the session.
pub async fn user_id(session: &Session) -> Result<Option<UserId>, Error> {
    session.get(USER_ID_KEY).await
}

/// The id of the stored session, or the nil id if the session is not stored yet.
pub async fn session_id(session: &Session) -> Result<SessionId, Error> {
    let id = session.get(SESSION_ID_KEY).await?;
    Ok(id.unwrap_or_else(|| uuid::Uuid::nil().into()))
}

/// Signs the user in to the session of the current request.
pub(crate) async fn start(user: UserId) -> Result<(), AppError> {
    flash::clear();
    start_session(&session().await?, user, &client_info())
        .await
        .map_err(session_error)
}

/// The value of `Clear-Site-Data`: what the browser deletes at sign-out, in addition to the session cookie.
const CLEAR_SITE_DATA: &str = "\"cache\", \"storage\"";

/// Signs out the session of the current request.
pub(crate) async fn end() -> Result<(), AppError> {
    flash::clear();
    let session = session().await?;
    if let Some(response) = use_context::<ResponseOptions>() {
        response.insert_header(
            HeaderName::from_static("clear-site-data"),
            HeaderValue::from_static(CLEAR_SITE_DATA),
        );
    }
    let user = user_id(&session).await.map_err(session_error)?;
    session.flush().await.map_err(session_error)?;
    if let Some(user) = user {
        record_sign_out(&*services()?, user, client_info().ip()).await;
    }
    Ok(())
}

/// Logs the error of the session store and hides it from the user.
pub(super) fn session_error(error: Error) -> AppError {
    leptos::logging::error!("session store failed: {error}");
    AppError::new(
        ErrorCode::Unavailable,
        "Couldn't read your session. Please try again shortly.",
    )
}
