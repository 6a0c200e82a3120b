//! `POST /api/keys/update_key`.

use crate::{
    api::{
        errors,
        response::{Data, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, ClientInfo, JsonBody},
};
use axum::extract::State;
use domain::keys::{ApiKey, UpdateKeyInput};
use service::{Services, keys};
use std::sync::Arc;

/// Change an API key
///
/// Changes name, scopes or expiry; absent fields stay unchanged. Takes effect with the next request. Scopes and expiry require the
/// password, or a sign-in within the last 15 minutes.
#[utoipa::path(
    post, path = "/update_key", tag = "keys",
    request_body(content = UpdateKeyInput, example = json!({
        "key_id": "019a9f0c-5a52-7c3e-9d7f-0a1b2c3d4e5f", "name": "Weekly export",
    })),
    responses(
        (status = 200, description = "The changed key.", body = Envelope<ApiKey>),
        errors::NotFound,
        errors::ReauthenticationRequired,
    ),
)]
pub(super) async fn update_key(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    ClientInfo(client): ClientInfo,
    JsonBody(input): JsonBody<UpdateKeyInput>,
) -> Result<Data<ApiKey>, ErrorResponse> {
    Ok(Data(keys::update_key(&services, &caller, input, &client).await?))
}
