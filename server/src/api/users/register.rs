//! `POST /api/users/register`.

use crate::{
    api::{
        errors,
        response::{Created, Envelope},
    },
    error_response::ErrorResponse,
    extract::{ClientInfo, JsonBody},
};
use axum::extract::State;
use domain::auth::{RegisterInput, TokenSet};
use service::{
    Services,
    auth::{self, Channel},
};
use std::sync::Arc;

/// Register
///
/// Creates the user with a personal workspace and its five stages, and signs in. A password has 12 to 128 characters,
/// or at least 8 if it is hard to guess; it must not be a common password or contain the email address. Email
/// addresses are compared case-insensitively.
#[utoipa::path(
    post, path = "/register", tag = "users",
    security(()),
    request_body(content = RegisterInput, example = json!({
        "email": "mara@example.org", "password": "correct horse battery staple",
        "first_name": "Mara", "last_name": "Lindqvist", "time_zone": "Europe/Berlin",
    })),
    responses(
        (status = 201, description = "Registered and signed in.", body = Envelope<TokenSet>),
        errors::EmailTaken,
    ),
)]
pub(super) async fn register(
    State(services): State<Arc<Services>>,
    ClientInfo(client): ClientInfo,
    JsonBody(input): JsonBody<RegisterInput>,
) -> Result<Created<TokenSet>, ErrorResponse> {
    let sign_in = auth::register(&services, input, &client, Channel::Api).await?;
    Ok(Created(sign_in.into_tokens()?))
}
