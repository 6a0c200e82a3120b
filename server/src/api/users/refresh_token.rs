//! `POST /api/users/refresh_token`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{ClientInfo, JsonBody},
};
use axum::extract::State;
use domain::auth::{RefreshTokenInput, TokenSet};
use service::{Services, auth};
use std::sync::Arc;

/// Refresh the access token
///
/// A refresh token can be used once. Reuse revokes the whole session, because the token may have been stolen; within
/// ten seconds of the first use, and while the new token is unused, it is only rejected. `tenant` switches to another workspace; if the user is not a
/// member of it, the refresh token stays valid.
#[utoipa::path(
    post, path = "/refresh_token", tag = "users",
    security(()),
    request_body(content = RefreshTokenInput, example = json!({ "refresh_token": "the last one received" })),
    responses(
        (status = 200, description = "The next pair of tokens.", body = Envelope<TokenSet>),
        errors::InvalidToken,
        errors::NotFound,
        errors::SingleSignOnRequired,
    ),
)]
pub(super) async fn refresh_token(
    State(services): State<Arc<Services>>,
    ClientInfo(client): ClientInfo,
    JsonBody(input): JsonBody<RefreshTokenInput>,
) -> Result<Data<TokenSet>, ErrorResponse> {
    Ok(Data(auth::refresh_tokens(&services, input, &client).await?))
}
