//! `POST /api/users/login`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{ClientInfo, JsonBody},
};
use axum::extract::State;
use domain::auth::{LoginInput, TokenSet};
use service::{
    Services,
    auth::{self, Channel},
};
use std::sync::Arc;

/// Sign in
///
/// The response is the same, and takes as long, for an unknown address and for a wrong password. `tenant` is the slug
/// of the workspace to use, by default the personal one.
#[utoipa::path(
    post, path = "/login", tag = "users",
    security(()),
    request_body(content = LoginInput, example = json!({
        "email": "mara@example.org", "password": "correct horse battery staple",
    })),
    responses(
        (status = 200, description = "Signed in.", body = Envelope<TokenSet>),
        errors::AccountLocked,
        errors::SingleSignOnRequired,
        errors::InvalidCredentials,
        errors::NotFound,
    ),
)]
pub(super) async fn login(
    State(services): State<Arc<Services>>,
    ClientInfo(client): ClientInfo,
    JsonBody(input): JsonBody<LoginInput>,
) -> Result<Data<TokenSet>, ErrorResponse> {
    let sign_in = auth::login(&services, input, &client, Channel::Api).await?;
    Ok(Data(sign_in.into_tokens()?))
}
