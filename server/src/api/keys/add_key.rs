//! `POST /api/keys/add_key`.

use crate::{
    api::{
        errors,
        response::{Created, Envelope},
    },
    error_response::ErrorResponse,
    extract::{BearerAuth, ClientInfo, JsonBody},
};
use axum::extract::State;
use domain::keys::{AddKeyInput, NewApiKey};
use service::{Services, keys};
use std::sync::Arc;

/// Create an API key
///
/// The key acts as the caller in this workspace, within its scopes. `write` does not imply `read`. Only this response contains the
/// `secret`, and it is not stored for idempotent retries: after a lost response, revoke the key and create another one. Requires
/// the password, or a sign-in within the last 15 minutes. The caller is notified by email.
#[utoipa::path(
    post, path = "/add_key", tag = "keys",
    request_body(content = AddKeyInput, example = json!({
        "name": "Nightly export", "scopes": ["jobapps:read", "metrics:read"],
    })),
    responses(
        (status = 201, description = "The new key with its secret.", body = Envelope<NewApiKey>),
        errors::ReauthenticationRequired,
        errors::QuotaExceeded,
    ),
)]
pub(super) async fn add_key(
    State(services): State<Arc<Services>>,
    BearerAuth(caller): BearerAuth,
    ClientInfo(client): ClientInfo,
    JsonBody(input): JsonBody<AddKeyInput>,
) -> Result<Created<NewApiKey>, ErrorResponse> {
    Ok(Created(keys::add_key(&services, &caller, input, &client).await?))
}
