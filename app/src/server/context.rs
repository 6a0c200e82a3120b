//! The services and the caller of the current request.

use super::{
    respond::{redirect, respond},
    session::{self, session_error},
};
use crate::error::AppError;
use axum::http::request::Parts;
use domain::{ApiError, ErrorCode, SessionId, UserId, routes::Route};
use leptos::prelude::use_context;
use service::{
    Services, auth,
    context::{Caller, ClientInfo},
    rate_limit,
};
use std::sync::Arc;
use tower_sessions::Session;

/// The services that the server provided as context.
pub fn services() -> Result<Arc<Services>, AppError> {
    use_context().ok_or_else(AppError::internal)
}

/// The session of the browser.
pub async fn session() -> Result<Session, AppError> {
    leptos_axum::extract::<Session>().await.map_err(|_| {
        AppError::new(
            ErrorCode::Unavailable,
            "Couldn't read your session. Please try again shortly.",
        )
    })
}

/// Address and user agent of the client.
pub fn client_info() -> ClientInfo {
    use_context::<Parts>()
        .and_then(|parts| parts.extensions.get::<ClientInfo>().cloned())
        .unwrap_or_else(ClientInfo::unknown)
}

/// The signed-in user.
pub async fn require_user() -> Result<UserId, AppError> {
    require_user_of(&session().await?).await
}

/// The signed-in user and their session.
pub async fn require_session() -> Result<(UserId, SessionId), AppError> {
    let session = session().await?;
    let user = require_user_of(&session).await?;
    let id = session::session_id(&session).await.map_err(session_error)?;
    Ok((user, id))
}

async fn require_user_of(session: &Session) -> Result<UserId, AppError> {
    let user = session::user_id(session).await.map_err(session_error)?;
    user.ok_or_else(|| AppError::new(ErrorCode::Unauthorized, "You're signed out. Sign in to continue."))
}

/// The signed-in user in their first workspace, for actions that do not belong to a workspace. Counts against the rate limits like
/// [`require_workspace`].
pub async fn require_any_workspace() -> Result<(Arc<Services>, Caller), AppError> {
    let user = require_user().await?;
    let tenants = respond(service::tenants::list_tenants(&*services()?, user).await)?;
    let first = tenants.into_iter().next();
    let slug = first.map(|tenant| tenant.slug).ok_or_else(ApiError::not_found)?;
    require_workspace(&slug).await
}

/// Redirects from a page or form of an organization that requires single sign-on to its sign-in page, which then leads back to the
/// page.
fn redirect_to_single_sign_on(slug: &str, error: &AppError) {
    if error.0.code != ErrorCode::SingleSignOnRequired {
        return;
    }
    let page = use_context::<Parts>().and_then(|parts| Route::parse(parts.uri.path()));
    let next = page.filter(Route::is_destination).map(|page| page.to_string());
    redirect(&Route::SingleSignOn(slug.to_owned(), next));
}

/// The signed-in user as a member of the workspace with this slug. Counts against the rate limits of the session and the user.
pub async fn require_workspace(slug: &str) -> Result<(Arc<Services>, Caller), AppError> {
    let services = services()?;
    let session = session().await?;
    let user = require_user_of(&session).await?;
    let id = session::session_id(&session).await.map_err(session_error)?;
    let caller = respond(auth::authenticate_session(&services, user, id, slug).await)
        .inspect_err(|error| redirect_to_single_sign_on(slug, error))?;
    let client = client_info();
    respond(rate_limit::check_caller(&services, &client, &caller).await)?;
    Ok((services, caller.from_client(&client)))
}
