//! Authentication of page requests by the session cookie, for handlers outside Leptos.

use super::ClientInfo;
use crate::error_response::ErrorResponse;
use app::server::session;
use axum::{
    extract::{FromRequestParts, Path},
    http::{HeaderMap, header, request::Parts},
};
use domain::{ApiError, ErrorCode, UserId};
use service::{Services, auth::authenticate_session, context::Caller, rate_limit};
use std::sync::Arc;
use tower_sessions::{Session, session::Error as SessionError};

/// The signed-in user as a member of the workspace whose slug is the only parameter of the route. The request counts towards the rate
/// limits of the session and the user.
pub struct PageCaller(pub Caller);

impl FromRequestParts<Arc<Services>> for PageCaller {
    type Rejection = ErrorResponse;

    async fn from_request_parts(parts: &mut Parts, services: &Arc<Services>) -> Result<Self, ErrorResponse> {
        let session = session_of(parts)?;
        let user = session::user_id(&session)
            .await
            .map_err(session_unavailable)?
            .ok_or_else(signed_out)?;
        let session = session::session_id(&session).await.map_err(session_unavailable)?;
        let Path(slug) = Path::<String>::from_request_parts(parts, services)
            .await
            .map_err(|_| ApiError::not_found())?;
        let caller = authenticate_session(services, user, session, &slug).await?;
        let Ok(ClientInfo(client)) = ClientInfo::from_request_parts(parts, services).await;
        rate_limit::check_caller(services, &client, &caller).await?;
        Ok(Self(caller.from_client(&client)))
    }
}

/// The signed-in user, if any.
pub struct PageUser(pub Option<UserId>);

impl PageUser {
    /// The signed-in user.
    ///
    /// # Errors
    /// `unauthorized` if no user is signed in.
    pub fn required(&self) -> Result<UserId, ApiError> {
        self.0.ok_or_else(signed_out)
    }
}

impl<S: Sync> FromRequestParts<S> for PageUser {
    type Rejection = ErrorResponse;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ErrorResponse> {
        let session = session_of(parts)?;
        let user = session::user_id(&session).await.map_err(session_unavailable)?;
        Ok(Self(user))
    }
}

fn session_of(parts: &Parts) -> Result<Session, ApiError> {
    parts.extensions.get::<Session>().cloned().ok_or_else(|| {
        tracing::error!("route without session layer");
        ApiError::new(
            ErrorCode::Internal,
            "Something went wrong on our side. Please try again.",
        )
    })
}

/// The error for users who are not signed in.
pub fn signed_out() -> ApiError {
    ApiError::new(ErrorCode::Unauthorized, "You're signed out. Sign in to continue.")
}

/// The error for users when the session store fails.
#[expect(clippy::needless_pass_by_value, reason = "for map_err")]
pub fn session_unavailable(error: SessionError) -> ApiError {
    tracing::warn!(%error, "session store failed");
    ApiError::new(
        ErrorCode::Unavailable,
        "Couldn't read your session. Please try again shortly.",
    )
}

/// Whether the client reads server-sent events.
pub fn accepts_events(headers: &HeaderMap) -> bool {
    headers
        .get(header::ACCEPT)
        .is_some_and(|value| value.as_bytes().starts_with(b"text/event-stream"))
}
