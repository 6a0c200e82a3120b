//! `POST /api/users/auth_social_user`.

use crate::{
    api::{
        errors,
        response::{Created, Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{ClientInfo, JsonBody},
};
use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use domain::auth::{AuthSocialUserInput, TokenSet};
use service::{Services, auth::oauth};
use std::sync::Arc;

/// Sign in with a provider
///
/// Accepts an access token (`token`) or an OpenID Connect ID token (`id_token`) that the provider issued to this
/// server's client. The first sign-in creates an account with the email address that the provider has verified. An
/// existing account with that address is not taken over: sign in to it and link the provider. The provider has eight
/// seconds to respond.
#[utoipa::path(
    post, path = "/auth_social_user", tag = "users",
    security(()),
    request_body(content = AuthSocialUserInput, example = json!({
        "provider": "google", "token": "ya29.a0AfH6SMBx",
    })),
    responses(
        (status = 200, description = "Signed in.", body = Envelope<TokenSet>),
        (status = 201, description = "Registered and signed in.", body = Envelope<TokenSet>),
        errors::InvalidProviderToken,
        errors::AccountExists,
        errors::AccountLocked,
        errors::ProviderUnavailable,
    ),
)]
pub(super) async fn auth_social_user(
    State(services): State<Arc<Services>>,
    ClientInfo(client): ClientInfo,
    JsonBody(input): JsonBody<AuthSocialUserInput>,
) -> Result<Response, ErrorResponse> {
    let (tokens, new) = oauth::sign_in_with_provider_token(&services, input, &client).await?;
    Ok(if new {
        Created(tokens).into_response()
    } else {
        Data(tokens).into_response()
    })
}
