//! Authentication of API requests.

use super::{ClientInfo, idempotency_key::IdempotencyContext};
use crate::error_response::ErrorResponse;
use axum::{
    extract::FromRequestParts,
    http::{header::AUTHORIZATION, request::Parts},
};
use domain::{ApiError, ErrorCode};
use service::{Services, auth::authenticate_token, context::Caller, rate_limit};
use std::sync::Arc;

/// The caller authenticated by the access token in the `Authorization` header. Counts the request against the rate limit
/// of the session and the user.
pub struct BearerAuth(pub Caller);

impl FromRequestParts<Arc<Services>> for BearerAuth {
    type Rejection = ErrorResponse;

    async fn from_request_parts(parts: &mut Parts, services: &Arc<Services>) -> Result<Self, ErrorResponse> {
        let token = bearer_token(parts).ok_or_else(|| {
            ApiError::new(
                ErrorCode::Unauthorized,
                "Send an access token in the header Authorization: Bearer.",
            )
        })?;
        let caller = authenticate_token(services, token).await?;
        if let Some(context) = parts.extensions.get::<IdempotencyContext>() {
            context.set_caller(&caller);
        }
        let Ok(ClientInfo(client)) = ClientInfo::from_request_parts(parts, services).await;
        rate_limit::check_caller(services, &client, &caller).await?;
        Ok(Self(caller.from_client(&client)))
    }
}

fn bearer_token(parts: &Parts) -> Option<&str> {
    let (scheme, token) = parts.headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
