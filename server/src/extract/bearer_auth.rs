//! Authentication of API requests.

use super::{ClientInfo, idempotency_key::IdempotencyContext};
use crate::{
    error_response::ErrorResponse,
    key_access::{KeyAccess, key_access},
};
use axum::{
    extract::FromRequestParts,
    http::{header::AUTHORIZATION, request::Parts},
};
use domain::{ApiError, ApiKeyId, ErrorCode};
use service::{
    Services,
    auth::{KeyContext, authenticate_bearer},
    context::Caller,
    rate_limit,
};
use std::{
    convert::Infallible,
    sync::{Arc, OnceLock},
};

/// The caller authenticated by the access token or the API key in the `Authorization` header. Counts the request against the rate
/// limits of the session or the key, of the user, and of the workspace. A key must have the scope of the operation.
pub struct BearerAuth(pub Caller);

/// The API key of a request. The middleware [`count_key_requests`](crate::middleware::key_usage::count_key_requests) inserts it before the
/// handler and reads it afterwards.
#[derive(Clone, Debug, Default)]
pub struct KeySlot(Arc<OnceLock<ApiKeyId>>);

impl KeySlot {
    /// The API key that authenticated the request, if any.
    pub fn key(&self) -> Option<ApiKeyId> {
        self.0.get().copied()
    }
}

/// The API key that authenticated the request, if any. Must come after [`BearerAuth`].
pub struct CallingKey(pub Option<KeyContext>);

impl<S: Sync> FromRequestParts<S> for CallingKey {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(parts.extensions.get::<KeyContext>().cloned()))
    }
}

/// The access token or API key itself, to authenticate again after a long wait. Must come after [`BearerAuth`].
pub struct BearerToken(pub String);

impl<S: Sync> FromRequestParts<S> for BearerToken {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self(bearer_token(parts).unwrap_or_default().to_owned()))
    }
}

impl FromRequestParts<Arc<Services>> for BearerAuth {
    type Rejection = ErrorResponse;

    async fn from_request_parts(parts: &mut Parts, services: &Arc<Services>) -> Result<Self, ErrorResponse> {
        let (caller, key) = authenticate(parts, services).await?;
        if let Some(key) = &key {
            check_key(parts.uri.path().rsplit('/').next().unwrap_or_default(), key)?;
            parts.extensions.insert(key.clone());
        }
        if let Some(context) = parts.extensions.get::<IdempotencyContext>() {
            context.set_caller(&caller);
        }
        Ok(Self(caller))
    }
}

/// Like [`BearerAuth`], but accepts only API keys, with any scopes. The handler has to call [`check_key`] for the operations it performs.
pub struct KeyAuth(pub Caller, pub KeyContext);

impl FromRequestParts<Arc<Services>> for KeyAuth {
    type Rejection = ErrorResponse;

    async fn from_request_parts(parts: &mut Parts, services: &Arc<Services>) -> Result<Self, ErrorResponse> {
        let (caller, key) = authenticate(parts, services).await?;
        let key = key.ok_or_else(|| {
            ApiError::new(
                ErrorCode::Forbidden,
                "This needs an API key instead of an access token. Make one in the settings under API keys.",
            )
        })?;
        Ok(Self(caller, key))
    }
}

/// The caller and the API key, if any, after the rate limits were checked.
async fn authenticate(
    parts: &mut Parts,
    services: &Arc<Services>,
) -> Result<(Caller, Option<KeyContext>), ErrorResponse> {
    let token = bearer_token(parts).ok_or_else(|| {
        ApiError::new(
            ErrorCode::Unauthorized,
            "Send an access token or an API key in the header Authorization: Bearer.",
        )
    })?;
    let token = token.to_owned();
    let Ok(ClientInfo(client)) = ClientInfo::from_request_parts(parts, services).await;
    let authenticated = authenticate_bearer(services, &token, &client).await?;
    let (caller, key) = (authenticated.caller, authenticated.key);
    let key_id = key.as_ref().map(|key| key.id);
    if let (Some(id), Some(slot)) = (key_id, parts.extensions.get::<KeySlot>()) {
        let _ = slot.0.set(id);
    }
    rate_limit::check_api_caller(services, &client, &caller, key_id).await?;
    Ok((caller.from_client(&client), key))
}

/// Rejects keys that may not call this operation.
///
/// # Errors
/// `scope_missing` or `not_for_keys`.
pub fn check_key(operation: &str, key: &KeyContext) -> Result<(), ApiError> {
    match key_access(operation) {
        Some(KeyAccess::Scope(scope)) if key.has(scope) => Ok(()),
        Some(KeyAccess::Scope(scope)) => Err(ApiError::scope_missing(scope)),
        Some(KeyAccess::Never) | None => Err(not_for_keys(
            "This cannot be done with an API key. Use an access token of a session.",
        )),
    }
}

/// The error for operations that reject API keys.
pub fn not_for_keys(detail: &str) -> ApiError {
    ApiError::new(ErrorCode::NotForKeys, detail)
}

fn bearer_token(parts: &Parts) -> Option<&str> {
    let (scheme, token) = parts.headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
