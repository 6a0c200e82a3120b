//! `POST /api/users/auth_social_user`.

use crate::rest::{
    answer::{Created, Data, Envelope},
    extract::Body,
    limits::Asking,
    openapi::refuse,
    problem::Problem,
};
use axum::{
    extract::State,
    response::{IntoResponse as _, Response},
};
use domain::{identities::AuthSocialUserInput, users::TokenSet};
use service::{Services, identities};
use std::sync::Arc;

/// Sign in by a provider
///
/// Takes an access token (`token`) or an OpenID Connect ID token (`id_token`) that the provider issued to our client, not to
/// another. The first time makes the person, with the address that the provider has verified. An account that exists here
/// with that address is never taken over: sign in to it and link the provider. The provider is given eight seconds.
#[utoipa::path(
    post, path = "/auth_social_user", tag = "users",
    security(()),
    request_body(content = AuthSocialUserInput, example = json!({
        "provider": "google", "token": "ya29.a0AfH6SMBx",
    })),
    responses(
        (status = 200, description = "Signed in.", body = Envelope<TokenSet>),
        (status = 201, description = "Registered and signed in.", body = Envelope<TokenSet>),
        refuse::InvalidProviderToken,
        refuse::AccountExists,
        refuse::ProviderUnavailable,
    ),
)]
pub(super) async fn auth_social_user(
    State(services): State<Arc<Services>>,
    Asking(client): Asking,
    Body(input): Body<AuthSocialUserInput>,
) -> Result<Response, Problem> {
    let (tokens, new) = identities::auth_social_user(&services, input, &client).await?;
    Ok(if new {
        Created(tokens).into_response()
    } else {
        Data(tokens).into_response()
    })
}
